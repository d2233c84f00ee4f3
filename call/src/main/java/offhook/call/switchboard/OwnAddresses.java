package offhook.call.switchboard;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import offhook.sip.transaction.Transport;

/**
 * Where SIP peers reach us. A peer is told the address of its own family, IPv4 or IPv6, where we have one.
 *
 * @param sip one of each family at most, the preferred first; Via and Contact carry it
 * @param ports where we listen by each transport; UDP is always among them
 * @param rtp one of each family at most, the preferred first; session descriptions carry it
 */
public record OwnAddresses(List<InetAddress> sip, Map<Transport, Integer> ports, List<InetAddress> rtp) {
    public OwnAddresses {
        if (sip.isEmpty() || rtp.isEmpty()) {
            throw new IllegalArgumentException("SIP peers need an address to reach us at");
        }
        if (!ports.containsKey(Transport.UDP)) {
            throw new IllegalArgumentException("a SIP element speaks UDP (RFC 3261 section 18)");
        }
        sip = List.copyOf(sip);
        ports = Map.copyOf(ports);
        rtp = List.copyOf(rtp);
    }

    /** Where a peer reaches us; at our UDP port where we do not listen on the transport, so that it uses what is open. */
    InetSocketAddress sip(Transport transport, boolean ipv6) {
        Integer port = ports.get(transport);
        return new InetSocketAddress(
                of(sip, ipv6), port != null ? port : Objects.requireNonNull(ports.get(Transport.UDP)));
    }

    /** Where a peer sends media to. */
    InetAddress rtp(boolean ipv6) {
        return of(rtp, ipv6);
    }

    private static InetAddress of(List<InetAddress> addresses, boolean ipv6) {
        return addresses.stream()
                .filter(address -> address instanceof Inet6Address == ipv6)
                .findFirst()
                .orElse(addresses.getFirst());
    }
}
