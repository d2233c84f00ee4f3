package offhook.server.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as its operator runs it, with a call up, told to stop by a signal. */
class StopTest {
    private static final String PASSWORD = "pAsS-w0rd-of-1000";

    @Test
    void aSignalHangsUpAndWithdrawsTheRegistration(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("log");
        try (Pbx pbx = new Pbx();
                HttpClient http = HttpClient.newHttpClient()) {
            Process server = start(log);
            try (BufferedReader console = server.inputReader()) {
                String page = console.lines()
                        .filter(line -> line.contains("phone page"))
                        .map(line -> line.replaceAll(".*http:", "ws:"))
                        .findFirst()
                        .orElseThrow();
                Ear ear = new Ear();
                WebSocket browser = http.newWebSocketBuilder()
                        .buildAsync(URI.create(page), ear)
                        .join();
                browser.sendText("""
                        {"message":"connection","data":[{"sipLogin":"1000","sipPassword":"%s","sipDomain":"127.0.0.1",
                        "sipPort":"%d"}]}""".formatted(PASSWORD, pbx.port()), true).join();
                ear.await("\"registered\"");
                browser.sendText(
                                "{\"message\":\"call\",\"data\":[{\"callId\":\"c1\",\"callee\":\"1001\",\"sdp\":\""
                                        + Ear.OFFER + "\"}]}",
                                true)
                        .join();
                ear.await("\"talk\"");
                pbx.await("ACK ");

                server.destroy();

                pbx.await("BYE ");
                String withdrawal = pbx.await("REGISTER ");
                while (withdrawal.contains("Expires: 300")) {
                    withdrawal = pbx.await("REGISTER "); // that before was the registration itself
                }
                assertTrue(withdrawal.contains("Expires: 0\r\n") || withdrawal.contains(";expires=0"), withdrawal);
                String end = ear.await("\"finish\"");
                assertTrue(end.contains("\"reason\":\"shutting-down\""), end);
                assertEquals("closed 1001", ear.await("closed"));
                assertTrue(server.waitFor(20, TimeUnit.SECONDS), "it has not stopped");
            } finally {
                server.destroyForcibly();
            }
        }
        String logged = Files.readString(log);
        assertFalse(logged.contains(PASSWORD), logged);
        assertTrue(logged.contains("event=call-ended") && logged.contains("reason=shutting-down"), logged);
        assertTrue(logged.contains("codec=PCMU") && logged.contains("account=1000@127.0.0.1"), logged);
        assertTrue(logged.contains("event=stopped"), logged);
        assertFalse(logged.contains("ERROR"), logged);
    }

    private static Process start(Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile=logback.xml", // not that of the tests
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run");
        builder.environment()
                .putAll(Map.of(
                        "OFFHOOK_WEB_PORT", "0",
                        "OFFHOOK_SIP_PORT", "0",
                        "OFFHOOK_MEDIA_LOOPS", "1",
                        "OFFHOOK_EXCHANGE_ENABLED", "false"));
        return builder.redirectError(log.toFile()).start();
    }

    /** A telephone system that says yes to everything, after it has asked for the password. */
    private static final class Pbx implements AutoCloseable {
        private final DatagramSocket socket;
        private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        private final List<String> passedOver = new ArrayList<>();

        Pbx() throws SocketException {
            socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
            Thread.ofVirtual().start(this::run);
        }

        int port() {
            return socket.getLocalPort();
        }

        /** The first such request that nobody has waited for yet, whatever comes before it. */
        String await(String beginning) throws InterruptedException {
            for (String request : passedOver) {
                if (request.startsWith(beginning)) {
                    passedOver.remove(request);
                    return request;
                }
            }
            while (true) {
                String request = requests.poll(15, TimeUnit.SECONDS);
                if (request == null) {
                    throw new AssertionError("no " + beginning + " but " + passedOver);
                }
                if (request.startsWith(beginning)) {
                    return request;
                }
                passedOver.add(request);
            }
        }

        private void run() {
            DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
            try {
                while (!socket.isClosed()) {
                    packet.setLength(65_535);
                    socket.receive(packet);
                    String request = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
                    if (request.startsWith("REGISTER") && !request.contains("\r\nAuthorization:")) {
                        answer(
                                packet,
                                request,
                                "401 Unauthorized",
                                "WWW-Authenticate: Digest realm=\"x\", nonce=\"n\"\r\n",
                                "");
                        continue;
                    }
                    requests.add(request);
                    if (request.startsWith("INVITE")) {
                        answer(
                                packet,
                                request,
                                "200 OK",
                                "Contact: <sip:1001@127.0.0.1:" + port() + ">\r\n"
                                        + "Content-Type: application/sdp\r\n",
                                """
                                v=0
                                o=- 1 1 IN IP4 127.0.0.1
                                s=-
                                c=IN IP4 127.0.0.1
                                t=0 0
                                m=audio %d RTP/AVP 0
                                """.formatted(port()).replace("\n", "\r\n"));
                    } else if (request.startsWith("REGISTER")) {
                        String contact = header(request, "Contact");
                        answer(
                                packet,
                                request,
                                "200 OK",
                                request.contains("Expires: 0") ? "" : contact + "Expires: 300\r\n",
                                "");
                    } else if (!request.startsWith("ACK")) {
                        answer(packet, request, "200 OK", "", "");
                    }
                }
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        private void answer(DatagramPacket to, String request, String status, String headers, String body)
                throws IOException {
            String answer = "SIP/2.0 " + status + "\r\n" + header(request, "Via") + header(request, "From")
                    + header(request, "To").replaceAll("^((?!.*;tag=).*)\r\n$", "$1;tag=pbx\r\n")
                    + header(request, "Call-ID") + header(request, "CSeq") + headers + "Content-Length: "
                    + body.length() + "\r\n\r\n" + body;
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            socket.send(new DatagramPacket(bytes, bytes.length, to.getSocketAddress()));
        }

        private static String header(String request, String name) {
            return request.lines()
                    .filter(line -> line.startsWith(name + ":"))
                    .map(line -> line + "\r\n")
                    .findFirst()
                    .orElse("");
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
