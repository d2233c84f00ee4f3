package offhook.exchange;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import offhook.exchange.extension.Extension;
import offhook.exchange.extension.Extensions;
import offhook.exchange.routing.Router;
import offhook.sip.message.SipParser;
import offhook.sip.message.SipSyntaxException;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.SentBy;
import offhook.sip.transaction.TransactionLayer;
import offhook.sip.transaction.Transport;

/**
 * The exchange with its sockets: one port for UDP and TCP, and a UDP port for the extensions, which are reached through
 * the first like any phone. Thread-safe.
 */
public final class Exchange implements AutoCloseable {
    /** Numbers that answer by themselves. */
    public static final List<String> EXTENSIONS =
            Arrays.stream(Extension.values()).map(Extension::user).toList();

    private static final int BIND_ATTEMPTS = 20;
    /** For the BYEs of the extensions to pass. */
    private static final long FAREWELL_MILLIS = 100;

    private final ExchangeSettings settings;
    private final Counting counting = new Counting();
    private final ExchangeLoop loop = new ExchangeLoop();
    private final Ports ports;
    private final InetSocketAddress ownAddress;
    private final Router router;
    private final Extensions extensions;
    private final AtomicLong connectionIds = new AtomicLong();
    private final Map<Long, Connection> connections = new ConcurrentHashMap<>();
    /** The connection to take to an address: the one opened last. Belongs to the loop. */
    private final Map<InetSocketAddress, Connection> ways = new HashMap<>();

    /** The sockets that are open as long as the exchange is. */
    private record Ports(ServerSocket listener, DatagramPort datagrams, DatagramPort extensions) {
        /** TCP first: its free port is then tried for UDP, and another one if that is taken. */
        static Ports open(InetAddress address, int port) throws IOException {
            for (int attempt = 1; ; attempt++) {
                ServerSocket listener = new ServerSocket();
                try {
                    listener.bind(new InetSocketAddress(address, port));
                    DatagramPort datagrams = new DatagramPort(address, listener.getLocalPort());
                    return new Ports(listener, datagrams, new DatagramPort(address, 0));
                } catch (IOException taken) {
                    listener.close();
                    if (port != 0 || attempt == BIND_ATTEMPTS) {
                        throw taken;
                    }
                }
            }
        }

        void close() {
            datagrams.close();
            extensions.close();
            try {
                listener.close();
            } catch (IOException gone) {
                // There is nothing left to close.
            }
        }
    }

    /**
     * Opens the ports and goes.
     *
     * @throws UncheckedIOException when the port is taken or the address is not this machine's
     */
    public static Exchange start(ExchangeSettings settings) {
        try {
            Exchange exchange = new Exchange(settings, Ports.open(settings.address(), settings.port()));
            exchange.go();
            return exchange;
        } catch (IOException e) {
            String place = settings.address().getHostAddress() + " port " + settings.port();
            throw new UncheckedIOException("the exchange cannot listen on " + place + ": " + e.getMessage(), e);
        }
    }

    private Exchange(ExchangeSettings settings, Ports ports) {
        this.settings = settings;
        this.ports = ports;
        this.ownAddress =
                new InetSocketAddress(settings.address(), ports.datagrams().port());
        String literal = settings.address().getHostAddress();
        String host = settings.address() instanceof Inet6Address ? "[" + literal + "]" : literal;
        SecureRandom random = new SecureRandom();
        Hop desk = new Hop(Transport.UDP, literal, ports.extensions().port());
        this.router = new Router(
                host,
                port(),
                settings.users(),
                Extension.users().stream().collect(Collectors.toMap(Function.identity(), user -> desk)),
                settings.routing(),
                random,
                new Outgoing());
        this.extensions = new Extensions(
                settings.address(),
                new SentBy(host, ports.extensions().port()),
                settings.extensions(),
                random,
                loop::put,
                new ExtensionsOutgoing());
    }

    private void go() {
        loop.start(new Work());
        ports.datagrams().start((bytes, from) -> offer(now -> route(bytes, new Arrival(Transport.UDP, from, 0), now)));
        ports.extensions().start((bytes, from) -> {
            // Whoever wants an extension has to ask the exchange, which asks for a password.
            if (from.equals(ownAddress)) {
                offer(now -> attend(bytes, new Arrival(Transport.UDP, from, 0), now));
            } else {
                counting.dropped.increment();
            }
        });
        Thread.ofVirtual().name("exchange-tcp-listener").start(this::accept);
    }

    /** UDP and TCP. */
    public int port() {
        return ports.datagrams().port();
    }

    /** User name to password. */
    public Map<String, String> users() {
        return settings.users();
    }

    public ExchangeCounters counters() {
        return counting.now();
    }

