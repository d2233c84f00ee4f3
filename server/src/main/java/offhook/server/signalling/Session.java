package offhook.server.signalling;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.CallSummary;
import offhook.call.EndReason;
import offhook.call.Ending;
import offhook.server.loop.AgentListener;
import offhook.server.loop.UserAgents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One browser's session: translates its messages to commands of its user agent and the agent's events to messages. It
 * lives from the {@code connection} message to the end of its connection, or of the grace time after it. Driven by
 * messages, events and time; one thread at a time.
 */
final class Session {
    /** How long to wait before a full mailbox is tried again. */
    private static final long RETRY_NANOS = 100_000_000;

    /** WebSocket close codes (RFC 6455 section 7.4.1). */
    static final int NORMAL = 1000;

    static final int GOING_AWAY = 1001;
    static final int POLICY = 1008;
    static final int TRY_AGAIN_LATER = 1013;

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final String id;
    private final String authToken;
    private final SignallingSettings settings;
    private final UserAgents agents;
    private final ClientMessage.Connection connection;
    private final @Nullable Account account;
    private final Map<String, CallFacts> calls = new HashMap<>();

    /** What was said while no browser listened. */
    private final Queue<String> unheard = new ArrayDeque<>();

    private @Nullable Link link;
    private boolean keepAlive;
    private boolean agentOpen;
    private boolean everRegistered;
    private int registeredSeconds = -1;
    private int missedPings;
    private long pingAtNanos = Long.MAX_VALUE;
    private long graceEndsNanos = Long.MAX_VALUE;
    private long closeAgentAtNanos = Long.MAX_VALUE;
    private int loggedBytes;
    private boolean ended;

    /**
     * @param id names the session in the log and its agent on the loop
     * @param authToken the secret by which a browser takes the session up again
     * @param account checked; null when the browser brought none
     */
    Session(
            String id,
            String authToken,
            SignallingSettings settings,
            UserAgents agents,
            ClientMessage.Connection connection,
            @Nullable Account account) {
        this.id = id;
        this.authToken = authToken;
        this.settings = settings;
        this.agents = agents;
        this.connection = connection;
        this.account = account;
        keepAlive = connection.keepAlive();
    }

    // ------------------------------------------------------------------ connections

    /** The first connection: the browser is told its data, and its agent opens. */
    void open(Link link, AgentListener events, long nowNanos) {
        LOG.info(
                "event=session-opened session={} peer={} account={} client={}",
                id,
                link.peer(),
                account == null ? "none" : account.login() + "@" + account.domain(),
                connection.isOurs() ? "\"offhook/" + printable(connection.sdk()) + '"' : "wcs");
        attach(link, nowNanos);
        if (account == null) {
            return;
        }
        agentOpen = agents.open(id, account, events);
        if (!agentOpen) {
            registrationFailed(EndReason.LIMIT_REACHED, 0, EndReason.LIMIT_REACHED.sentence());
            end(TRY_AGAIN_LATER, "the server is busy", nowNanos);
        }
    }

    /** The same browser, or another that knows the token, on a new connection: it takes the place of the old one. */
    void resume(Link link, boolean keepAlive, long nowNanos) {
        if (ended) {
            link.close(GOING_AWAY, "the session has ended");
            return;
        }
        if (this.link != null) {
            this.link.close(NORMAL, "the session goes on at another connection");
        }
        LOG.info("event=session-resumed session={} peer={}", id, link.peer());
        this.keepAlive = keepAlive;
        attach(link, nowNanos);
        if (registeredSeconds >= 0) {
            send(WcsWriter.registered(connection.sipLogin(), registeredSeconds));
        }
        for (String text = unheard.poll(); text != null; text = unheard.poll()) {
            send(text);
        }
    }

    private void attach(Link link, long nowNanos) {
        this.link = link;
        missedPings = 0;
        pingAtNanos = nowNanos + settings.pingNanos();
        graceEndsNanos = Long.MAX_VALUE;
        send(WcsWriter.userData(connection, authToken, settings.serverVersion()));
    }

