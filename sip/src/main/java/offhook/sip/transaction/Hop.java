package offhook.sip.transaction;

import java.util.Locale;
import offhook.sip.message.SipUri;

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

    /**
     * The hop that a SIP URI names (RFC 3263 section 4, without the look-ups, which are the edge's): {@code maddr} before
     * the host, TLS for {@code sips}, UDP where no transport is named or none that we speak.
     *
     * @throws IllegalArgumentException when the URI is neither {@code sip} nor {@code sips}
     */
    public static Hop of(SipUri uri) {
        if (!uri.isSip()) {
            throw new IllegalArgumentException("no hop is named by " + uri.scheme() + ":");
        }
        String maddr = uri.parameters().value("maddr");
        return new Hop(transportOf(uri), maddr.isEmpty() ? uri.bareHost() : maddr, uri.port());
    }

    private static Transport transportOf(SipUri uri) {
        if (uri.scheme().equals("sips")) {
            return Transport.TLS;
        }
        return switch (uri.transport()) {
            case "TCP" -> Transport.TCP;
            case "TLS" -> Transport.TLS;
            default -> Transport.UDP;
        };
    }

    /** For people: {@code udp:pbx.example:5060}. */
    @Override
    public String toString() {
        String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return transport.word().toLowerCase(Locale.ROOT) + ":" + bracketed + (port == 0 ? "" : ":" + port);
    }
}
