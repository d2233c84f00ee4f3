package offhook.sip.message;

/** What may stand in a header's line at all. */
final class Text {
    private Text() {}

    /** Whether the character at {@code i} is half of a surrogate pair: it would not survive printing. */
    static boolean isUnpaired(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }

    /**
     * Refuses what would break out of the line or be lost in print. Control characters other than CR and LF are allowed
     * behind a backslash in a quoted string (RFC 3261 25.1, quoted-pair).
     */
    static void checkLine(String what, String text) {
        boolean quoted = false;
        boolean escaped = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n') {
                throw new SipSyntaxException(SipStatus.BAD_REQUEST, what + ": a line break inside");
            }
            if (Grammar.isControl(c) && c != '\t' && !escaped) {
                throw new SipSyntaxException(SipStatus.BAD_REQUEST, what + ": a control character inside");
            }
            if (isUnpaired(text, i)) {
                throw new SipSyntaxException(SipStatus.BAD_REQUEST, what + ": half of a character inside");
            }
            if (c == '"' && !escaped) {
                quoted = !quoted;
            }
            escaped = quoted && c == '\\' && !escaped;
        }
    }
}
