package offhook.sip.transaction;

import java.net.InetSocketAddress;

/**
 * Where a message came from. Responses go back by it (RFC 3261 section 18.2.2): over the same connection, or to the
 * same address.
 *
 * @param remote the resolved source address and port
 * @param connection the edge's number of the TCP or TLS connection; 0 for UDP
 */
public record Arrival(Transport transport, InetSocketAddress remote, long connection) {}
