package offhook.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.random.RandomGenerator;
import offhook.call.leg.DatagramKind;
import offhook.media.dtls.DtlsAssociation;
import offhook.media.dtls.DtlsFailure;
import offhook.media.dtls.DtlsIdentity;
import offhook.media.dtls.DtlsRole;
import offhook.media.dtls.DtlsSettings;
import offhook.media.dtls.Fingerprint;
import offhook.media.dtls.SrtpKeys;
import offhook.media.ice.IceCredentials;
import offhook.media.rtp.RtpHeader;
import offhook.media.rtp.RtpSource;
import offhook.media.sdp.Attribute;
import offhook.media.sdp.SessionDescription;
import offhook.media.srtp.SrtpContext;
import offhook.media.srtp.SrtpProfile;
import offhook.media.stun.MessageIntegrity;
import offhook.media.stun.StunClass;
import offhook.media.stun.StunMessage;
import offhook.media.stun.StunWriter;
import offhook.server.udp.PacketDriver;
import offhook.server.udp.UdpSocket;
import org.jspecify.annotations.Nullable;

/**
 * A browser's peer connection on a socket of its own: a full ICE agent that checks, nominates and answers checks, DTLS in
 * either role, SRTP. The generator's thread's own.
 */
public final class Browser {
    private static final long CHECK_NANOS = 50_000_000L;
    private static final long CONSENT_NANOS = 4_000_000_000L;
    private static final int TRANSACTION_BYTES = 12;

    private final LoadCall call;
    private final LoadGenerator generator;
    private final RandomGenerator random;
    private final DtlsIdentity identity;
    private final IceCredentials ice;
    private final MessageIntegrity ownKey;
    private final RtpSource source;
    private final UdpSocket socket;
    private final StunMessage stun = new StunMessage();
    private final byte[] packet = new byte[PacketDriver.MAX_DATAGRAM];

    private @Nullable InetSocketAddress gateway;
    private @Nullable MessageIntegrity checkKey;
    private String checkUsername = "";
    private List<Fingerprint> gatewayFingerprints = List.of();
    private boolean passive;
    private boolean checked;
    private @Nullable DtlsAssociation dtls;
    private @Nullable SrtpContext toGateway;
    private @Nullable SrtpContext fromGateway;
    private int number;
    private long nextCheckNanos = Long.MAX_VALUE;

