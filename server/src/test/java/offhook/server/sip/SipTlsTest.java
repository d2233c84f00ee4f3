package offhook.server.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import offhook.server.metrics.Metrics;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIP over TLS with an authority of our own: who is believed, who is not, and in which words. */
class SipTlsTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final String REQUEST = String.join(
            "\r\n",
            "OPTIONS sip:1000@127.0.0.1 SIP/2.0",
            "Via: SIP/2.0/TLS 127.0.0.1:9;branch=z9hG4bKpeer1",
            "From: <sip:peer@127.0.0.1>;tag=p1",
            "To: <sip:us@127.0.0.1>",
            "Call-ID: c1",
            "CSeq: 1 OPTIONS",
            "Content-Length: 0",
            "",
            "");

    @TempDir
    Path folder;

    private Authority authority;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final BlockingQueue<InetSocketAddress> flowsLost = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void authority() {
        authority = new Authority(folder, "authority");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private SipEdge edge(SipTlsSettings tls) {
        return edge(tls, 20_000);
    }

    private SipEdge edge(SipTlsSettings tls, int connectMillis) {
        SipEdge edge = new SipEdge(
                new SipEdgeSettings(
                        new InetSocketAddress(LOOPBACK, 0),
                        Set.of(Transport.UDP, Transport.TCP),
                        tls,
                        "",
                        10,
                        connectMillis,
                        60_000,
                        60_000,
                        64),
                new Metrics());
        open.add(edge);
        edge.start(new SipOwners() {
            @Override
            public boolean deliver(int loop, byte[] message, Arrival from) {
                return arrivals.add(from);
            }

            @Override
            public void connectionLost(long connection) {}

            @Override
            public void flowLost(Transport transport, InetSocketAddress server) {
                flowsLost.add(server);
            }
        });
        return edge;
    }

    private SipTlsSettings client(boolean verify) {
        return new SipTlsSettings(null, null, null, authority.file(), verify, false);
    }

    /** A server that takes one connection after another and says what it read, or nothing when there was no TLS. */
    private final class Server implements AutoCloseable {
        final SSLServerSocket socket;
        final BlockingQueue<String> read = new LinkedBlockingQueue<>();
        final BlockingQueue<SSLSocket> accepted = new LinkedBlockingQueue<>();

        Server(Authority.Identity identity, boolean wantsCertificate) throws Exception {
            socket = (SSLServerSocket)
                    authority.peer(identity).getServerSocketFactory().createServerSocket(0, 5, LOOPBACK);
            socket.setNeedClientAuth(wantsCertificate);
            open.add(this);
            Thread.ofVirtual().start(this::serve);
        }

        private void serve() {
            while (!socket.isClosed()) {
                try {
                    SSLSocket connection = (SSLSocket) socket.accept();
                    accepted.add(connection);
                    Thread.ofVirtual().start(() -> read(connection));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        private void read(SSLSocket connection) {
            byte[] buffer = new byte[1_000];
            try {
                for (int n = connection.getInputStream().read(buffer); n > 0; ) {
                    read.add(new String(buffer, 0, n, StandardCharsets.UTF_8));
                    n = connection.getInputStream().read(buffer);
                }
            } catch (IOException refused) {
                // the other side says why
            }
        }

        /** As DNS would have found it. */
        Hop named(String domain) {
            return new Hop(Transport.TLS, domain, 0).at(Transport.TLS, LOOPBACK, socket.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static String failure(SipEdge edge, Hop hop) throws Exception {
        CompletableFuture<String> failed = new CompletableFuture<>();
        edge.send(hop, REQUEST.getBytes(StandardCharsets.UTF_8), failed::complete);
        return failed.get(20, TimeUnit.SECONDS);
    }

    private static void send(SipEdge edge, Hop hop, String message) {
        edge.send(hop, message.getBytes(StandardCharsets.UTF_8), why -> {
            throw new AssertionError(why);
        });
    }

    private static String next(BlockingQueue<String> queue) throws InterruptedException {
        String next = queue.poll(20, TimeUnit.SECONDS);
        assertNotNull(next, "nothing came within 20 s");
        return next;
    }

    @Test
    void aServerThatIsMadeOutToItsDomainIsBelieved() throws Exception {
        SipEdge edge = edge(client(true));
        String[][] certificates = {
            {"pbx.example", "x", "DNS:other.example", "DNS:PBX.example"},
            {"pbx.example", "x", "DNS:*.example"},
            {"pbx.example", "x", "URI:sip:pbx.example", "DNS:host7.example"},
            {"pbx.example", "pbx.example"},
            {"127.0.0.1", "x", "IP:127.0.0.1"},
        };
        for (String[] one : certificates) {
            String[] names = java.util.Arrays.copyOfRange(one, 2, one.length);
            Server server = new Server(authority.issue(one[1], names), false);
            send(edge, server.named(one[0]), "hello");
            assertEquals("hello", next(server.read), String.join(" ", one));
        }
    }

    @Test
    void othersAreNotAndTheWordsSayWhy() throws Exception {
        SipEdge edge = edge(client(true));
        Server wrongName = new Server(authority.issue("x", "DNS:other.example", "URI:sip:bob@pbx.example"), false);
        assertEquals(
                "the certificate of pbx.example is made out to other.example and not to pbx.example",
                failure(edge, wrongName.named("pbx.example")));
        Server tooDeep = new Server(authority.issue("x", "DNS:*.example"), false);
        assertTrue(failure(edge, tooDeep.named("a.pbx.example")).contains("is made out to *.example and not to"));
        Server byAddress = new Server(authority.issue("x", "DNS:pbx.example"), false);
        assertTrue(failure(edge, byAddress.named("127.0.0.1"))
                .contains("is made out to pbx.example and not to 127.0.0.1"));
        Server expired = new Server(authority.issueExpired("x", "DNS:pbx.example"), false);
        assertTrue(
                failure(edge, expired.named("pbx.example")).startsWith("the certificate of pbx.example has expired"));
        Server stranger = new Server(new Authority(folder, "stranger").issue("x", "DNS:pbx.example"), false);
        assertTrue(failure(edge, stranger.named("pbx.example"))
                .startsWith("the certificate of pbx.example is not trusted: no authority that we believe"));
        Server selfSigned = new Server(new Authority(folder, "self").issue("self", "DNS:pbx.example"), false);
        assertTrue(failure(edge, selfSigned.named("pbx.example"))
                .startsWith("the certificate of pbx.example is not trusted: nobody but itself"));
        assertTrue(wrongName.read.isEmpty() && expired.read.isEmpty() && stranger.read.isEmpty());
        assertTrue(flowsLost.isEmpty(), "nothing was ever open");
    }

    @Test
    void withoutVerificationAnybodyIsBelieved() throws Exception {
        SipEdge edge = edge(client(false));
        Server anybody = new Server(new Authority(folder, "stranger").issueExpired("x", "DNS:other.example"), false);
        send(edge, anybody.named("pbx.example"), "hello");
        assertEquals("hello", next(anybody.read));
    }

    @Test
    void aServerThatDoesNotSpeakTlsOrSaysNothingIsGivenUp() throws Exception {
        SipEdge edge = edge(client(true));
        try (ServerSocket plain = new ServerSocket(0, 5, LOOPBACK)) {
            CompletableFuture<String> failed = new CompletableFuture<>();
            Hop hop = new Hop(Transport.TLS, "pbx.example", 0).at(Transport.TLS, LOOPBACK, plain.getLocalPort());
            edge.send(hop, REQUEST.getBytes(StandardCharsets.UTF_8), failed::complete);
            try (Socket accepted = plain.accept()) {
                accepted.getOutputStream().write("SIP/2.0 400 Bad\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                assertEquals("pbx.example does not speak TLS on this port", failed.get(20, TimeUnit.SECONDS));
            }
            CompletableFuture<String> silent = new CompletableFuture<>();
            edge(client(true), 200).send(hop, REQUEST.getBytes(StandardCharsets.UTF_8), silent::complete);
            try (Socket accepted = plain.accept()) {
                assertTrue(silent.get(20, TimeUnit.SECONDS).contains("took too long"), accepted::toString);
            }
        }
    }

    @Test
    void aServerThatAsksForOurCertificateGetsIt() throws Exception {
        Server server = new Server(authority.issue("x", "DNS:pbx.example"), true);
        Authority.Identity ours = authority.issue("gateway", "DNS:gateway.example");
        SipEdge with =
                edge(new SipTlsSettings(null, ours.certificate(), ours.privateKey(), authority.file(), true, false));
        send(with, server.named("pbx.example"), "hello");
        assertEquals("hello", next(server.read));
        SipEdge without = edge(client(true));
        without.send(server.named("pbx.example"), REQUEST.getBytes(StandardCharsets.UTF_8), why -> {});
        assertNotNull(flowsLost.poll(20, TimeUnit.SECONDS), "version 1.3 says no only after the handshake");
        assertTrue(server.read.isEmpty());
    }

    @Test
    void aConnectionServesItsDomainAndAddressesWithinCallsAndTellsOfItsEnd() throws Exception {
        SipEdge edge = edge(client(true));
        Server server = new Server(authority.issue("x", "DNS:pbx.example"), false);
        send(edge, server.named("pbx.example"), "one");
        assertEquals("one", next(server.read));
        send(edge, new Hop(Transport.TLS, "127.0.0.1", server.socket.getLocalPort()), "two");
        assertEquals("two", next(server.read), "Contact and Record-Route mostly name addresses");
        assertEquals(1, server.accepted.size());
        assertTrue(failure(edge, server.named("other.example")).contains("and not to other.example"));
        server.accepted.remove().close();
        assertEquals(
                new InetSocketAddress(LOOPBACK, server.socket.getLocalPort()), flowsLost.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void peersConnectToUsAndMustShowACertificateWhereThatIsAskedFor() throws Exception {
        Authority.Identity ours = authority.issue("x", "DNS:gateway.example");
        InetSocketAddress any = new InetSocketAddress(LOOPBACK, 0);
        SipEdge lenient =
                edge(new SipTlsSettings(any, ours.certificate(), ours.privateKey(), authority.file(), true, false));
        SipEdge strict =
                edge(new SipTlsSettings(any, ours.certificate(), ours.privateKey(), authority.file(), true, true));
        Authority.Identity known = authority.issue("pbx", "DNS:pbx.example");
        assertTrue(arrives(lenient, null));
        assertTrue(arrives(strict, known));
        assertTrue(!arrives(strict, null));
    }

    private boolean arrives(SipEdge edge, Authority.Identity identity) throws Exception {
        try (SSLSocket peer = (SSLSocket) authority
                .peer(identity)
                .getSocketFactory()
                .createSocket(LOOPBACK, edge.tlsLocal().getPort())) {
            peer.setSoTimeout(20_000);
            peer.getOutputStream().write(REQUEST.getBytes(StandardCharsets.UTF_8));
            CompletableFuture<Boolean> closed = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    closed.complete(peer.getInputStream().read() < 0);
                } catch (IOException refused) {
                    closed.complete(true);
                }
            });
            while (!closed.isDone()) {
                Arrival arrival = arrivals.poll(20, TimeUnit.MILLISECONDS);
                if (arrival != null) {
                    assertEquals(Transport.TLS, arrival.transport());
                    edge.reply(arrival, "x".getBytes(StandardCharsets.UTF_8));
                    return closed.thenApply(end -> !end).get(20, TimeUnit.SECONDS);
                }
            }
            return false;
        } catch (IOException refused) {
            return false;
        }
    }
}
