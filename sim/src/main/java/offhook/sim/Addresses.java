package offhook.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses of the virtual network (RFC 5737): nothing is ever sent to them. */
public final class Addresses {
    public static final String GATEWAY = "192.0.2.1";
    public static final String BROWSER = "198.51.100.7";
    public static final String PBX = "203.0.113.5";

    private Addresses() {}

    /** @param literal an IP address, never a name */
    public static InetAddress of(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    /** @param literal an IP address, never a name */
    public static InetSocketAddress of(String literal, int port) {
        return new InetSocketAddress(of(literal), port);
    }
}
