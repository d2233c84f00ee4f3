package offhook.call.switchboard;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.Call;
import offhook.call.CallMedia;
import offhook.call.CallOutbox;
import offhook.call.EndReason;
import offhook.call.Ending;
import offhook.call.Ending.By;
import offhook.call.leg.BrowserLeg;
import offhook.call.leg.DatagramKind;
import offhook.call.leg.RtpPorts;
import offhook.call.offer.MediaEncryption;
import offhook.media.dtls.DtlsAssociation;
import offhook.media.ice.IceLite;
import offhook.sip.dialog.InviteSession;
import offhook.sip.dialog.UasSession;
import offhook.sip.dialog.UserAgentCore;
import offhook.sip.dialog.UserAgentSettings;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipParser;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipSyntaxException;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.SentBy;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.Tokens;
import offhook.sip.transaction.TransactionLayer;
import offhook.sip.transaction.TransactionLimits;
import offhook.sip.transaction.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one media loop owns. Driven by bytes, commands and time; not thread-safe: one loop (or one simulation)
 * calls it. Time is monotonic, in nanoseconds, from any origin.
 *
 * <p>A datagram of a browser finds its call by its source address, once a connectivity check has shown that address to be
 * the call's; a check itself by the user name it carries (RFC 8445 section 7.2.2).
 */
public final class Switchboard {
    /** How many addresses of one browser are remembered: it moves, and late packets come from where it was. */
    private static final int MAX_ADDRESSES_PER_CALL = 4;

    private final SwitchboardSettings settings;
    private final CallMedia.Settings media;
    private final RtpPorts rtpPorts;
    private final DtlsAssociation.Worker worker;
    private final RandomGenerator random;
    private final SwitchboardOutbox outbox;
    private final Deadlines deadlines = new Deadlines();
    private final UserAgentCore core;
    private final Tokens tokens;

    private final Map<String, Agent> agents = new HashMap<>();
    private final Map<String, SipUser> usersByContact = new HashMap<>();
    /** Mostly one of each; another password makes another user, who will not get in. */
    private final Map<SipUser.Identity, List<SipUser>> usersByIdentity = new HashMap<>();

    private final Map<Call, OwnedCall> calls = new HashMap<>();
    private final Map<String, OwnedCall> callsByUfrag = new HashMap<>();
    private final Map<InetSocketAddress, OwnedCall> callsByAddress = new HashMap<>();
    private final SwitchboardCounts counts = new SwitchboardCounts();
    private boolean shuttingDown;
    private boolean keepingWaysOpen;
    /** Why the edge could not reach somebody, while those who waited for that are told; empty otherwise. */
    private String trouble = "";

    private long now;

    /**
     * @param worker where the elliptic-curve work of DTLS handshakes runs
     * @param random a {@link java.security.SecureRandom} wherever real calls are made
     */
    public Switchboard(
            SwitchboardSettings settings,
            RtpPorts rtpPorts,
            DtlsAssociation.Worker worker,
            RandomGenerator random,
            SwitchboardOutbox outbox) {
        this.settings = settings;
        this.rtpPorts = rtpPorts;
        this.worker = worker;
        this.random = random;
        this.outbox = outbox;
        String mark = LoopMark.of(settings.loop());
        this.tokens = new Tokens(mark, random);
        this.media = new CallMedia.Settings(
                new BrowserLeg.Settings(
                        settings.identity(),
                        settings.dtls(),
                        worker,
                        settings.limits().connectNanos(),
                        settings.limits().consentNanos(),
                        settings.epochMillisAtNanosZero(),
                        counts.browserDrops()),
                settings.browserCandidates(),
                settings.addresses().rtp(false),
                MediaEncryption.OFF,
                counts.sipDrops(),
                counts.toSip(),
                counts.toBrowser());
        UserAgentSettings userAgent = new UserAgentSettings(
                mark,
                settings.userAgent(),
                List.of(SipMethod.INFO, SipMethod.UPDATE, SipMethod.REFER, SipMethod.NOTIFY),
                List.of("100rel", "timer", "replaces"),
                Call.ACCEPTED_BODIES,
                UserAgentSettings.SESSION_EXPIRES_SECONDS,
                UserAgentSettings.LEAST_MIN_SE_SECONDS,
                settings.sipTimers(),
                TransactionLimits.DEFAULT);
        this.core = new UserAgentCore(userAgent, this::sentBy, random, deadlines, new SipOutbox(), new Doorkeeper());
    }

