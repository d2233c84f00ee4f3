package offhook.server.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;

/**
 * Which servers a hop means (RFC 3263 sections 4.1 and 4.2): NAPTR records choose the transport where nobody named one,
 * SRV records the port where nobody named one, A and AAAA records the address.
 *
 * <p>A name without a dot is not looked up but for its address: it is a machine of this network, and stands in no public
 * zone. Where no name server answers the questions for services, the address alone has to do.
 */
final class ServerLocator {
    /**
     * A server, as the name servers have it.
     *
     * @param rank of its transport, the least first
     * @param priority within its rank, the least first (RFC 2782)
     * @param weight its share among those of its priority
     * @param addresses at least one that our sockets reach
     */
    record Server(int rank, int priority, int weight, Transport transport, int port, List<InetAddress> addresses) {}

    /** Nothing can be reached; the message says why, for operators and users. */
    static final class NoServer extends Exception {
        private static final long serialVersionUID = 1;

        NoServer(String message) {
            super(message);
        }
    }

    /** Addresses of one server that are kept. */
    static final int MAX_ADDRESSES = 8;

    /** Servers of one hop that are looked at. */
    static final int MAX_SERVERS = 16;

    private final Dns dns;
    private final Set<Transport> transports;
    private final Predicate<InetAddress> usable;

    /**
     * @param transports those that may be chosen where nobody named one
     * @param usable which addresses our sockets can reach
     */
    ServerLocator(Dns dns, Set<Transport> transports, Predicate<InetAddress> usable) {
        this.dns = dns;
        this.transports = Set.copyOf(transports);
        this.usable = usable;
    }

    /**
     * Looks up a hop whose host is a name. Blocks.
     *
     * @return in no order; at least one
     */
    List<Server> locate(Hop hop) throws NoServer {
        List<Server> servers = new ArrayList<>();
        if (hop.port() == 0 && hop.host().indexOf('.') > 0) {
            boolean services;
            try {
                services = byServices(hop, servers);
            } catch (IOException unanswered) {
                services = false;
                servers.clear();
            }
            if (services) {
                if (servers.isEmpty()) {
                    throw new NoServer(hop.host() + " has no SIP server that can be reached from here");
                }
                return servers;
            }
        }
        add(servers, 0, hop.transport(), new Dns.Srv(0, 0, hop.portOrDefault(), hop.host()));
        if (servers.isEmpty()) {
            throw new NoServer("the name " + hop.host() + " has no address");
        }
        return servers;
    }

    /** Whether the domain has SRV records for us at all; if so, nothing else counts. */
    private boolean byServices(Hop hop, List<Server> servers) throws IOException {
        if (!hop.transportOpen()) {
            return addServices(servers, 0, hop.transport(), service(hop.transport()) + hop.host());
        }
        boolean any = false;
        int rank = 0;
        for (Dns.Naptr naptr : services(hop.host())) {
            Optional<Transport> transport = transport(naptr.service());
            any |= transport.isPresent() && addServices(servers, rank++, transport.get(), naptr.replacement());
        }
        if (any) {
            return true;
        }
        for (Transport transport : List.of(Transport.UDP, Transport.TCP)) {
            any |= transports.contains(transport)
                    && addServices(servers, rank++, transport, service(transport) + hop.host());
        }
        return any;
    }

    /** Those that we can use, the best first: of the least order that has any (RFC 3263 section 4.1). */
    private List<Dns.Naptr> services(String domain) throws IOException {
        List<Dns.Naptr> ours = dns.naptr(domain).stream()
                .filter(naptr -> naptr.flags().equalsIgnoreCase("s"))
                .filter(naptr ->
                        transport(naptr.service()).filter(transports::contains).isPresent())
                .sorted(Comparator.comparingInt(Dns.Naptr::order).thenComparingInt(Dns.Naptr::preference))
                .limit(Transport.values().length)
                .toList();
        return ours.stream()
                .filter(naptr -> naptr.order() == ours.getFirst().order())
                .toList();
    }

    private static Optional<Transport> transport(String service) {
        return switch (service.toUpperCase(Locale.ROOT)) {
            case "SIP+D2U" -> Optional.of(Transport.UDP);
            case "SIP+D2T" -> Optional.of(Transport.TCP);
            case "SIPS+D2T" -> Optional.of(Transport.TLS);
            default -> Optional.empty();
        };
    }

    private static String service(Transport transport) {
        return switch (transport) {
            case UDP -> "_sip._udp.";
            case TCP -> "_sip._tcp.";
            case TLS -> "_sips._tcp.";
        };
    }

    private boolean addServices(List<Server> servers, int rank, Transport transport, String name) throws IOException {
        List<Dns.Srv> records = dns.srv(name);
        for (Dns.Srv record : records) {
            // A single dot says that there is decidedly no such service (RFC 2782): the domain has answered.
            if (!record.target().isEmpty() && record.port() != 0 && servers.size() < MAX_SERVERS) {
                add(servers, rank, transport, record);
            }
        }
        return !records.isEmpty();
    }

    private void add(List<Server> servers, int rank, Transport transport, Dns.Srv record) {
        List<InetAddress> addresses;
        try {
            addresses = dns.addresses(record.target()).stream()
                    .filter(usable)
                    .limit(MAX_ADDRESSES)
                    .toList();
        } catch (IOException unanswered) {
            return;
        }
        if (!addresses.isEmpty()) {
            servers.add(new Server(rank, record.priority(), record.weight(), transport, record.port(), addresses));
        }
    }
}
