package offhook.call;

/**
 * What one loop's calls may use at most. Times in nanoseconds.
 *
 * @param agents user agents on one loop
 * @param callsPerAgent simultaneous calls of one user agent
 * @param agentsRung how many agents of one user ring for one call; the latest opened come first
 * @param calls simultaneous calls on one loop
 * @param ringNanos how long an outgoing or incoming call may ring
 * @param connectNanos how long ICE and DTLS may take once both descriptions are known
 * @param consentNanos silence of the browser's ICE checks that ends the call (RFC 7675 section 5.1: 30 s)
 * @param mediaSilenceNanos how long a side may send neither RTP nor RTCP while it should
 * @param dtmfKeys keys in one {@link AgentCommand.SendDtmf}
 * @param dtmfHoldNanos how long one key may be held down
 */
public record CallLimits(
        int agents,
        int callsPerAgent,
        int agentsRung,
        int calls,
        long ringNanos,
        long connectNanos,
        long consentNanos,
        long mediaSilenceNanos,
        int dtmfKeys,
        long dtmfHoldNanos) {
    private static final long SECOND = 1_000_000_000L;

    public static final CallLimits DEFAULT =
            new CallLimits(2_000, 10, 8, 1_000, 180 * SECOND, 20 * SECOND, 30 * SECOND, 60 * SECOND, 64, 8 * SECOND);

    public CallLimits {
        if (agents < 1 || callsPerAgent < 1 || agentsRung < 1 || calls < 1 || dtmfKeys < 1) {
            throw new IllegalArgumentException("a limit on agents, calls or keys is below 1");
        }
        if (ringNanos <= 0 || connectNanos <= 0 || consentNanos <= 0 || mediaSilenceNanos <= 0 || dtmfHoldNanos <= 0) {
            throw new IllegalArgumentException("a time limit is not above 0");
        }
    }
}
