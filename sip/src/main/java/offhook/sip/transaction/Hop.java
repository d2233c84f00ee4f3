package offhook.sip.transaction;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import offhook.sip.message.SipUri;

/**
 * Where a request goes next: in words, until the edge has found the targets that they mean (RFC 3263); each of those is a
 * hop whose host is an address.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65 535, or 0 where none was named: then SRV records tell (RFC 3263), else it is the transport's default
 * @param domain whom a TLS certificate must be made out to (RFC 5922 section 4): the host that was asked for, whatever
 *     DNS makes of it
 * @param transportOpen whether nobody named a transport, so that DNS may choose another than this one
 */
public record Hop(Transport transport, String host, int port, String domain, boolean transportOpen) {
    public Hop {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("a hop needs a host");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not 0 to 65535");
        }
    }

    /** By a transport that was named. */
    public Hop(Transport transport, String host, int port) {
        this(transport, host, port, host, false);
    }

    /** By UDP, unless DNS prefers another transport (RFC 3263 section 4.1). */
    public static Hop open(String host, int port) {
        return new Hop(Transport.UDP, host, port, host, true);
    }

    /**
     * The hop that a SIP URI names (RFC 3263 section 4, without the look-ups, which are the edge's): {@code maddr} before
     * the host, TLS for {@code sips}; open where no transport is named or none that we speak.
     *
     * @throws IllegalArgumentException when the URI is neither {@code sip} nor {@code sips}
     */
    public static Hop of(SipUri uri) {
        if (!uri.isSip()) {
            throw new IllegalArgumentException("no hop is named by " + uri.scheme() + ":");
        }
        String maddr = uri.parameters().value("maddr");
        String host = maddr.isEmpty() ? uri.bareHost() : maddr;
        if (uri.scheme().equals("sips")) {
            return new Hop(Transport.TLS, host, uri.port());
        }
        return switch (uri.transport()) {
            case "UDP" -> new Hop(Transport.UDP, host, uri.port());
            case "TCP" -> new Hop(Transport.TCP, host, uri.port());
            case "TLS" -> new Hop(Transport.TLS, host, uri.port());
            default -> open(host, uri.port());
        };
    }

    /** One target that this hop means: an address, and the same domain as before. */
    public Hop at(Transport by, InetAddress address, int targetPort) {
        return new Hop(by, address.getHostAddress(), targetPort, domain, false);
    }

    /** Whether the host is an address, so that there is nothing to look up. */
    public boolean isAddress() {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException aName) {
            return false;
        }
    }

    /**
     * The address of a target.
     *
     * @throws IllegalArgumentException when the host is a name
     */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.ofLiteral(host), portOrDefault());
    }

    /** Whether the host is an IPv6 address. */
    public boolean isIpv6() {
        return host.indexOf(':') >= 0;
    }

    /** The port that was named, else the transport's default. */
    public int portOrDefault() {
        return port == 0 ? transport.defaultPort() : port;
    }

    /** For people: {@code udp:pbx.example:5060}. */
    @Override
    public String toString() {
        String bracketed = isIpv6() ? "[" + host + "]" : host;
        return transport.word().toLowerCase(Locale.ROOT) + ":" + bracketed + (port == 0 ? "" : ":" + port);
    }
}
