package offhook.server.app;

import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import offhook.server.config.Configuration;

/**
 * Which addresses the sockets bind to, and which are told to others.
 *
 * @param browserSocket where media ports for browsers bind
 * @param candidates where browsers are told to send media, the best first
 * @param rtpSocket where ports for SIP media bind
 * @param rtpAddress what SIP peers are told about those
 * @param sipSocket where SIP binds
 * @param sipAddress what SIP peers are told about that
 */
record Addresses(
        InetAddress browserSocket,
        List<InetAddress> candidates,
        InetAddress rtpSocket,
        InetAddress rtpAddress,
        InetAddress sipSocket,
        InetAddress sipAddress) {
    /** Candidates offered at most: each costs a browser checks. */
    private static final int CANDIDATES = 8;

    private static final InetAddress ANY_IPV4 = InetAddress.ofLiteral("0.0.0.0");
    private static final InetAddress ANY_IPV6 = InetAddress.ofLiteral("::");
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /** @throws StartFailure when a name has no address */
    static Addresses of(Configuration configuration) {
        return of(configuration, ofThisMachine());
    }

    /** @param machine this machine's addresses on networks, IPv4 first */
    static Addresses of(Configuration configuration, List<InetAddress> machine) {
        Configuration.Media media = configuration.media();
        Configuration.Sip sip = configuration.sip();
        InetAddress primary = machine.isEmpty() ? LOOPBACK : machine.getFirst();
        InetAddress sipSocket = resolve("sip.address", sip.address());
        InetAddress sipReachable = sipSocket.isAnyLocalAddress() ? primary : sipSocket;
        boolean auto = media.address().equals("auto");
        InetAddress mediaSocket = auto ? anyOf(machine) : resolve("media.address", media.address());

        Set<InetAddress> candidates = new LinkedHashSet<>();
        if (!media.publicAddress().isEmpty()) {
            candidates.add(resolve("media.publicAddress", media.publicAddress()));
        }
        if (mediaSocket.isAnyLocalAddress()) {
            candidates.addAll(machine);
            if (candidates.isEmpty()
                    || resolve("web.address", configuration.web().address()).isLoopbackAddress()) {
                candidates.add(LOOPBACK);
            }
        } else {
            candidates.add(mediaSocket);
        }

        InetAddress rtpSocket = auto ? sipSocket : mediaSocket;
        InetAddress rtpReachable = rtpSocket.isAnyLocalAddress() ? primary : rtpSocket;
        return new Addresses(
                mediaSocket,
                candidates.stream().limit(CANDIDATES).toList(),
                rtpSocket,
                media.publicAddress().isEmpty() ? rtpReachable : resolve("media.publicAddress", media.publicAddress()),
                sipSocket,
                sip.publicAddress().isEmpty() ? sipReachable : resolve("sip.publicAddress", sip.publicAddress()));
    }

    private static InetAddress anyOf(List<InetAddress> machine) {
        boolean ipv6 = machine.stream().anyMatch(address -> !(address instanceof Inet4Address));
        return ipv6 ? ANY_IPV6 : ANY_IPV4;
    }

    static InetAddress resolve(String key, String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new StartFailure(key + ": the name " + host + " has no address", e);
        }
    }

    /** Addresses that other machines may reach: up, not loopback, not link-local; IPv4 first. */
    private static List<InetAddress> ofThisMachine() {
        List<InetAddress> found = new ArrayList<>();
        try {
            NetworkInterface.networkInterfaces()
                    .filter(Addresses::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress()
                            && !address.isLinkLocalAddress()
                            && !address.isMulticastAddress())
                    .forEach(found::add);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        found.sort(Comparator.comparing(address -> !(address instanceof Inet4Address)));
        return found;
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException e) {
            return false;
        }
    }
}
