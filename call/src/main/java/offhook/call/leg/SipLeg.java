package offhook.call.leg;

import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;
import offhook.call.bridge.RtpSink;
import offhook.call.offer.PayloadTypeMap;
import offhook.call.offer.SdesKey;
import offhook.call.offer.SipDescription;
import offhook.media.rtcp.RtcpHeader;
import offhook.media.rtcp.RtcpReporter;
import offhook.media.rtp.ReceptionStatistics;
import offhook.media.rtp.RtpHeader;
import offhook.media.rtp.SendingStatistics;
import offhook.media.srtp.SrtpProfile;
import org.jspecify.annotations.Nullable;

/**
 * The SIP peer's side of a call's media: RTP and RTCP on a pair of ports, symmetric and guarded ({@link SourceLatch}),
 * encrypted when both descriptions have keys. Then only what is authentic is taken for the peer's, so no stranger can
 * move where media goes to.
 *
 * <p>What the peer sends comes out at {@code inbound}; what is for it goes in at {@link #onRtp(byte[], int, int, long)}.
 * Not thread-safe: one owner.
 */
public final class SipLeg implements RtpSink {
    /** Until the codec is known: that of every codec we relay but Opus. */
    private static final int FIRST_CLOCK_RATE = 8_000;

    private static final int COMPOUND_RTCP_ROOM = 512;

    private final RtpPorts.Pair ports;
    private final RtpSink inbound;
    private final SourceLatch rtpLatch = new SourceLatch();
    private final SourceLatch rtcpLatch = new SourceLatch();
    private final DropCounts drops;
    private final SendingStatistics sending = new SendingStatistics(FIRST_CLOCK_RATE);
    private final ReceptionStatistics reception = new ReceptionStatistics(FIRST_CLOCK_RATE);
    private final RtcpReporter rtcp;
    private final byte[] rtcpBytes = new byte[COMPOUND_RTCP_ROOM];
    /** Kept while media goes in the clear: it knows how far our keys were used. */
    private @Nullable SipSrtp srtp;

    private boolean secured;
    private @Nullable PayloadTypeMap payloadTypes;
    private boolean described;
    private long heardNanos;

    /**
     * @param ports open ports; the leg closes them
     * @param ssrc of the stream that we send
     * @param cname of our RTCP (RFC 7022)
     * @param drops counts what falls by the way
     * @param inbound where the peer's RTP goes
     */
    public SipLeg(
            RtpPorts.Pair ports,
            int ssrc,
            String cname,
            long epochMillisAtNanosZero,
            RandomGenerator random,
            DropCounts drops,
            RtpSink inbound) {
        this.ports = ports;
        this.drops = drops;
        this.inbound = inbound;
        this.rtcp =
                new RtcpReporter(ssrc, cname, sending, reception, epochMillisAtNanosZero, random, this::transmitRtcp);
    }

    /** Our ports, for our description. */
    public RtpPorts.Pair ports() {
        return ports;
    }

    /** When media or RTCP of the peer last arrived, or its description last changed. */
    public long heardNanos() {
        return heardNanos;
    }

    /** What the peer says about its media, at first or anew. */
    public void describe(SipDescription description, long nowNanos) {
        rtpLatch.announce(description.rtp(), nowNanos);
        rtcpLatch.announce(description.rtcp(), nowNanos);
        heardNanos = nowNanos;
        if (!described) {
            described = true;
            rtcp.start(nowNanos);
        }
    }

    /** Forgets where media came from, so that the announced address, or whoever is heard next, is the peer. */
    public void listenAnew() {
        rtpLatch.open();
        rtcpLatch.open();
    }

    /**
     * Both sides' descriptions have keys: nothing is sent or taken in the clear from now on. Keys that are the same as
     * before leave the streams alone.
     *
     * @param ours of the same suite as {@code theirs}
     */
    public void secure(SdesKey ours, SdesKey theirs) {
        secured = true;
        SipSrtp present = srtp;
        if (present == null) {
            srtp = new SipSrtp(ours, theirs);
        } else {
            present.keys(ours, theirs);
        }
    }

    /** Media goes in the clear from now on, as it does at first. */
    public void unsecured() {
        secured = false;
    }

    /** Whether media is encrypted. */
    public boolean secured() {
        return secured;
    }

    /**
     * What both sides agreed on.
     *
     * @param incoming the payload types that the peer may send; others are no sign of the peer
     * @param clockRate of the codec in use, in Hz: what jitter and sender reports are reckoned by
     */
    public void plan(PayloadTypeMap incoming, int clockRate) {
        payloadTypes = incoming;
        sending.clockRate(clockRate);
        reception.clockRate(clockRate);
    }

