package offhook.server.web;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;

/**
 * Who a request comes from. A reverse proxy's word counts where the operator has named it; anybody else's
 * {@code X-Forwarded-For} is only a header.
 *
 * @param addresses of the proxies
 */
record TrustedProxies(Set<InetAddress> addresses) {
    TrustedProxies {
        addresses = Set.copyOf(addresses);
    }

    /**
     * The client's address without a port. Each proxy adds at the end whom it heard from, so the last one that is no
     * proxy of ours is as far as anybody trustworthy has seen.
     *
     * @param peer the other end of the connection
     * @param forwardedFor the values of {@code X-Forwarded-For}, in order
     */
    String client(SocketAddress peer, List<String> forwardedFor) {
        if (!(peer instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return "";
        }
        InetAddress client = inet.getAddress();
        String[] hops = String.join(",", forwardedFor).split(",", -1);
        for (int i = hops.length - 1; i >= 0 && addresses.contains(client); i--) {
            try {
                client = InetAddress.ofLiteral(hops[i].strip());
            } catch (IllegalArgumentException notAnAddress) {
                break;
            }
        }
        return withoutZone(client.getHostAddress());
    }

    /** Whether the other end of a connection is one of them. */
    boolean trust(SocketAddress peer) {
        return peer instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && addresses.contains(inet.getAddress());
    }

    private static String withoutZone(String literal) {
        int zone = literal.indexOf('%');
        return zone < 0 ? literal : literal.substring(0, zone);
    }
}
