package offhook.server.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.SocketContext;
import io.helidon.websocket.WsSession;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.server.loop.AgentListener;
import offhook.server.loop.UserAgents;
import offhook.server.metrics.Metrics;
import offhook.server.signalling.DomainPolicy;
import offhook.server.signalling.Grants;
import offhook.server.signalling.HeaderPolicy;
import offhook.server.signalling.Sessions;
import offhook.server.signalling.SignallingSettings;
import org.junit.jupiter.api.Test;

/** What people and programs do at the web port that we did not write. */
class StrangersTest {
    private static final int MESSAGE_BYTES = 4_096;

    private final Sessions sessions = new Sessions(
            new SignallingSettings(
                    10,
                    MESSAGE_BYTES,
                    1_000,
                    64,
                    3_600_000_000_000L,
                    10,
                    0,
                    0,
                    8,
                    "0.1.0",
                    new DomainPolicy(List.of()),
                    new HeaderPolicy(List.of())),
            account -> new Nothing(),
            Grants.NONE,
            new Metrics());

    @Test
    void pagesOfAnyOriginMayImportTheSdkAndTheButtonAndNothingElse() throws IOException {
        assertTrue(ask("GET /sdk/offhook.js", "Origin: https://shop.example")
                .contains("\r\nAccess-Control-Allow-Origin: *\r\n"));
        for (String path : List.of("/button/x.js", "/click/x.js", "/texts/x.json", "/sdk/x.js?source")) {
            String answer = ask("GET " + path, "Origin: https://shop.example");
            assertTrue(answer.contains("\r\nAccess-Control-Allow-Origin: *\r\n"), path);
            assertTrue(answer.contains("\r\nCross-Origin-Resource-Policy: cross-origin\r\n"), path);
        }
        for (String path : List.of(
                "/",
                "/phone/phone.js",
                "/makecall.htm",
                "/buttons/x.js",
                "/health",
                "/metrics",
                "/exchange/accounts.json",
                "/x")) {
            assertFalse(ask("GET " + path, "Origin: https://shop.example").contains("Access-Control"), path);
        }
    }

    @Test
    void anAnswerToHeadHasNoBody() throws IOException {
        String got = ask("GET /sdk/offhook.js", "Connection: keep-alive");
        String head = ask("HEAD /sdk/offhook.js", "Connection: keep-alive");
        assertEquals(length(got), length(head));
        assertTrue(head.endsWith("\r\n\r\n"), head);
    }

    @Test
    void aPingIsAnsweredWithItsOwnBytes() throws IOException {
        try (WebFront web = web();
                Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), web.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write("""
                    GET / HTTP/1.1\r
                    Host: localhost\r
                    Upgrade: websocket\r
                    Connection: Upgrade\r
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                    Sec-WebSocket-Version: 13\r
                    \r
                    """.getBytes(StandardCharsets.US_ASCII));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            readHead(in);
            socket.getOutputStream().write(new byte[] {(byte) 0x89, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'});
            byte[] pong = new byte[4];
            in.readFully(pong);
            assertArrayEquals(new byte[] {(byte) 0x8A, 2, 'h', 'i'}, pong);
        }
    }

    @Test
    void aSocketThatNeverSaysConnectionIsClosed() throws InterruptedException {
        Socketless socket = new Socketless();
        CountDownLatch open = new CountDownLatch(1);
        Thread reader = Thread.ofVirtual().start(() -> {
            new BrowserLink(sessions, MESSAGE_BYTES, Duration.ofMillis(1), new TrustedProxies(Set.of())).onOpen(socket);
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertEquals("1008 no connection message came", socket.closed.poll(5, TimeUnit.SECONDS));
        open.countDown();
        reader.join();
    }

    private WebFront web() {
        return new WebFront(
                new WebSettings("127.0.0.1", 0, null, null, 100, MESSAGE_BYTES, Set.of(), Duration.ZERO),
                sessions,
                new Metrics(),
                () -> true,
                () -> null,
                NoLines.DESK,
                NoLines.ACCOUNTS);
    }

    /** What comes back within the time in which a body would follow its header. */
    private String ask(String methodAndPath, String header) throws IOException {
        try (WebFront web = web();
                Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), web.port())) {
            socket.setSoTimeout(5_000);
            String request = methodAndPath + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n";
            // The second answer begins where the first one ends.
            socket.getOutputStream()
                    .write((request + "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            String head = readHead(in);
            if (methodAndPath.startsWith("GET")) {
                in.readNBytes(length(head));
            }
            String next = readHead(in);
            assertTrue(next.startsWith("HTTP/1.1 200"), next);
            return head;
        }
    }

    private static String readHead(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.startsWith("Content-Length: "))
                .mapToInt(line -> Integer.parseInt(line.substring("Content-Length: ".length())))
                .sum();
    }

    private static final class Socketless implements WsSession {
        private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

        @Override
        public WsSession send(String text, boolean last) {
            return this;
        }

        @Override
        public WsSession send(BufferData bytes, boolean last) {
            return this;
        }

        @Override
        public WsSession ping(BufferData bytes) {
            return this;
        }

        @Override
        public WsSession pong(BufferData bytes) {
            return this;
        }

        @Override
        public WsSession close(int code, String reason) {
            closed.add(code + " " + reason);
            return this;
        }

        @Override
        public WsSession terminate() {
            return this;
        }

        @Override
        public SocketContext socketContext() {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Nothing implements UserAgents {
        @Override
        public boolean open(String agentId, Account account, AgentListener listener) {
            return true;
        }

        @Override
        public boolean command(String agentId, AgentCommand command) {
            return true;
        }

        @Override
        public boolean close(String agentId) {
            return true;
        }
    }
}