    /** A connection is gone; of an older one than ours that means nothing. */
    void detach(Link gone, long nowNanos) {
        if (link == null || !link.equals(gone) || ended) {
            return;
        }
        link = null;
        pingAtNanos = Long.MAX_VALUE;
        if (keepAlive && agentOpen && settings.keepAliveNanos() > 0) {
            graceEndsNanos = nowNanos + settings.keepAliveNanos();
            LOG.info("event=session-kept session={}", id);
        } else {
            end(NORMAL, "", nowNanos);
        }
    }

    /** Ends the session: its calls, its registration and its connection, if there still is one. */
    void end(int code, String why, long nowNanos) {
        if (ended) {
            return;
        }
        ended = true;
        LOG.info("event=session-ended session={} why=\"{}\"", id, why.isEmpty() ? "disconnected" : why);
        if (link != null) {
            link.close(code, why);
            link = null;
        }
        pingAtNanos = Long.MAX_VALUE;
        graceEndsNanos = Long.MAX_VALUE;
        closeAgent(nowNanos);
    }

    private void closeAgent(long nowNanos) {
        if (agentOpen && !agents.close(id)) {
            closeAgentAtNanos = nowNanos + RETRY_NANOS;
        } else {
            agentOpen = false;
            closeAgentAtNanos = Long.MAX_VALUE;
        }
    }

    /** Whether nothing is left to do. */
    boolean isOver() {
        return ended && !agentOpen;
    }

    // ------------------------------------------------------------------ time

    long deadlineNanos() {
        return Math.min(pingAtNanos, Math.min(graceEndsNanos, closeAgentAtNanos));
    }

    void onDeadline(long nowNanos) {
        if (pingAtNanos <= nowNanos) {
            ping(nowNanos);
        }
        if (graceEndsNanos <= nowNanos) {
            end(NORMAL, "nobody came back", nowNanos);
        }
        if (closeAgentAtNanos <= nowNanos) {
            closeAgent(nowNanos);
        }
    }

    private void ping(long nowNanos) {
        if (missedPings >= settings.missedPings() && link != null) {
            Link silent = link;
            silent.cut();
            LOG.info("event=browser-silent session={} pings={}", id, missedPings);
            detach(silent, nowNanos);
            return;
        }
        missedPings++;
        pingAtNanos = nowNanos + settings.pingNanos();
        send(WcsWriter.ping());
    }

    // ------------------------------------------------------------------ from the browser

    /** A message that came by {@code from}. */
    void onMessage(ClientMessage message, Link from, long nowNanos) {
        if (ended || link == null || !link.equals(from)) {
            return;
        }
        missedPings = 0;
        switch (message) {
            case ClientMessage.Connection ignored ->
                refuse(Refusal.of("connection", "", EndReason.BAD_REQUEST, "This connection has its session already."));
            case ClientMessage.Call call -> call(call);
            case ClientMessage.OfCall ofCall -> ofCall(ofCall);
            case ClientMessage.Pong ignored -> {
                // the sign of life was all of it
            }
            case ClientMessage.Ping ignored -> send(WcsWriter.ping());
            case ClientMessage.SendData data ->
                send(WcsWriter.dataStatus(data.operationId(), false, "No application here takes data."));
            case ClientMessage.PushLogs logs -> log(logs.logs());
            case ClientMessage.SessionDebug debug ->
                send(WcsWriter.sessionDebug(debug.command().equals("start") ? "STARTED" : "STOPPED"));
            case ClientMessage.BugReport report ->
                LOG.info("event=browser-bug-report session={} characters={}", id, report.length());
            case ClientMessage.Unsupported unknown ->
                refuse(Refusal.of(
                        unknown.method(),
                        unknown.id(),
                        EndReason.BAD_REQUEST,
                        "This server makes calls; it does not know \"" + printable(unknown.method()) + "\"."));
            case ClientMessage.Malformed malformed ->
                refuse(Refusal.of("", "", EndReason.BAD_REQUEST, malformed.why()));
        }
    }

