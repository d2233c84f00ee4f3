package offhook.sip.message;

/** Character classes of RFC 3261 25.1, as tables over ASCII. */
final class Grammar {
    private static final String ALPHANUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final String UNRESERVED = ALPHANUM + "-_.!~*'()";

    private static final boolean[] PLAIN = table(UNRESERVED);
    private static final boolean[] TOKEN = table(ALPHANUM + "-.!%*_+`'~");
    private static final boolean[] USER = table(UNRESERVED + "&=+$,;?/");
    private static final boolean[] PASSWORD = table(UNRESERVED + "&=+$,");
    private static final boolean[] URI_PARAMETER = table(UNRESERVED + "[]/:&+$");
    private static final boolean[] URI_HEADER = table(UNRESERVED + "[]/?:+$=&");
    private static final boolean[] HOST_NAME = table(ALPHANUM + "-._");
    private static final boolean[] IPV6 = table("0123456789abcdefABCDEF:.");
    /** The separators that would end a header parameter; the rest of visible ASCII is read where a token is due. */
    private static final boolean[] ENDS_VALUE = table(";,<>\"");
    /** What an unquoted display name cannot hold: RFC 3261 wants tokens, which many phones do not keep to. */
    private static final boolean[] ENDS_NAME = table(";,<>\"\\:");

    private Grammar() {}

    private static boolean[] table(String characters) {
        boolean[] table = new boolean[128];
        characters.chars().forEach(c -> table[c] = true);
        return table;
    }

    private static boolean in(boolean[] table, char c) {
        return c < 128 && table[c];
    }

    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> isTokenCharacter((char) c));
    }

    static boolean isTokenCharacter(char c) {
        return in(TOKEN, c);
    }

    /** What means itself anywhere in a URI. */
    static boolean isUnreserved(char c) {
        return in(PLAIN, c);
    }

    static boolean isUserCharacter(char c) {
        return in(USER, c);
    }

    static boolean isPasswordCharacter(char c) {
        return in(PASSWORD, c);
    }

    static boolean isUriParameterCharacter(char c) {
        return in(URI_PARAMETER, c);
    }

    static boolean isUriHeaderCharacter(char c) {
        return in(URI_HEADER, c);
    }

    static boolean isParameterValueCharacter(char c) {
        return isVisible(c) && !in(ENDS_VALUE, c);
    }

    static boolean isUnquotedNameCharacter(char c) {
        return c == ' ' || c == '\t' || ((c >= 128 || isVisible(c)) && !in(ENDS_NAME, c));
    }

    static boolean isVisible(char c) {
        return c > ' ' && c < 127;
    }

    static boolean isControl(char c) {
        return c < ' ' || c == 127;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static int hexDigit(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    /** A name, an IPv4 address, or an IPv6 address in brackets. */
    static boolean isHost(String text) {
        if (text.startsWith("[")) {
            return isIpv6Reference(text);
        }
        return !text.isEmpty() && text.length() <= 255 && text.chars().allMatch(c -> in(HOST_NAME, (char) c));
    }

    private static boolean isIpv6Reference(String text) {
        int end = text.length() - 1;
        if (end < 3 || end > 46 || text.charAt(end) != ']') {
            return false;
        }
        String address = text.substring(1, end);
        return address.indexOf(':') != address.lastIndexOf(':')
                && address.chars().allMatch(c -> in(IPV6, (char) c));
    }
}
