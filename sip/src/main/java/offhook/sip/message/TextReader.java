package offhook.sip.message;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one header value (lines already unfolded) from left to right. */
final class TextReader {
    private final String what;
    private final String text;
    private int position;

    /** @param what the header's name, for the words of a refusal */
    TextReader(String what, String text) {
        this.what = what;
        this.text = text;
    }

    boolean atEnd() {
        return position >= text.length();
    }

    /** The next character, or NUL at the end. */
    char peek() {
        return atEnd() ? '\0' : text.charAt(position);
    }

    void skipSpace() {
        while (!atEnd() && (peek() == ' ' || peek() == '\t')) {
            position++;
        }
    }

    boolean accept(char c) {
        if (!atEnd() && peek() == c) {
            position++;
            return true;
        }
        return false;
    }

    void expect(char c) {
        if (!accept(c)) {
            throw fail("'" + c + "' expected");
        }
    }

    void expectEnd() {
        skipSpace();
        if (!atEnd()) {
            throw fail("unexpected text at the end");
        }
    }

    String token() {
        int start = position;
        while (!atEnd() && Grammar.isTokenCharacter(peek())) {
            position++;
        }
        if (start == position) {
            throw fail("a word expected");
        }
        return text.substring(start, position);
    }

    /** Everything up to one of {@code ends} or the end. */
    String upTo(String ends) {
        int start = position;
        while (!atEnd() && ends.indexOf(peek()) < 0) {
            position++;
        }
        return text.substring(start, position);
    }

    /** The whole text from here on. */
    String rest() {
        String rest = text.substring(position);
        position = text.length();
        return rest;
    }

    /** Whether, from here on, there are only characters of an unquoted display name before a '<'. */
    boolean unquotedNameAhead() {
        int bracket = position;
        while (bracket < text.length() && Grammar.isUnquotedNameCharacter(text.charAt(bracket))) {
            bracket++;
        }
        return bracket < text.length() && text.charAt(bracket) == '<';
    }

    /** A quoted string with its quotes and escapes as written. */
    String rawQuoted() {
        int start = position;
        expect('"');
        while (!accept('"')) {
            if (peek() == '\\') {
                position++;
            }
            if (atEnd()) {
                throw fail("a quotation mark is not closed");
            }
            position++;
        }
        return text.substring(start, position);
    }

    long number(long maximum) {
        int start = position;
        long value = 0;
        while (!atEnd() && Grammar.isDigit(peek())) {
            value = value * 10 + (peek() - '0');
            if (value > maximum) {
                throw fail("a number above " + maximum);
            }
            position++;
        }
        if (start == position) {
            throw fail("a number expected");
        }
        return value;
    }

    Parameters parameters() {
        List<Parameter> parameters = new ArrayList<>();
        skipSpace();
        while (accept(';')) {
            skipSpace();
            String name = token();
            skipSpace();
            @Nullable String value = null;
            if (accept('=')) {
                skipSpace();
                value = parameterValue();
            }
            parameters.add(new Parameter(name, value));
            skipSpace();
        }
        return parameters.isEmpty() ? Parameters.NONE : new Parameters(parameters);
    }

    String parameterValue() {
        if (peek() == '"') {
            return rawQuoted();
        }
        int start = position;
        while (!atEnd() && Grammar.isParameterValueCharacter(peek())) {
            position++;
        }
        if (start == position) {
            throw fail("a parameter's value is missing");
        }
        return text.substring(start, position);
    }

    SipSyntaxException fail(String reason) {
        return new SipSyntaxException(SipStatus.BAD_REQUEST, what + ": " + reason);
    }

    /** Takes the quotes and escapes off a quoted string; any other text comes back as it is. */
    static String unquote(String raw) {
        if (raw.length() < 2 || raw.charAt(0) != '"') {
            return raw;
        }
        StringBuilder plain = new StringBuilder(raw.length());
        for (int i = 1; i < raw.length() - 1; i++) {
            if (raw.charAt(i) == '\\') {
                i++;
            }
            plain.append(raw.charAt(i));
        }
        return plain.toString();
    }

    /** A quoted string for any text without CR and LF, which no quoted string can hold (RFC 3261 25.1). */
    static String quote(String plain) {
        StringBuilder quoted = new StringBuilder(plain.length() + 2).append('"');
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            if (c == '"' || c == '\\' || (Grammar.isControl(c) && c != '\t')) {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.append('"').toString();
    }

    /** The elements of a comma list; commas in quotes and in angle brackets do not count, empty elements are left out. */
    static List<String> split(String list) {
        List<String> elements = new ArrayList<>();
        int start = 0;
        boolean quoted = false;
        boolean bracketed = false;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '<') {
                bracketed = true;
            } else if (c == '>') {
                bracketed = false;
            } else if (c == ',' && !bracketed) {
                addElement(elements, list.substring(start, i));
                start = i + 1;
            }
        }
        addElement(elements, list.substring(start));
        return elements;
    }

    private static void addElement(List<String> elements, String element) {
        String trimmed = trim(element);
        if (!trimmed.isEmpty()) {
            elements.add(trimmed);
        }
    }

    /** Without the spaces and tabs at both ends (and nothing else: {@code strip} would take more). */
    static String trim(String text) {
        int start = 0;
        while (start < text.length() && isSpace(text.charAt(start))) {
            start++;
        }
        return trimEnd(text.substring(start));
    }

    static String trimEnd(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
