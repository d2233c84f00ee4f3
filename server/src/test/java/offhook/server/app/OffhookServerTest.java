package offhook.server.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.server.config.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class OffhookServerTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir
    Path folder;

    @Test
    void registersABrowserByRealSocketsAndWithdrawsItWhenItStops() throws Exception {
        try (DatagramSocket registrar = new DatagramSocket(0, LOOPBACK);
                HttpClient client = HttpClient.newHttpClient()) {
            registrar.setSoTimeout(10_000);
            OffhookServer server = start(Map.of());
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(URI.create(server.pageAddress().replaceFirst("http", "ws")), new Ear(heard))
                    .join();
            socket.sendText("""
                            {"message":"connection","data":[{"sipLogin":"1000","sipPassword":"pa55","sipDomain":"127.0.0.1",\
                            "sipPort":%d}]}""".formatted(registrar.getLocalPort()), true).join();
            assertTrue(next(heard).contains("getUserData"));
            String register = answerOk(registrar);
            assertTrue(register.startsWith("REGISTER sip:127.0.0.1"), register);
            assertTrue(
                    register.contains("127.0.0.1:" + server.sipAddress().getPort()),
                    "our own address in Via: " + register);
            assertTrue(next(heard).startsWith("{\"message\":\"registered\""));
            assertTrue(server.metrics().contains("offhook_sessions 1"), server.metrics());

            Thread stop = Thread.ofVirtual().start(server::close);
            String withdrawn = answerOk(registrar);
            assertTrue(withdrawn.contains("Expires: 0") || withdrawn.contains("expires=0"), withdrawn);
            assertTrue(next(heard).contains("\"reason\":\"shutting-down\""));
            assertEquals("closed 1001", next(heard));
            assertTrue(stop.join(java.time.Duration.ofSeconds(10)));
        }
    }

    @Test
    void noPasswordReachesTheLog() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger("offhook");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        root.setLevel(ch.qos.logback.classic.Level.TRACE);
        try (OffhookServer server = start(Map.of("OFFHOOK_EXCHANGE_USERS", "1000=Hush-1"));
                HttpClient client = HttpClient.newHttpClient()) {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(URI.create(server.pageAddress().replaceFirst("http", "ws")), new Ear(heard))
                    .join();
            socket.sendText("""
                            {"message":"connection","data":[{"sipLogin":"1000","sipPassword":"Hush-2","sipDomain":"127.0.0.1",\
                            "sipPort":9}]}""", true).join();
            next(heard);
            socket.sendText("{\"message\":\"pushLogs\",\"data\":[{\"logs\":\"it is Hush-2\"}]}", true)
                    .join();
            socket.sendText("{\"message\":\"ping\"}", true).join();
            next(heard);
            socket.abort();
        } finally {
            root.detachAppender(log);
            root.setLevel(null);
        }
        assertTrue(
                log.list.stream().anyMatch(event -> event.getFormattedMessage().contains("event=session-opened")));
        for (ILoggingEvent event : log.list) {
            assertFalse(event.getFormattedMessage().contains("Hush"), event.getFormattedMessage());
        }
    }

    @Test
    void aPortInUseIsToldWithTheSettingThatChangesIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK);
                DatagramSocket takenByUdp = new DatagramSocket(0, LOOPBACK)) {
            String web = assertThrows(
                            StartFailure.class,
                            () -> start(Map.of("OFFHOOK_WEB_PORT", Integer.toString(taken.getLocalPort()))))
                    .getMessage();
            assertTrue(web.contains("web.port (OFFHOOK_WEB_PORT)"), web);
            assertTrue(web.contains("127.0.0.1 port " + taken.getLocalPort()), web);
            String udp = Integer.toString(takenByUdp.getLocalPort());
            String sip = assertThrows(StartFailure.class, () -> start(Map.of("OFFHOOK_SIP_PORT", udp)))
                    .getMessage();
            assertTrue(sip.contains("sip.port (OFFHOOK_SIP_PORT)"), sip);
            String media = assertThrows(
                            StartFailure.class,
                            () -> start(
                                    Map.of("OFFHOOK_MEDIA_BROWSER_PORT", udp, "OFFHOOK_MEDIA_ADDRESS", "127.0.0.1")))
                    .getMessage();
            assertTrue(media.contains("media.browserPort (OFFHOOK_MEDIA_BROWSER_PORT)"), media);
        }
    }

    @Test
    void filesThatAreNoCertificateAreToldByTheirSettings() throws Exception {
        Path notPem = folder.resolve("cert.pem");
        Files.writeString(notPem, "hello");
        String told = assertThrows(
                        StartFailure.class,
                        () -> start(Map.of(
                                "OFFHOOK_WEB_CERTIFICATE", notPem.toString(),
                                "OFFHOOK_WEB_PRIVATE_KEY", notPem.toString())))
                .getMessage();
        assertTrue(told.contains("web.privateKey") || told.contains("web.certificate"), told);
    }

    @Test
    void theCommandLineTellsMistakesAndItsVersion() throws Exception {
        Path file = folder.resolve("offhook.yaml");
        Files.writeString(file, "web: {prot: 1}");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.commandLine(System.out, new PrintStream(err, true, StandardCharsets.UTF_8))
                .execute("run", "--config", file.toString());
        assertEquals(Main.BAD_CONFIGURATION, code);
        assertEquals(
                "offhook: " + file + " line 1: web.prot is not a setting; did you mean web.port?\n",
                err.toString(StandardCharsets.UTF_8));
        Matcher pom = Pattern.compile("<artifactId>offhook</artifactId><version>([0-9.]+)")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertTrue(pom.find());
        assertEquals(pom.group(1), OffhookServer.VERSION);
    }

    @Test
    void servesPagesByTlsWithACertificateFromFiles() throws Exception {
        Path key = folder.resolve("key.pem");
        Path certificate = folder.resolve("cert.pem");
        Files.writeString(certificate, resource("/tls/certificate.pem"));
        Files.writeString(key, resource("/tls/key.pem"));
        try (OffhookServer server = start(Map.of(
                        "OFFHOOK_WEB_CERTIFICATE", certificate.toString(),
                        "OFFHOOK_WEB_PRIVATE_KEY", key.toString()));
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(TrustingTls.trusting(certificate))
                        .build()) {
            assertTrue(server.pageAddress().startsWith("https://"), server.pageAddress());
            HttpResponse<String> health = client.send(
                    HttpRequest.newBuilder(URI.create(server.pageAddress() + "health"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, health.statusCode());
        }
    }

    private OffhookServer start(Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "OFFHOOK_WEB_PORT", "0",
                "OFFHOOK_SIP_PORT", "0",
                "OFFHOOK_EXCHANGE_PORT", "0",
                "OFFHOOK_EXCHANGE_STATE_FILE",
                        folder.resolve("exchange.properties").toString(),
                "OFFHOOK_LIMITS_SHUTDOWN_SECONDS", "3"));
        environment.putAll(settings);
        return OffhookServer.start(Configuration.read(null, environment));
    }

    private static String resource(String name) throws Exception {
        return Files.readString(Path.of("src", "test", "resources").resolve(name.substring(1)));
    }

    /** Receives one request and answers it with 200, its own headers and the expiry that it asks for. */
    private static String answerOk(DatagramSocket registrar) throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
        registrar.receive(packet);
        String request = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
        StringBuilder answer = new StringBuilder("SIP/2.0 200 OK\r\n");
        request.lines()
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> line.matches("(Via|From|Call-ID|CSeq|Contact|Expires):.*"))
                .forEach(line -> answer.append(line).append("\r\n"));
        request.lines()
                .filter(line -> line.startsWith("To:"))
                .forEach(line -> answer.append(line).append(";tag=r1\r\n"));
        answer.append("Content-Length: 0\r\n\r\n");
        byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
        registrar.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
        return request;
    }

    private static String next(BlockingQueue<String> heard) throws InterruptedException {
        String next = heard.poll(10, TimeUnit.SECONDS);
        return next == null ? "nothing" : next;
    }

    private record Ear(BlockingQueue<String> heard) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            heard.add(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("closed " + code);
            return null;
        }
    }
}
