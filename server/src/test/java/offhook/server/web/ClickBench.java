package offhook.server.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGeneratorFactory;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.call.Ending;
import offhook.server.click.CallDesk;
import offhook.server.click.DeskSettings;
import offhook.server.click.Destinations;
import offhook.server.click.Hours;
import offhook.server.click.Line;
import offhook.server.click.NumberPlan;
import offhook.server.click.NumberRules;
import offhook.server.click.Origins;
import offhook.server.click.TokenKey;
import offhook.server.loop.AgentListener;
import offhook.server.loop.UserAgents;
import offhook.server.metrics.Metrics;
import offhook.server.signalling.DomainPolicy;
import offhook.server.signalling.HeaderPolicy;
import offhook.server.signalling.OutgoingAccount;
import offhook.server.signalling.Sessions;
import offhook.server.signalling.SignallingSettings;
import org.jspecify.annotations.Nullable;

/** The web front, the sessions and the desk of click to call, on a real port; only the media loop is a list of commands. */
final class ClickBench implements AutoCloseable {
    static final String API_KEY = "an API key that nobody guesses";
    static final String SHOP = "https://shop.example";
    static final String NUMBER = "+4930123456";
    static final int CALLS_PER_ADDRESS_PER_MINUTE = 6;
    private static final int MESSAGE_BYTES = 65_536;
    private static final DomainPolicy DOMAINS = new DomainPolicy(List.of("pbx.example"), false);

    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-25T12:00:00Z"));
    final Loop loop = new Loop();
    final CallDesk desk;
    final HttpClient client = HttpClient.newHttpClient();
    private final VisitorHook hook = new VisitorHook(Duration.ofMillis(500));
    private final WebFront web;

    /**
     * @param hookUrl of the line {@code asking}
     * @param proxies that are trusted
     */
    ClickBench(String hookUrl, InetAddress... proxies) {
        NumberPlan plan = NumberPlan.of("DE");
        Metrics metrics = new Metrics();
        Account account = account("1000", "pbx.example", "pa55");
        desk = new CallDesk(
                new DeskSettings(
                        new NumberRules(plan, false, false, List.of(), List.of()),
                        Map.of("1001@pbx.example", account("1001", "pbx.example", "s3cret")),
                        7_200,
                        2,
                        List.of(API_KEY),
                        300,
                        Duration.ofDays(30),
                        CALLS_PER_ADDRESS_PER_MINUTE,
                        2,
                        1_000,
                        1_000),
                List.of(
                        line("sales", account, "", Line.Visitors.WORK, ""),
                        line("asking", account, "", Line.Visitors.HOOK, hookUrl),
                        line("backend", account, "", Line.Visitors.OFF, ""),
                        line("night", account, "23:00-23:01", Line.Visitors.WORK, ""),
                        new Line(
                                "echo-test",
                                account,
                                "",
                                Destinations.of(plan, List.of("echo")),
                                Origins.any(),
                                Hours.of("", ZoneOffset.UTC),
                                Duration.ofSeconds(30),
                                10,
                                100,
                                List.of(),
                                Line.Visitors.OWN_PAGES,
                                "")),
                hook,
                now::get,
                () -> now.get().toEpochMilli() * 1_000_000,
                RandomGeneratorFactory.of("L64X128MixRandom").create(7),
                metrics);
        web = new WebFront(
                new WebSettings("127.0.0.1", 0, null, null, 100, MESSAGE_BYTES, Set.of(proxies), Duration.ofDays(30)),
                new Sessions(
                        new SignallingSettings(
                                100,
                                MESSAGE_BYTES,
                                1_000,
                                64,
                                3_600_000_000_000L,
                                10,
                                0,
                                0,
                                8,
                                "0.1.0",
                                DOMAINS,
                                new HeaderPolicy(List.of())),
                        any -> loop,
                        desk,
                        metrics),
                metrics,
                () -> true,
                () -> null,
                desk,
                (typed, password) -> account(typed, "pbx.example", password));
    }

    private static Line line(String name, Account account, String hours, Line.Visitors visitors, String hook) {
        return new Line(
                name,
                account,
                "",
                Destinations.of(NumberPlan.of("DE"), List.of(NUMBER, "10*")),
                Origins.of(List.of(SHOP)),
                Hours.of(hours, ZoneOffset.UTC),
                Duration.ofMinutes(30),
                100,
                1_000,
                List.of(TokenKey.secret("k1", "a secret of the shop's backend, long")),
                visitors,
                hook);
    }