    /** With the first registration the ways to registrars begin to be kept open. */
    private void keepWaysOpen(long nowNanos) {
        if (settings.sipKeepAliveNanos() > 0 && !keepingWaysOpen) {
            keepingWaysOpen = true;
            deadlines.at(nowNanos + settings.sipKeepAliveNanos(), this::onKeepAlive);
        }
    }

    /** Once for all who registered the same way: they share it. */
    private void onKeepAlive(long nowNanos) {
        Set<Hop> flows = new LinkedHashSet<>();
        usersByContact.values().forEach(user -> user.flow().ifPresent(flows::add));
        flows.forEach(outbox::keepAlive);
        keepingWaysOpen = false;
        if (!usersByContact.isEmpty()) {
            keepWaysOpen(nowNanos);
        }
    }

    /**
     * Opens a user agent for an account. Agents of one account share one registration, made by the first of them if the
     * account says so, and ring together.
     *
     * @param agentId the session's own name for it, unique on this loop; comes back with each event
     * @return false when there is one of this name or the limit on agents is reached
     */
    public boolean open(String agentId, Account account, long nowNanos) {
        now = nowNanos;
        if (shuttingDown || agents.size() >= settings.limits().agents() || agents.containsKey(agentId)) {
            return false;
        }
        try {
            openAgent(agentId, account, nowNanos);
        } catch (RuntimeException e) {
            fault("an account", e);
            EndReason reason = EndReason.INTERNAL;
            outbox.report(agentId, new AgentEvent.RegistrationFailed(reason, 0, reason.sentence(), false));
            outbox.report(agentId, new AgentEvent.Closed());
        }
        return true;
    }

    private void openAgent(String agentId, Account account, long nowNanos) {
        SipUser user = userOf(account);
        Agent agent = new Agent(
                agentId, account, user, settings.limits().callsPerAgent(), settings.targets(), new AgentOwner());
        agents.put(agentId, agent);
        try {
            user.join(agent, nowNanos);
        } catch (RuntimeException e) {
            agents.remove(agentId);
            throw e;
        }
        usersByContact.put(user.contactUser(), user);
        keepWaysOpen(nowNanos);
        List<SipUser> alike = usersByIdentity.computeIfAbsent(user.identity(), key -> new ArrayList<>());
        if (!alike.contains(user)) {
            alike.add(user);
        }
    }

    /** The user whose agents share this account, or a new one. */
    private SipUser userOf(Account account) {
        for (SipUser user : usersByIdentity.getOrDefault(SipUser.Identity.of(account), List.of())) {
            if (user.welcomes(account)) {
                return user;
            }
        }
        String contactUser = account.login() + "-" + tokens.tag();
        return new SipUser(
                account,
                NameAddress.of(SipUri.of(contactUser, host(settings.addresses().sip(Transport.UDP, false)))),
                core,
                settings.userAgent(),
                settings.limits().agentsRung(),
                settings.incomingHeaders(),
                random);
    }

    private void forget(SipUser user) {
        usersByContact.remove(user.contactUser());
        usersByIdentity.computeIfPresent(user.identity(), (identity, alike) -> {
            alike.remove(user);
            return alike.isEmpty() ? null : alike;
        });
    }

