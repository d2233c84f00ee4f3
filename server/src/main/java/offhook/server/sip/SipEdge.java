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
import java.util.List;
import java.util.Map;
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
    private final InetSocketAddress local;
    private final NameCache names;
    private final BlockingQueue<Datagram> udpQueue;
    private final Map<Long, SipConnection> byId = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, SipConnection> byRemote = new ConcurrentHashMap<>();
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
     * @throws UncheckedIOException when the port cannot be had
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
        Ports ports = Ports.open(settings);
        udp = ports.udp;
        listener = ports.tcp;
        local = ports.local;
        boolean ipv4Only = local.getAddress() instanceof Inet4Address;
        names = new NameCache(
                name -> List.of(InetAddress.getAllByName(name)),
                address -> !ipv4Only || address instanceof Inet4Address,
                System::nanoTime);
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress local() {
        return local;
    }

    /** Begins to read; every message goes to these loops. */
    public void start(SipOwners owners) {
        this.owners = owners;
        Thread.ofVirtual().name("sip-udp-read").start(this::readUdp);
        Thread.ofVirtual().name("sip-udp-write").start(this::writeUdp);
        if (listener != null) {
            Thread.ofVirtual().name("sip-tcp-accept").start(() -> accept(listener));
        }
    }

    /** Sends a message to a hop; its name is looked up and a connection opened as needed. Nothing waits. */
    public void send(Hop hop, byte[] message, Consumer<String> failed) {
        Consumer<String> report = why -> {
            this.failed.increment();
            LOG.info("event=sip-not-sent hop={} why=\"{}\"", hop, why);
            failed.accept(why);
        };
        if (hop.transport() == Transport.TLS) {
            report.accept("SIP over TLS is not spoken here yet");
            return;
        }
        names.find(
                hop.host(),
                address -> send(
                        hop.transport(),
                        new InetSocketAddress(
                                address, hop.port() == 0 ? hop.transport().defaultPort() : hop.port()),
                        new Outgoing(message, report)),
                report);
    }

    private void send(Transport transport, InetSocketAddress remote, Outgoing outgoing) {
        if (remote.getPort() == 0) {
            outgoing.failed().accept("port 0 is nowhere");
        } else if (transport == Transport.UDP) {
            sendDatagram(remote, outgoing);
        } else {
            sendStream(remote, outgoing);
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
            sent.increment();
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

    // ------------------------------------------------------------------ TCP

    private void sendStream(InetSocketAddress remote, Outgoing outgoing) {
        SipConnection connection = byRemote.get(remote);
        if (connection == null) {
            connection = connect(remote);
        }
        if (connection == null) {
            refusedConnections.increment();
            outgoing.failed().accept("the limit of " + settings.connections() + " connections is reached");
        } else {
            connection.send(outgoing);
            sent.increment();
        }
    }

    private synchronized @Nullable SipConnection connect(InetSocketAddress remote) {
        SipConnection known = byRemote.get(remote);
        if (known != null) {
            return known;
        }
        return byId.size() >= settings.connections() ? null : add(remote, new Socket());
    }

    private synchronized SipConnection add(InetSocketAddress remote, Socket socket) {
        SipConnection connection = new SipConnection(nextId.getAndIncrement(), remote, socket, settings, events);
        byId.put(connection.id(), connection);
        byRemote.put(remote, connection);
        connection.start();
        return connection;
    }

    private void accept(ServerSocket listener) {
        while (!closed) {
            try {
                Socket socket = listener.accept();
                if (byId.size() >= settings.connections()) {
                    refusedConnections.increment();
                    socket.close();
                } else {
                    add((InetSocketAddress) socket.getRemoteSocketAddress(), socket);
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
            deliver(new SipPeek(), message, new Arrival(Transport.TCP, connection.remote(), connection.id()));
        }

        @Override
        public void broken(SipConnection connection, String why) {
            malformed.increment();
            LOG.info("event=sip-stream-broken peer={} why=\"{}\"", connection.remote(), why);
        }

        @Override
        public void closed(SipConnection connection) {
            byId.remove(connection.id());
            byRemote.remove(connection.remote(), connection);
            SipOwners known = owners;
            if (known != null && !closed) {
                known.connectionLost(connection.id());
            }
        }
    }

    private record Datagram(InetSocketAddress remote, Outgoing outgoing) {}

    /** UDP and TCP at one address and one port. */
    private record Ports(DatagramChannel udp, @Nullable ServerSocket tcp, InetSocketAddress local) {
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
                return new Ports(udp, settings.tcp() ? listen(local) : null, local);
            } catch (IOException e) {
                udp.close();
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
