package offhook.sim;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import offhook.call.offer.MediaEncryption;
import offhook.call.offer.SipSdp;
import offhook.media.rtp.RtpHeader;
import offhook.media.rtp.RtpSource;
import offhook.media.sdp.Direction;
import offhook.media.wire.Bytes;
import offhook.sip.dialog.Body;
import offhook.sip.dialog.InDialogRequest;
import offhook.sip.dialog.IncomingReferral;
import offhook.sip.dialog.InviteSession;
import offhook.sip.dialog.OfferHandler;
import offhook.sip.dialog.OutgoingInvite;
import offhook.sip.dialog.ReferralEnd;
import offhook.sip.dialog.ReferralListener;
import offhook.sip.dialog.SessionEnd;
import offhook.sip.dialog.SessionListener;
import offhook.sip.dialog.UasSession;
import offhook.sip.dialog.UserAgentCore;
import offhook.sip.dialog.UserAgentSettings;
import offhook.sip.digest.DigestServer;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipParser;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.SentBy;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer;
import offhook.sip.transaction.Transport;
import org.jspecify.annotations.Nullable;

/**
 * A telephone system with one phone: registers by digest, rings, answers, calls, and speaks in numbered packets. What it
 * does with a call is set by fields before the call comes. Not thread-safe.
 */
public final class FakePbx implements VirtualNetwork.Node {
    /** What happens to calls that come in. */
    public enum Habit {
        /** Rings, then answers. */
        ANSWER,
        /** Rings until its patience ends. */
        RING,
        /** Sends early media with 183, then answers. */
        EARLY_MEDIA,
        /** 486. */
        BUSY,
        /** 603 after ringing. */
        DECLINE,
        /** 404. */
        UNKNOWN_NUMBER,
        /** Answers with no codec that was offered. */
        WRONG_CODEC,
        /** Says nothing at all. */
        DEAD
    }

    public static final String LOGIN = "1000";
    public static final String PASSWORD = "secret";

    private static final long FRAME_NANOS = 20_000_000L;
    /** A CANCEL may be lost on it: who has heard no response must not send one (RFC 3261 section 9.1). */
    private static final long RINGING_LIMIT_NANOS = 200_000_000_000L;

    private static final int FRAME_TICKS = 160;
    private static final int PAYLOAD_BYTES = 160;

    private final VirtualNetwork network;
    private final RandomGenerator random;
    private final InetSocketAddress sip;
    private final InetSocketAddress rtp;
    private final InetSocketAddress rtcp;
    private final Deadlines deadlines = new Deadlines();
    private final UserAgentCore core;
    private final DigestServer digest;
    private final RtpSource source;
    private final Map<String, NameAddress> bindings = new HashMap<>();
    private final Set<Integer> heard = new HashSet<>();
    private final List<SessionEnd> ends = new ArrayList<>();
    private final byte[] packet = new byte[2_048];

    private Habit habit = Habit.ANSWER;
    private long answerAfterNanos = 2_000_000_000L;
    private String codec = "0 PCMU/8000";
    private @Nullable InviteSession session;
    private final List<InviteSession> sessions = new ArrayList<>();
    private boolean holds;
    private boolean agreedHold;
    private boolean heldByPeer;
    private int version = 1;
    private boolean established;
    private @Nullable InetSocketAddress media;
    private boolean speaking;
    private boolean silent;
    private int sent;
    private int sipMessages;
    private long nextFrameNanos = Long.MAX_VALUE;

    public FakePbx(VirtualNetwork network, String host, RandomGenerator random) {
        this.network = network;
        this.random = random;
        this.sip = Addresses.of(host, 5_060);
        this.rtp = Addresses.of(host, 40_000);
        this.rtcp = Addresses.of(host, 40_001);
        this.digest = new DigestServer(host, random);
        this.source = new RtpSource(random);
        UserAgentSettings settings = UserAgentSettings.of("pbx-", "FakePbx")
                .withMethods(SipMethod.REGISTER, SipMethod.UPDATE, SipMethod.REFER, SipMethod.NOTIFY)
                .withExtensions("100rel", "timer", "replaces");
        this.core = new UserAgentCore(
                settings, hop -> new SentBy(host, 5_060), random, deadlines, new Outbox(), new Phone());
        network.join(this);
        network.bind(sip, this::onSip);
        network.bind(rtp, this::onRtp);
        network.bind(rtcp, (from, bytes, offset, length, now) -> {});
    }

