package offhook.sim;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import offhook.call.leg.DatagramKind;
import offhook.media.dtls.DtlsAssociation;
import offhook.media.dtls.DtlsFailure;
import offhook.media.dtls.DtlsIdentity;
import offhook.media.dtls.DtlsRole;
import offhook.media.dtls.DtlsSettings;
import offhook.media.dtls.Fingerprint;
import offhook.media.dtls.SrtpKeys;
import offhook.media.dtmf.TelephoneEvent;
import offhook.media.dtmf.TelephoneEventSender;
import offhook.media.ice.IceCredentials;
import offhook.media.rtp.RtpHeader;
import offhook.media.rtp.RtpSource;
import offhook.media.sdp.Attribute;
import offhook.media.sdp.MediaDescription;
import offhook.media.sdp.SessionDescription;
import offhook.media.srtp.SrtpContext;
import offhook.media.srtp.SrtpDrop;
import offhook.media.srtp.SrtpProfile;
import offhook.media.stun.MessageIntegrity;
import offhook.media.stun.StunClass;
import offhook.media.stun.StunMessage;
import offhook.media.stun.StunWriter;
import offhook.media.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A browser's peer connection, as much of it as a call needs: a full ICE agent that checks and nominates, DTLS in either
 * role, SRTP, and a microphone that sends numbered packets. Not thread-safe.
 */
public final class FakeBrowser implements VirtualNetwork.Node {
    private static final long CHECK_NANOS = 50_000_000L;
    private static final long CONSENT_NANOS = 4_000_000_000L;
    private static final long FRAME_NANOS = 20_000_000L;
    private static final int FRAME_TICKS = 160;
    private static final int PAYLOAD_BYTES = 160;
    private static final int TRANSACTION_BYTES = 12;

    private final VirtualNetwork network;
    private final RandomGenerator random;
    private final DtlsIdentity identity;
    private final IceCredentials ice;
    private final RtpSource source;
    private final StunMessage stun = new StunMessage();
    private final byte[] packet = new byte[2_048];
    private final Set<Integer> heard = new HashSet<>();

    private InetSocketAddress address;
    private @Nullable InetSocketAddress gateway;
    private @Nullable MessageIntegrity checkKey;
    private String checkUsername = "";
    private List<Fingerprint> gatewayFingerprints = List.of();
    private boolean passive;
    private boolean checked;
    private boolean closed;
    private @Nullable DtlsAssociation dtls;
    private @Nullable SrtpContext toGateway;
    private @Nullable SrtpContext fromGateway;
    private @Nullable DtlsFailure failure;
    private boolean dtlsClosed;
    private final TelephoneEventSender keys = new TelephoneEventSender(this::sendKey);
    private final Map<Integer, List<byte[]>> heardKeys = new HashMap<>();
    private int keyPayloadType;
    private int keyTimestamp;
    private int payloadType;
    private int sent;
    private int badPackets;
    private boolean muted;
    private long nextCheckNanos = Long.MAX_VALUE;
    private long nextFrameNanos = Long.MAX_VALUE;
    private int lastSequence = -1;
    private int sequenceBreaks;
    private int ssrcs;
    private int lastSsrc;

    public FakeBrowser(VirtualNetwork network, InetSocketAddress address, RandomGenerator random) {
        this.network = network;
        this.address = address;
        this.random = random;
        Instant day = Instant.ofEpochSecond(1_800_000_000L);
        this.identity = DtlsIdentity.generate(random, day, day.plusSeconds(86_400));
        this.ice = IceCredentials.generate(random);
        this.source = new RtpSource(random);
        network.join(this);
        network.bind(address, this::onDatagram);
    }

    /** An offer with Opus, G.722, PCMU, PCMA and telephone-event, as browsers write it. */
    public String offer() {
        return description("actpass");
    }

    /** Takes the gateway's answer: connects. */
    public void onAnswer(String sdp) {
        connect(sdp);
    }

    /** Takes the gateway's offer: connects, as the DTLS client, and answers. */
    public String answer(String sdp) {
        connect(sdp);
        passive = false;
        return description("active");
    }

    /** Speaks with this payload type from now on. */
    public void speak(int type) {
        payloadType = type;
    }

    /**
     * Presses a key as RTCDTMFSender does: events in place of sound (RFC 4733).
     *
     * @param type payload type of telephone-event, in its own numbering
     * @param clockRate of that format, in Hz
     */
    public void pressKey(char key, int durationMillis, int type, int clockRate) {
        keyPayloadType = type;
        keyTimestamp = source.timestamp();
        keys.press(key, durationMillis, clockRate, network.nowNanos());
    }

