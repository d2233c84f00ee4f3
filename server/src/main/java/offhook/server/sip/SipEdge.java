package offhook.server.sip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import offhook.call.switchboard.LoopMark;
import offhook.server.metrics.Counter;
import offhook.server.metrics.Metrics;
import offhook.sip.message.SipPeek;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SIP port. A message that comes in carries the mark of the loop that it belongs to, in its branch, its To tag or its
 * Request-URI, so no table is needed to hand it on. A message that goes out is resolved, queued and written here.
 * Thread-safe.
 */
public final class SipEdge implements AutoCloseable {
    /** As on a connection (RFC 5626 section 3.5.1); STUN, its way for UDP, surprises servers that do not know it. */
    private static final byte[] KEEP_ALIVE = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Longest UDP payload. */
    private static final int DATAGRAM = 65_535;

    /** SIP over UDP is bursty when many calls begin at once. */
    private static final int UDP_BUFFER = 1 << 20;

    /** How often another port is tried when UDP has one that TCP does not. */
    private static final int PORT_TRIES = 16;

    /** After a failed accept: when files are short, trying again at once only burns the processor. */
    private static final long ACCEPT_PAUSE_NANOS = 100_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(SipEdge.class);

    private final SipEdgeSettings settings;
    private final DatagramChannel udp;
    private final @Nullable ServerSocket listener;
    private final @Nullable ServerSocket tlsListener;
    private final InetSocketAddress local;
    private final SipTls tls;
    private final Targets targets;
    private final BlockingQueue<Datagram> udpQueue;
    private final Map<Long, SipConnection> byId = new ConcurrentHashMap<>();
    private final Map<Peer, SipConnection> byPeer = new ConcurrentHashMap<>();
    private final AtomicLong nextId = new AtomicLong(1);
    private final ConnectionEvents events = new ConnectionEvents();
    private final Counter received;
    private final Counter sent;
    private final Counter malformed;
    private final Counter overload;
    private final Counter failed;
    private final Counter refusedConnections;
    private volatile @Nullable SipOwners owners;
    private volatile boolean closed;