    public void habit(Habit next) {
        habit = next;
    }

    public void answerAfter(long nanos) {
        answerAfterNanos = nanos;
    }

    /** Payload type and encoding that it speaks, such as {@code 8 PCMA/8000}. */
    public void codec(String payloadTypeAndEncoding) {
        codec = payloadTypeAndEncoding;
    }

    /** Sends no media, though the call is up. */
    public void silent(boolean nothing) {
        silent = nothing;
    }

    /** Calls the registered user; false when nobody is registered. */
    public boolean call(long nowNanos) {
        NameAddress contact = bindings.get(LOGIN);
        if (contact == null) {
            return false;
        }
        SipUri target = contact.uri();
        established = false;
        session = core.invite(
                new OutgoingInvite(
                        target.asRequestUri(),
                        NameAddress.of("Alice", SipUri.of("2000", sip.getHostString())),
                        NameAddress.of(SipUri.of(LOGIN, sip.getHostString())),
                        NameAddress.of(SipUri.of("2000", sip.getHostString(), sip.getPort())),
                        new Hop(Transport.UDP, target.bareHost(), target.port()),
                        List.of(),
                        Headers.NONE,
                        Optional.empty(),
                        sdp(Direction.SENDRECV)),
                new Listener(),
                nowNanos);
        enter(session);
        return true;
    }

    private void enter(InviteSession entered) {
        session = entered;
        sessions.add(entered);
        holds = false;
        agreedHold = false;
        heldByPeer = false;
    }

    /** Holds the call, or takes it up again. */
    public void hold(boolean wanted, long nowNanos) {
        holds = wanted;
        settle(nowNanos);
    }

    private void settle(long nowNanos) {
        InviteSession open = session;
        if (open != null && open.established() && !open.offering() && holds != agreedHold) {
            boolean wanted = holds;
            open.offer(
                    Headers.NONE,
                    () -> sdp(wanted ? Direction.SENDONLY : Direction.SENDRECV),
                    new Offered(open, wanted),
                    nowNanos);
        }
    }

    /** Says what it is by UPDATE, which is nothing new. */
    public void update(long nowNanos) {
        InviteSession open = session;
        if (open != null && open.established() && !open.offering()) {
            Headers headers =
                    Headers.NONE.append("P-Asserted-Identity", "\"Bob\" <sip:2000@" + sip.getHostString() + ">");
            open.send(SipMethod.UPDATE, headers, Body.NONE, new Unheard(), nowNanos);
        }
    }

    /** Has the other side call somebody else, who is here as well. */
    public void refer(long nowNanos) {
        InviteSession open = session;
        if (open != null && open.established() && !open.referring()) {
            NameAddress target = NameAddress.of(SipUri.of("3000", sip.getHostString(), sip.getPort()));
            open.refer(target, Headers.NONE, new Followed(open), nowNanos);
        }
    }

    public void hangUp(long nowNanos) {
        List.copyOf(sessions).forEach(open -> open.hangUp(nowNanos));
    }

    public boolean registered() {
        return bindings.containsKey(LOGIN);
    }

    /** Whether it thinks that a call is going on. */
    public boolean busy() {
        return sessions.stream().anyMatch(open -> !open.over());
    }

    public boolean established() {
        return established;
    }

    /** How its calls ended, in order. */
    public List<SessionEnd> ends() {
        return ends;
    }

    /** The numbers of the browser's packets that were heard. */
    public Set<Integer> heard() {
        return heard;
    }

    /** Packets spoken. */
    public int sent() {
        return sent;
    }

    /** SIP messages that arrived. */
    public int sipMessages() {
        return sipMessages;
    }

    @Override
    public long deadlineNanos() {
        return Math.min(deadlines.deadlineNanos(), nextFrameNanos);
    }

    @Override
    public void onDeadline(long nowNanos) {
        deadlines.onDeadline(nowNanos);
        if (nowNanos >= nextFrameNanos) {
            nextFrameNanos = speaking ? nowNanos + FRAME_NANOS : Long.MAX_VALUE;
            speakFrame();
        }
    }

    private void onSip(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
        sipMessages++;
        if (habit == Habit.DEAD) {
            return;
        }
        SipMessage message = SipParser.parse(bytes, offset, length);
        core.onMessage(message, new Arrival(Transport.UDP, from, 0), nowNanos);
    }

