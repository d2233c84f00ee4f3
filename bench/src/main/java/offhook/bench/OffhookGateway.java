package offhook.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import offhook.bench.load.LoadCall;

/** Our own server, with the settings that it has by default and the JVM options that the script gives. */
final class OffhookGateway implements Gateway {
    private static final Duration STARTUP = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Target target;
    private final URI address;
    private final int sipPort;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<LoadCall, Client> clients = new HashMap<>();
    private boolean answerAtOnce = true;

    /**
     * Starts a server.
     *
     * @param sipPort where the phones are
     */
    OffhookGateway(Cores cores, int sipPort) throws InterruptedException {
        this.sipPort = sipPort;
        List<String> command = new ArrayList<>(cores.forTargets());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-X") || option.startsWith("--"))
                .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add("offhook.server.app.Main");
        command.add("run");
        Map<String, String> settings = Map.of(
                "OFFHOOK_WEB_PORT", "0",
                "OFFHOOK_SIP_PORT", "0",
                "OFFHOOK_MEDIA_ADDRESS", "127.0.0.1",
                "OFFHOOK_EXCHANGE_ENABLED", "false");
        target = Target.start(name(), command, settings, Pattern.compile("phone page +http://(\\S+?)/?$"));
        address = URI.create("ws://" + target.awaitAnnouncement(STARTUP).group(1) + "/");
    }

    /** Whether its clients say that they take the answer before the phone has picked up, as our own SDK does. */
    void answerAtOnce(boolean atOnce) {
        answerAtOnce = atOnce;
    }

    @Override
    public String name() {
        return "offhook";
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public void connect(LoadCall call) {
        Client client = new Client(call);
        clients.put(call, client);
        client.connect(http, address);
        ObjectNode connection = JSON.createObjectNode()
                .put("appKey", "defaultApp")
                .put("sipLogin", "bench" + call.number())
                .put("sipDomain", "127.0.0.1")
                .put("sipPort", sipPort)
                .put("sipRegisterRequired", false);
        if (answerAtOnce) {
            connection.putObject("offhook").put("sdk", "bench");
        }
        client.send("connection", connection);
    }

    @Override
    public void hangUp(LoadCall call) {
        Client client = clients.remove(call);
        if (client != null) {
            client.hangUp();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        target.close();
    }

    /** A browser's side of the wire protocol: one session with one call. */
    private static final class Client implements WebSocket.Listener {
        private final LoadCall call;
        private final StringBuilder text = new StringBuilder();

        /** The socket, when all that was sent before is on its way. */
        private CompletableFuture<WebSocket> sending = new CompletableFuture<>();

        Client(LoadCall call) {
            this.call = call;
        }

        void connect(HttpClient http, URI address) {
            sending = http.newWebSocketBuilder().buildAsync(address, this);
        }

        synchronized void send(String message, ObjectNode argument) {
            ObjectNode frame = JSON.createObjectNode().put("message", message);
            frame.putArray("data").add(argument);
            sending = sending.thenCompose(socket -> socket.sendText(frame.toString(), true));
        }

        synchronized void hangUp() {
            send("hangup", JSON.createObjectNode().put("callId", callId()));
            sending = sending.whenComplete((socket, failure) -> {
                if (socket != null) {
                    socket.abort();
                }
            });
        }

        private String callId() {
            return "call" + call.number();
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                try {
                    onMessage(JSON.readTree(text.toString()));
                } catch (JsonProcessingException e) {
                    call.fail(e.toString());
                }
                text.setLength(0);
            }
            return WebSocket.Listener.super.onText(from, data, last);
        }

        private void onMessage(JsonNode frame) {
            JsonNode data = frame.path("data");
            switch (frame.path("message").asText()) {
                case "ping" -> send("pong", JSON.createObjectNode());
                case "getUserData" -> send("call", invitation());
                case "setRemoteSDP" -> call.answered(data.path(1).asText());
                case "fail", "finish" -> call.fail(data.toString());
                default -> {
                    // rings and the like
                }
            }
        }

        private ObjectNode invitation() {
            return JSON.createObjectNode()
                    .put("callId", callId())
                    .put("callee", call.callee())
                    .put("hasAudio", true)
                    .put("hasVideo", false)
                    .put("incoming", false)
                    .put("status", "PENDING")
                    .put("mediaProvider", "WebRTC")
                    .put("sdp", call.browserOffer());
        }
    }
}
