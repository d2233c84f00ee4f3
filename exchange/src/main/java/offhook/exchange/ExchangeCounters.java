package offhook.exchange;

/**
 * How the exchange is doing.
 *
 * @param registeredUsers users with at least one phone, now
 * @param extensionCalls calls to extensions, now
 * @param connections TCP connections, now
 * @param messages that came in
 * @param malformed datagrams and streams that are not SIP
 * @param dropped messages lost because something was full
 * @param refusedConnections TCP connections beyond the limit
 */
public record ExchangeCounters(
        int registeredUsers,
        int extensionCalls,
        int connections,
        long messages,
        long malformed,
        long dropped,
        long refusedConnections) {}
