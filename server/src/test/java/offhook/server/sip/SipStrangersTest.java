package offhook.server.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import offhook.server.metrics.Metrics;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What strangers do at the SIP port. */
class SipStrangersTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int CONNECTIONS = 5;
    private static final String OPTIONS = """
            OPTIONS sip:nobody@127.0.0.1 SIP/2.0\r
            Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKx\r
            From: <sip:a@127.0.0.1>;tag=1\r
            To: <sip:nobody@127.0.0.1>\r
            Call-ID: x\r
            CSeq: 1 OPTIONS\r
            Content-Length: 0\r
            \r
            """;

    private final Metrics metrics = new Metrics();
    private final BlockingQueue<String> delivered = new LinkedBlockingQueue<>();
    private final SipEdge edge = new SipEdge(
            new SipEdgeSettings(
                    new InetSocketAddress(LOOPBACK, 0),
                    Set.of(Transport.UDP, Transport.TCP),
                    SipTlsSettings.STANDARD,
                    "",
                    CONNECTIONS,
                    1_000,
                    60_000,
                    200,
                    8),
            metrics);

    SipStrangersTest() {
        edge.start(new SipOwners() {
            @Override
            public boolean deliver(int loop, byte[] message, Arrival from) {
                return delivered.add(new String(message, StandardCharsets.US_ASCII));
            }

            @Override
            public void connectionLost(long connection) {}

            @Override
            public void flowLost(Transport transport, InetSocketAddress server) {}
        });
    }

    @AfterEach
    void close() {
        edge.close();
    }

    @Test
    void connectionsThatSayNothingGiveTheirPlaceToOthers() throws Exception {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            idle.add(connect());
        }
        for (Socket socket : idle) {
            assertEquals(-1, socket.getInputStream().read());
            socket.close();
        }
        try (Socket peer = connect()) {
            peer.getOutputStream().write(OPTIONS.getBytes(StandardCharsets.US_ASCII));
            assertEquals(OPTIONS, delivered.poll(5, TimeUnit.SECONDS));
        }
    }

    @Test
    void pingsAloneDoNotKeepAConnection() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals('\r', socket.getInputStream().read());
            assertEquals('\n', socket.getInputStream().read());
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void garbageAndHeadersWithoutEndEndTheirOwnConnectionOnly() throws Exception {
        try (Socket peer = connect()) {
            peer.getOutputStream().write(OPTIONS.getBytes(StandardCharsets.US_ASCII));
            assertEquals(OPTIONS, delivered.poll(5, TimeUnit.SECONDS));
            try (Socket garbage = connect();
                    Socket endless = connect()) {
                byte[] noise = new byte[10_000];
                new Random(1).nextBytes(noise);
                writeUntilClosed(garbage, noise);
                writeUntilClosed(endless, "X: y\r\n".repeat(2_000).getBytes(StandardCharsets.US_ASCII));
            }
            peer.getOutputStream().write(OPTIONS.getBytes(StandardCharsets.US_ASCII));
            assertEquals(OPTIONS, delivered.poll(5, TimeUnit.SECONDS));
        }
    }

    @Test
    void datagramsThatAreNoSipAreCountedAndFall() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
            byte[] noise = new byte[1_000];
            new Random(2).nextBytes(noise);
            socket.send(new DatagramPacket(noise, noise.length, edge.local()));
            byte[] request = OPTIONS.getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(request, request.length, edge.local()));
        }
        assertEquals(OPTIONS, delivered.poll(5, TimeUnit.SECONDS));
        assertTrue(metrics.text().contains("offhook_sip_malformed_total 1\n"), metrics.text());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(LOOPBACK, edge.local().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** Goes on until the other side has had enough; a reset counts as that, too. */
    private static void writeUntilClosed(Socket socket, byte[] bytes) {
        try {
            for (int i = 0; i < 1_000; i++) {
                socket.getOutputStream().write(bytes);
            }
            while (socket.getInputStream().read() >= 0) {
                // an answer on its way out
            }
        } catch (IOException closed) {
            return;
        }
    }
}
