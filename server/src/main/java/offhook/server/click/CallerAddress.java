package offhook.server.click;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;

/** Whom an address stands for. */
final class CallerAddress {
    private static final int NETWORK_BYTES = 8;

    private CallerAddress() {}

    /**
     * An IPv4 address by itself; of an IPv6 address the first 64 bits, as whoever has one has all of those (RFC 4291
     * section 2.5.1). What is no address stands for itself.
     */
    static String of(String peer) {
        int zone = peer.indexOf('%');
        try {
            InetAddress address = InetAddress.ofLiteral(zone < 0 ? peer : peer.substring(0, zone));
            return address instanceof Inet6Address
                    ? HexFormat.ofDelimiter(":").formatHex(address.getAddress(), 0, NETWORK_BYTES) + "/64"
                    : address.getHostAddress();
        } catch (IllegalArgumentException notAnAddress) {
            return peer;
        }
    }
}
