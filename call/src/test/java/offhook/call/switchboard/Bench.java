package offhook.call.switchboard;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.CallLimits;
import offhook.call.EndReason;
import offhook.call.leg.RtpPorts;
import offhook.call.offer.MediaEncryption;
import offhook.media.dtls.DtlsAssociation;
import offhook.media.dtls.DtlsIdentity;
import offhook.media.dtls.DtlsSettings;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipParser;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.TimerSettings;
import offhook.sip.transaction.Transport;
import org.jspecify.annotations.Nullable;

/** A switchboard on a table: one agent, a telephone system whose every message a test writes itself, and time by hand. */
final class Bench implements SwitchboardOutbox, RtpPorts {
    static final long SECOND = 1_000_000_000L;
    static final String AGENT = "agent";
    static final InetSocketAddress PBX = address("203.0.113.5", 5_060);
    static final CallLimits LIMITS =
            new CallLimits(10, 3, 8, 5, 180 * SECOND, 20 * SECOND, 30 * SECOND, 60 * SECOND, 64, 8 * SECOND);

    final List<AgentEvent> events = new ArrayList<>();
    final Map<String, List<AgentEvent>> eventsByAgent = new HashMap<>();
    final List<SipMessage> sent = new ArrayList<>();
    final List<Throwable> faults = new ArrayList<>();
    final List<Pair> pairs = new ArrayList<>();
    final Switchboard switchboard;
    long now;
    /** Something in the house is broken: telling an event of this kind, or asking for a port's number, throws. */
    @Nullable
    Class<?> broken;

    private int openPairs;
    private int branches;

    /** Both families, IPv4 preferred. */
    static final OwnAddresses ADDRESSES = new OwnAddresses(
            List.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1")),
            Map.of(Transport.UDP, 5_070, Transport.TLS, 5_071),
            List.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1")));

    static final long KEEP_ALIVE_NANOS = 25_000_000_000L;

    Bench() {
        this(LIMITS);
    }

    Bench(CallLimits limits) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        Instant day = Instant.ofEpochSecond(1_800_000_000L);
        switchboard = new Switchboard(
                new SwitchboardSettings(
                        0,
                        List.of(address("192.0.2.1", 20_000)),
                        ADDRESSES,
                        KEEP_ALIVE_NANOS,
                        DtlsIdentity.generate(random, day, day.plusSeconds(86_400)),
                        DtlsSettings.DEFAULT,
                        TimerSettings.DEFAULT,
                        limits,
                        target -> target.host().equals("allowed.example"),
                        List.of("X-Queue"),
                        "Offhook-test",
                        1_800_000_000_000L),
                this,
                DtlsAssociation.Worker.INLINE,
                random,
                this);
    }

    static InetSocketAddress address(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }

    static Account account(String domain, boolean register) {
        return account("secret", domain, register);
    }

    static Account account(String password, String domain, boolean register) {
        Hop registrar = new Hop(Transport.UDP, PBX.getAddress().getHostAddress(), PBX.getPort());
        return new Account("1000", "1000", password, domain, registrar, "", register, MediaEncryption.OFF);
    }

    /** Opens the agent, and has it registered if it wants that. */
    Bench open(boolean register) {
        switchboard.open(AGENT, account("203.0.113.5", register), now);
        if (register) {
            receive(response(lastRequest("REGISTER"), 200, "", ""));
        }
        return this;
    }

    void dial(String callId) {
        switchboard.command(AGENT, new AgentCommand.Dial(callId, "2000", "", BROWSER, true, Map.of()), now);
    }

    void receive(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        switchboard.onSip(bytes, 0, bytes.length, new Arrival(Transport.UDP, PBX, 0), now);
    }

    /** Lets time pass, deadline by deadline. */
    void pass(long nanos) {
        long end = now + nanos;
        while (switchboard.deadlineNanos() <= end) {
            now = Math.max(now, switchboard.deadlineNanos());
            switchboard.onDeadline(now);
        }
        now = end;
    }

    // ------------------------------------------------------------------ what came of it

