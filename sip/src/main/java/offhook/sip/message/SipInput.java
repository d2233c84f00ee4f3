package offhook.sip.message;

/**
 * Checks of what people type before it becomes part of a message. Each returns the value it was given, or throws an
 * {@link InvalidFieldException} that names the field and says in words what is wrong.
 */
public final class SipInput {
    /** More than any phone system hands out. */
    public static final int MAX_LENGTH = 256;

    private static final String BRACKETS = "<>[]{}()";
    /** Beyond the grammar's own: '#' is dialled, and is escaped when it is printed. */
    private static final String USER_EXTRA = "#";

    private SipInput() {}

    /**
     * A user part: a login, or a number to call. Letters, digits and {@code - _ . ! ~ * ' & = + $ , ; ? / #}; letters
     * beyond ASCII are escaped when printed.
     */
    public static String user(String field, String value) {
        checkPrintable(field, value, true);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            checkWord(field, c);
            if (c == '@') {
                throw new InvalidFieldException(field, "has an @: give the part before it only");
            }
            if (!Grammar.isUserCharacter(c) && USER_EXTRA.indexOf(c) < 0 && c < 128) {
                throw new InvalidFieldException(field, "has the character " + c + ", which is not allowed there");
            }
        }
        return value;
    }

    /** A digest user name: as a user part, but an '@' and other signs are allowed. */
    public static String authenticationName(String field, String value) {
        checkPrintable(field, value, true);
        for (int i = 0; i < value.length(); i++) {
            checkWord(field, value.charAt(i));
            if (value.charAt(i) == '"' || value.charAt(i) == '\\') {
                throw new InvalidFieldException(field, "has a quotation mark or a backslash");
            }
        }
        return value;
    }

    /** A name to show: anything printable, spaces too; it may be empty. */
    public static String displayName(String field, String value) {
        checkPrintable(field, value, false);
        return value;
    }

    /** A password: anything without control characters; it may be empty. The words never repeat it. */
    public static String password(String field, String value) {
        checkPrintable(field, value, false);
        return value;
    }

    /** A domain or host: a name, an IPv4 address, or an IPv6 address in brackets. */
    public static String host(String field, String value) {
        checkPrintable(field, value, true);
        if (value.indexOf(' ') >= 0) {
            throw new InvalidFieldException(field, "has a space");
        }
        if (!Grammar.isHost(value)) {
            throw new InvalidFieldException(field, "is not a host name or an IP address");
        }
        return value;
    }

    /** The value of a header that a person or a program adds: one line, nothing but what can be printed. */
    public static String headerValue(String field, String value) {
        checkPrintable(field, value, false);
        return value;
    }

    private static void checkPrintable(String field, String value, boolean needed) {
        if (needed && value.isEmpty()) {
            throw new InvalidFieldException(field, "is empty");
        }
        if (value.length() > MAX_LENGTH) {
            throw new InvalidFieldException(field, "is longer than " + MAX_LENGTH + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\r' || c == '\n') {
                throw new InvalidFieldException(field, "has a line break");
            }
            if (Character.isISOControl(c)) {
                throw new InvalidFieldException(field, "has a control character");
            }
            if (Text.isUnpaired(value, i)) {
                throw new InvalidFieldException(field, "has half of a character");
            }
        }
    }

    private static void checkWord(String field, char c) {
        if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
            throw new InvalidFieldException(field, "has a space");
        }
        if (BRACKETS.indexOf(c) >= 0) {
            throw new InvalidFieldException(field, "has a bracket (" + c + ")");
        }
    }
}
