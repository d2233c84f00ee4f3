package offhook.media.sdp;

/** Decimal numbers in lines. */
final class Numbers {
    private Numbers() {}

    /** The value of 1 to 10 digits if it is at most {@code max}, else -1. */
    static int parse(String text, int max) {
        if (text.isEmpty() || text.length() > 10) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = 10 * value + digit;
        }
        return value <= max ? (int) value : -1;
    }
}