    SipRequest lastRequest(String method) {
        return sent.stream()
                .filter(SipRequest.class::isInstance)
                .map(SipRequest.class::cast)
                .filter(request -> request.method().equals(method))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("no " + method + " in " + sent));
    }

    boolean hasSent(String method) {
        return sent.stream()
                .anyMatch(message -> message instanceof SipRequest request
                        && request.method().equals(method));
    }

    SipResponse lastResponse() {
        return sent.stream()
                .filter(SipResponse.class::isInstance)
                .map(SipResponse.class::cast)
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("no response in " + sent));
    }

    <T> T event(Class<T> kind) {
        return events.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("no " + kind + " in " + events));
    }

    /** How the one call ended that has. */
    EndReason ended() {
        List<AgentEvent.Ended> all = events.stream()
                .filter(AgentEvent.Ended.class::isInstance)
                .map(AgentEvent.Ended.class::cast)
                .toList();
        if (all.size() != 1) {
            throw new AssertionError("not one end in " + events);
        }
        return all.getFirst().ending().reason();
    }

    /** All that this agent was told of this kind. */
    <T> List<T> told(String agentId, Class<T> kind) {
        return eventsByAgent.getOrDefault(agentId, List.of()).stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** Requests of this method, repetitions included. */
    long requests(String method) {
        return sent.stream()
                .filter(message -> message instanceof SipRequest request
                        && request.method().equals(method))
                .count();
    }

    int openPairs() {
        return openPairs;
    }

    // ------------------------------------------------------------------ what the telephone system writes

    /** The telephone system's INVITE to a user here. */
    String invite(String user, String sdp) {
        return request("INVITE", "sip:" + user + "@192.0.2.1:5070", "<sip:1000@203.0.113.5>", 1, sdp);
    }

    /** The user part under which the agent registered. */
    String contactUser() {
        return lastRequest("REGISTER").headers().contacts().getFirst().uri().user();
    }

    /** A request within the call of {@link #invite}, after our response to it. */
    String within(String method, int cseq, String sdp) {
        SipResponse response = sent.stream()
                .filter(SipResponse.class::isInstance)
                .map(SipResponse.class::cast)
                .filter(candidate -> !candidate.headers().contacts().isEmpty())
                .findFirst()
                .orElseThrow();
        return request(
                method,
                response.headers().contacts().getFirst().uri().toString(),
                response.headers().to().toString(),
                cseq,
                sdp);
    }

    private String request(String method, String uri, String to, int cseq, String sdp) {
        return message(
                method + " " + uri + " SIP/2.0",
                "Via: SIP/2.0/UDP 203.0.113.5:5060;rport;branch=z9hG4bKpbx" + branches++,
                "Max-Forwards: 70",
                "From: \"Alice\" <sip:2000@203.0.113.5>;tag=alice",
                "To: " + to,
                "Call-ID: call-of-alice",
                "CSeq: " + cseq + " " + method,
                "Contact: <sip:2000@203.0.113.5:5060>",
                sdp);
    }

    String response(SipRequest request, int status, String toTag, String sdp) {
        String to = request.headers().to().toString();
        return message(
                "SIP/2.0 " + status + " As I say",
                "Via: " + request.headers().via(),
                "From: " + request.headers().from(),
                "To: " + to + (toTag.isEmpty() ? "" : ";tag=" + toTag),
                "Call-ID: " + request.headers().callId(),
                "CSeq: " + request.headers().cseq(),
                "Contact: <sip:2000@203.0.113.5:5060>",
                sdp);
    }

    private static String message(String... lines) {
        String sdp = lines[lines.length - 1];
        List<String> all = new ArrayList<>(List.of(lines).subList(0, lines.length - 1));
        if (!sdp.isEmpty()) {
            all.add("Content-Type: application/sdp");
        }
        all.add("Content-Length: " + sdp.length());
        return String.join("\r\n", all) + "\r\n\r\n" + sdp;
    }

    static final String PCMU = lines(
            "v=0",
            "o=pbx 1 1 IN IP4 203.0.113.5",
            "s=-",
            "c=IN IP4 203.0.113.5",
            "t=0 0",
            "m=audio 40000 RTP/AVP 0 101",
            "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:101 telephone-event/8000");

    /** A browser's offer; with another {@code a=setup} it serves as an answer. */
    static final String BROWSER = lines(
            "v=0",
            "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 126",
            "c=IN IP4 0.0.0.0",
            "a=ice-ufrag:abcd",
            "a=ice-pwd:abcdefghijklmnopqrstuv",
            "a=fingerprint:sha-256 " + "AB:".repeat(31) + "AB",
            "a=setup:actpass",
            "a=mid:0",
            "a=sendrecv",
            "a=rtcp-mux",
            "a=rtpmap:111 opus/48000/2",
            "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:126 telephone-event/8000");

    static final String BROWSER_ANSWER = BROWSER.replace("actpass", "active");

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    // ------------------------------------------------------------------ the world

    @Override
    public void toBrowser(InetSocketAddress to, byte[] bytes, int offset, int length) {
        // Nobody is there.
    }

    @Override
    public void toHop(Hop hop, byte[] message) {
        hops.add(hop);
        sent.add(SipParser.parse(message, 0, message.length));
    }

    /** Hops that were asked for, when {@link #located} is set. */
    final List<Hop> asked = new ArrayList<>();

    /** Whether names are looked up here. */
    boolean located;

    /** Ways that were kept open. */
    final List<Hop> kept = new ArrayList<>();

    /** Where requests went. */
    final List<Hop> hops = new ArrayList<>();

    @Override
    public boolean locate(Hop hop) {
        asked.add(hop);
        return located;
    }

    @Override
    public void avoid(Hop target) {
        // Each has one target only.
    }

    @Override
    public void keepAlive(Hop target) {
        kept.add(target);
    }

    @Override
    public void toArrival(Arrival arrival, byte[] message) {
        sent.add(SipParser.parse(message, 0, message.length));
    }

    @Override
    public void report(String agentId, AgentEvent event) {
        if (broken != null && broken.isInstance(event)) {
            throw new IllegalStateException("broken");
        }
        events.add(event);
        eventsByAgent.computeIfAbsent(agentId, key -> new ArrayList<>()).add(event);
    }

    @Override
    public void fault(String where, Throwable thrown) {
        faults.add(thrown);
    }

    @Override
    public RtpPorts.Pair open() {
        openPairs++;
        Pair pair = new Pair(30_000 + 2 * pairs.size());
        pairs.add(pair);
        return pair;
    }

    /** A pair of ports that keeps what is sent. */
    final class Pair implements RtpPorts.Pair {
        final List<InetSocketAddress> rtpTo = new ArrayList<>();

        @Nullable
        Receiver receiver;

        private final int port;

        Pair(int port) {
            this.port = port;
        }

        @Override
        public void listen(Receiver listener) {
            receiver = listener;
        }

        @Override
        public int rtpPort() {
            if (broken == RtpPorts.class) {
                throw new IllegalStateException("broken");
            }
            return port;
        }

        @Override
        public int rtcpPort() {
            return port + 1;
        }

        @Override
        public void sendRtp(InetSocketAddress to, byte[] bytes, int offset, int length) {
            rtpTo.add(to);
        }

        @Override
        public void sendRtcp(InetSocketAddress to, byte[] bytes, int offset, int length) {
            // Nobody is there.
        }

        @Override
        public void close() {
            openPairs--;
        }
    }
}
