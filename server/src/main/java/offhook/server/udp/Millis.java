package offhook.server.udp;

/** The waiting calls of the system count in milliseconds. */
final class Millis {
    private static final long NANOS = 1_000_000;

    private Millis() {}

    /** The least whole number of milliseconds that is no shorter; at most one hour, since a longer wait gains nothing. */
    static int roundedUp(long nanos) {
        return nanos <= 0 ? 0 : (int) Math.min((nanos - 1) / NANOS + 1, 3_600_000);
    }
}
