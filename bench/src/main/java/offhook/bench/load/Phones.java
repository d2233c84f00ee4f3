package offhook.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import offhook.call.offer.MediaEncryption;
import offhook.call.offer.SipSdp;
import offhook.media.rtp.RtpHeader;
import offhook.server.udp.PacketDriver;
import offhook.server.udp.UdpSocket;
import offhook.sip.dialog.Body;
import offhook.sip.dialog.InDialogRequest;
import offhook.sip.dialog.SessionEnd;
import offhook.sip.dialog.SessionListener;
import offhook.sip.dialog.UasSession;
import offhook.sip.dialog.UserAgentCore;
import offhook.sip.dialog.UserAgentSettings;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
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
import offhook.sip.transaction.TransactionLayer;
import offhook.sip.transaction.Transport;

/** All phones: one SIP user agent that rings and answers, and a few sockets for their audio. The generator's thread's own. */
final class Phones {
    private static final int AUDIO_SOCKETS = 8;
    private static final String HOST = "127.0.0.1";

    private final LoadGenerator generator;
    private final Deadlines deadlines = new Deadlines();
    private final UdpSocket sip;
    private final UdpSocket[] audio = new UdpSocket[AUDIO_SOCKETS];
    private final UdpSocket rtcp;
    private final UserAgentCore core;
    private long ringNanos;

    Phones(LoadGenerator generator, PacketDriver driver) {
        this.generator = generator;
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        sip = driver.open(anyPort, (on, from, bytes, offset, length) -> onSip(from, bytes, offset, length));
        rtcp = driver.open(anyPort, (on, from, bytes, offset, length) -> {});
        for (int i = 0; i < AUDIO_SOCKETS; i++) {
            audio[i] = driver.open(anyPort, (on, from, bytes, offset, length) -> onRtp(from, bytes, offset, length));
        }
        UserAgentSettings settings = UserAgentSettings.of("load-", "Offhook-bench");
        core = new UserAgentCore(
                settings,
                hop -> new SentBy(HOST, sipPort()),
                generator.random(),
                deadlines,
                new Outbox(),
                new Newcomers());
    }

    int sipPort() {
        return sip.localAddress().getPort();
    }

    UdpSocket audioSocket(int call) {
        return audio[call % AUDIO_SOCKETS];
    }

    /** How long they ring before they answer, from now on. */
    void ringFor(long nanos) {
        ringNanos = nanos;
    }

    /** @param port where this phone hears */
    String description(int port) {
        return String.join(
                "\r\n",
                "v=0",
                "o=phone 1 1 IN IP4 " + HOST,
                "s=-",
                "c=IN IP4 " + HOST,
                "t=0 0",
                "m=audio " + port + " RTP/AVP 0",
                "a=rtcp:" + rtcp.localAddress().getPort(),
                "a=rtpmap:0 PCMU/8000",
                "a=ptime:20",
                "a=sendrecv",
                "");
    }

    void onTime(long nowNanos) {
        if (nowNanos >= deadlines.deadlineNanos()) {
            deadlines.onDeadline(nowNanos);
        }
    }

    private void onSip(InetSocketAddress from, byte[] bytes, int offset, int length) {
        core.onMessage(
                SipParser.parse(bytes, offset, length), new Arrival(Transport.UDP, from, 0), generator.nowNanos());
    }

    private void onRtp(InetSocketAddress from, byte[] bytes, int offset, int length) {
        int header = RtpHeader.headerLength(bytes, offset, length);
        if (header < 0 || !Payload.intact(bytes, offset + header, length - header)) {
            generator.tally().onDamaged();
            return;
        }
        LoadCall call = generator.call(Payload.call(bytes, offset + header));
        if (call != null) {
            call.heardByPhone(from, bytes, offset, length);
        }
    }

    private final class Outbox implements TransactionLayer.Outbox {
        @Override
        public void send(Hop hop, byte[] message) {
            sip.send(new InetSocketAddress(InetAddress.ofLiteral(hop.host()), hop.port()), message, 0, message.length);
        }

        @Override
        public void reply(Arrival to, byte[] message) {
            sip.send(to.remote(), message, 0, message.length);
        }
    }

    private final class Newcomers implements UserAgentCore.Newcomers {
        @Override
        public void onInvite(UasSession session, long nowNanos) {
            String user = session.request().uri().user();
            LoadCall call = generator.calledBy(user);
            if (call == null) {
                session.refuse(SipStatus.NOT_FOUND, Headers.NONE, nowNanos);
                return;
            }
            NameAddress contact = NameAddress.of(SipUri.of(user, HOST, sipPort()));
            session.open(contact, Optional.empty(), new Listener());
            if (ringNanos == 0) {
                answer(session, call, nowNanos);
                return;
            }
            session.progress(SipStatus.RINGING, nowNanos);
            deadlines.at(nowNanos + ringNanos, now -> answer(session, call, now));
        }

        private void answer(UasSession session, LoadCall call, long nowNanos) {
            if (session.over()) {
                return;
            }
            byte[] sdp = call.phoneDescription().getBytes(StandardCharsets.UTF_8);
            session.answer(Headers.NONE, Body.of("application/sdp", sdp), nowNanos);
            String offer = new String(Body.of(session.request()).bytes(), StandardCharsets.UTF_8);
            call.phoneAnswered(SipSdp.readOffer(offer, MediaEncryption.OFF).rtp());
        }

        @Override
        public void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos) {
            transaction.respond(SipResponse.answering(request, SipStatus.METHOD_NOT_ALLOWED, "load"), nowNanos);
        }
    }

    /** A phone that answered only listens. */
    private static final class Listener implements SessionListener {
        @Override
        public void ringing(SipResponse provisional, long nowNanos) {}

        @Override
        public void answered(SipResponse success, long nowNanos) {}

        @Override
        public void acknowledged(SipRequest ack, long nowNanos) {}

        @Override
        public void requested(InDialogRequest request, long nowNanos) {
            request.respond(SipStatus.NOT_ACCEPTABLE_HERE, nowNanos);
        }

        @Override
        public void ended(SessionEnd end, long nowNanos) {}
    }
}
