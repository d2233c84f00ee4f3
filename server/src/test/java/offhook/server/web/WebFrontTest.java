package offhook.server.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebFrontTest {
    private static final int MESSAGE_BYTES = 4_096;
    private static final String CONNECTION =
            "{\"message\":\"connection\",\"data\":[{\"sipLogin\":\"1000\",\"sipDomain\":\"127.0.0.1\"}]}";

    private static final String UPGRADE = """
            GET / HTTP/1.1\r
            Host: localhost\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            \r
            """;

    private final AtomicBoolean healthy = new AtomicBoolean(true);
    private final Loop loop = new Loop();
    private final WebFront web = new WebFront(
            new WebSettings("127.0.0.1", 0, null, null, 100, MESSAGE_BYTES, Set.of(), Duration.ZERO),
            new Sessions(
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
                    account -> loop,
                    Grants.NONE,
                    new Metrics()),
            new Metrics(),
            healthy::get,
            () -> new DemoExchange(
                    "127.0.0.1", 5060, List.of(new DemoExchange.Account("1000", "se\"cret")), List.of("echo")),
            NoLines.DESK,
            NoLines.ACCOUNTS);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.shutdownNow();
        web.close();
    }

    @Test
    void theFrontPageIsThePhone() throws Exception {
        HttpResponse<String> page = get("/");
        assertEquals(200, page.statusCode());
        assertEquals("text/html; charset=utf-8", header(page, "Content-Type"));
        assertTrue(page.body().contains("<!doctype html>"), page.body());
        assertTrue(page.body().contains("/phone/phone.js"));
        assertEquals(page.body(), get("/phone/").body());
        assertEquals(page.body(), get("/phone").body());
        assertEquals("text/javascript; charset=utf-8", header(get("/sdk/offhook.js"), "Content-Type"));
    }

    @Test
    void pagesAreGuardedAndAskedForAgainByTheirHash() throws Exception {
        HttpResponse<String> page = get("/phone/phone.js");
        String policy = header(page, "Content-Security-Policy");
        assertTrue(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertEquals("nosniff", header(page, "X-Content-Type-Options"));
        assertEquals("no-cache", header(page, "Cache-Control"));
        String etag = header(page, "ETag");
        assertTrue(etag.matches("\"[0-9a-f]{24}\""), etag);
        HttpResponse<String> again = get("/phone/phone.js", "If-None-Match", etag);
        assertEquals(304, again.statusCode());
        assertEquals("", again.body());
        HttpResponse<String> compressed = get("/phone/phone.js", "Accept-Encoding", "gzip, br");
        assertEquals("gzip", header(compressed, "Content-Encoding"));
        assertTrue(compressed.body().length() < page.body().length());
    }

    @Test
    void scriptsComeWithoutTheirCommentsAndAsTheyWereWrittenToWhoeverAsks() throws Exception {
        String sent = get("/sdk/phone.js").body();
        String source = get("/sdk/phone.js?source").body();
        assertTrue(sent.length() < source.length());
        assertTrue(sent.lines().noneMatch(line -> line.isBlank() || line.strip().startsWith("/**")), sent);
        assertTrue(source.lines().anyMatch(line -> line.equals("/**")), source);
        assertEquals(404, get("/phone/index.html?source").statusCode());
    }

    @Test
    void theWindowThatOthersOpenKeepsItsOpenerAndMayCloseItself() throws Exception {
        assertEquals("unsafe-none", header(get("/makecall.htm?destnumber=1"), "Cross-Origin-Opener-Policy"));
        assertEquals("same-origin", header(get("/"), "Cross-Origin-Opener-Policy"));
        assertEquals("same-origin", header(get("/makecall/x.js"), "Cross-Origin-Opener-Policy"));
    }

    @Test
    void whatIsNotAPageIsNotFound() throws Exception {
        for (String path : List.of(
                "/nothing", "/../pom.xml", "/%2e%2e/pom.xml", "/package.json", "/node_modules/x", "/logback.xml")) {
            assertEquals(404, get(path).statusCode(), path);
        }
    }

    @Test
    void healthTellsWhetherCallsAreTaken() throws Exception {
        assertEquals("{\"status\":\"UP\"}", get("/health").body());
        healthy.set(false);
        assertEquals(503, get("/health").statusCode());
        assertEquals("{\"status\":\"DOWN\"}", get("/health").body());
    }

    @Test
    void theExchangesAccountsAreForVisitorsOfThisMachineOnly() throws Exception {
        assertEquals(
                "{\"domain\":\"127.0.0.1\",\"port\":5060,\"accounts\":[{\"login\":\"1000\",\"password\":\"se\\\"cret\"}],"
                        + "\"extensions\":[\"echo\"]}",
                get("/exchange/accounts.json").body());
        assertEquals("no-store", header(get("/exchange/accounts.json"), "Cache-Control"));
        assertEquals(
                404,
                get("/exchange/accounts.json", "X-Forwarded-For", "192.0.2.7").statusCode());
        assertTrue(statusLine("/exchange/accounts.json", "rebound.example").startsWith("HTTP/1.1 404"));
        assertTrue(statusLine("/exchange/accounts.json", "localhost:1").startsWith("HTTP/1.1 200"));
    }

    @Test
    void thePathOfTheFrontPageIsAlsoTheSocketOfTheProtocol() throws Exception {
        Ear ear = new Ear();
        WebSocket socket = connect(ear);
        socket.sendText("{\"message\":\"connec", false).join();
        socket.sendText("tion\",\"data\":[{\"sipLogin\":\"1000\",", false).join();
        socket.sendText("\"sipDomain\":\"127.0.0.1\"}]}", true).join();
        assertTrue(ear.next().startsWith("{\"message\":\"getUserData\""));
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        assertEquals("closed 1000", ear.next());
        assertEquals("close", loop.asked.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void aBrowserThatVanishesEndsItsSession() throws Exception {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), web.port())) {
            socket.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.US_ASCII));
            byte[] text = CONNECTION.getBytes(StandardCharsets.US_ASCII);
            byte[] frame = new byte[6 + text.length];
            frame[0] = (byte) 0x81;
            frame[1] = (byte) (0x80 | text.length);
            System.arraycopy(text, 0, frame, 6, text.length);
            socket.getOutputStream().write(frame);
            readUntil(socket.getInputStream(), "getUserData");
            socket.setSoLinger(true, 0);
        }
        assertEquals("close", loop.asked.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void aMessageThatIsTooLongIsToldAndClosed() throws Exception {
        Ear ear = new Ear();
        WebSocket socket = connect(ear);
        String part = "x".repeat(MESSAGE_BYTES / 2 + 1);
        socket.sendText(part, false).join();
        socket.sendText(part, false).join();
        assertTrue(ear.next().contains("longer than this server allows"));
        assertEquals("closed 1009", ear.next());
    }

    @Test
    void aFrameThatIsTooLongIsClosedBeforeItIsRead() throws Exception {
        Ear ear = new Ear();
        connect(ear).sendText("x".repeat(MESSAGE_BYTES + 1), true).join();
        assertEquals("closed 1009", ear.next());
    }

    @Test
    void binaryFramesAreToldAndClosed() throws Exception {
        Ear ear = new Ear();
        connect(ear).sendBinary(ByteBuffer.wrap(new byte[3]), true).join();
        assertTrue(ear.next().contains("text messages only"));
        assertEquals("closed 1003", ear.next());
    }

    @Test
    void pagesOfAnyOriginMayConnect() throws Exception {
        Ear ear = new Ear();
        client.newWebSocketBuilder()
                .header("Origin", "https://shop.example")
                .buildAsync(URI.create("ws://127.0.0.1:" + web.port() + "/"), ear)
                .join()
                .sendText("{\"message\":\"ping\"}", true)
                .join();
        assertEquals("{\"message\":\"ping\",\"data\":[]}", ear.next());
    }

    @Test
    void aPortInUseIsABindFailure() {
        RuntimeException refused = assertThrows(
                RuntimeException.class,
                () -> new WebFront(
                        new WebSettings(
                                "127.0.0.1", web.port(), null, null, 100, MESSAGE_BYTES, Set.of(), Duration.ZERO),
                        new Sessions(
                                new SignallingSettings(
                                        1,
                                        1,
                                        1,
                                        1,
                                        1,
                                        1,
                                        1,
                                        1,
                                        1,
                                        "",
                                        new DomainPolicy(List.of()),
                                        new HeaderPolicy(List.of())),
                                account -> loop,
                                Grants.NONE,
                                new Metrics()),
                        new Metrics(),
                        () -> true,
                        () -> null,
                        NoLines.DESK,
                        NoLines.ACCOUNTS));
        boolean bind = false;
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            bind |= cause instanceof java.net.BindException;
        }
        assertTrue(bind, refused::toString);
    }

    private WebSocket connect(Ear ear) {
        return client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + web.port() + "/"), ear)
                .join();
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
    }

    private String statusLine(String path, String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), web.port())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    private static void readUntil(InputStream in, String wanted) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(wanted) < 0) {
            int next = in.read();
            assertTrue(next >= 0, "the end came before " + wanted + ": " + read);
            read.append((char) next);
        }
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static final class Ear implements WebSocket.Listener {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();

        String next() throws InterruptedException {
            String next = heard.poll(5, TimeUnit.SECONDS);
            return next == null ? "nothing" : next;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                heard.add(partial.toString());
                partial.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("closed " + code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            heard.add("broken");
        }
    }

    private static final class Loop implements UserAgents {
        private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

        @Override
        public boolean open(String agentId, Account account, AgentListener listener) {
            return true;
        }

        @Override
        public boolean command(String agentId, AgentCommand command) {
            return asked.add(command.toString());
        }

        @Override
        public boolean close(String agentId) {
            return asked.add("close");
        }
    }
}
