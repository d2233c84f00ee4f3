package offhook.call.leg;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import offhook.call.bridge.RtpSink;
import offhook.call.offer.BrowserDescription;
import offhook.media.dtls.DtlsAssociation;
import offhook.media.dtls.DtlsFailure;
import offhook.media.dtls.DtlsIdentity;
import offhook.media.dtls.DtlsRole;
import offhook.media.dtls.DtlsSettings;
import offhook.media.dtls.SrtpKeys;
import offhook.media.ice.IceCredentials;
import offhook.media.ice.IceLite;
import offhook.media.rtcp.RtcpReporter;
import offhook.media.rtp.ReceptionStatistics;
import offhook.media.rtp.RtpHeader;
import offhook.media.rtp.SendingStatistics;
import offhook.media.sdp.Setup;
import offhook.media.srtp.SrtpContext;
import offhook.media.srtp.SrtpProfile;
import org.jspecify.annotations.Nullable;

/**
 * The browser's side of a call: ICE-lite, DTLS-SRTP and RTCP on one 5-tuple (RFC 8445 section 2.5, RFC 5764, RFC 5761).
 * Plain RTP comes out at {@code inbound} and goes in at {@link #onRtp}. Not thread-safe: one owner.
 */
public final class BrowserLeg implements RtpSink {
    /** What a leg asks of the world. It never calls back into the leg that called it. */
    public interface Outbox {
        /** One datagram for the browser; the bytes are lent for this call only. */
        void transmit(InetSocketAddress to, byte[] bytes, int offset, int length);

        /** The browser was authenticated at this address, for the first time or after a move. */
        void selected(InetSocketAddress remote);

        /** Media can flow. */
        void connected(long nowNanos);

        /** The leg is of no use any more. Said once. */
        void failed(BrowserLegFailure why, long nowNanos);
    }

    /**
     * What all browser legs of a loop share.
     *
     * @param connectNanos how long ICE and DTLS may take once the browser's description is known
     * @param consentNanos silence of the browser's checks that ends the leg (RFC 7675)
     * @param epochMillisAtNanosZero wall-clock time at {@code nowNanos == 0}, for RTCP's NTP timestamps
     * @param drops counts what falls by the way
     */
    public record Settings(
            DtlsIdentity identity,
            DtlsSettings dtls,
            DtlsAssociation.Worker worker,
            long connectNanos,
            long consentNanos,
            long epochMillisAtNanosZero,
            DropCounts drops) {
        /** The same with another worker. */
        public Settings with(DtlsAssociation.Worker other) {
            return new Settings(identity, dtls, other, connectNanos, consentNanos, epochMillisAtNanosZero, drops);
        }
    }

    private static final int COMPOUND_RTCP_ROOM = 512;
    /** Until the codec is known: that of every codec we relay but Opus. */
    private static final int FIRST_CLOCK_RATE = 8_000;
    /** How many DTLS datagrams wait for the browser's description: a ClientHello in two parts, and once again. */
    private static final int EARLY_DTLS_LIMIT = 4;

    private final Settings settings;
    private final RandomGenerator random;
    private final RtpSink inbound;
    private final Outbox outbox;
    private final IceCredentials localIce;
    private final IceLite ice;
    private final SendingStatistics sending = new SendingStatistics(FIRST_CLOCK_RATE);
    private final ReceptionStatistics reception = new ReceptionStatistics(FIRST_CLOCK_RATE);
    private final RtcpReporter rtcp;
    private final byte[] rtcpBytes = new byte[COMPOUND_RTCP_ROOM];
    private final ArrayDeque<byte[]> earlyDtls = new ArrayDeque<>();

    private @Nullable BrowserDescription remote;
    private @Nullable DtlsAssociation dtls;
    private @Nullable SrtpContext fromBrowser;
    private @Nullable SrtpContext toBrowser;
    private boolean failed;
    private long now;
    private long connectDeadlineNanos = Long.MAX_VALUE;
    private long heardNanos;

    /**
     * @param ssrc of the stream that we send
     * @param cname of our RTCP (RFC 7022)
     * @param inbound where the browser's RTP goes, unencrypted
     */
    public BrowserLeg(
            Settings settings, int ssrc, String cname, RandomGenerator random, RtpSink inbound, Outbox outbox) {
        this.settings = settings;
        this.random = random;
        this.inbound = inbound;
        this.outbox = outbox;
        this.localIce = IceCredentials.generate(random);
        this.ice = new IceLite(localIce, settings.consentNanos(), new IceOutbox());
        this.rtcp = new RtcpReporter(
                ssrc, cname, sending, reception, settings.epochMillisAtNanosZero(), random, this::transmitRtcp);
    }

    /** Our ICE credentials, for our description. */
    public IceCredentials localIce() {
        return localIce;
    }