    /** The payloads of telephone events that were heard under a payload type. */
    public List<byte[]> heardKeys(int type) {
        return heardKeys.getOrDefault(type, List.of());
    }

    /** Sends nothing, not even silence. */
    public void mute(boolean silent) {
        muted = silent;
    }

    /** Goes on from another address: another network, or a NAT that forgot. */
    public void move(InetSocketAddress next) {
        network.unbind(address);
        address = next;
        network.bind(address, this::onDatagram);
        nextCheckNanos = network.nowNanos();
    }

    /** The page is gone, without a word. */
    public void vanish() {
        closed = true;
        network.unbind(address);
        nextCheckNanos = Long.MAX_VALUE;
        nextFrameNanos = Long.MAX_VALUE;
    }

    public boolean connected() {
        return toGateway != null;
    }

    /** Packets spoken. */
    public int sent() {
        return sent;
    }

    /** The numbers of the peer's packets that were heard. */
    public Set<Integer> heard() {
        return heard;
    }

    /** Packets of the gateway that did not decrypt. */
    public int badPackets() {
        return badPackets;
    }

    /** SSRCs seen: 1 when the stream was continuous. */
    public int ssrcs() {
        return ssrcs;
    }

    /** Jumps of more than 3,000 sequence numbers: a new stream, not a gap. */
    public int sequenceBreaks() {
        return sequenceBreaks;
    }

    public @Nullable DtlsFailure failure() {
        return failure;
    }

    public boolean dtlsClosed() {
        return dtlsClosed;
    }

    @Override
    public long deadlineNanos() {
        long deadline = Math.min(Math.min(nextCheckNanos, nextFrameNanos), keys.deadlineNanos());
        DtlsAssociation association = dtls;
        return association == null || closed ? deadline : Math.min(deadline, association.deadlineNanos());
    }

    @Override
    public void onDeadline(long nowNanos) {
        if (nowNanos >= nextCheckNanos) {
            check(nowNanos);
        }
        keys.onDeadline(nowNanos);
        if (nowNanos >= nextFrameNanos) {
            nextFrameNanos = nowNanos + FRAME_NANOS;
            speakFrame();
        }
        DtlsAssociation association = dtls;
        if (association != null && !closed && nowNanos >= association.deadlineNanos()) {
            association.onDeadline(nowNanos);
        }
    }

    private String description(String setup) {
        return String.join(
                "\r\n",
                "v=0",
                "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
                "s=-",
                "t=0 0",
                "a=group:BUNDLE 0",
                "a=msid-semantic: WMS",
                "m=audio 9 UDP/TLS/RTP/SAVPF 111 9 0 8 110 126",
                "c=IN IP4 0.0.0.0",
                "a=rtcp:9 IN IP4 0.0.0.0",
                "a=ice-ufrag:" + ice.ufrag(),
                "a=ice-pwd:" + ice.password(),
                "a=ice-options:trickle",
                "a=fingerprint:" + identity.fingerprint(),
                "a=setup:" + setup,
                "a=mid:0",
                "a=sendrecv",
                "a=rtcp-mux",
                "a=rtpmap:111 opus/48000/2",
                "a=fmtp:111 minptime=10;useinbandfec=1",
                "a=rtpmap:9 G722/8000",
                "a=rtpmap:0 PCMU/8000",
                "a=rtpmap:8 PCMA/8000",
                "a=rtpmap:110 telephone-event/48000",
                "a=rtpmap:126 telephone-event/8000",
                "a=ssrc:" + Integer.toUnsignedString(source.ssrc()) + " cname:browser",
                "");
    }

    private void connect(String sdp) {
        SessionDescription description = SessionDescription.parse(sdp);
        MediaDescription audio = description.media().getFirst();
        String[] candidate = value(audio.attributes(), "candidate").split(" ");
        gateway = Addresses.of(candidate[4], Integer.parseInt(candidate[5]));
        checkKey = MessageIntegrity.shortTerm(value(audio.attributes(), "ice-pwd"));
        checkUsername = value(audio.attributes(), "ice-ufrag") + ":" + ice.ufrag();
        gatewayFingerprints = List.of(
                Fingerprint.parse(value(audio.attributes(), "fingerprint")).orElseThrow());
        passive = value(audio.attributes(), "setup").equals("active");
        payloadType = Integer.parseInt(audio.formats().getFirst());
        nextCheckNanos = network.nowNanos();
    }

