package offhook.sip.transaction;

/**
 * The address that our Via headers carry: where responses reach us if the connection is gone, or the peer does not do
 * RFC 3581.
 *
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 * @param port 1 to 65 535, or 0 for the transport's default
 */
public record SentBy(String host, int port) {}