    private void call(ClientMessage.Call call) {
        if (account == null) {
            refuseCall(
                    Refusal.of("call", call.callId(), EndReason.BAD_REQUEST, "This session has no SIP account."), call);
            return;
        }
        if (calls.containsKey(call.callId())) {
            refuse(Refusal.of("call", call.callId(), EndReason.BAD_REQUEST, "There is a call with this id already."));
            return;
        }
        String callee;
        String visibleName;
        try {
            checkId(call.callId());
            callee = Fields.callee(call.callee(), account.domain(), settings.domains());
            visibleName = Fields.visibleName(call.visibleName());
            checkSdp(call.sdp());
        } catch (FieldRefused refused) {
            refuseCall(refused.refusal("call", call.callId()), call);
            return;
        }
        calls.put(call.callId(), new CallFacts(call.callId(), false, account.login(), callee, visibleName));
        if (!agents.command(
                id,
                new AgentCommand.Dial(call.callId(), callee, visibleName, call.sdp(), connection.isOurs(), Map.of()))) {
            calls.remove(call.callId());
            refuseCall(busy(call), call);
        }
    }

    private void ofCall(ClientMessage.OfCall message) {
        String callId = message.callId();
        if (!calls.containsKey(callId)) {
            if (message instanceof ClientMessage.HangUp) {
                return; // the far side was faster, or it is not this session's call
            }
            refuse(Refusal.of(
                    message.method(), callId, EndReason.BAD_REQUEST, "There is no call with this id in this session."));
            return;
        }
        AgentCommand command;
        switch (message) {
            case ClientMessage.Call call ->
                throw new IllegalStateException("a call is not about another: " + call.callId());
            case ClientMessage.Answer answer -> command = new AgentCommand.Answer(callId, answer.sdp());
            case ClientMessage.Prepare prepare -> command = new AgentCommand.Prepare(callId, prepare.sdp());
            case ClientMessage.HangUp ignored -> command = new AgentCommand.HangUp(callId);
            case ClientMessage.NotYet notYet -> {
                refuse(Refusal.of(
                        notYet.method(),
                        callId,
                        EndReason.BAD_REQUEST,
                        "This server cannot do \"" + notYet.method() + "\" yet."));
                return;
            }
        }
        if (!agents.command(id, command)) {
            refuse(busy(message));
        }
    }

    private static Refusal busy(ClientMessage.OfCall message) {
        return Refusal.of(
                message.method(), message.callId(), EndReason.LIMIT_REACHED, EndReason.LIMIT_REACHED.sentence());
    }

    private static void checkId(String callId) {
        if (callId.isEmpty() || callId.length() > 128 || !callId.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new FieldRefused(
                    EndReason.INVALID_FIELD, "callId", "A call's id is 1 to 128 printable characters without spaces.");
        }
    }

    private static void checkSdp(String sdp) {
        if (sdp.isEmpty()) {
            throw new FieldRefused(EndReason.INVALID_FIELD, "sdp", "The call has no session description.");
        }
    }

    /** The call never was: said as a refusal, and as its end for clients that only listen to that. */
    private void refuseCall(Refusal refusal, ClientMessage.Call call) {
        refuse(refusal);
        CallFacts facts = new CallFacts(call.callId(), false, connection.sipLogin(), call.callee(), "");
        send(WcsWriter.finish(facts, new Ending(refusal.reason(), Ending.By.SERVER, 0, refusal.text())));
    }

    private void refuse(Refusal refusal) {
        send(WcsWriter.fail(refusal));
    }