    /**
     * What a session asks of its agent.
     *
     * @return false when there is no such agent
     */
    public boolean command(String agentId, AgentCommand command, long nowNanos) {
        now = nowNanos;
        Agent agent = agents.get(agentId);
        if (agent == null) {
            return false;
        }
        try {
            agent.onCommand(command, nowNanos);
        } catch (RuntimeException e) {
            fault(command.callId(), e);
            Ending internal = Ending.of(EndReason.INTERNAL, By.SERVER);
            Call broken = agent.call(command.callId());
            if (broken == null) {
                outbox.report(agentId, new AgentEvent.Ended(command.callId(), internal));
            } else {
                broken.end(internal, nowNanos);
            }
        }
        Call call = agent.call(command.callId());
        if (call != null) {
            arm(call);
        }
        return true;
    }

    /** Ends the agent's calls and withdraws its registration; a {@code Closed} event follows when that is done. */
    public void close(String agentId, long nowNanos) {
        now = nowNanos;
        Agent agent = agents.get(agentId);
        if (agent != null) {
            agent.close(Ending.of(EndReason.SESSION_LOST, By.BROWSER), nowNanos);
        }
    }

    /** Ends every agent politely; nothing new is accepted any more. {@link #quiet()} tells when that is done. */
    public void shutDown(long nowNanos) {
        now = nowNanos;
        shuttingDown = true;
        for (Agent agent : List.copyOf(agents.values())) {
            agent.close(Ending.of(EndReason.SHUTTING_DOWN, By.SERVER), nowNanos);
        }
    }

    /** Open agents. */
    public int agents() {
        return agents.size();
    }

    /** Whether nothing is left to be said: no agent is open, and every goodbye was heard or given up. */
    public boolean quiet() {
        return agents.isEmpty() && core.dialogs() == 0 && !core.transactions().awaitsResponses();
    }

    /** Calls that have not ended. */
    public int calls() {
        return calls.size();
    }

    /** SIP transactions that are not over. */
    public int transactions() {
        return core.transactions().clientTransactions() + core.transactions().serverTransactions();
    }

    /** What has been counted so far, for metrics. */
    public SwitchboardCounts counts() {
        counts.sipFloods(core.refusedForFlood());
        return counts;
    }

    /**
     * A datagram at this loop's browser port: STUN, DTLS, SRTP or SRTCP (RFC 7983). The array has
     * {@link offhook.call.bridge.RtpSink#SPARE_BYTES} free bytes behind it.
     */
    public void onBrowserDatagram(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
        now = nowNanos;
        OwnedCall owned = callsByAddress.get(from);
        boolean check = DatagramKind.of(bytes, offset, length) == DatagramKind.STUN;
        if (check) {
            String ufrag = IceLite.localUfragOf(bytes, offset, length);
            owned = ufrag == null ? null : callsByUfrag.get(ufrag);
        }
        if (owned == null) {
            counts.strayDatagram();
            return;
        }
        owned.onBrowserDatagram(from, bytes, offset, length, nowNanos);
        if (check && owned.isHeardAt(from)) {
            // What was another call's when the browser came there may be free by now.
            owned.claim(from);
        }
    }

    /** A whole SIP message: a UDP datagram, or one message cut from a stream. */
    public void onSip(byte[] bytes, int offset, int length, Arrival from, long nowNanos) {
        now = nowNanos;
        SipMessage message;
        try {
            message = SipParser.parse(bytes, offset, length);
        } catch (SipSyntaxException e) {
            counts.sipMalformed();
            e.answer().ifPresent(response -> outbox.toArrival(from, response));
            return;
        }
        try {
            core.onMessage(message, from, nowNanos);
        } catch (RuntimeException e) {
            fault("SIP message", e);
        }
    }

    /** The targets that {@link SwitchboardOutbox#locate} was asked for, the best first; one at least. */
    public void onSipLocated(Hop hop, List<Hop> targets, long nowNanos) {
        now = nowNanos;
        try {
            core.onLocated(hop, targets, nowNanos);
        } catch (RuntimeException e) {
            fault("SIP location", e);
        }
    }

    /** A hop that {@link SwitchboardOutbox#locate} was asked for means no target, for this reason in plain words. */
    public void onSipNotLocated(Hop hop, String why, long nowNanos) {
        trouble = why;
        onSipLocated(hop, List.of(), nowNanos);
        trouble = "";
    }

