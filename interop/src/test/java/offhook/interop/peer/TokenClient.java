package offhook.interop.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A visitor without a browser: one call over one call token, on the wire, as far as ringing. From any thread. */
public final class TokenClient implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Nobody will be there when this call is answered. */
    private static final String OFFER = """
            v=0
            o=- 1 1 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0
            m=audio 9 UDP/TLS/RTP/SAVPF 0
            c=IN IP4 0.0.0.0
            a=ice-ufrag:abcd
            a=ice-pwd:abcdefghijklmnopqrstuvwx
            a=fingerprint:sha-256 %s
            a=setup:actpass
            a=mid:0
            a=sendrecv
            a=rtcp-mux
            a=rtpmap:0 PCMU/8000
            """.formatted("AB:".repeat(31) + "AB").replace("\n", "\r\n");

    private final WebSocket socket;
    private final CompletableFuture<String> answer;

    private TokenClient(WebSocket socket, CompletableFuture<String> answer) {
        this.socket = socket;
        this.answer = answer;
    }

    /** Comes from a page of the shop's. */
    public static TokenClient connect(Shop shop, String token) {
        return connect(shop, token, shop.origin());
    }

    public static TokenClient connect(Shop shop, String token, String origin) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket socket = HTTP.newWebSocketBuilder()
                .header("Origin", origin)
                .buildAsync(URI.create(shop.server().socket()), new Listener(token, answer))
                .join();
        return new TokenClient(socket, answer);
    }

    /** {@code ringing}, or the reason why it does not. */
    public String answer() {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the server does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    private static CompletableFuture<WebSocket> send(WebSocket socket, String message, Object argument) {
        try {
            return socket.sendText(
                    JSON.writeValueAsString(Map.of("message", message, "data", List.of(argument))), true);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Listener implements WebSocket.Listener {
        private final String token;
        private final CompletableFuture<String> answer;
        private final StringBuilder text = new StringBuilder();

        /** The client sends one message at a time, and the server can answer before it knows that the first has gone. */
        private CompletableFuture<?> introduced = CompletableFuture.completedFuture(null);

        Listener(String token, CompletableFuture<String> answer) {
            this.token = token;
            this.answer = answer;
        }

        @Override
        public void onOpen(WebSocket socket) {
            introduced = send(socket, "connection", connection());
            socket.request(1);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            socket.request(1);
            if (!last) return null;
            String message = text.toString();
            text.setLength(0);
            try {
                return received(socket, JSON.readTree(message));
            } catch (JsonProcessingException e) {
                answer.completeExceptionally(e);
                return null;
            }
        }

        private CompletionStage<?> received(WebSocket socket, JsonNode message) {
            JsonNode facts = message.path("data").path(0);
            switch (message.path("message").asText()) {
                case "getUserData" -> {
                    return introduced
                            .thenCompose(ignored -> send(socket, "call", call()))
                            .exceptionally(error -> {
                                answer.completeExceptionally(error);
                                return socket;
                            });
                }
                case "fail", "finish" ->
                    answer.complete(facts.path("offhook").path("reason").asText());
                default -> {
                    if (facts.path("status").asText().startsWith("RING")) answer.complete("ringing");
                }
            }
            return null;
        }

        private Map<String, Object> connection() {
            return Map.of(
                    "appKey",
                    "defaultApp",
                    "mediaProviders",
                    List.of("WebRTC"),
                    "clientVersion",
                    "2.0",
                    "offhook",
                    Map.of("sdk", "0.1.0", "token", token));
        }

        private static Map<String, Object> call() {
            return Map.of(
                    "callId",
                    UUID.randomUUID().toString(),
                    "hasAudio",
                    true,
                    "hasVideo",
                    false,
                    "mediaProvider",
                    "WebRTC",
                    "sdp",
                    OFFER,
                    "caller",
                    "",
                    "callee",
                    "");
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            answer.complete("closed: " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            answer.completeExceptionally(error);
        }
    }
}
