package offhook.sip.dialog;

/**
 * How much of something a peer may do in a time: so many at once, and then as many more as time makes room for. Single
 * owner, not thread-safe.
 */
final class Flood {
    private final int most;
    private final long windowNanos;

    /** When the room that has been used up is free again. */
    private long freeNanos = Long.MIN_VALUE;

    /**
     * @param most how many in a window, above 0
     * @param windowNanos how long it is
     */
    Flood(int most, long windowNanos) {
        this.most = most;
        this.windowNanos = windowNanos;
    }

    /** Whether one more is within the limit; if so it counts. */
    boolean admits(long nowNanos) {
        long cost = windowNanos / most;
        long from = Math.max(freeNanos, nowNanos - windowNanos);
        if (from + cost > nowNanos) {
            return false;
        }
        freeNanos = from + cost;
        return true;
    }
}
