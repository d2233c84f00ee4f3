package offhook.server.signalling;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import offhook.call.Account;
import offhook.call.EndReason;
import offhook.server.loop.Loops;
import offhook.server.metrics.Counter;
import offhook.server.metrics.Metrics;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All sessions by their tokens. From any thread. */
public final class Sessions implements AutoCloseable {
    /** Bytes of an authToken: not to be guessed. */
    private static final int TOKEN_BYTES = 20;

    /** How long all browsers together may take to be told that the server stops. */
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final SignallingSettings settings;
    private final Loops loops;
    private final Grants grants;
    private final WcsReader reader;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, SessionThread> byToken = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Counter opened;
    private final Counter refused;
    private final Counter messages;
    private final Counter malformed;

    /** @param grants where call tokens are redeemed */
    public Sessions(SignallingSettings settings, Loops loops, Grants grants, Metrics metrics) {
        this.settings = settings;
        this.loops = loops;
        this.grants = grants;
        reader = new WcsReader(settings.messageBytes());
        opened = metrics.counter("sessions_opened", "Browser sessions that were opened.");
        refused = metrics.counter("sessions_refused", "Browser sessions that were refused.");
        messages = metrics.counter("browser_messages", "Messages of browsers.");
        malformed = metrics.counter("browser_messages_malformed", "Frames of browsers that are no messages.");
        metrics.gauge("sessions", "Browser sessions, those that wait for their browser included.", count::get);
    }

    /** A new connection. */
    public Door open(Link link) {
        return new Door(this, link, new MessageRate(settings.messagesPerSecond(), System.nanoTime()));
    }

    /** Sessions now. */
    public int count() {
        return count.get();
    }

    /** Tells every browser that the server stops; to be called while their connections stand. */
    @Override
    public void close() {
        List<SessionThread> open = List.copyOf(byToken.values());
        open.forEach(SessionThread::shutDown);
        long deadline = System.nanoTime() + GOODBYE.toNanos();
        try {
            for (SessionThread session : open) {
                session.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How long a browser may be silent before its connection is given up. */
    public Duration patience() {
        return Duration.ofNanos(settings.pingNanos()).multipliedBy(settings.missedPings() + 1L);
    }

    ClientMessage read(String text) {
        messages.increment();
        ClientMessage message = reader.read(text);
        if (message instanceof ClientMessage.Malformed) {
            malformed.increment();
        }
        return message;
    }

    /** Opens a session, or takes one up again, for a connection that said {@code connection}. */
    Admission admit(ClientMessage.Connection connection, Link link) {
        SessionThread kept = connection.authToken().isEmpty() ? null : byToken.get(connection.authToken());
        if (kept != null && !connection.hasAccount()) {
            kept.resume(link, connection.keepAlive());
            return new Admission.Admitted(kept);
        }
        if (!connection.authToken().isEmpty() && !connection.hasAccount()) {
            return refuse(
                    Refusal.of(
                            "connection",
                            "",
                            EndReason.SESSION_LOST,
                            "The session to take up again is over; connect anew."),
                    Session.NORMAL);
        }
        if (!connection.token().isEmpty()) {
            return admitByToken(connection, link);
        }
        Account account;
        try {
            account = connection.hasAccount() ? Fields.account(connection, settings.domains()) : null;
            settings.headers().checked(connection.headers());
        } catch (FieldRefused wrong) {
            return refuse(wrong.refusal("RegistrationStatusEvent", ""), Session.NORMAL);
        }
        if (!takeRoom()) {
            return noRoom();
        }
        return new Admission.Admitted(start(connection, account, null, link));
    }

    /** A token counts as used from its redemption on, so everything else that may fail comes before. */
    private Admission admitByToken(ClientMessage.Connection connection, Link link) {
        if (connection.hasAccount() || !connection.headers().isEmpty()) {
            return refuse(
                    Refusal.ofField(
                            "connection",
                            "",
                            "token",
                            "A call token takes the place of the account and of SIP headers: send nothing but the token."),
                    Session.NORMAL);
        }
        if (!takeRoom()) {
            return noRoom();
        }
        Grant grant;
        try {
            grant = grants.redeem(connection.token(), link.origin(), link.peer());
        } catch (GrantRefused e) {
            count.decrementAndGet();
            LOG.info(
                    "event=grant-refused reason={} at=connection line=\"{}\" peer={} origin=\"{}\"",
                    e.reason().word(),
                    e.line(),
                    link.peer(),
                    Session.printable(link.origin()));
            return refuse(new Refusal("connection", "", e.reason(), 0, e.field(), e.text()), Session.NORMAL);
        } catch (RuntimeException e) {
            count.decrementAndGet();
            LOG.error("event=fault where=grants", e);
            return refuse(
                    Refusal.of("connection", "", EndReason.INTERNAL, EndReason.INTERNAL.sentence()), Session.NORMAL);
        }
        return new Admission.Admitted(start(connection, grant.account().outgoingOnly(), grant, link));
    }

    private boolean takeRoom() {
        if (count.incrementAndGet() > settings.sessions()) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    private Admission noRoom() {
        return refuse(
                Refusal.of("connection", "", EndReason.LIMIT_REACHED, EndReason.LIMIT_REACHED.sentence()),
                Session.TRY_AGAIN_LATER);
    }

    private SessionThread start(
            ClientMessage.Connection connection, @Nullable Account account, @Nullable Grant grant, Link link) {
        opened.increment();
        byte[] secret = new byte[TOKEN_BYTES];
        random.nextBytes(secret);
        String token = HexFormat.of().formatHex(secret);
        byte[] name = new byte[6];
        random.nextBytes(name);
        String id = HexFormat.of().formatHex(name);
        SessionThread session = new SessionThread(
                new Session(id, token, settings, loops.of(account), connection, account, grant),
                settings.queue(),
                over -> {
                    byToken.remove(token, over);
                    count.decrementAndGet();
                });
        byToken.put(token, session);
        session.start("session-" + id, link);
        return session;
    }

    private Admission refuse(Refusal refusal, int code) {
        refused.increment();
        return new Admission.Refused(refusal, code);
    }

    /** What became of a {@code connection} message. */
    sealed interface Admission {
        record Admitted(SessionThread session) implements Admission {}

        /** @param code to close the WebSocket with */
        record Refused(Refusal refusal, int code) implements Admission {}
    }
}
