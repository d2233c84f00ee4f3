package offhook.server.signalling;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.call.Ending;
import offhook.server.loop.AgentListener;
import offhook.server.loop.UserAgents;

/**
 * Plays a dialogue with a session. Its lines:
 *
 * <pre>
 * browser> JSON         the browser sends a frame
 * browser gone          its connection breaks
 * browser new           it connects again, on the same session
 * loop> EVENT           the agent tells something: registered 300, trying ID, ringing ID, ended ID busy peer 486, ...
 * loop full             the loop's mailbox is full from now on; "loop free" empties it
 * wait SECONDS          time passes
 * browser< JSON         the session sends a frame
 * browser closed CODE   the session closes the connection, or cuts it
 * loop< COMMAND         the session asks something of its agent
 * grant over REASON     the permission for the one call is told that this is over
 * </pre>
 *
 * A {@code connection} with a token has a grant: of a call to +4930123456 that may last 60 s.
 *
 * Lines of the last kind are what the session does; the play writes them, and they must be those of the text.
 */
final class SessionScript {
    private static final long SECOND = 1_000_000_000L;
    private static final SignallingSettings SETTINGS = new SignallingSettings(
            10,
            65_536,
            50,
            8,
            5 * SECOND,
            10,
            30 * SECOND,
            64,
            8,
            "0.1.0",
            new DomainPolicy(List.of("*.example")),
            new HeaderPolicy(List.of("X-*", "User-to-User")));

    private final StringBuilder transcript = new StringBuilder();
    private final WcsReader reader = new WcsReader(65_536);
    private final Loop loop = new Loop();
    private Browser browser = new Browser();
    private Session session;
    private long now;

    String play(String text) {
        text.lines().forEach(this::line);
        return transcript.toString();
    }

    private void line(String line) {
        if (line.startsWith("browser< ")
                || line.startsWith("browser closed")
                || line.startsWith("loop< ")
                || line.startsWith("grant over")) {
            return;
        }
        transcript.append(line).append('\n');
        if (line.startsWith("browser> ")) {
            said(line.substring("browser> ".length()));
        } else if (line.startsWith("loop> ")) {
            session.onEvent(event(line.substring("loop> ".length()).split(" ")), now);
        } else if (line.startsWith("wait ")) {
            pass(Long.parseLong(line.substring("wait ".length())) * SECOND);
        } else {
            switch (line) {
                case "browser gone" -> session.detach(browser, now);
                case "browser new" -> browser = new Browser();
                case "loop full" -> loop.full = true;
                case "loop free" -> loop.full = false;
                default -> {
                    if (!line.isEmpty() && !line.startsWith("#")) {
                        throw new IllegalArgumentException(line);
                    }
                }
            }
        }
        if (session != null && session.isOver()) {
            session.forget();
        }
    }

    private void said(String json) {
        ClientMessage message = reader.read(json);
        if (!(message instanceof ClientMessage.Connection connection)) {
            session.onMessage(message, browser, now);
        } else if (session == null) {
            Grant grant = connection.token().isEmpty() ? null : grant();
            Account own = connection.hasAccount() ? Fields.account(connection, SETTINGS.domains()) : null;
            Account account = grant == null ? own : grant.account();
            session = new Session("s1", "secret-token", SETTINGS, loop, connection, account, grant);
            AgentListener unused = event -> {};
            session.open(browser, unused, now);
        } else if (connection.authToken().isEmpty()) {
            session.onMessage(message, browser, now);
        } else {
            session.resume(browser, connection.keepAlive(), now);
        }
    }

    private Grant grant() {
        Account account = new OutgoingAccount("1000", "", "pa55", "pbx.example", "").checked(SETTINGS.domains());
        return new Grant(
                "sales",
                account,
                "+4930123456",
                "A visitor",
                Duration.ofSeconds(60),
                reason -> did("grant over " + reason.word()));
    }

    private void pass(long nanos) {
        long until = now + nanos;
        while (session.deadlineNanos() <= until) {
            now = Math.max(now, session.deadlineNanos());
            session.onDeadline(now);
        }
        now = until;
    }

