package offhook.server.click;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Whom an address stands for. */
final class CallerAddress {
    private static final int NETWORK_BYTES = 8;
    private static final int IPV6_BYTES = 16;

    private CallerAddress() {}

    /**
     * An IPv4 address by itself; of an IPv6 address the first 64 bits, as whoever has one has all of those (RFC 4291
     * section 2.5.1). What is no address stands for itself.
     */
    static String of(String peer) {
        int zone = peer.indexOf('%');
        try {
            InetAddress address = InetAddress.ofLiteral(zone < 0 ? peer : peer.substring(0, zone));
            return address instanceof Inet6Address ? network(address) : address.getHostAddress();
        } catch (IllegalArgumentException notAnAddress) {
            return peer;
        }
    }

    private static String network(InetAddress address) {
        byte[] bytes = Arrays.copyOf(Arrays.copyOf(address.getAddress(), NETWORK_BYTES), IPV6_BYTES);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress() + "/64";
        } catch (UnknownHostException e) {
            throw new IllegalStateException("sixteen bytes are an address", e);
        }
    }
}
