package offhook.server.signalling;

/**
 * How sessions behave. Times in nanoseconds.
 *
 * @param sessions connected and kept sessions at one time
 * @param messageBytes longest message of a browser
 * @param messagesPerSecond messages a second over any ten seconds
 * @param queue inputs waiting for one session; one more ends its connection
 * @param pingNanos between two pings
 * @param missedPings pings without a sign of life that end a connection
 * @param keepAliveNanos how long a session that asked for it outlives its connection
 * @param browserLogBytes how much of a browser's own log goes into ours
 * @param dtmfKeys keys in one message
 * @param serverVersion told to every client
 * @param domains that browsers may use
 * @param headers that pages may add to their INVITEs
 */
public record SignallingSettings(
        int sessions,
        int messageBytes,
        int messagesPerSecond,
        int queue,
        long pingNanos,
        int missedPings,
        long keepAliveNanos,
        int browserLogBytes,
        int dtmfKeys,
        String serverVersion,
        DomainPolicy domains,
        HeaderPolicy headers) {}
