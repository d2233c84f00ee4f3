package offhook.sip.digest;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The {@code name=value, name="value"} list behind the word Digest, in challenges and in credentials. */
final class AuthParameters {
    /** More parameters than this are not a challenge but an attack. */
    private static final int MAX_PARAMETERS = 32;

    private final Map<String, String> values;

    private AuthParameters(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Values without quotes and escapes; empty when the scheme is not Digest or the list is malformed. A control
     * character counts as malformed: it could not be given back.
     */
    static Optional<AuthParameters> parse(String text) {
        if (!text.regionMatches(true, 0, "Digest", 0, 6) || text.length() == 6 || !isSpace(text.charAt(6))) {
            return Optional.empty();
        }
        if (text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t')) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        int i = 7;
        while (true) {
            i = skip(text, i);
            if (i == text.length()) {
                return Optional.of(new AuthParameters(values));
            }
            int equals = text.indexOf('=', i);
            if (equals < 0) {
                return Optional.empty();
            }
            String name = text.substring(i, equals).strip().toLowerCase(Locale.ROOT);
            StringBuilder value = new StringBuilder();
            i = readValue(text, equals + 1, value);
            if (i < 0
                    || name.isEmpty()
                    || values.putIfAbsent(name, value.toString()) != null
                    || values.size() > MAX_PARAMETERS) {
                return Optional.empty();
            }
        }
    }

    /** Returns where the value ends, or -1 when it is malformed. */
    private static int readValue(String text, int from, StringBuilder value) {
        int i = from;
        while (i < text.length() && isSpace(text.charAt(i))) {
            i++;
        }
        if (i == text.length() || text.charAt(i) != '"') {
            int comma = text.indexOf(',', i);
            int end = comma < 0 ? text.length() : comma;
            value.append(text.substring(i, end).strip());
            return value.isEmpty() || value.indexOf("\"") >= 0 ? -1 : end;
        }
        i++;
        while (i < text.length() && text.charAt(i) != '"') {
            if (text.charAt(i) == '\\') {
                i++;
            }
            if (i < text.length()) {
                value.append(text.charAt(i++));
            }
        }
        int behind = i + 1;
        while (behind < text.length() && isSpace(text.charAt(behind))) {
            behind++;
        }
        boolean closed = i < text.length() && (behind == text.length() || text.charAt(behind) == ',');
        return closed ? behind : -1;
    }

    private static int skip(String text, int from) {
        int i = from;
        while (i < text.length() && (isSpace(text.charAt(i)) || text.charAt(i) == ',')) {
            i++;
        }
        return i;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** The value, or empty when there is none. */
    String value(String name) {
        return values.getOrDefault(name, "");
    }

    static String quote(String plain) {
        return "\"" + plain.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