    private void onRtp(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
        int header = RtpHeader.headerLength(bytes, offset, length);
        if (header > 0 && RtpHeader.payloadType(bytes, offset) == payloadType()) {
            heard.add(Bytes.i32(bytes, offset + header));
        }
    }

    private void speakFrame() {
        source.advance(FRAME_TICKS);
        InetSocketAddress to = media;
        if (!speaking || silent || holds || heldByPeer || to == null) {
            return;
        }
        int header = source.writeHeader(packet, 0, payloadType());
        Bytes.put32(packet, header, sent);
        sent++;
        network.send(rtp, to, packet, 0, header + PAYLOAD_BYTES);
    }

    private int payloadType() {
        return Integer.parseInt(codec.substring(0, codec.indexOf(' ')));
    }

    private Body sdp(Direction direction) {
        String text = String.join(
                "\r\n",
                "v=0",
                "o=pbx 1 " + version++ + " IN IP4 " + rtp.getHostString(),
                "s=-",
                "c=IN IP4 " + rtp.getHostString(),
                "t=0 0",
                "m=audio " + rtp.getPort() + " RTP/AVP " + payloadType() + " 101",
                "a=rtpmap:" + codec,
                "a=rtpmap:101 telephone-event/8000",
                "a=fmtp:101 0-15",
                "a=" + direction.attribute(),
                "");
        return Body.of("application/sdp", text.getBytes(StandardCharsets.UTF_8));
    }

    private void speakTo(Body body, long nowNanos) {
        if (body.isEmpty()) {
            return;
        }
        media = SipSdp.readOffer(new String(body.bytes(), StandardCharsets.UTF_8), MediaEncryption.OFF)
                .rtp();
        if (!speaking) {
            speaking = true;
            nextFrameNanos = nowNanos;
        }
    }

    private final class Outbox implements TransactionLayer.Outbox {
        @Override
        public void send(Hop hop, byte[] message) {
            network.send(sip, Addresses.of(hop.host(), hop.port()), message, 0, message.length);
        }

        @Override
        public void reply(Arrival to, byte[] message) {
            network.send(sip, to.remote(), message, 0, message.length);
        }
    }

    private final class Phone implements UserAgentCore.Newcomers {
        @Override
        public void onInvite(UasSession incoming, long nowNanos) {
            enter(incoming);
            established = false;
            switch (habit) {
                case BUSY -> incoming.refuse(SipStatus.BUSY_HERE, Headers.NONE, nowNanos);
                case UNKNOWN_NUMBER -> incoming.refuse(SipStatus.NOT_FOUND, Headers.NONE, nowNanos);
                case ANSWER, RING, EARLY_MEDIA, DECLINE, WRONG_CODEC -> ring(incoming, nowNanos);
                case DEAD -> {}
            }
        }

        private void ring(UasSession incoming, long nowNanos) {
            NameAddress contact = NameAddress.of(SipUri.of("2000", sip.getHostString(), sip.getPort()));
            incoming.open(contact, Optional.empty(), new Listener());
            if (habit == Habit.EARLY_MEDIA) {
                incoming.progress(SipStatus.SESSION_PROGRESS, Headers.NONE, sdp(Direction.SENDRECV), nowNanos);
                speakTo(Body.of(incoming.request()), nowNanos);
            } else {
                incoming.progress(SipStatus.RINGING, nowNanos);
            }
            if (habit == Habit.RING) {
                deadlines.at(
                        nowNanos + RINGING_LIMIT_NANOS,
                        now -> incoming.refuse(SipStatus.TEMPORARILY_UNAVAILABLE, Headers.NONE, now));
                return;
            }
            deadlines.at(nowNanos + answerAfterNanos, now -> {
                if (habit == Habit.DECLINE) {
                    incoming.refuse(SipStatus.DECLINE, Headers.NONE, now);
                } else if (!incoming.over()) {
                    if (habit == Habit.WRONG_CODEC) {
                        codec = "18 G729/8000";
                    }
                    incoming.answer(Headers.NONE, sdp(answering(Body.of(incoming.request()))), now);
                    established = true;
                    speakTo(Body.of(incoming.request()), now);
                }
            });
        }