    private static AgentEvent event(String[] words) {
        String id = words.length > 1 ? words[1] : "";
        return switch (words[0]) {
            case "registered" -> new AgentEvent.Registered(Integer.parseInt(id));
            case "registration-failed" ->
                new AgentEvent.RegistrationFailed(
                        reason(id),
                        Integer.parseInt(words[2]),
                        reason(id).sentence(),
                        words[3].equals("retrying"),
                        words.length > 4 ? Integer.parseInt(words[4]) : 0);
            case "closed" -> new AgentEvent.Closed();
            case "trying" -> new AgentEvent.Trying(id);
            case "answer" -> new AgentEvent.BrowserDescribed(id, "v=0 answer", true);
            case "offer" -> new AgentEvent.BrowserDescribed(id, "v=0 offer", false);
            case "incoming" ->
                new AgentEvent.Incoming(
                        id,
                        words[2],
                        words[3],
                        words.length > 4 ? words[4].replace('_', ' ') : "",
                        words.length > 5 ? Map.of(words[5], words[6]) : Map.of());
            case "ringing" -> new AgentEvent.Ringing(id, words.length > 2);
            case "codec" -> new AgentEvent.CodecChosen(id, words[2], Integer.parseInt(words[3]), 8_000);
            case "established" -> new AgentEvent.Established(id);
            case "held" -> new AgentEvent.Held(id, true);
            case "resumed" -> new AgentEvent.Held(id, false);
            case "held-by-peer" -> new AgentEvent.HeldByPeer(id, true);
            case "resumed-by-peer" -> new AgentEvent.HeldByPeer(id, false);
            case "peer" -> new AgentEvent.PeerChanged(id, words[2], words[3]);
            case "key" -> new AgentEvent.KeyPressed(id, words[2].charAt(0), Integer.parseInt(words[3]));
            case "transferring" -> new AgentEvent.TransferProgress(id, Integer.parseInt(words[2]));
            case "transferred" ->
                new AgentEvent.TransferEnded(
                        id,
                        reason(words[2]),
                        Integer.parseInt(words[3]),
                        reason(words[2]).sentence());
            case "refused" ->
                new AgentEvent.Refused(
                        id,
                        words[2],
                        reason(words[3]),
                        Integer.parseInt(words[4]),
                        reason(words[3]).sentence());
            case "ended" ->
                new AgentEvent.Ended(
                        id,
                        new Ending(
                                reason(words[2]),
                                Ending.By.valueOf(words[3].toUpperCase(java.util.Locale.ROOT)),
                                Integer.parseInt(words[4]),
                                reason(words[2]).sentence()));
            default -> throw new IllegalArgumentException(String.join(" ", words));
        };
    }

    private static EndReason reason(String word) {
        return Arrays.stream(EndReason.values())
                .filter(reason -> reason.word().equals(word))
                .findFirst()
                .orElseThrow();
    }

    private void did(String what) {
        transcript.append(what).append('\n');
    }

    private final class Browser implements Link {
        private boolean gone;

        @Override
        public boolean send(String text) {
            if (!gone) {
                did("browser< " + text);
            }
            return !gone;
        }

        @Override
        public void close(int code, String reason) {
            gone = true;
            did("browser closed " + code + " " + reason);
        }

        @Override
        public void cut() {
            gone = true;
            did("browser closed by force");
        }

        @Override
        public String peer() {
            return "192.0.2.7";
        }

        @Override
        public String origin() {
            return "https://shop.example";
        }
    }

    private final class Loop implements UserAgents {
        private boolean full;

        @Override
        public boolean open(String agentId, Account account, AgentListener listener) {
            return took("open " + account);
        }

        @Override
        public boolean command(String agentId, AgentCommand command) {
            return took(command.toString());
        }

        @Override
        public boolean close(String agentId) {
            return took("close");
        }

        private boolean took(String what) {
            did("loop< " + what + (full ? " (no room)" : ""));
            return !full;
        }
    }
}