    /** Whether ICE and DTLS are done. */
    public boolean connected() {
        return toBrowser != null;
    }

    /** Whether the browser is at this address and has shown so a short while ago ({@link IceLite#isHeardAt}). */
    public boolean isHeardAt(InetSocketAddress address, long nowNanos) {
        return ice.isHeardAt(address, nowNanos);
    }

    /** When media or RTCP of the browser last arrived; the connection's begin when none did. */
    public long heardNanos() {
        return heardNanos;
    }

    /** The browser's description is known: from here on the leg connects, within the settings' time. Call it once. */
    public void describe(BrowserDescription description, long nowNanos) {
        now = nowNanos;
        remote = description;
        ice.remote(description.ice());
        connectDeadlineNanos = nowNanos + settings.connectNanos();
        InetSocketAddress checked = ice.remoteAddress();
        if (checked != null) {
            startDtls(nowNanos);
        }
    }

    /** The clock of the codec in use, in Hz: what jitter and sender reports are reckoned by. */
    public void clockRate(int clockRate) {
        sending.clockRate(clockRate);
        reception.clockRate(clockRate);
    }

    /** One datagram of the browser, of any kind. The array has {@link RtpSink#SPARE_BYTES} free bytes behind it. */
    public void onDatagram(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
        now = nowNanos;
        switch (DatagramKind.of(bytes, offset, length)) {
            case RTP -> onSrtp(bytes, offset, length, nowNanos);
            case RTCP -> onSrtcp(bytes, offset, length, nowNanos);
            case STUN -> {
                if (ice.onDatagram(from, bytes, offset, length, nowNanos) < 0) {
                    settings.drops().count(LegDrop.BAD_STUN);
                }
            }
            case DTLS -> onDtls(bytes, offset, length, nowNanos);
            case UNKNOWN -> settings.drops().count(LegDrop.UNKNOWN_KIND);
        }
    }

    /** RTP for the browser: encrypted in place and sent to where its checks come from. */
    @Override
    public void onRtp(byte[] bytes, int offset, int length, long nowNanos) {
        SrtpContext srtp = toBrowser;
        InetSocketAddress to = ice.remoteAddress();
        if (srtp == null || to == null) {
            settings.drops().count(LegDrop.TOO_EARLY);
            return;
        }
        sending.onRtp(bytes, offset, length, nowNanos);
        int protectedLength = srtp.protect(bytes, offset, length);
        if (protectedLength < 0) {
            settings.drops().count(LegDrop.BAD_RTP);
            return;
        }
        outbox.transmit(to, bytes, offset, protectedLength);
    }

    /** When {@link #onDeadline} wants to be called. */
    public long deadlineNanos() {
        long deadline = Math.min(ice.deadlineNanos(), connectDeadlineNanos);
        DtlsAssociation association = dtls;
        if (association != null) {
            deadline = Math.min(deadline, association.deadlineNanos());
        }
        return connected() ? Math.min(deadline, rtcp.deadlineNanos()) : deadline;
    }

    /** Retransmissions, RTCP reports, and the ends of patience. */
    public void onDeadline(long nowNanos) {
        now = nowNanos;
        if (nowNanos >= connectDeadlineNanos) {
            fail(ice.remoteAddress() == null ? BrowserLegFailure.ICE_TIMEOUT : BrowserLegFailure.DTLS_FAILED, nowNanos);
            return;
        }
        ice.onDeadline(nowNanos);
        DtlsAssociation association = dtls;
        if (association != null && nowNanos >= association.deadlineNanos()) {
            association.onDeadline(nowNanos);
        }
        if (connected() && nowNanos >= rtcp.deadlineNanos()) {
            rtcp.onDeadline(nowNanos);
        }
    }

    /** Says goodbye by RTCP and DTLS and frees everything. Nothing is reported any more. */
    public void close(long nowNanos) {
        now = nowNanos;
        failed = true;
        if (connected()) {
            rtcp.bye(nowNanos);
        }
        if (dtls != null) {
            dtls.close(nowNanos);
        }
        earlyDtls.clear();
        fromBrowser = null;
        toBrowser = null;
    }

    private void onSrtp(byte[] bytes, int offset, int length, long nowNanos) {
        SrtpContext srtp = fromBrowser;
        if (srtp == null) {
            settings.drops().count(LegDrop.TOO_EARLY);
            return;
        }
        int plainLength = srtp.unprotect(bytes, offset, length);
        if (plainLength < 0) {
            settings.drops().count(LegDrop.BAD_SRTP);
            return;
        }
        if (RtpHeader.headerLength(bytes, offset, plainLength) < 0) {
            settings.drops().count(LegDrop.BAD_RTP);
            return;
        }
        heardNanos = nowNanos;
        reception.onRtp(bytes, offset, nowNanos);
        inbound.onRtp(bytes, offset, plainLength, nowNanos);
    }

