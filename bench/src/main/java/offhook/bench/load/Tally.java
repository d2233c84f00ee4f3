package offhook.bench.load;

/**
 * What happened to the packets that were sent within a window of time; all others are left out, so that neither the
 * warm-up nor the end distorts anything. The generator's thread's own until the window is over.
 */
public final class Tally {
    private static final long BUCKET_NANOS = 10_000;
    private static final int BUCKETS = 100_000;

    private final long startNanos;
    private final long endNanos;
    private final int[] latencies = new int[BUCKETS];
    private long sent;
    private long received;
    private long damaged;
    private long worstLatenessNanos;

    Tally(long startNanos, long endNanos) {
        this.startNanos = startNanos;
        this.endNanos = endNanos;
    }

    void onSent(long sentNanos) {
        if (covers(sentNanos)) {
            sent++;
        }
    }

    void onReceived(long sentNanos, long nowNanos) {
        if (covers(sentNanos)) {
            received++;
            latencies[Math.clamp((nowNanos - sentNanos) / BUCKET_NANOS, 0, BUCKETS - 1)]++;
        }
    }

    void onDamaged() {
        damaged++;
    }

    /** The generator itself was this late with its packets. */
    void onLate(long nowNanos, long latenessNanos) {
        if (covers(nowNanos)) {
            worstLatenessNanos = Math.max(worstLatenessNanos, latenessNanos);
        }
    }

    private boolean covers(long nanos) {
        return nanos >= startNanos && nanos < endNanos;
    }

    /** Packets that left the generator within the window. */
    public long sent() {
        return sent;
    }

    /** Those of them that arrived, decrypted and whole. */
    public long received() {
        return received;
    }

    /** Packets that arrived, at any time, and were not what was sent. */
    public long damaged() {
        return damaged;
    }

    /** How late the generator was with a packet at worst, in nanoseconds. */
    public long worstLatenessNanos() {
        return worstLatenessNanos;
    }

    /**
     * From one end to the other, the generator's own delays included, in nanoseconds.
     *
     * @param share 0 to 1: 0.5 for the median
     */
    public long latencyNanos(double share) {
        long wanted = (long) Math.ceil(share * received);
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += latencies[i];
            if (seen >= wanted) {
                return i * BUCKET_NANOS;
            }
        }
        return BUCKETS * BUCKET_NANOS;
    }
}
