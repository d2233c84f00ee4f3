package offhook.server.loop;

/**
 * How long a loop stays away from its sockets. Waking costs more than a packet, so a busy loop looks about once a
 * millisecond and takes what has gathered; a loop with little to do waits in the poll and is woken by the packet
 * itself. Between the two lies a gap, so that the choice does not flutter. One loop's own; not thread-safe.
 */
final class Pacing {
    /** How often a busy loop looks. */
    static final long PERIOD_NANOS = 1_000_000;

    /** Over how long the load is judged. */
    static final long WINDOW_NANOS = 10_000_000;

    /** Packets in a window from which on a loop is busy: 4 a millisecond, about 40 calls. */
    static final int BUSY = 40;

    /** Packets in a window below which it is idle again. */
    static final int IDLE = 20;

    private long windowStartNanos;
    private int packetsInWindow;
    private boolean busy;

    Pacing(long nowNanos) {
        windowStartNanos = nowNanos;
    }

    /**
     * What to wait before the next look.
     *
     * @param packets taken in the turn that ends
     * @param turnStartNanos when that turn began to look
     * @return 0 to look, and wait there, at once
     */
    long pauseNanos(int packets, long turnStartNanos, long nowNanos) {
        packetsInWindow += packets;
        long age = nowNanos - windowStartNanos;
        if (age >= WINDOW_NANOS) {
            long inOneWindow = packetsInWindow * WINDOW_NANOS / age;
            busy = inOneWindow >= (busy ? IDLE : BUSY);
            windowStartNanos = nowNanos;
            packetsInWindow = 0;
        }
        return busy ? Math.max(0, PERIOD_NANOS - (nowNanos - turnStartNanos)) : 0;
    }

    boolean busy() {
        return busy;
    }
}