    /**
     * A message handed to {@link SwitchboardOutbox#toHop} could not be sent: connection refused, certificate not trusted.
     *
     * @param why in plain words
     */
    public void onSipFailure(Hop target, String why, long nowNanos) {
        now = nowNanos;
        trouble = why;
        try {
            core.onTransportError(target, nowNanos);
        } catch (RuntimeException e) {
            fault("SIP transport", e);
        }
        trouble = "";
    }

    /** A connection to a SIP server is gone: who registered over it registers again (RFC 5626 section 4.4). */
    public void onSipFlowLost(Transport transport, InetSocketAddress server, long nowNanos) {
        now = nowNanos;
        for (SipUser user : List.copyOf(usersByContact.values())) {
            try {
                user.onFlowLost(transport, server, nowNanos);
            } catch (RuntimeException e) {
                fault("SIP flow", e);
            }
        }
    }

    /** A connection is gone that requests came by. */
    public void onConnectionLost(long connection) {
        core.onConnectionLost(connection);
    }

    /** When {@link #onDeadline} wants to be called next; {@link Long#MAX_VALUE} for never. */
    public long deadlineNanos() {
        return deadlines.deadlineNanos();
    }

    /** Everything that is due. */
    public void onDeadline(long nowNanos) {
        now = nowNanos;
        while (deadlines.deadlineNanos() <= nowNanos) {
            try {
                deadlines.onDeadline(nowNanos);
            } catch (RuntimeException e) {
                fault("deadline", e);
            }
        }
    }

    private void fault(String where, Throwable thrown) {
        counts.fault();
        outbox.fault(where, thrown);
    }

    private void arm(Call call) {
        OwnedCall owned = calls.get(call);
        if (owned != null) {
            owned.arm();
        }
    }

    private SentBy sentBy(Hop target) {
        InetSocketAddress address = settings.addresses().sip(target.transport(), target.isIpv6());
        return new SentBy(host(address), address.getPort());
    }

    /** With what the edge said, where the reason is that somebody cannot be reached. */
    private AgentEvent explained(AgentEvent event) {
        if (trouble.isEmpty()) {
            return event;
        }
        if (event instanceof AgentEvent.RegistrationFailed failed && failed.reason() == EndReason.TRANSPORT_ERROR) {
            return new AgentEvent.RegistrationFailed(
                    failed.reason(), failed.sipStatus(), explained(failed.text()), failed.retrying());
        }
        if (event instanceof AgentEvent.Ended ended && ended.ending().reason() == EndReason.TRANSPORT_ERROR) {
            Ending ending = ended.ending();
            String text = explained(ending.text());
            return new AgentEvent.Ended(
                    ended.callId(), new Ending(ending.reason(), ending.by(), ending.sipStatus(), text));
        }
        return event;
    }

    private String explained(String sentence) {
        return sentence + " (" + trouble + ")";
    }

    private static String host(InetSocketAddress address) {
        String literal = address.getAddress().getHostAddress();
        return address.getAddress() instanceof Inet6Address ? "[" + literal + "]" : literal;
    }

    private @Nullable SipUser userOf(SipRequest request) {
        String asked = request.uri().user();
        SipUser user = usersByContact.get(asked);
        if (user != null) {
            return user;
        }
        // A telephone system that knows us by address alone, without registration, asks for the plain user. Who has
        // registered is reached by its contact alone, which no stranger guesses.
        for (SipUser candidate : usersByContact.values()) {
            if (candidate.isKnownBy(asked)) {
                return candidate;
            }
        }
        return null;
    }

    private final class SipOutbox implements TransactionLayer.Outbox {
        @Override
        public void send(Hop hop, byte[] message) {
            outbox.toHop(hop, message);
        }

        @Override
        public void reply(Arrival to, byte[] message) {
            outbox.toArrival(to, message);
        }

        @Override
        public boolean locate(Hop hop) {
            return outbox.locate(hop);
        }