    /** The browser's own log, cut to the limit, without what would break a line or give a password away. */
    private void log(String logs) {
        int room = settings.browserLogBytes() - loggedBytes;
        if (room <= 0 || logs.isEmpty()) {
            return;
        }
        String text = printable(logs.substring(0, Math.min(logs.length(), room)));
        loggedBytes += logs.length();
        if (!connection.sipPassword().isEmpty()) {
            text = text.replace(connection.sipPassword(), "***");
        }
        LOG.info("event=browser-log session={} text=\"{}\"", id, text);
    }

    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ").replace('"', '\'');
    }

    // ------------------------------------------------------------------ from the agent

    void onEvent(AgentEvent event, long nowNanos) {
        if (ended) {
            return;
        }
        switch (event) {
            case AgentEvent.Registered registered -> {
                registeredSeconds = registered.expiresSeconds();
                everRegistered = true;
                send(WcsWriter.registered(connection.sipLogin(), registered.expiresSeconds()));
            }
            case AgentEvent.RegistrationFailed failed -> registrationFailed(failed, nowNanos);
            case AgentEvent.Closed ignored -> {
                agentOpen = false;
                registrationFailed(EndReason.SHUTTING_DOWN, 0, EndReason.SHUTTING_DOWN.sentence());
                end(GOING_AWAY, "the server is being shut down", nowNanos);
            }
            case AgentEvent.CallEvent ofCall -> callEvent(ofCall);
        }
    }

    /** The SDK's demos begin anew when the connection closes: that is how they learn that they are not registered. */
    private void registrationFailed(AgentEvent.RegistrationFailed failed, long nowNanos) {
        LOG.info(
                "event=registration-failed session={} reason={} sipStatus={} retrying={}",
                id,
                failed.reason().word(),
                failed.sipStatus(),
                failed.retrying());
        registeredSeconds = -1;
        registrationFailed(failed.reason(), failed.sipStatus(), failed.text());
        if (!failed.retrying() || !everRegistered) {
            end(NORMAL, "registration failed", nowNanos);
        }
    }

    private void registrationFailed(EndReason reason, int sipStatus, String text) {
        refuse(new Refusal("RegistrationStatusEvent", "", reason, sipStatus, "", text));
    }

    private void callEvent(AgentEvent.CallEvent event) {
        String callId = event.callId();
        if (event instanceof AgentEvent.Incoming incoming) {
            calls.put(
                    callId, new CallFacts(callId, true, incoming.caller(), incoming.callee(), incoming.displayName()));
        }
        CallFacts call = calls.getOrDefault(callId, new CallFacts(callId, true, "", "", ""));
        switch (event) {
            case AgentEvent.Trying ignored -> send(WcsWriter.trying(call));
            case AgentEvent.BrowserDescribed described ->
                send(WcsWriter.remoteSdp(callId, described.sdp(), described.answer()));
            case AgentEvent.Incoming ignored -> {
                send(WcsWriter.incoming(call));
                send(WcsWriter.ring(call, false));
            }
            case AgentEvent.Ringing ringing -> send(WcsWriter.ring(call, ringing.earlyMedia()));
            case AgentEvent.CodecChosen chosen -> {
                if (connection.isOurs()) {
                    send(WcsWriter.codec(callId, chosen.codec(), chosen.payloadType()));
                }
            }
            case AgentEvent.Established ignored -> send(WcsWriter.talk(call));
            case AgentEvent.Refused refused ->
                refuse(new Refusal(
                        refused.request(), callId, refused.reason(), refused.sipStatus(), "", refused.text()));
            case AgentEvent.Held ignored -> {}
            case AgentEvent.HeldByPeer ignored -> {}
            case AgentEvent.PeerChanged ignored -> {}
            case AgentEvent.KeyPressed ignored -> {}
            case AgentEvent.TransferProgress ignored -> {}
            case AgentEvent.TransferEnded ignored -> {}
            case AgentEvent.Ended end -> {
                calls.remove(callId);
                logEnd(call, end);
                if (end.ending().reason() == EndReason.BUSY) {
                    send(WcsWriter.busy(call));
                }
                send(WcsWriter.finish(call, end.ending()));
            }
        }
    }

    private void logEnd(CallFacts call, AgentEvent.Ended end) {
        Ending ending = end.ending();
        CallSummary summary = end.summary();
        LOG.info(
                "event=call-ended session={} call={} account={} direction={} caller=\"{}\" callee=\"{}\" reason={} by={}"
                        + " sipStatus={} seconds={} codec={} toPeer={} toBrowser={}",
                id,
                call.callId(),
                account == null ? "none" : account.login() + "@" + account.domain(),
                call.incoming() ? "in" : "out",
                printable(call.caller()),
                printable(call.callee()),
                ending.reason().word(),
                ending.by().name().toLowerCase(Locale.ROOT),
                ending.sipStatus(),
                summary.talkNanos() / 1_000_000_000,
                summary.codec().isEmpty() ? "none" : summary.codec(),
                summary.toPeer(),
                summary.toBrowser());
    }

    // ------------------------------------------------------------------ to the browser

    private void send(String text) {
        if (link != null) {
            if (!link.send(text)) {
                link.cut();
            }
        } else if (unheard.size() < settings.queue()) {
            unheard.add(text);
        }
    }
}