    /** An RTP packet of, one hopes, the peer. */
    public void onRtpDatagram(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
        PayloadTypeMap expected = payloadTypes;
        if (!described || expected == null) {
            drops.count(LegDrop.TOO_EARLY);
            return;
        }
        int plainLength = length;
        SipSrtp security = secured ? srtp : null;
        if (security != null) {
            plainLength = security.unprotect(bytes, offset, length, rtpLatch.isLatched(from));
            if (plainLength < 0) {
                drops.count(LegDrop.BAD_SRTP);
                return;
            }
        }
        if (RtpHeader.headerLength(bytes, offset, plainLength) < 0) {
            drops.count(LegDrop.BAD_RTP);
            return;
        }
        if (expected.get(RtpHeader.payloadType(bytes, offset)) == PayloadTypeMap.DROP) {
            // Comfort noise that nobody agreed on (RFC 3389), say: no sound, but a sign of life.
            if (rtpLatch.isLatched(from)) {
                heardNanos = nowNanos;
            }
            drops.count(LegDrop.UNKNOWN_PAYLOAD_TYPE);
            return;
        }
        if (!rtpLatch.accepts(from, nowNanos)) {
            drops.count(LegDrop.FOREIGN_SOURCE);
            return;
        }
        heardNanos = nowNanos;
        reception.onRtp(bytes, offset, nowNanos);
        inbound.onRtp(bytes, offset, plainLength, nowNanos);
    }

    /** An RTCP packet of, one hopes, the peer. */
    public void onRtcpDatagram(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
        if (!described) {
            drops.count(LegDrop.TOO_EARLY);
            return;
        }
        int plainLength = length;
        SipSrtp security = secured ? srtp : null;
        if (security != null) {
            plainLength = security.unprotectRtcp(bytes, offset, length, rtcpLatch.isLatched(from));
            if (plainLength < 0) {
                drops.count(LegDrop.BAD_SRTP);
                return;
            }
        }
        if (RtcpHeader.check(bytes, offset, plainLength) < 0) {
            drops.count(LegDrop.BAD_RTCP);
            return;
        }
        if (!rtcpLatch.accepts(from, nowNanos)) {
            drops.count(LegDrop.FOREIGN_SOURCE);
            return;
        }
        heardNanos = nowNanos;
        rtcp.onRtcp(bytes, offset, plainLength, nowNanos);
    }

    /** RTP for the peer, encrypted in place where that is agreed. */
    @Override
    public void onRtp(byte[] bytes, int offset, int length, long nowNanos) {
        InetSocketAddress to = rtpLatch.target();
        if (to == null) {
            drops.count(LegDrop.TOO_EARLY);
            return;
        }
        sending.onRtp(bytes, offset, length, nowNanos);
        SipSrtp security = secured ? srtp : null;
        int sentLength = security == null ? length : security.protect(bytes, offset, length);
        if (sentLength < 0) {
            drops.count(LegDrop.BAD_RTP);
            return;
        }
        ports.sendRtp(to, bytes, offset, sentLength);
    }

    /** When {@link #onDeadline} wants to be called. */
    public long deadlineNanos() {
        return described ? rtcp.deadlineNanos() : Long.MAX_VALUE;
    }

    /** RTCP reports. */
    public void onDeadline(long nowNanos) {
        if (nowNanos >= deadlineNanos()) {
            rtcp.onDeadline(nowNanos);
        }
    }

    /** Says goodbye by RTCP and gives the ports back. */
    public void close(long nowNanos) {
        if (described) {
            rtcp.bye(nowNanos);
            described = false;
        }
        ports.close();
    }

    private void transmitRtcp(byte[] bytes, int offset, int length) {
        @Nullable InetSocketAddress to = rtcpLatch.target();
        if (to == null) {
            return;
        }
        SipSrtp security = secured ? srtp : null;
        if (security == null) {
            ports.sendRtcp(to, bytes, offset, length);
            return;
        }
        if (length + SrtpProfile.AEAD_AES_128_GCM.rtcpGrowth() > rtcpBytes.length) {
            return;
        }
        System.arraycopy(bytes, offset, rtcpBytes, 0, length);
        int sentLength = security.protectRtcp(rtcpBytes, 0, length);
        if (sentLength > 0) {
            ports.sendRtcp(to, rtcpBytes, 0, sentLength);
        }
    }
}