        @Override
        public void avoid(Hop target) {
            outbox.avoid(target);
        }
    }

    /** Decides about requests outside of any dialog. */
    private final class Doorkeeper implements UserAgentCore.Newcomers {
        @Override
        public void onInvite(UasSession session, long nowNanos) {
            SipUser user = userOf(session.request());
            if (user == null) {
                session.refuse(SipStatus.NOT_FOUND, Headers.NONE, nowNanos);
            } else {
                InviteSession replaced = session.replaced().orElse(null);
                if (replaced == null) {
                    user.onInvite(session, nowNanos);
                } else {
                    user.onReplacement(session, replaced, nowNanos);
                }
            }
        }

        @Override
        public void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos) {
            transaction.respond(SipResponse.answering(request, SipStatus.METHOD_NOT_ALLOWED, tokens.tag()), nowNanos);
        }
    }

    private final class AgentOwner implements Agent.Owner {
        @Override
        public @Nullable Call openCall(Agent agent, String callId, boolean ipv6, long nowNanos) {
            if (shuttingDown || calls.size() >= settings.limits().calls()) {
                counts.callRefused();
                return null;
            }
            OwnedCall owned = new OwnedCall(agent, callId);
            Call call = owned.open(ipv6, nowNanos);
            if (call == null) {
                counts.callRefused();
            }
            return call;
        }

        @Override
        public String newCallId() {
            return tokens.tag();
        }

        @Override
        public void report(Agent agent, AgentEvent event) {
            outbox.report(agent.id(), explained(event));
        }

        @Override
        public void closed(Agent agent) {
            if (agents.remove(agent.id(), agent)) {
                if (agent.user().isForsaken()) {
                    forget(agent.user());
                }
                outbox.report(agent.id(), new AgentEvent.Closed());
            }
        }
    }

    /** A call, its place in the demultiplexing maps, and its deadline. */
    private final class OwnedCall implements CallOutbox, RtpPorts {
        private final Agent agent;
        private final String callId;
        private final List<InetSocketAddress> addresses = new ArrayList<>();
        private @Nullable Call call;
        private long armedNanos = Long.MAX_VALUE;
        private Deadlines.@Nullable Deadline deadline;

        OwnedCall(Agent agent, String callId) {
            this.agent = agent;
            this.callId = callId;
        }

        @Nullable
        Call open(boolean ipv6, long nowNanos) {
            Call opened = Call.open(
                    callId,
                    agent,
                    media.with(this::runGuarded, settings.addresses().rtp(ipv6), agent.encryption()),
                    settings.limits(),
                    this,
                    random,
                    this,
                    nowNanos);
            if (opened != null) {
                call = opened;
                calls.put(opened, this);
                callsByUfrag.put(opened.media().browser().localIce().ufrag(), this);
                counts.callOpened();
                arm();
            }
            return opened;
        }

        void onBrowserDatagram(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
            Call open = call;
            if (open == null) {
                return;
            }
            try {
                open.media().browser().onDatagram(from, bytes, offset, length, nowNanos);
            } catch (RuntimeException e) {
                fail(e);
            }
            arm();
        }

        /** Lets the deadline heap know when the call's deadline has come nearer; that it went away is seen when it fires. */
        void arm() {
            Call open = call;
            long wanted = open == null ? Long.MAX_VALUE : open.deadlineNanos();
            if (wanted < armedNanos) {
                deadlines.cancel(deadline);
                armedNanos = wanted;
                deadline = deadlines.at(wanted, this::onDeadline);
            }
        }

        private void onDeadline(long nowNanos) {
            armedNanos = Long.MAX_VALUE;
            Call open = call;
            if (open != null && open.deadlineNanos() <= nowNanos) {
                try {
                    open.onDeadline(nowNanos);
                } catch (RuntimeException e) {
                    fail(e);
                }
            }
            arm();
        }

        private void fail(RuntimeException thrown) {
            fault(thrown);
            Call open = call;
            if (open != null) {
                open.end(Ending.of(EndReason.INTERNAL, By.SERVER), now);
            }
        }

        /** The DTLS worker of this call: what it brings back is an input like any other. */
        private void runGuarded(Runnable work, Runnable done) {
            worker.run(work, () -> {
                try {
                    done.run();
                } catch (RuntimeException e) {
                    fail(e);
                }
                arm();
            });
        }

        // ---- CallOutbox ----

        @Override
        public void toBrowser(InetSocketAddress to, byte[] bytes, int offset, int length) {
            outbox.toBrowser(to, bytes, offset, length);
        }

        private boolean isHeardAt(InetSocketAddress address) {
            Call open = call;
            return open != null && open.media().browser().isHeardAt(address, now);
        }

        @Override
        public void browserAt(InetSocketAddress remote) {
            if (!claim(remote)) {
                counts.contestedAddress();
            }
        }

        /**
         * The address is this call's from now on, unless another call's browser is there: a check proves who sent it, but
         * its source address can be forged, and nobody may take another's packets away.
         */
        private boolean claim(InetSocketAddress remote) {
            OwnedCall before = callsByAddress.get(remote);
            if (before == this) {
                return true;
            }
            if (before != null) {
                if (before.isHeardAt(remote)) {
                    return false;
                }
                before.addresses.remove(remote);
            }
            callsByAddress.put(remote, this);
            addresses.add(remote);
            if (addresses.size() > MAX_ADDRESSES_PER_CALL) {
                callsByAddress.remove(addresses.removeFirst(), this);
            }
            return true;
        }

        @Override
        public void report(AgentEvent.CallEvent event) {
            outbox.report(agent.id(), explained(event));
        }

        @Override
        public void touched() {
            arm();
        }

        @Override
        public void over() {
            Call ended = call;
            if (ended == null) {
                return;
            }
            call = null;
            calls.remove(ended);
            callsByUfrag.remove(ended.media().browser().localIce().ufrag(), this);
            for (InetSocketAddress address : addresses) {
                callsByAddress.remove(address, this);
            }
            deadlines.cancel(deadline);
            agent.over(callId);
        }

        @Override
        public void fault(Throwable thrown) {
            Switchboard.this.fault(callId, thrown);
        }

        // ---- RtpPorts: what arrives there is guarded like all else ----

        @Override
        public RtpPorts.@Nullable Pair open() {
            RtpPorts.Pair pair = rtpPorts.open();
            return pair == null ? null : new GuardedPair(this, pair);
        }
    }

    /** Ports whose receiver's mistakes end its own call only. */
    private static final class GuardedPair implements RtpPorts.Pair {
        private final OwnedCall owned;
        private final RtpPorts.Pair pair;

        GuardedPair(OwnedCall owned, RtpPorts.Pair pair) {
            this.owned = owned;
            this.pair = pair;
        }

        @Override
        public void listen(RtpPorts.Receiver receiver) {
            pair.listen(new RtpPorts.Receiver() {
                @Override
                public void onRtp(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
                    try {
                        receiver.onRtp(from, bytes, offset, length, nowNanos);
                    } catch (RuntimeException e) {
                        owned.fail(e);
                    }
                    owned.arm();
                }

                @Override
                public void onRtcp(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
                    try {
                        receiver.onRtcp(from, bytes, offset, length, nowNanos);
                    } catch (RuntimeException e) {
                        owned.fail(e);
                    }
                    owned.arm();
                }
            });
        }

        @Override
        public int rtpPort() {
            return pair.rtpPort();
        }

        @Override
        public int rtcpPort() {
            return pair.rtcpPort();
        }

        @Override
        public void sendRtp(InetSocketAddress to, byte[] bytes, int offset, int length) {
            pair.sendRtp(to, bytes, offset, length);
        }

        @Override
        public void sendRtcp(InetSocketAddress to, byte[] bytes, int offset, int length) {
            pair.sendRtcp(to, bytes, offset, length);
        }

        @Override
        public void close() {
            pair.close();
        }
    }
}