        @Override
        public void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos) {
            DigestServer.Verdict verdict = digest.verify(
                    request,
                    SipStatus.UNAUTHORIZED,
                    user -> user.equals(LOGIN) ? Optional.of(PASSWORD) : Optional.empty(),
                    nowNanos);
            if (!(verdict instanceof DigestServer.Verdict.Accepted)) {
                transaction.respond(
                        digest.challenge(request, SipStatus.UNAUTHORIZED, false, tag(), nowNanos), nowNanos);
                return;
            }
            NameAddress contact = request.headers().contacts().getFirst();
            long expires = request.headers().expires().orElse(300);
            if (expires == 0) {
                bindings.remove(LOGIN);
            } else {
                bindings.put(LOGIN, contact);
            }
            SipResponse response = SipResponse.answering(request, SipStatus.OK, tag());
            Headers headers = response.headers()
                    .with(HeaderName.CONTACT, contact.withParameter("expires", Long.toString(expires)));
            transaction.respond(response.with(headers), nowNanos);
        }

        private String tag() {
            return "r" + Long.toHexString(random.nextLong());
        }
    }

    private final class Listener implements SessionListener {
        @Override
        public void ringing(SipResponse provisional, long nowNanos) {
            // A phone that calls only waits.
        }

        @Override
        public void answered(SipResponse success, long nowNanos) {
            established = true;
            speakTo(Body.of(success), nowNanos);
        }

        @Override
        public void acknowledged(SipRequest ack, long nowNanos) {
            // The answer was in our 2xx.
        }

        @Override
        public void requested(InDialogRequest request, long nowNanos) {
            Body offer = Body.of(request.request());
            if (offer.isEmpty()) {
                request.respond(SipStatus.OK, nowNanos);
            } else {
                request.respond(SipStatus.OK, Headers.NONE, sdp(answering(offer)), nowNanos);
            }
        }

        /** Whoever the browser wants to be called instead answers after a second. */
        @Override
        public void referred(IncomingReferral referral, long nowNanos) {
            if (referral.accept(nowNanos)) {
                referral.notify(SipStatus.RINGING, nowNanos);
                deadlines.at(nowNanos + 1_000_000_000L, now -> referral.notify(SipStatus.OK, now));
            }
        }

        @Override
        public Body currentOffer() {
            return sdp(holds ? Direction.SENDONLY : Direction.SENDRECV);
        }

        @Override
        public void ended(SessionEnd end, long nowNanos) {
            ends.add(end);
            speaking = session != null && !session.over();
        }
    }

    /** What we answer to an offer, and whether it holds us. */
    private Direction answering(Body offer) {
        Direction offered = SipSdp.readOffer(text(offer), MediaEncryption.OFF).direction();
        heldByPeer = !offered.receives();
        agreedHold = holds;
        return Direction.of(true, !holds).answering(offered);
    }

    private static String text(Body body) {
        return new String(body.bytes(), StandardCharsets.UTF_8);
    }

    /** A hold or a resume of ours. */
    private final class Offered implements OfferHandler {
        private final InviteSession of;
        private final boolean hold;

        Offered(InviteSession of, boolean hold) {
            this.of = of;
            this.hold = hold;
        }

        @Override
        public void answered(SipResponse success, long nowNanos) {
            if (of == session) {
                agreedHold = hold;
                settle(nowNanos);
            }
        }

        @Override
        public void refused(SipResponse refusal, long nowNanos) {
            giveUp();
        }

        @Override
        public void failed(TransactionFailure failure, long nowNanos) {
            giveUp();
        }

        private void giveUp() {
            if (of == session) {
                holds = agreedHold;
            }
        }
    }

    /** A transfer of ours: when it has worked the call that it came by is over. */
    private static final class Followed implements ReferralListener {
        private final InviteSession of;

        Followed(InviteSession of) {
            this.of = of;
        }

        @Override
        public void accepted(long nowNanos) {
            // How it goes is told by NOTIFY.
        }

        @Override
        public void progress(int status, String reason, long nowNanos) {
            // Only the end counts.
        }

        @Override
        public void ended(ReferralEnd end, long nowNanos) {
            if (end instanceof ReferralEnd.Reported reported && reported.status() < 300) {
                of.hangUp(nowNanos);
            }
        }
    }

    /** Nothing comes of the answer. */
    private static final class Unheard implements TransactionLayer.ResponseHandler {
        @Override
        public void onResponse(SipResponse response, long nowNanos) {
            // An UPDATE that says nothing new.
        }

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {
            // The session ends by itself.
        }
    }
}
