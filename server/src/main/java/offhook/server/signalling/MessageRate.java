package offhook.server.signalling;

/** A bucket of tokens: so many messages a second on average, ten seconds' worth at once. One thread's own. */
final class MessageRate {
    private static final int BURST_SECONDS = 10;
    private static final double SECOND = 1e9;

    private final double perNano;
    private final double most;
    private double tokens;
    private long lastNanos;

    MessageRate(int perSecond, long nowNanos) {
        perNano = perSecond / SECOND;
        most = (double) perSecond * BURST_SECONDS;
        tokens = most;
        lastNanos = nowNanos;
    }

    /** Takes one; false when there is none. */
    boolean take(long nowNanos) {
        tokens = Math.min(most, tokens + (nowNanos - lastNanos) * perNano);
        lastNanos = nowNanos;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
