package offhook.media.sdp;

import java.util.Arrays;
import java.util.List;

/**
 * A line that is kept as it came: one of {@code i u e p b t r z k}, or a type that RFC 8866 does not know.
 *
 * @param type the letter before the {@code =}
 * @param value the text behind it
 */
public record Line(char type, String value) {
    /** What ends each printed line (RFC 8866 5). */
    static final String END = "\r\n";

    public Line {
        if (type <= ' ' || type > '~' || "vosacm=".indexOf(type) >= 0) {
            throw new IllegalArgumentException("'" + type + "' lines have a place of their own");
        }
        check(value);
    }

    void printTo(StringBuilder sdp) {
        sdp.append(type).append('=').append(value).append(END);
    }

    /** No text may break out of its line (RFC 8866 9, byte-string). */
    static void check(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n' || c == 0) {
                throw new IllegalArgumentException("a line may hold neither line breaks nor NUL");
            }
        }
    }

    /** The words of a line, parted by blanks or anything else that does not print. */
    static List<String> words(String text) {
        return Arrays.stream(text.split("[\\x00-\\x20]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** One word of a line that is made of words. */
    static void checkWord(String text) {
        if (text.isEmpty() || text.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException("not a single word: '" + text + "'");
        }
    }
}