    private static Account account(String login, String domain, String password) {
        return new OutgoingAccount(login, "", password, domain, "").checked(DOMAINS);
    }

    /** Where our own pages are. */
    String own() {
        return "http://127.0.0.1:" + web.port();
    }

    HttpResponse<String> post(String path, String json, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(own() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')));
        return send(request, headers);
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(own() + path)), headers);
    }

    HttpResponse<String> send(HttpRequest.Builder request, String... headers) throws IOException, InterruptedException {
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A call token as the shop's backend gets one. */
    String token(String line) throws IOException, InterruptedException {
        HttpResponse<String> answer = post(
                "/api/call-token",
                "{'line':'" + line + "','origin':'" + SHOP + "'}",
                "Authorization",
                "Bearer " + API_KEY);
        assertEquals(200, answer.statusCode(), answer.body());
        return field(answer.body(), "token");
    }

    /** What a text field of JSON holds. */
    static String field(String json, String name) {
        String[] parts = json.split("\"" + name + "\":\"", 2);
        assertEquals(2, parts.length, () -> name + " expected in " + json);
        return parts[1].substring(0, parts[1].indexOf('"'));
    }

    /** A browser that connects with a token, and calls whoever that is for. */
    Browser call(String token, String origin, String... headers) {
        Browser browser = new Browser();
        WebSocket.Builder builder = client.newWebSocketBuilder().header("Origin", origin);
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        browser.socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + web.port() + "/"), browser)
                .join();
        browser.say("{'message':'connection','data':[{'offhook':{'sdk':'0.1.0','token':'" + token + "'}}]}");
        browser.first = browser.next();
        if (browser.first.contains("getUserData")) {
            browser.say("{'message':'call','data':[{'callId':'c-1','callee':'','sdp':'v=0'}]}");
        }
        return browser;
    }

    @Override
    public void close() {
        client.shutdownNow();
        web.close();
        hook.close();
    }

    static final class Browser implements WebSocket.Listener {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();
        private @Nullable WebSocket socket;
        String first = "";

        void say(String json) {
            socket.sendText(json.replace('\'', '"'), true).join();
        }

        String next() {
            try {
                String next = heard.poll(5, TimeUnit.SECONDS);
                return next == null ? "nothing" : next;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void refused(String reason) {
            assertTrue(first.contains("\"reason\":\"" + reason + "\""), reason + " expected in " + first);
            assertEquals("closed 1000", next());
        }

        void leave() {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            assertEquals("closed 1000", next());
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
    }

    /** Remembers what it was asked; a call ends with its agent. */
    static final class Loop implements UserAgents {
        final BlockingQueue<AgentCommand> asked = new LinkedBlockingQueue<>();
        final BlockingQueue<AgentListener> opened = new LinkedBlockingQueue<>();
        final Map<String, String> accounts = new ConcurrentHashMap<>();
        private final Map<String, AgentListener> agents = new ConcurrentHashMap<>();
        private final Map<String, String> calls = new ConcurrentHashMap<>();

        /** Whom the next call is to. */
        String dialled() throws InterruptedException {
            AgentCommand command = asked.poll(5, TimeUnit.SECONDS);
            return command instanceof AgentCommand.Dial dial ? dial.callee() : "instead " + command;
        }

        @Override
        public boolean open(String agentId, Account account, AgentListener listener) {
            accounts.put(account.login(), account.password());
            agents.put(agentId, listener);
            return opened.add(listener);
        }

        @Override
        public boolean command(String agentId, AgentCommand command) {
            if (command instanceof AgentCommand.Dial dial) {
                calls.put(agentId, dial.callId());
            }
            return asked.add(command);
        }

        @Override
        public boolean close(String agentId) {
            AgentListener listener = agents.remove(agentId);
            String callId = calls.remove(agentId);
            if (listener != null && callId != null) {
                listener.onEvent(new AgentEvent.Ended(callId, Ending.of(EndReason.SESSION_LOST, Ending.By.BROWSER)));
            }
            return true;
        }
    }
}
