package offhook.media.wire;

/** Serial number arithmetic (RFC 1982) for RTP's 16-bit sequence numbers and 32-bit timestamps. */
public final class SerialNumbers {
    private SerialNumbers() {}

    /**
     * How far {@code to} is ahead of {@code from}, both taken modulo 2^16.
     *
     * @return -32 768 to 32 767; negative when {@code to} is behind
     */
    public static int distance16(int from, int to) {
        return (short) (to - from);
    }

    /** Whether {@code a} comes before {@code b}, both taken modulo 2^16. */
    public static boolean less16(int a, int b) {
        return distance16(a, b) > 0;
    }

    /**
     * How far {@code to} is ahead of {@code from}, both taken modulo 2^32.
     *
     * @return negative when {@code to} is behind
     */
    public static int distance32(int from, int to) {
        return to - from;
    }

    /** Whether {@code a} comes before {@code b}, both taken modulo 2^32. */
    public static boolean less32(int a, int b) {
        return distance32(a, b) > 0;
    }
}