    /**
     * Takes the port; nothing is read before {@link #start}.
     *
     * @throws UncheckedIOException when a port cannot be had
     * @throws IllegalArgumentException with a sentence for the operator when a file of TLS cannot be used
     */
    public SipEdge(SipEdgeSettings settings, Metrics metrics) {
        this.settings = settings;
        received = metrics.counter("sip_received", "SIP messages taken in.");
        sent = metrics.counter("sip_sent", "SIP messages handed to the system.");
        malformed = metrics.counter("sip_malformed", "Datagrams and streams that are no SIP.");
        overload = metrics.counter("sip_overload", "SIP messages dropped because their loop had no room.");
        failed = metrics.counter("sip_send_failed", "SIP messages that could not be sent.");
        refusedConnections = metrics.counter("sip_connections_refused", "TCP connections beyond the limit.");
        metrics.gauge("sip_connections", "TCP connections of SIP peers.", byId::size);
        udpQueue = new ArrayBlockingQueue<>(settings.queue());
        tls = new SipTls(settings.tls());
        Ports ports = Ports.open(settings);
        udp = ports.udp;
        listener = ports.tcp;
        tlsListener = ports.tls;
        local = ports.local;
        Set<Transport> spoken = EnumSet.of(Transport.TLS); // which takes no port of ours towards servers
        spoken.addAll(settings.transports());
        ServerLocator locator = new ServerLocator(
                new JndiDns(settings.dnsServer()), spoken, address -> isUsable(local.getAddress(), address));
        targets = new Targets(locator::locate, new SecureRandom(), System::nanoTime);
        if (!settings.tls().verify()) {
            LOG.warn(
                    "event=sip-tls-not-verified why=\"sip.tls.verify is false: anybody on the way to a SIP server can pretend"
                            + " to be it, read passwords' digests and take calls\"");
        }
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress local() {
        return local;
    }

    /** An IPv4 socket reaches IPv4 alone, one of a certain IPv6 address IPv6 alone, one of them all both. */
    private static boolean isUsable(InetAddress own, InetAddress other) {
        boolean ipv4 = other instanceof Inet4Address;
        return own instanceof Inet4Address ? ipv4 : own.isAnyLocalAddress() || !ipv4;
    }

    /** Where it listens for TLS, with the real port; null where it does not. */
    public @Nullable InetSocketAddress tlsLocal() {
        return tlsListener == null ? null : (InetSocketAddress) tlsListener.getLocalSocketAddress();
    }

    /** Begins to read; every message goes to these loops. */
    public void start(SipOwners owners) {
        this.owners = owners;
        Thread.ofVirtual().name("sip-udp-read").start(this::readUdp);
        Thread.ofVirtual().name("sip-udp-write").start(this::writeUdp);
        if (listener != null) {
            Thread.ofVirtual().name("sip-tcp-accept").start(() -> accept(listener, Transport.TCP));
        }
        if (tlsListener != null) {
            Thread.ofVirtual().name("sip-tls-accept").start(() -> accept(tlsListener, Transport.TLS));
        }
    }

    /**
     * Finds the targets that a hop means (RFC 3263), the best first. Nothing waits; either is told on any thread.
     *
     * @param found is given one at least
     * @param failed is told why there are none
     */
    public void locate(Hop hop, Consumer<List<Hop>> found, Consumer<String> failed) {
        targets.find(hop, found, why -> {
            LOG.info("event=sip-not-located hop={} why=\"{}\"", hop, why);
            failed.accept(why);
        });
    }

    /** Has a target come last for a while, because it did not take a request. */
    public void avoid(Hop target) {
        targets.avoid(target);
    }

    /** Sends a message to a target, over a connection that is opened as needed. Nothing waits. */
    public void send(Hop target, byte[] message, Consumer<String> failed) {
        Outgoing outgoing = new Outgoing(message, why -> {
            this.failed.increment();
            LOG.info("event=sip-not-sent hop={} why=\"{}\"", target, why);
            failed.accept(why);
        });
        if (!target.isAddress()) {
            outgoing.failed().accept("the name " + target.host() + " was not looked up");
        } else if (target.transport() == Transport.UDP) {
            sendDatagram(target.address(), outgoing);
        } else {
            sendStream(target, outgoing);
        }
    }

    /**
     * Keeps the way to a target open that NATs and firewalls would close: a double line break, which SIP servers pass over
     * on UDP and answer on a connection (RFC 5626 section 3.5.1). Nothing waits, and no connection is opened for it.
     */
    public void keepAlive(Hop target) {
        if (!target.isAddress()) {
            return;
        }
        if (target.transport() == Transport.UDP) {
            sendDatagram(target.address(), new Outgoing(KEEP_ALIVE.clone(), Outgoing.NOBODY));
        } else {
            SipConnection connection = known(Peer.of(target), target);
            if (connection != null) {
                connection.keepAlive();
            }
        }
    }

    /** Sends a response back to where its request came from (RFC 3261 section 18.2.2). Nothing waits. */
    public void reply(Arrival arrival, byte[] message) {
        Outgoing outgoing = new Outgoing(message, why -> failed.increment());
        if (arrival.transport() == Transport.UDP) {
            sendDatagram(arrival.remote(), outgoing);
            return;
        }
        SipConnection connection = byId.get(arrival.connection());
        if (connection == null) {
            failed.increment();
        } else {
            connection.send(outgoing);
        }
    }

    // ------------------------------------------------------------------ UDP

    private void sendDatagram(InetSocketAddress remote, Outgoing outgoing) {
        if (!udpQueue.offer(new Datagram(remote, outgoing))) {
            outgoing.failed().accept("too many messages wait for the network");
        }
    }

    private void writeUdp() {
        while (!closed) {
            try {
                Datagram datagram = udpQueue.take();
                write(datagram);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void write(Datagram datagram) {
        if (datagram.outgoing.message().length == 0) {
            return; // only woke this thread
        }
        try {
            udp.send(ByteBuffer.wrap(datagram.outgoing.message()), datagram.remote);
            if (datagram.outgoing.message().length > KEEP_ALIVE.length) {
                sent.increment();
            }
        } catch (IOException | RuntimeException e) {
            datagram.outgoing.failed().accept("no way to " + datagram.remote + " (" + e.getMessage() + ")");
        }
    }

    private void readUdp() {
        ByteBuffer buffer = ByteBuffer.allocate(DATAGRAM);
        SipPeek peek = new SipPeek();
        while (!closed) {
            try {
                buffer.clear();
                InetSocketAddress from = (InetSocketAddress) udp.receive(buffer);
                buffer.flip();
                byte[] message = new byte[buffer.remaining()];
                buffer.get(message);
                deliver(peek, message, new Arrival(Transport.UDP, from, 0));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                malformed.increment();
            } catch (RuntimeException e) {
                LOG.error("event=fault where=sip-udp", e);
            }
        }
    }

    // ------------------------------------------------------------------ in

    private void deliver(SipPeek peek, byte[] message, Arrival from) {
        if (isKeepAlive(message)) {
            return;
        }
        if (!peek.read(message, 0, message.length)) {
            malformed.increment();
            return;
        }
        received.increment();
        SipOwners known = owners;
        if (known == null || !known.deliver(ownerOf(peek), message, from)) {
            overload.increment();
        }
    }

    /** Line breaks and zeros, by which phones keep their NAT's door open. */
    private static boolean isKeepAlive(byte[] message) {
        for (byte b : message) {
            if (b != '\r' && b != '\n' && b != 0) {
                return false;
            }
        }
        return true;
    }

    /** A response comes back on our branch; a request to our tag or our contact. */
    private static int ownerOf(SipPeek peek) {
        if (!peek.isRequest()) {
            return LoopMark.loopOf(peek.branch());
        }
        int loop = LoopMark.loopOf(peek.toTag());
        return loop >= 0 ? loop : LoopMark.loopOf(peek.requestUser());
    }

    // ------------------------------------------------------------------ TCP and TLS

    private void sendStream(Hop target, Outgoing outgoing) {
        Peer peer = Peer.of(target);
        SipConnection connection = known(peer, target);
        if (connection == null) {
            connection = connect(peer);
        }
        if (connection == null) {
            refusedConnections.increment();
            outgoing.failed().accept("the limit of " + settings.connections() + " connections is reached");
        } else {
            connection.send(outgoing);
            sent.increment();
        }
    }

    /**
     * A connection to a target. Where a request within a call names an address, as Contact and Record-Route mostly do, any
     * connection to that address will do: whoever is there has proved the name by which it was found.
     */
    private @Nullable SipConnection known(Peer peer, Hop target) {
        SipConnection exact = byPeer.get(peer);
        if (exact != null || target.transport() != Transport.TLS || !isAddress(target.domain())) {
            return exact;
        }
        return byPeer.entrySet().stream()
                .filter(open -> open.getKey().transport() == Transport.TLS
                        && open.getKey().remote().equals(peer.remote())
                        && open.getValue().established())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private static boolean isAddress(String domain) {
        return new Hop(Transport.TLS, domain, 0).isAddress();
    }

    private synchronized @Nullable SipConnection connect(Peer peer) {
        SipConnection known = byPeer.get(peer);
        if (known != null) {
            return known;
        }
        return byId.size() >= settings.connections() ? null : add(peer, new Socket(), opened(peer));
    }

    private SipConnection.Security opened(Peer peer) {
        return peer.transport() == Transport.TLS ? socket -> tls.connect(socket, peer.domain()) : socket -> socket;
    }

    private synchronized SipConnection add(Peer peer, Socket socket, SipConnection.Security security) {
        SipConnection connection = new SipConnection(
                nextId.getAndIncrement(), peer.transport(), peer.remote(), socket, security, settings, events);
        byId.put(connection.id(), connection);
        byPeer.put(peer, connection);
        connection.start();
        return connection;
    }

    private void accept(ServerSocket listener, Transport transport) {
        while (!closed) {
            try {
                Socket socket = listener.accept();
                if (byId.size() >= settings.connections()) {
                    refusedConnections.increment();
                    socket.close();
                } else {
                    InetSocketAddress remote = (InetSocketAddress) socket.getRemoteSocketAddress();
                    SipConnection.Security security = transport == Transport.TLS ? tls::accept : plain -> plain;
                    add(new Peer(transport, remote, Peer.NOBODY), socket, security);
                }
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("event=sip-accept-failed why=\"{}\"", e.getMessage());
                    LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        // The last words of calls that end with the server.
        for (Datagram last = udpQueue.poll(); last != null; last = udpQueue.poll()) {
            write(last);
        }
        try {
            udp.close();
            if (listener != null) {
                listener.close();
            }
            if (tlsListener != null) {
                tlsListener.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!udpQueue.offer(new Datagram(local, new Outgoing(new byte[0], Outgoing.NOBODY)))) {
            LOG.debug("event=sip-closed queue=full");
        }
        byId.values().forEach(connection -> connection.close("the server stops"));
    }

    private final class ConnectionEvents implements SipConnection.Listener {
        @Override
        public void message(SipConnection connection, byte[] message) {
            deliver(new SipPeek(), message, new Arrival(connection.transport(), connection.remote(), connection.id()));
        }

        @Override
        public void broken(SipConnection connection, String why) {
            malformed.increment();
            LOG.info("event=sip-stream-broken peer={} why=\"{}\"", connection.remote(), why);
        }

        @Override
        public void closed(SipConnection connection) {
            byId.remove(connection.id());
            byPeer.values().remove(connection);
            SipOwners known = owners;
            if (known != null && !closed) {
                known.connectionLost(connection.id());
                if (connection.established()) {
                    known.flowLost(connection.transport(), connection.remote());
                }
            }
        }
    }

    private record Datagram(InetSocketAddress remote, Outgoing outgoing) {}

    /**
     * Whom a connection leads to.
     *
     * @param domain whom its certificate was checked against; {@value #NOBODY} without TLS, and for those who came to us
     */
    private record Peer(Transport transport, InetSocketAddress remote, String domain) {
        static final String NOBODY = "";

        static Peer of(Hop target) {
            boolean proved = target.transport() == Transport.TLS;
            return new Peer(target.transport(), target.address(), proved ? target.domain() : NOBODY);
        }
    }

    /** UDP and TCP at one address and one port, and TLS at another. */
    private record Ports(
            DatagramChannel udp,
            @Nullable ServerSocket tcp,
            @Nullable ServerSocket tls,
            InetSocketAddress local) {
        static Ports open(SipEdgeSettings settings) {
            for (int i = 1; ; i++) {
                try {
                    return openOnce(settings);
                } catch (IOException e) {
                    if (settings.local().getPort() != 0 || !(e instanceof BindException) || i == PORT_TRIES) {
                        throw new UncheckedIOException(settings.local() + ": " + e.getMessage(), e);
                    }
                }
            }
        }

        private static Ports openOnce(SipEdgeSettings settings) throws IOException {
            InetSocketAddress wanted = settings.local();
            DatagramChannel udp = DatagramChannel.open(
                    wanted.getAddress() instanceof Inet4Address
                            ? StandardProtocolFamily.INET
                            : StandardProtocolFamily.INET6);
            try {
                udp.setOption(StandardSocketOptions.SO_RCVBUF, UDP_BUFFER);
                udp.bind(wanted);
                InetSocketAddress local = (InetSocketAddress) udp.getLocalAddress();
                return withStreams(settings, udp, local);
            } catch (IOException e) {
                udp.close();
                throw e;
            }
        }

        private static Ports withStreams(SipEdgeSettings settings, DatagramChannel udp, InetSocketAddress local)
                throws IOException {
            ServerSocket tcp = settings.tcp() ? listen(local) : null;
            InetSocketAddress secure = settings.tls().local();
            try {
                return new Ports(udp, tcp, secure == null ? null : listen(secure), local);
            } catch (IOException e) {
                if (tcp != null) {
                    tcp.close();
                }
                throw e;
            }
        }

        private static ServerSocket listen(InetSocketAddress local) throws IOException {
            ServerSocket socket = new ServerSocket();
            try {
                socket.setReuseAddress(true);
                socket.bind(local);
                return socket;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }
    }
}