    private static String value(List<Attribute> attributes, String name) {
        return attributes.stream()
                .filter(attribute -> attribute.name().equals(name))
                .map(attribute -> String.valueOf(attribute.value()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the gateway's description has no " + name));
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
        network.send(address, to, request.bytes(), 0, request.length());
    }

    private void speakFrame() {
        InetSocketAddress to = gateway;
        if (toGateway == null || to == null || muted || keys.sending()) {
            source.advance(FRAME_TICKS);
            return;
        }
        network.send(address, to, packet, 0, nextPacket(packet));
    }

    private void sendKey(byte[] event, boolean marker, int sincePress) {
        SrtpContext srtp = toGateway;
        InetSocketAddress to = gateway;
        if (srtp != null && to != null) {
            int header = source.writeHeader(packet, 0, keyPayloadType, marker, keyTimestamp + sincePress);
            System.arraycopy(event, 0, packet, header, event.length);
            network.send(address, to, packet, 0, srtp.protect(packet, 0, header + event.length));
        }
    }

    /**
     * Writes what the microphone heard last, encrypted, as {@link #connected} browsers can.
     *
     * @return its length
     */
    int nextPacket(byte[] bytes) {
        SrtpContext srtp = toGateway;
        if (srtp == null) {
            throw new IllegalStateException("not connected");
        }
        source.advance(FRAME_TICKS);
        int header = source.writeHeader(bytes, 0, payloadType);
        Bytes.put32(bytes, header, sent);
        sent++;
        return srtp.protect(bytes, 0, header + PAYLOAD_BYTES);
    }

    /** Where it sends from. */
    InetSocketAddress address() {
        return address;
    }

    private void onDatagram(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
        switch (DatagramKind.of(bytes, offset, length)) {
            case STUN -> onStun(bytes, offset, length, nowNanos);
            case DTLS -> {
                startDtls(nowNanos);
                if (dtls != null) {
                    dtls.onDatagram(bytes, offset, length, nowNanos);
                }
            }
            case RTP -> onSrtp(bytes, offset, length);
            case RTCP -> {
                SrtpContext srtp = fromGateway;
                int plain = srtp == null ? 0 : srtp.unprotectRtcp(bytes, offset, length);
                if (plain < 0 && plain != SrtpDrop.REPLAYED.code()) {
                    badPackets++;
                }
            }
            case UNKNOWN ->
                throw new IllegalStateException(
                        "the gateway sent " + new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
        }
    }

    private void onStun(byte[] bytes, int offset, int length, long nowNanos) {
        MessageIntegrity key = checkKey;
        if (stun.wrap(bytes, offset, length)
                && stun.messageClass() == StunClass.SUCCESS_RESPONSE
                && key != null
                && stun.verifies(key)) {
            checked = true;
            if (!passive) {
                startDtls(nowNanos);
            }
        }
    }

    private void startDtls(long nowNanos) {
        if (dtls != null || closed) {
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
        if (plain == SrtpDrop.REPLAYED.code() || plain == SrtpDrop.TOO_OLD.code()) {
            return; // The network doubled it, or was too slow.
        }
        int header = plain < 0 ? -1 : RtpHeader.headerLength(bytes, offset, plain);
        if (header < 0) {
            badPackets++;
            return;
        }
        int sequence = RtpHeader.sequenceNumber(bytes, offset);
        int ssrc = RtpHeader.ssrc(bytes, offset);
        if (ssrcs == 0 || ssrc != lastSsrc) {
            ssrcs++;
            lastSsrc = ssrc;
        }
        if (lastSequence >= 0 && Math.abs((short) (sequence - lastSequence)) > 3_000) {
            sequenceBreaks++;
        }
        lastSequence = sequence;
        if (plain - header == TelephoneEvent.LENGTH) {
            heardKeys
                    .computeIfAbsent(RtpHeader.payloadType(bytes, offset), type -> new ArrayList<>())
                    .add(Arrays.copyOfRange(bytes, offset + header, offset + plain));
            return;
        }
        heard.add(Bytes.i32(bytes, offset + header));
    }

    private final class DtlsOutbox implements DtlsAssociation.Outbox {
        @Override
        public void transmit(byte[] bytes, int offset, int length) {
            InetSocketAddress to = gateway;
            if (to != null) {
                network.send(address, to, bytes, offset, length);
            }
        }

        @Override
        public void connected(SrtpKeys keys) {
            SrtpProfile profile = SrtpProfile.ofDtlsId(keys.profile().dtlsId()).orElseThrow();
            toGateway = new SrtpContext(profile, keys.localMasterKey(), keys.localMasterSalt());
            fromGateway = new SrtpContext(profile, keys.remoteMasterKey(), keys.remoteMasterSalt());
            nextFrameNanos = network.nowNanos();
        }

        @Override
        public void failed(DtlsFailure why) {
            failure = why;
        }

        @Override
        public void closed() {
            dtlsClosed = true;
            nextFrameNanos = Long.MAX_VALUE;
            nextCheckNanos = Long.MAX_VALUE;
        }
    }
}