    Browser(LoadCall call, LoadGenerator generator, PacketDriver driver, DtlsIdentity identity) {
        this.call = call;
        this.generator = generator;
        this.random = generator.random();
        this.identity = identity;
        this.ice = IceCredentials.generate(random);
        this.ownKey = MessageIntegrity.shortTerm(ice.password());
        this.source = new RtpSource(random);
        this.socket = driver.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                (on, from, bytes, offset, length) -> onDatagram(from, bytes, offset, length));
    }

    /** An offer of PCMU alone, otherwise as browsers write it. */
    String offer() {
        InetSocketAddress here = socket.localAddress();
        String host = here.getAddress().getHostAddress();
        return String.join(
                "\r\n",
                "v=0",
                "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
                "s=-",
                "t=0 0",
                "a=group:BUNDLE 0",
                "a=msid-semantic: WMS",
                "m=audio " + here.getPort() + " UDP/TLS/RTP/SAVPF 0",
                "c=IN IP4 " + host,
                "a=rtcp:9 IN IP4 0.0.0.0",
                "a=candidate:1 1 udp 2122194687 " + host + " " + here.getPort() + " typ host",
                "a=ice-ufrag:" + ice.ufrag(),
                "a=ice-pwd:" + ice.password(),
                "a=fingerprint:" + identity.fingerprint(),
                "a=setup:actpass",
                "a=mid:0",
                "a=sendrecv",
                "a=rtcp-mux",
                "a=rtpmap:0 PCMU/8000",
                "a=ssrc:" + Integer.toUnsignedString(source.ssrc()) + " cname:load",
                "");
    }

    /** The gateway's answer: connects. */
    void onAnswer(String sdp, long nowNanos) {
        SessionDescription description = SessionDescription.parse(sdp);
        List<Attribute> session = description.attributes();
        List<Attribute> audio = description.media().getFirst().attributes();
        String[] candidate = value(audio, session, "candidate").split(" ", -1);
        gateway = new InetSocketAddress(InetAddress.ofLiteral(candidate[4]), Integer.parseInt(candidate[5]));
        checkKey = MessageIntegrity.shortTerm(value(audio, session, "ice-pwd"));
        checkUsername = value(audio, session, "ice-ufrag") + ":" + ice.ufrag();
        gatewayFingerprints =
                List.of(Fingerprint.parse(value(audio, session, "fingerprint")).orElseThrow());
        passive = value(audio, session, "setup").equals("active");
        check(nowNanos);
    }

    private static String value(List<Attribute> audio, List<Attribute> session, String name) {
        for (List<Attribute> attributes : List.of(audio, session)) {
            for (Attribute attribute : attributes) {
                if (attribute.name().equals(name)) {
                    return String.valueOf(attribute.value());
                }
            }
        }
        throw new IllegalStateException("the gateway's answer has no " + name);
    }

    boolean connected() {
        return toGateway != null;
    }

    /** Comes every 20 ms: does what is due, and speaks if it can. */
    void onFrame(long nowNanos) {
        if (nowNanos >= nextCheckNanos) {
            check(nowNanos);
        }
        DtlsAssociation association = dtls;
        if (association != null && nowNanos >= association.deadlineNanos()) {
            association.onDeadline(nowNanos);
        }
        SrtpContext srtp = toGateway;
        InetSocketAddress to = gateway;
        source.advance(Payload.LENGTH);
        if (srtp == null || to == null) {
            return;
        }
        int header = source.writeHeader(packet, 0, 0);
        Payload.write(packet, header, call.number(), number++, nowNanos);
        int length = srtp.protect(packet, 0, header + Payload.LENGTH);
        socket.send(to, packet, 0, length);
        generator.tally().onSent(nowNanos);
    }

    void close() {
        nextCheckNanos = Long.MAX_VALUE;
        toGateway = null;
        socket.close();
    }

    private void check(long nowNanos) {
        nextCheckNanos = nowNanos + (checked ? CONSENT_NANOS : CHECK_NANOS);
        MessageIntegrity key = checkKey;
        InetSocketAddress to = gateway;
        if (key == null || to == null) {
            return;
        }
        byte[] transaction = new byte[TRANSACTION_BYTES];
        random.nextBytes(transaction);
        StunWriter request = new StunWriter();
        request.bindingRequest(transaction)
                .username(checkUsername)
                .priority(1_853_824_767L)
                .iceControlling(4_711L)
                .useCandidate()
                .finish(key);
        socket.send(to, request.bytes(), 0, request.length());
    }

    private void onDatagram(InetSocketAddress from, byte[] bytes, int offset, int length) {
        switch (DatagramKind.of(bytes, offset, length)) {
            case RTP -> onSrtp(bytes, offset, length);
            case STUN -> onStun(from, bytes, offset, length);
            case DTLS -> {
                long now = generator.nowNanos();
                startDtls(now);
                if (dtls != null) {
                    dtls.onDatagram(bytes, offset, length, now);
                }
            }
            case RTCP, UNKNOWN -> {
                // of no interest here
            }
        }
    }

    private void onStun(InetSocketAddress from, byte[] bytes, int offset, int length) {
        MessageIntegrity key = checkKey;
        if (key == null || !stun.wrap(bytes, offset, length)) {
            return;
        }
        if (stun.messageClass() == StunClass.REQUEST && stun.verifies(ownKey)) {
            StunWriter response = new StunWriter();
            response.bindingSuccess(stun).xorMappedAddress(from).finish(ownKey);
            socket.send(from, response.bytes(), 0, response.length());
        } else if (stun.messageClass() == StunClass.SUCCESS_RESPONSE && stun.verifies(key)) {
            checked = true;
            if (!passive) {
                startDtls(generator.nowNanos());
            }
        }
    }

    private void startDtls(long nowNanos) {
        if (dtls != null || gateway == null) {
            return;
        }
        DtlsAssociation association = new DtlsAssociation(
                identity,
                passive ? DtlsRole.SERVER : DtlsRole.CLIENT,
                gatewayFingerprints,
                DtlsSettings.DEFAULT,
                DtlsAssociation.Worker.INLINE,
                random,
                new DtlsOutbox());
        dtls = association;
        association.start(nowNanos);
    }

    private void onSrtp(byte[] bytes, int offset, int length) {
        SrtpContext srtp = fromGateway;
        if (srtp == null) {
            return;
        }
        int plain = srtp.unprotect(bytes, offset, length);
        int header = plain < 0 ? -1 : RtpHeader.headerLength(bytes, offset, plain);
        if (header < 0 || !Payload.intact(bytes, offset + header, plain - header)) {
            generator.tally().onDamaged();
            return;
        }
        call.heardByBrowser(bytes, offset + header);
    }

    private final class DtlsOutbox implements DtlsAssociation.Outbox {
        @Override
        public void transmit(byte[] bytes, int offset, int length) {
            InetSocketAddress to = gateway;
            if (to != null) {
                socket.send(to, bytes, offset, length);
            }
        }

        @Override
        public void connected(SrtpKeys keys) {
            SrtpProfile profile = SrtpProfile.ofDtlsId(keys.profile().dtlsId()).orElseThrow();
            if (profile != SrtpProfile.AES_CM_128_HMAC_SHA1_80) {
                call.fail("the gateway chose " + profile);
                return;
            }
            toGateway = new SrtpContext(profile, keys.localMasterKey(), keys.localMasterSalt());
            fromGateway = new SrtpContext(profile, keys.remoteMasterKey(), keys.remoteMasterSalt());
            call.connected();
        }

        @Override
        public void failed(DtlsFailure why) {
            call.fail("DTLS: " + why);
        }

        @Override
        public void closed() {
            toGateway = null;
        }
    }
}