    /** Hangs up the calls to extensions and closes all sockets; calls between phones go on without us. */
    @Override
    public void close() {
        CountDownLatch nobodyToTell = new CountDownLatch(1);
        loop.put(now -> {
            boolean calls = extensions.calls() > 0;
            extensions.hangUp(now);
            if (!calls) {
                nobodyToTell.countDown();
            }
        });
        try {
            // BYEs travel from the extensions' port through the exchange's own, so the loop has to go on for a moment.
            nobodyToTell.await(FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        loop.stop();
        ports.close();
        connections.values().forEach(Connection::close);
    }

    private void offer(LongConsumer task) {
        counting.messages.increment();
        if (!loop.offer(task)) {
            counting.dropped.increment();
        }
    }

    private void route(byte[] bytes, Arrival from, long nowNanos) {
        router.onMessage(bytes, 0, bytes.length, from, nowNanos);
    }

    private void attend(byte[] bytes, Arrival from, long nowNanos) {
        try {
            extensions.onMessage(SipParser.parse(bytes), from, nowNanos);
        } catch (SipSyntaxException passedOnUnread) {
            counting.malformed.increment();
            passedOnUnread.answer().ifPresent(answer -> ports.extensions().send(answer, from.remote()));
        }
    }

    private void accept() {
        while (!ports.listener().isClosed()) {
            try {
                Socket socket = ports.listener().accept();
                if (connections.size() >= settings.connections()) {
                    counting.refusedConnections.increment();
                    socket.close();
                } else {
                    Connection connection =
                            Connection.accepted(connectionIds.incrementAndGet(), socket, new Incoming());
                    connections.put(connection.id(), connection);
                    loop.put(now -> open(connection));
                }
            } catch (IOException closedOrPassing) {
                // Closed ends the loop; a connection that is gone before it is accepted is no reason to.
            }
        }
    }

    /** On the loop, and before the first message of the connection can come. */
    private void open(Connection connection) {
        ways.put(connection.remote(), connection);
        connection.start();
    }

    /** On the loop. */
    private void sendByConnection(Hop hop, byte[] message) {
        InetSocketAddress remote = addressOf(hop);
        Connection known = ways.get(remote);
        if (known == null && connections.size() >= settings.connections()) {
            counting.refusedConnections.increment();
            offerError(hop);
            return;
        }
        Connection connection = known;
        if (connection == null) {
            connection = Connection.to(connectionIds.incrementAndGet(), remote, new Incoming());
            connections.put(connection.id(), connection);
            open(connection);
        }
        if (!connection.send(message)) {
            counting.dropped.increment();
        }
    }

    private void offerError(Hop hop) {
        loop.offer(now -> router.onTransportError(hop, now));
    }

    private static Hop hopOf(Connection connection) {
        InetSocketAddress remote = connection.remote();
        return new Hop(Transport.TCP, remote.getAddress().getHostAddress(), remote.getPort());
    }

    /** Hops name literal addresses only: they come from registrations, route tokens and arrivals. */
    private static InetSocketAddress addressOf(Hop hop) {
        int port = hop.port() == 0 ? hop.transport().defaultPort() : hop.port();
        return new InetSocketAddress(InetAddress.ofLiteral(hop.host()), port);
    }

    /** What connections tell. */
    private final class Incoming implements Connection.Listener {
        @Override
        public void message(Connection connection, byte[] bytes) {
            counting.messages.increment();
            Arrival from = new Arrival(Transport.TCP, connection.remote(), connection.id());
            loop.put(now -> route(bytes, from, now));
        }

        @Override
        public void malformed() {
            counting.malformed.increment();
        }

        @Override
        public void closed(Connection connection, boolean connected) {
            connections.remove(connection.id());
            loop.put(now -> {
                ways.remove(connection.remote(), connection);
                router.onConnectionLost(connection.id());
                if (!connected) {
                    router.onTransportError(hopOf(connection), now);
                }
            });
        }
    }

    /** Where the exchange's own messages leave, on the loop. */
    private final class Outgoing implements Router.Outbox {
        @Override
        public void send(Hop hop, byte[] message) {
            if (hop.transport().reliable()) {
                sendByConnection(hop, message);
            } else if (!ports.datagrams().send(message, addressOf(hop))) {
                offerError(hop);
            }
        }

        @Override
        public void reply(Arrival to, byte[] message) {
            if (to.transport().reliable()) {
                Connection connection = connections.get(to.connection());
                if (connection == null || !connection.send(message)) {
                    counting.dropped.increment();
                }
            } else {
                ports.datagrams().send(message, to.remote());
            }
        }

        @Override
        public void malformed() {
            counting.malformed.increment();
        }
    }

    /** Where the extensions' messages leave: always to the exchange, which is in the route of all their calls. */
    private final class ExtensionsOutgoing implements TransactionLayer.Outbox {
        @Override
        public void send(Hop hop, byte[] message) {
            ports.extensions().send(message, ownAddress);
        }

        @Override
        public void reply(Arrival to, byte[] message) {
            ports.extensions().send(message, ownAddress);
        }
    }

    private final class Work implements ExchangeLoop.Work {
        @Override
        public long deadlineNanos() {
            return Math.min(router.deadlineNanos(), extensions.deadlineNanos());
        }

        @Override
        public void onDeadline(long nowNanos) {
            router.onDeadline(nowNanos);
            extensions.onDeadline(nowNanos);
            counting.registeredUsers = router.registeredUsers(nowNanos);
            counting.extensionCalls = extensions.calls();
            counting.connections = connections.size();
        }
    }
}
