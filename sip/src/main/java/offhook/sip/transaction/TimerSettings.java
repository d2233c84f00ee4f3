package offhook.sip.transaction;

/**
 * The three times from which all transaction timers are made (RFC 3261 section 17.1.1.1 and table 4), in nanoseconds.
 *
 * @param t1 the estimated round trip; first retransmission
 * @param t2 the longest time between two retransmissions
 * @param t4 how long a message may linger in the network
 */
public record TimerSettings(long t1, long t2, long t4) {
    private static final long MILLISECOND = 1_000_000L;

    /** The RFC's values: 500 ms, 4 s, 5 s. */
    public static final TimerSettings DEFAULT =
            new TimerSettings(500 * MILLISECOND, 4_000 * MILLISECOND, 5_000 * MILLISECOND);

    public TimerSettings {
        if (t1 <= 0 || t2 < t1 || t4 <= 0) {
            throw new IllegalArgumentException("T1 and T4 must be above 0, and T2 not below T1");
        }
    }

    /** 64 * T1: timers B, D, F, H, J, L and M; how long anybody waits for an answer. 32 s by default. */
    public long timeout() {
        return 64 * t1;
    }
}
