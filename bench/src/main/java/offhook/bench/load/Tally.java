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
    private final int[] latenesses = new int[BUCKETS];
    private long sent;
    private long received;
    private long damaged;
    private long slots;

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
            latencies[bucket(nowNanos - sentNanos)]++;
        }
    }

    void onDamaged() {
        damaged++;
    }

    /** The generator itself was this late with the packets of one millisecond. */
    void onSlot(long nowNanos, long latenessNanos) {
        if (covers(nowNanos)) {
            slots++;
            latenesses[bucket(latenessNanos)]++;
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

    /**
     * How late the generator itself was with its packets, in nanoseconds: what makes the other figures worthless when it
     * is much.
     *
     * @param share 0 to 1: 0.5 for the median
     */
    public long latenessNanos(double share) {
        return quantile(latenesses, slots, share);
    }

    /**
     * From one end to the other, the generator's own delays included, in nanoseconds.
     *
     * @param share 0 to 1: 0.5 for the median
     */
    public long latencyNanos(double share) {
        return quantile(latencies, received, share);
    }

    private static int bucket(long nanos) {
        return Math.clamp(nanos / BUCKET_NANOS, 0, BUCKETS - 1);
    }

    private static long quantile(int[] buckets, long count, double share) {
        long wanted = (long) Math.ceil(share * count);
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += buckets[i];
            if (seen >= wanted) {
                return i * BUCKET_NANOS;
            }
        }
        return BUCKETS * BUCKET_NANOS;
    }
}
