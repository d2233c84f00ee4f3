package offhook.server.signalling;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.CallSummary;
import offhook.call.DtmfMethod;
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

    /** How long a session that has ended waits to hear how its calls ended, which is for the log. */
    private static final long LAST_WORDS_NANOS = 5_000_000_000L;

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
    private final @Nullable GrantedCall granted;
    private final Map<String, CallStanding> calls = new LinkedHashMap<>();

    /** Where the calls stood when the browser went, and what was said since. */
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
    private long lastWordsAtNanos = Long.MAX_VALUE;
    private int loggedBytes;
    private boolean ended;

    /**
     * @param id names the session in the log and its agent on the loop
     * @param authToken the secret by which a browser takes the session up again
     * @param account checked, the browser's own or the grant's; null when there is none
     * @param grant of the one call that the session is for; null for a session of the browser's own account
     */
    Session(
            String id,
            String authToken,
            SignallingSettings settings,
            UserAgents agents,
            ClientMessage.Connection connection,
            @Nullable Account account,
            @Nullable Grant grant) {
        this.id = id;
        this.authToken = authToken;
        this.settings = settings;
        this.agents = agents;
        this.connection = connection;
        this.account = account;
        granted = grant == null ? null : new GrantedCall(grant);
        keepAlive = connection.keepAlive();
    }

    // ------------------------------------------------------------------ connections

    /** The first connection: the browser is told its data, and its agent opens. */
    void open(Link link, AgentListener events, long nowNanos) {
        LOG.info(
                "event=session-opened session={} peer={} account={} line={} client={}",
                id,
                link.peer(),
                account == null ? "none" : account.login() + "@" + account.domain(),
                line(),
                connection.isOurs() ? "\"offhook/" + printable(connection.sdk()) + '"' : "wcs");
        if (granted != null) {
            granted.opened(nowNanos);
        }
        attach(link, nowNanos);
        if (account == null) {
            return;
        }
        agentOpen = agents.open(id, account, events);
        if (!agentOpen) {
            unregistered(EndReason.LIMIT_REACHED);
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
        boolean takeOver = this.link != null;
        attach(link, nowNanos);
        if (registeredSeconds >= 0) {
            send(WcsWriter.registered(connection.sipLogin(), registeredSeconds));
        }
        if (takeOver) {
            restateCalls();
        }
        calls.values().forEach(CallStanding::pageChanged);
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
            restateCalls();
            LOG.info("event=session-kept session={}", id);
        } else {
            end(NORMAL, "", nowNanos);
        }
    }

    /** For a browser that comes: it may be a page that was loaded again, or have missed the last of what it was sent. */
    private void restateCalls() {
        calls.values().forEach(call -> call.restated(connection.isOurs()).forEach(this::send));
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
        lastWordsAtNanos = nowNanos + LAST_WORDS_NANOS;
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

    /** Whatever became of the session, its grant is over. */
    void forget() {
        if (granted != null) {
            granted.sessionOver();
        }
    }

    /** Whether nothing is left to do. */
    boolean isOver() {
        return ended && !agentOpen && calls.isEmpty();
    }

    // ------------------------------------------------------------------ time

    long deadlineNanos() {
        long granted = this.granted == null || ended ? Long.MAX_VALUE : this.granted.deadlineNanos();
        long ofTheEnd = Math.min(closeAgentAtNanos, lastWordsAtNanos);
        return Math.min(Math.min(pingAtNanos, granted), Math.min(graceEndsNanos, ofTheEnd));
    }

    void onDeadline(long nowNanos) {
        if (pingAtNanos <= nowNanos) {
            ping(nowNanos);
        }
        if (granted != null && !ended && granted.deadlineNanos() <= nowNanos) {
            endGrantedCall(granted, nowNanos);
        }
        if (graceEndsNanos <= nowNanos) {
            end(NORMAL, "nobody came back", nowNanos);
        }
        if (closeAgentAtNanos <= nowNanos) {
            closeAgent(nowNanos);
        }
        if (lastWordsAtNanos <= nowNanos) {
            lastWordsAtNanos = Long.MAX_VALUE;
            calls.clear();
        }
    }

    private void endGrantedCall(GrantedCall late, long nowNanos) {
        String callId = late.timeIsUp();
        if (!callId.isEmpty()) {
            boolean asked = agents.command(id, new AgentCommand.End(callId, EndReason.LONGEST_REACHED));
            late.endAgainAt(asked ? Long.MAX_VALUE : nowNanos + RETRY_NANOS);
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
            case ClientMessage.Call call -> call(call, nowNanos);
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

    private void call(ClientMessage.Call call, long nowNanos) {
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
        Map<String, String> headers;
        try {
            checkId(call.callId());
            if (granted != null) {
                callee = granted.callee(call);
                visibleName = granted.grant().callerName();
            } else {
                callee = Fields.callee(call.callee(), account.domain(), settings.domains());
                visibleName = Fields.visibleName(call.visibleName());
            }
            headers = headers(call);
            checkSdp(call.sdp());
        } catch (FieldRefused refused) {
            refuseCall(refused.refusal("call", call.callId()), call);
            return;
        }
        calls.put(
                call.callId(),
                new CallStanding(new CallFacts(call.callId(), false, connection.sipLogin(), callee, visibleName)));
        if (granted != null) {
            granted.dialled(call.callId());
        }
        if (!agents.command(
                id,
                new AgentCommand.Dial(call.callId(), callee, visibleName, call.sdp(), connection.isOurs(), headers))) {
            calls.remove(call.callId());
            if (granted != null) {
                granted.notDialled(nowNanos);
            }
            refuseCall(busy(call), call);
        }
    }

    /** Those of the session and those of the call, which has the last word. */
    private Map<String, String> headers(ClientMessage.Call call) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(connection.headers());
        headers.putAll(call.headers());
        return settings.headers().checked(headers);
    }

    private void ofCall(ClientMessage.OfCall message) {
        CallStanding call = calls.get(message.callId());
        if (call == null) {
            if (message instanceof ClientMessage.HangUp || message instanceof ClientMessage.ReleaseKey) {
                return; // the far side was faster, or it is not this session's call
            }
            refuse(Refusal.of(
                    message.method(),
                    message.callId(),
                    EndReason.BAD_REQUEST,
                    "There is no call with this id in this session."));
            return;
        }
        try {
            if (!agents.command(id, command(message, call))) {
                refuse(busy(message), call);
            }
        } catch (FieldRefused refused) {
            refuse(refused.refusal(message.method(), message.callId()));
        }
    }

    private AgentCommand command(ClientMessage.OfCall message, CallStanding call) {
        String callId = message.callId();
        return switch (message) {
            case ClientMessage.Call dialled ->
                throw new IllegalStateException("a call is not about another: " + dialled.callId());
            case ClientMessage.Answer answer -> {
                call.answered();
                yield new AgentCommand.Answer(callId, answer.sdp());
            }
            case ClientMessage.Prepare prepare -> new AgentCommand.Prepare(callId, prepare.sdp());
            case ClientMessage.HangUp ignored -> new AgentCommand.HangUp(callId);
            case ClientMessage.Hold ignored -> new AgentCommand.Hold(callId);
            case ClientMessage.Unhold ignored -> new AgentCommand.Resume(callId);
            case ClientMessage.SendDtmf dtmf ->
                new AgentCommand.SendDtmf(
                        callId,
                        Fields.dtmf(dtmf.keys(), settings.dtmfKeys()),
                        dtmfMethod(dtmf.type()),
                        Fields.dtmfMillis(dtmf.durationMillis()));
            case ClientMessage.PressKey press ->
                new AgentCommand.PressKey(callId, Fields.key(press.key()), dtmfMethod(press.type()));
            case ClientMessage.ReleaseKey ignored -> new AgentCommand.ReleaseKey(callId);
            case ClientMessage.Transfer transfer -> transfer(transfer, call);
        };
    }

    /** What a WCS page does not say it means as WCS does. */
    private DtmfMethod dtmfMethod(String type) {
        return Fields.dtmfMethod(type, connection.isOurs() ? DtmfMethod.AUTO : DtmfMethod.RFC4733);
    }

    private AgentCommand transfer(ClientMessage.Transfer transfer, CallStanding call) {
        String callId = transfer.callId();
        if (granted != null) {
            throw new FieldRefused(EndReason.FORBIDDEN, "", "A call by token cannot be transferred.");
        }
        if (transfer.consultCallId().isEmpty()) {
            String target =
                    Fields.target(transfer.target(), account == null ? "" : account.domain(), settings.domains());
            call.transferTo(target);
            return new AgentCommand.Transfer(callId, target);
        }
        CallStanding consult = calls.get(transfer.consultCallId());
        if (consult == null || consult.equals(call)) {
            throw new FieldRefused(
                    EndReason.INVALID_FIELD, "to", "The call to connect with is not another call of this session.");
        }
        call.transferTo(consult.peerNumber());
        return new AgentCommand.AttendedTransfer(callId, transfer.consultCallId());
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

    /** A WCS page that asked to hold or to go on has disabled its button until it hears of either. */
    private void refuse(Refusal refusal, CallStanding call) {
        refuse(refusal);
        boolean awaited = refusal.method().equals("hold") || refusal.method().equals("unhold");
        if (awaited && !call.status().isEmpty()) {
            send(call.status());
        }
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
        if (!connection.token().isEmpty()) {
            text = text.replace(connection.token(), "***");
        }
        LOG.info("event=browser-log session={} text=\"{}\"", id, text);
    }

    static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ").replace('"', '\'');
    }

    // ------------------------------------------------------------------ from the agent

    void onEvent(AgentEvent event, long nowNanos) {
        if (ended) {
            afterTheEnd(event);
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
                calls.clear();
                unregistered(EndReason.SHUTTING_DOWN);
                end(GOING_AWAY, "the server is being shut down", nowNanos);
            }
            case AgentEvent.CallEvent ofCall -> callEvent(ofCall, nowNanos);
        }
    }

    /** Nobody is told any more, but each call has its line in the log. */
    private void afterTheEnd(AgentEvent event) {
        if (event instanceof AgentEvent.Ended end) {
            CallStanding call = calls.remove(end.callId());
            if (call != null) {
                callOver(call, end);
            }
        } else if (event instanceof AgentEvent.Closed) {
            calls.clear();
        }
    }

    /** The SDK's demos begin anew when the connection closes: that is how they learn that they are not registered. */
    private void registrationFailed(AgentEvent.RegistrationFailed failed, long nowNanos) {
        LOG.info(
                "event=registration-failed session={} reason={} sipStatus={} retrying={} retryAfter={}",
                id,
                failed.reason().word(),
                failed.sipStatus(),
                failed.retrying(),
                failed.retryAfterSeconds());
        registeredSeconds = -1;
        send(WcsWriter.registrationFailed(failed));
        if (!failed.retrying() || !everRegistered) {
            end(NORMAL, "registration failed", nowNanos);
        }
    }

    /** By the server's own doing: no registrar was asked. */
    private void unregistered(EndReason reason) {
        refuse(Refusal.of("RegistrationStatusEvent", "", reason, reason.sentence()));
    }

    private void callEvent(AgentEvent.CallEvent event, long nowNanos) {
        String callId = event.callId();
        if (event instanceof AgentEvent.BrowserDescribed described && !described.answer()) {
            // our offer comes just before the call that it is for
            calls.put(callId, new CallStanding(CallFacts.ofUnknown(callId)));
        }
        CallStanding call = calls.getOrDefault(callId, new CallStanding(CallFacts.ofUnknown(callId)));
        switch (event) {
            case AgentEvent.Trying ignored -> send(call.trying());
            case AgentEvent.BrowserDescribed described -> send(call.described(described.sdp(), described.answer()));
            case AgentEvent.Incoming incoming -> {
                send(call.incoming(
                        new CallFacts(callId, true, incoming.caller(), incoming.callee(), incoming.displayName()),
                        connection.isOurs() ? incoming.headers() : Map.of()));
                send(call.ring(false));
            }
            case AgentEvent.Ringing ringing -> send(call.ring(ringing.earlyMedia()));
            case AgentEvent.CodecChosen chosen ->
                sendOurs(WcsWriter.codec(callId, chosen.codec(), chosen.payloadType()));
            case AgentEvent.Established ignored -> {
                if (granted != null) {
                    granted.established(nowNanos);
                }
                send(call.talk());
            }
            case AgentEvent.Held held -> send(held.held() ? call.hold() : call.talk());
            case AgentEvent.HeldByPeer held -> sendOurs(call.heldByPeer(held.held()));
            case AgentEvent.PeerChanged peer -> sendOurs(call.peerChanged(peer.number(), peer.displayName()));
            case AgentEvent.KeyPressed key -> sendOurs(WcsWriter.dtmf(callId, key.key(), key.durationMillis()));
            case AgentEvent.TransferProgress progress ->
                sendOurs(WcsWriter.transferProgress(call.facts(), call.transferTarget(), progress.sipStatus()));
            case AgentEvent.TransferEnded ended -> transferEnded(call, ended);
            case AgentEvent.Refused refused ->
                refuse(
                        new Refusal(
                                refused.request(), callId, refused.reason(), refused.sipStatus(), "", refused.text()),
                        call);
            case AgentEvent.Ended end -> {
                calls.remove(callId);
                callOver(call, end);
                if (end.ending().reason() == EndReason.BUSY) {
                    send(WcsWriter.busy(call.facts()));
                }
                send(WcsWriter.finish(call.facts(), end.ending()));
            }
        }
    }

    /**
     * At any status but COMPLETED the WCS SDK puts the call's connection aside for the next call, which would then close
     * it when it ends; and it stumbles over a call that it does not know. So a WCS page hears of success alone, and of
     * failure as of any other.
     */
    private void transferEnded(CallStanding call, AgentEvent.TransferEnded ended) {
        if (connection.isOurs() || (ended.succeeded() && call.isFamiliar())) {
            send(WcsWriter.transferEnded(call.facts(), call.transferTarget(), ended));
        } else if (!ended.succeeded()) {
            refuse(new Refusal("transfer", ended.callId(), ended.reason(), ended.sipStatus(), "", ended.text()));
        }
    }

    private void callOver(CallStanding call, AgentEvent.Ended end) {
        if (granted != null) {
            granted.over(end.ending().reason());
        }
        logEnd(call.facts(), end);
    }

    private void logEnd(CallFacts call, AgentEvent.Ended end) {
        Ending ending = end.ending();
        CallSummary summary = end.summary();
        LOG.info(
                "event=call-ended session={} call={} account={} line={} direction={} caller=\"{}\" callee=\"{}\" reason={} by={}"
                        + " sipStatus={} seconds={} codec={} toPeer={} toBrowser={}",
                id,
                call.callId(),
                account == null ? "none" : account.login() + "@" + account.domain(),
                line(),
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

    private String line() {
        return granted == null ? "none" : granted.grant().line();
    }

    // ------------------------------------------------------------------ to the browser

    /** A message of ours, which a WCS client would only log. */
    private void sendOurs(String text) {
        if (connection.isOurs()) {
            send(text);
        }
    }

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
