package offhook.sip.transaction;

import java.util.Locale;

/**
 * Where a request goes next, in words: the edge resolves the name and keeps the connections.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65 535, or 0 where none was named: the edge may then look up SRV records (RFC 3263) or take the
 *     transport's default
 */
public record Hop(Transport transport, String host, int port) {
    public Hop {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("a hop needs a host");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not 0 to 65535");
        }
    }

    /** For people: {@code udp:pbx.example:5060}. */
    @Override
    public String toString() {
        String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return transport.word().toLowerCase(Locale.ROOT) + ":" + bracketed + (port == 0 ? "" : ":" + port);
    }
}
