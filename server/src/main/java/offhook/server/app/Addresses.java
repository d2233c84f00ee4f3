package offhook.server.app;

import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
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
 * @param rtpAddresses what SIP peers are told about those: one of each family at most, IPv4 first
 * @param sipSocket where SIP binds
 * @param sipAddresses what SIP peers are told about that, likewise
 */
record Addresses(
        InetAddress browserSocket,
        List<InetAddress> candidates,
        InetAddress rtpSocket,
        List<InetAddress> rtpAddresses,
        InetAddress sipSocket,
        List<InetAddress> sipAddresses) {
    /** Candidates offered at most: each costs a browser checks. */
    private static final int CANDIDATES = 8;

    private static final Comparator<InetAddress> IPV4_FIRST =
            Comparator.comparing(address -> !(address instanceof Inet4Address));
    private static final InetAddress ANY_IPV4 = InetAddress.ofLiteral("0.0.0.0");
    private static final InetAddress ANY_IPV6 = InetAddress.ofLiteral("::");
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /** @throws StartFailure when a name has no address */
    static Addresses of(Configuration configuration) {
        return of(configuration, ofThisMachine());
    }

    /** @param networks this machine's addresses on networks, IPv4 first */
    static Addresses of(Configuration configuration, List<InetAddress> networks) {
        List<InetAddress> machine =
                networks.stream().map(Addresses::withoutZone).toList();
        Configuration.Media media = configuration.media();
        Configuration.Sip sip = configuration.sip();
        InetAddress sipSocket = resolve("sip.address", sip.address());
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
        return new Addresses(
                mediaSocket,
                candidates.stream().limit(CANDIDATES).toList(),
                rtpSocket,
                told(rtpSocket, "media.publicAddress", media.publicAddress(), machine),
                sipSocket,
                told(sipSocket, "sip.publicAddress", sip.publicAddress(), machine));
    }

    /**
     * What peers are told about a socket: its own address; for one that listens on all, the first of each family that it
     * can be reached by. A public address takes the place of that of its family.
     */
    private static List<InetAddress> told(
            InetAddress socket, String publicKey, String publicAddress, List<InetAddress> machine) {
        List<InetAddress> told = new ArrayList<>();
        if (!publicAddress.isEmpty()) {
            told.add(resolve(publicKey, publicAddress));
        }
        if (!socket.isAnyLocalAddress()) {
            return told.isEmpty() ? List.of(socket) : told;
        }
        for (InetAddress own : machine) {
            boolean reached = socket instanceof Inet6Address || own instanceof Inet4Address;
            if (reached && told.stream().noneMatch(other -> other.getClass() == own.getClass())) {
                told.add(own);
            }
        }
        if (told.isEmpty()) {
            told.add(LOOPBACK);
        }
        told.sort(IPV4_FIRST);
        return List.copyOf(told);
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
        found.sort(IPV4_FIRST);
        return found;
    }

    /** The JDK knows a global IPv6 address by its interface, too ({@code fd00::2%eth0}), which means nothing to others. */
    private static InetAddress withoutZone(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException e) {
            return false;
        }
    }
}
