package offhook.server.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import offhook.server.metrics.Metrics;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SipEdgeTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final Metrics metrics = new Metrics();
    private final BlockingQueue<Delivered> delivered = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> lost = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> flowsLost = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    private record Delivered(int loop, String message, Arrival from) {}

    private SipEdge edge(int connections, int idleMillis, int partialMillis) {
        return edge(LOOPBACK, "", connections, idleMillis, partialMillis);
    }

    private SipEdge edge(InetAddress local, String dnsServer, int connections, int idleMillis, int partialMillis) {
        SipEdge edge = new SipEdge(
                new SipEdgeSettings(
                        new InetSocketAddress(local, 0),
                        Set.of(Transport.UDP, Transport.TCP),
                        SipTlsSettings.STANDARD,
                        dnsServer,
                        connections,
                        2_000,
                        idleMillis,
                        partialMillis,
                        64),
                metrics);
        open.add(edge);
        edge.start(new SipOwners() {
            @Override
            public boolean deliver(int loop, byte[] message, Arrival from) {
                return delivered.add(new Delivered(loop, new String(message, StandardCharsets.UTF_8), from));
            }

            @Override
            public void connectionLost(long connection) {
                lost.add(connection);
            }

            @Override
            public void flowLost(Transport transport, InetSocketAddress server) {
                flowsLost.add(transport + " " + server);
            }
        });
        return edge;
    }

    private SipEdge edge() {
        return edge(10, 60_000, 60_000);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private static String request(String uriUser, String toTag, String body) {
        return "OPTIONS sip:" + uriUser + "@127.0.0.1 SIP/2.0\r\n"
                + "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKpeer1\r\n"
                + "From: <sip:peer@127.0.0.1>;tag=p1\r\nTo: <sip:us@127.0.0.1>" + toTag + "\r\n"
                + "Call-ID: c1\r\nCSeq: 1 OPTIONS\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String response(String branch) {
        return "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=" + branch + "\r\n"
                + "From: <sip:us@127.0.0.1>;tag=o3.from\r\nTo: <sip:peer@127.0.0.1>;tag=p1\r\n"
                + "Call-ID: c1\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n";
    }

    @Test
    void aDatagramGoesToTheLoopThatItsMarksName() throws Exception {
        SipEdge edge = edge();
        try (DatagramSocket peer = new DatagramSocket(0, LOOPBACK)) {
            String[][] cases = {
                {"7", response("z9hG4bKo7.abc")},
                {"3", request("1000", ";tag=o3.xyz", "")},
                {"12", request("1000-o12.abc", "", "")},
                {"5", request("1000-o12.abc", ";tag=o5.xyz", "")},
                {"-1", request("1000", "", "")},
                {"-1", response("z9hG4bKforeign")},
            };
            for (String[] one : cases) {
                send(peer, edge, one[1]);
                Delivered got = next();
                assertEquals(Integer.parseInt(one[0]), got.loop, one[1]);
                assertEquals(one[1], got.message);
                assertEquals(new Arrival(Transport.UDP, address(peer), 0), got.from);
            }
        }
    }

    @Test
    void keepAlivesAndNoiseReachNoLoop() throws Exception {
        SipEdge edge = edge();
        try (DatagramSocket peer = new DatagramSocket(0, LOOPBACK)) {
            send(peer, edge, "\r\n\r\n");
            send(peer, edge, "\0\0\0\0");
            send(peer, edge, "");
            send(peer, edge, "GET / HTTP/1.1\r\n\r\n");
            send(peer, edge, "\u0001\u0002\u0003");
            send(peer, edge, request("1000", "", ""));
            assertTrue(next().message.startsWith("OPTIONS"));
            assertNull(delivered.poll());
            assertEquals(2, metrics.counter("sip_malformed", "").value());
        }
    }

    @Test
    void theLoopsHearThatAConnectionIsGone() throws Exception {
        SipEdge edge = edge();
        long connection;
        try (Socket peer = new Socket(LOOPBACK, edge.local().getPort())) {
            peer.getOutputStream().write(request("1000", "", "").getBytes(StandardCharsets.UTF_8));
            connection = next().from.connection();
        }
        assertEquals(connection, lost.poll(10, TimeUnit.SECONDS), "responses must look for another way");
    }

    @Test
    void messagesAreCutFromAStreamHoweverItComes() throws Exception {
        SipEdge edge = edge();
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<String> sent = new ArrayList<>();
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            String message = request("1000", ";tag=o" + i + ".x", "b".repeat(random.nextInt(300)));
            sent.add(message);
            stream.append(random.nextInt(4) == 0 ? "\r\n" : "").append(message);
        }
        byte[] bytes = stream.toString().getBytes(StandardCharsets.UTF_8);
        try (Socket peer = new Socket(LOOPBACK, edge.local().getPort())) {
            peer.setTcpNoDelay(true);
            for (int at = 0; at < bytes.length; ) {
                int part = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 3 : 700));
                peer.getOutputStream().write(bytes, at, part);
                peer.getOutputStream().flush();
                at += part;
            }
            for (int i = 0; i < sent.size(); i++) {
                Delivered got = next();
                assertEquals(sent.get(i), got.message, "seed " + seed);
                assertEquals(i, got.loop);
                assertEquals(Transport.TCP, got.from.transport());
                assertTrue(got.from.connection() > 0);
            }
        }
    }

    @Test
    void repliesGoBackOverTheConnectionAndPingsAreAnswered() throws Exception {
        SipEdge edge = edge();
        try (Socket peer = new Socket(LOOPBACK, edge.local().getPort())) {
            peer.setSoTimeout(5_000);
            write(peer, "\r\n\r\n");
            assertEquals("\r\n", read(peer, 2));
            write(peer, request("1000", "", ""));
            edge.reply(next().from, bytes("SIP/2.0 200 OK\r\n\r\n"));
            assertEquals("SIP/2.0 200 OK\r\n\r\n", read(peer, 18));
        }
        edge.reply(new Arrival(Transport.TCP, new InetSocketAddress(LOOPBACK, 9), 999), bytes("lost"));
        assertEquals(1, metrics.counter("sip_send_failed", "").value());
    }

    @Test
    void oneConnectionToAPeerServesAllMessages() throws Exception {
        SipEdge edge = edge();
        try (ServerSocket peer = new ServerSocket(0, 5, LOOPBACK)) {
            peer.setSoTimeout(5_000);
            Hop hop = new Hop(Transport.TCP, "127.0.0.1", peer.getLocalPort());
            for (int i = 0; i < 3; i++) {
                edge.send(hop, bytes("message" + i), SipEdgeTest::notExpected);
            }
            try (Socket accepted = peer.accept()) {
                accepted.setSoTimeout(5_000);
                assertEquals("message0message1message2", read(accepted, 24));
                write(accepted, response("z9hG4bKo2.abc"));
                Delivered got = next();
                assertEquals(2, got.loop);
                assertEquals(peer.getLocalPort(), got.from.remote().getPort());
                edge.send(hop, bytes("again"), SipEdgeTest::notExpected);
                assertEquals("again", read(accepted, 5));
            }
            // the peer closed: the next message gets a connection of its own, at once or after one failure that is told
            CompletableFuture<String> gone = new CompletableFuture<>();
            peer.setSoTimeout(50);
            Socket second = null;
            for (int i = 0; i < 100 && second == null; i++) {
                edge.send(hop, bytes("x"), gone::complete);
                second = acceptIfThere(peer);
            }
            assertNotNull(second);
            second.close();
        }
    }

    @Test
    void whatCannotBeSentIsToldOnce() throws Exception {
        SipEdge edge = edge();
        int freePort;
        try (ServerSocket closed = new ServerSocket(0, 1, LOOPBACK)) {
            freePort = closed.getLocalPort();
        }
        assertTrue(failure(edge, new Hop(Transport.TCP, "127.0.0.1", freePort)).contains("no connection to"));
        assertTrue(failure(edge, new Hop(Transport.UDP, "no-such-host.invalid", 5060))
                .contains("was not looked up"));
        assertTrue(failure(edge, new Hop(Transport.UDP, "::1", 5060)).contains("no way to"));
    }

    @Test
    void aDatagramGoesOut() throws Exception {
        SipEdge edge = edge();
        try (DatagramSocket peer = new DatagramSocket(0, LOOPBACK)) {
            peer.setSoTimeout(5_000);
            edge.send(
                    new Hop(Transport.UDP, "127.0.0.1", peer.getLocalPort()), bytes("hello"), SipEdgeTest::notExpected);
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            peer.receive(packet);
            assertEquals("hello", new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
            assertEquals(edge.local().getPort(), packet.getPort());
        }
    }

    @Test
    void aNameIsLocatedAndTheTargetThatFailedComesLast() throws Exception {
        try (NameServer names = new NameServer()) {
            names.srv("_sip._udp.pbx.example", 1, 0, 5081, "a.pbx.example")
                    .srv("_sip._udp.pbx.example", 2, 0, 5082, "b.pbx.example")
                    .address("a.pbx.example", "127.0.0.1")
                    .address("b.pbx.example", "::1")
                    .address("b.pbx.example", "127.0.0.2");
            SipEdge edge = edge(LOOPBACK, names.address(), 10, 60_000, 60_000);
            List<Hop> targets = located(edge, Hop.open("pbx.example", 0));
            assertEquals(
                    "[udp:127.0.0.1:5081, udp:127.0.0.2:5082]", targets.toString(), "an IPv4 socket reaches no IPv6");
            assertEquals("pbx.example", targets.getFirst().domain());
            edge.avoid(targets.getFirst());
            assertEquals(targets.reversed(), located(edge, Hop.open("pbx.example", 0)));
            CompletableFuture<String> nowhere = new CompletableFuture<>();
            edge.locate(Hop.open("other.example", 0), hops -> nowhere.complete("" + hops), nowhere::complete);
            assertEquals("the name other.example has no address", nowhere.get(20, TimeUnit.SECONDS));
        }
    }

    private static List<Hop> located(SipEdge edge, Hop hop) throws Exception {
        CompletableFuture<List<Hop>> found = new CompletableFuture<>();
        edge.locate(hop, found::complete, SipEdgeTest::notExpected);
        return found.get(20, TimeUnit.SECONDS);
    }

    @Test
    void oneSocketOfTheIpv6WildcardSpeaksBothFamilies() throws Exception {
        assumeTrue(ipv6Works());
        SipEdge edge = edge(InetAddress.ofLiteral("::"), "", 10, 60_000, 60_000);
        for (String literal : List.of("127.0.0.1", "::1")) {
            InetAddress address = InetAddress.ofLiteral(literal);
            InetSocketAddress target =
                    new InetSocketAddress(address, edge.local().getPort());
            try (DatagramSocket peer = new DatagramSocket(0, address);
                    ServerSocket listener = new ServerSocket(0, 1, address);
                    Socket stream = new Socket(address, target.getPort())) {
                peer.setSoTimeout(20_000);
                byte[] request = bytes(request("1000", "", ""));
                peer.send(new DatagramPacket(request, request.length, target));
                assertEquals(new Arrival(Transport.UDP, address(peer), 0), next().from);
                write(stream, request("1000", "", ""));
                assertEquals(address, next().from.remote().getAddress());
                edge.send(
                        new Hop(Transport.UDP, literal, peer.getLocalPort()), bytes("hello"), SipEdgeTest::notExpected);
                peer.receive(new DatagramPacket(new byte[100], 100));
                edge.send(
                        new Hop(Transport.TCP, literal, listener.getLocalPort()),
                        bytes("hello"),
                        SipEdgeTest::notExpected);
                try (Socket accepted = listener.accept()) {
                    assertEquals("hello", read(accepted, 5));
                }
            }
        }
    }

    private static boolean ipv6Works() {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void waysAreKeptOpenAndAPeerThatStopsToAnswerIsGone() throws Exception {
        SipEdge edge = edge();
        try (DatagramSocket phone = new DatagramSocket(0, LOOPBACK);
                ServerSocket peer = new ServerSocket(0, 1, LOOPBACK)) {
            phone.setSoTimeout(20_000);
            edge.keepAlive(new Hop(Transport.UDP, "127.0.0.1", phone.getLocalPort()));
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            phone.receive(packet);
            assertEquals("\r\n\r\n", new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));

            Hop hop = new Hop(Transport.TCP, "127.0.0.1", peer.getLocalPort());
            edge.keepAlive(hop);
            edge.send(hop, bytes("hello"), SipEdgeTest::notExpected);
            try (Socket accepted = peer.accept()) {
                assertEquals("hello", read(accepted, 5), "no connection is opened just to keep it open");
                edge.keepAlive(hop);
                assertEquals("\r\n\r\n", read(accepted, 4));
                edge.keepAlive(hop);
                assertEquals("\r\n\r\n", read(accepted, 4), "who has never answered is not judged");
                write(accepted, "\r\n");
                write(accepted, request("1000", "", ""));
                next();
                edge.keepAlive(hop);
                assertEquals("\r\n\r\n", read(accepted, 4));
                edge.keepAlive(hop);
                assertEquals("TCP /127.0.0.1:" + peer.getLocalPort(), flowsLost.poll(20, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void aStreamThatIsNoSipIsAnsweredWhereItCanBeAndClosed() throws Exception {
        SipEdge edge = edge();
        try (Socket peer = new Socket(LOOPBACK, edge.local().getPort())) {
            peer.setSoTimeout(5_000);
            write(peer, "\u0001\u0002\u0003\u0004");
            assertEquals(-1, peer.getInputStream().read());
        }
        try (Socket peer = new Socket(LOOPBACK, edge.local().getPort())) {
            peer.setSoTimeout(5_000);
            write(peer, request("1000", "", "").replaceFirst("Content-Length: 0\r\n", ""));
            String answer = new String(peer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("SIP/2.0 400 "), answer);
            assertNull(delivered.poll());
        }
    }

    @Test
    void aMessageThatNeverEndsAndASilentPeerAreClosed() throws Exception {
        SipEdge edge = edge(10, 300, 150);
        try (Socket dripping = new Socket(LOOPBACK, edge.local().getPort());
                Socket silent = new Socket(LOOPBACK, edge.local().getPort())) {
            dripping.setSoTimeout(5_000);
            silent.setSoTimeout(5_000);
            write(dripping, "OPTIONS sip:1000@127.0.0.1 SIP/2.0\r\n");
            assertEquals(-1, dripping.getInputStream().read());
            assertEquals(-1, silent.getInputStream().read());
        }
    }

    @Test
    void connectionsBeyondTheLimitAreRefusedBothWays() throws Exception {
        SipEdge edge = edge(1, 60_000, 60_000);
        try (Socket first = new Socket(LOOPBACK, edge.local().getPort())) {
            write(first, request("1000", "", ""));
            next();
            try (Socket second = new Socket(LOOPBACK, edge.local().getPort())) {
                second.setSoTimeout(5_000);
                assertEquals(-1, second.getInputStream().read());
            }
            assertTrue(failure(edge, new Hop(Transport.TCP, "127.0.0.1", 9)).contains("limit of 1 connections"));
        }
    }

    @Test
    void aPeerThatDoesNotReadFillsItsOwnQueueOnly() throws Exception {
        SipEdge edge = edge();
        try (ServerSocket peer = new ServerSocket(0, 5, LOOPBACK);
                DatagramSocket other = new DatagramSocket(0, LOOPBACK)) {
            peer.setReceiveBufferSize(4_096);
            Hop hop = new Hop(Transport.TCP, "127.0.0.1", peer.getLocalPort());
            CompletableFuture<String> full = new CompletableFuture<>();
            for (int i = 0; i < 2_000 && !full.isDone(); i++) {
                edge.send(hop, new byte[60_000], full::complete);
            }
            assertTrue(full.get(5, TimeUnit.SECONDS).contains("too many messages wait"));
            send(other, edge, request("1000", "", ""));
            assertNotNull(next());
        }
    }

    @Test
    void aTakenPortIsABindFailure() {
        SipEdge edge = edge();
        SipEdgeSettings same = new SipEdgeSettings(
                edge.local(), Set.of(Transport.UDP, Transport.TCP), SipTlsSettings.STANDARD, "", 1, 1, 1, 1, 1);
        UncheckedIOException refused = assertThrows(UncheckedIOException.class, () -> new SipEdge(same, new Metrics()));
        assertTrue(refused.getCause() instanceof BindException, refused::toString);
    }

    private static String failure(SipEdge edge, Hop hop) throws Exception {
        CompletableFuture<String> failed = new CompletableFuture<>();
        edge.send(hop, bytes("x"), failed::complete);
        return failed.get(10, TimeUnit.SECONDS);
    }

    private static void notExpected(String why) {
        throw new AssertionError(why);
    }

    private Delivered next() throws InterruptedException {
        Delivered next = delivered.poll(5, TimeUnit.SECONDS);
        assertNotNull(next, "nothing was delivered within 5 s");
        return next;
    }

    private static Socket acceptIfThere(ServerSocket peer) throws IOException {
        try {
            return peer.accept();
        } catch (java.net.SocketTimeoutException e) {
            return null;
        }
    }

    private static InetSocketAddress address(DatagramSocket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private static void send(DatagramSocket peer, SipEdge edge, String text) throws IOException {
        byte[] bytes = bytes(text);
        peer.send(new DatagramPacket(bytes, bytes.length, edge.local()));
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(bytes(text));
    }

    private static String read(Socket socket, int length) throws IOException {
        InputStream in = socket.getInputStream();
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