    private void onSrtcp(byte[] bytes, int offset, int length, long nowNanos) {
        SrtpContext srtp = fromBrowser;
        if (srtp == null) {
            settings.drops().count(LegDrop.TOO_EARLY);
            return;
        }
        int plainLength = srtp.unprotectRtcp(bytes, offset, length);
        if (plainLength < 0) {
            settings.drops().count(LegDrop.BAD_SRTP);
            return;
        }
        heardNanos = nowNanos;
        if (rtcp.onRtcp(bytes, offset, plainLength, nowNanos) < 0) {
            settings.drops().count(LegDrop.BAD_RTCP);
        }
    }

    private void onDtls(byte[] bytes, int offset, int length, long nowNanos) {
        DtlsAssociation association = dtls;
        if (association == null) {
            keepEarlyDtls(bytes, offset, length);
            return;
        }
        if (!association.onDatagram(bytes, offset, length, nowNanos)) {
            settings.drops().count(LegDrop.BAD_DTLS);
        }
    }

    /**
     * A browser that has passed its checks says ClientHello, though its description is still under way to us (a person
     * answers after the page did). Thrown away, it would come again only after a pause that doubles up to seconds.
     */
    private void keepEarlyDtls(byte[] bytes, int offset, int length) {
        if (failed || earlyDtls.size() >= EARLY_DTLS_LIMIT || length > DtlsAssociation.DATAGRAM_LIMIT) {
            settings.drops().count(LegDrop.TOO_EARLY);
            return;
        }
        earlyDtls.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    private void startDtls(long nowNanos) {
        BrowserDescription description = remote;
        if (dtls != null || description == null || failed) {
            return;
        }
        DtlsRole role = description.ourSetup() == Setup.ACTIVE ? DtlsRole.CLIENT : DtlsRole.SERVER;
        DtlsAssociation association = new DtlsAssociation(
                settings.identity(),
                role,
                description.fingerprints(),
                settings.dtls(),
                settings.worker(),
                random,
                new DtlsOutbox());
        dtls = association;
        for (byte[] early : earlyDtls) {
            association.onDatagram(early, 0, early.length, nowNanos);
        }
        earlyDtls.clear();
        association.start(nowNanos);
    }

    private void transmitRtcp(byte[] bytes, int offset, int length) {
        SrtpContext srtp = toBrowser;
        InetSocketAddress to = ice.remoteAddress();
        if (srtp == null || to == null || length + SrtpProfile.AEAD_AES_128_GCM.rtcpGrowth() > rtcpBytes.length) {
            return;
        }
        System.arraycopy(bytes, offset, rtcpBytes, 0, length);
        int protectedLength = srtp.protectRtcp(rtcpBytes, 0, length);
        if (protectedLength > 0) {
            outbox.transmit(to, rtcpBytes, 0, protectedLength);
        }
    }

    private void fail(BrowserLegFailure why, long nowNanos) {
        connectDeadlineNanos = Long.MAX_VALUE;
        if (!failed) {
            failed = true;
            outbox.failed(why, nowNanos);
        }
    }

    private final class IceOutbox implements IceLite.Outbox {
        @Override
        public void transmit(InetSocketAddress to, byte[] bytes, int offset, int length) {
            outbox.transmit(to, bytes, offset, length);
        }

        @Override
        public void selected(InetSocketAddress address) {
            outbox.selected(address);
            startDtls(now);
        }

        @Override
        public void consentExpired() {
            fail(BrowserLegFailure.CONSENT_EXPIRED, now);
        }
    }

    private final class DtlsOutbox implements DtlsAssociation.Outbox {
        @Override
        public void transmit(byte[] bytes, int offset, int length) {
            InetSocketAddress to = ice.remoteAddress();
            if (to != null) {
                outbox.transmit(to, bytes, offset, length);
            }
        }

        @Override
        public void connected(SrtpKeys keys) {
            SrtpProfile profile = SrtpProfile.ofDtlsId(keys.profile().dtlsId()).orElseThrow();
            fromBrowser = new SrtpContext(profile, keys.remoteMasterKey(), keys.remoteMasterSalt());
            toBrowser = new SrtpContext(profile, keys.localMasterKey(), keys.localMasterSalt());
            connectDeadlineNanos = Long.MAX_VALUE;
            heardNanos = now;
            rtcp.start(now);
            outbox.connected(now);
        }

        @Override
        public void failed(DtlsFailure why) {
            fail(
                    why.reason() == DtlsFailure.Reason.FINGERPRINT
                            ? BrowserLegFailure.FINGERPRINT_MISMATCH
                            : BrowserLegFailure.DTLS_FAILED,
                    now);
        }

        @Override
        public void closed() {
            fail(BrowserLegFailure.CLOSED_BY_BROWSER, now);
        }
    }
}
