package offhook.media.rtcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.random.RandomGenerator;
import offhook.media.rtp.ReceptionStatistics;
import offhook.media.rtp.SendingStatistics;
import offhook.media.wire.NtpTime;

/**
 * Our own RTCP towards one peer (RFC 3550 section 6): a sender report when we have sent lately and else a receiver report,
 * each with a block about what we receive and with our canonical name; and what the peer's reports tell us.
 *
 * <p>With two parties and a call's bandwidth the minimum of section 6.2 always rules: a report every 5 seconds, the first
 * after half of it, each time varied as section 6.3.1 says.
 *
 * <p>Not thread-safe: it belongs to the loop that owns the call.
 */
public final class RtcpReporter {
    /** How many bytes may be written behind a packet that {@link Outbox#transmit} lends, for encryption. */
    public static final int ROOM_BEHIND = 64;

    static final long MIN_INTERVAL_NANOS = 5_000_000_000L;
    /** Longer round trips are taken for errors. */
    static final long MAX_ROUND_TRIP_NANOS = 60_000_000_000L;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** e - 3/2: section 6.3.1's correction for the varied interval. */
    private static final double COMPENSATION = Math.E - 1.5;
    /** In 1/65536 s: how far two clock readings' rounding may make a round trip negative. */
    private static final int ROUNDING = 4;

    private static final int MAX_LENGTH = SenderReport.length(1) + SourceDescription.MAX_LENGTH + Goodbye.LENGTH;

    /** Where reports go. */
    @FunctionalInterface
    public interface Outbox {
        /**
         * Sends a compound packet, not yet encrypted. The bytes are lent for this call and may be changed, up to
         * {@link #ROOM_BEHIND} behind the end.
         */
        void transmit(byte[] bytes, int offset, int length);
    }

    private final int ssrc;
    private final byte[] cname;
    private final SendingStatistics sending;
    private final ReceptionStatistics reception;
    private final long ntpAtNanosZero;
    private final RandomGenerator random;
    private final Outbox outbox;
    private final byte[] packet = new byte[MAX_LENGTH + ROOM_BEHIND];

    private long deadlineNanos = Long.MAX_VALUE;
    private boolean started;
    private boolean left;
    private boolean reported;
    private long packetsAtLastReport;
    private long packetsAtReportBefore;

    private boolean senderReportHeard;
    private int senderReportSsrc;
    private int senderReportTime;
    private long senderReportNanos;

    private long roundTripNanos = -1;
    private int peerFractionLost = -1;
    private int peerCumulativeLost;
    private long peerJitter = -1;
    private boolean peerLeft;

    /**
     * @param ssrc of the stream that we send, or would send
     * @param cname our canonical name, at most 255 bytes of UTF-8, for WebRTC a random one (RFC 7022)
     * @param sending counts the stream that we send
     * @param reception counts the stream that we receive
     * @param epochMillisAtNanosZero the wall clock, in milliseconds since 1970, at the moment when {@code nowNanos} is 0
     * @throws IllegalArgumentException when the name is too long
     */
    public RtcpReporter(
            int ssrc,
            String cname,
            SendingStatistics sending,
            ReceptionStatistics reception,
            long epochMillisAtNanosZero,
            RandomGenerator random,
            Outbox outbox) {
        this.ssrc = ssrc;
        this.cname = cname.getBytes(UTF_8);
        if (this.cname.length > SourceDescription.MAX_CNAME_LENGTH) {
            throw new IllegalArgumentException("A canonical name of " + this.cname.length + " bytes");
        }
        this.sending = sending;
        this.reception = reception;
        this.ntpAtNanosZero = NtpTime.ofEpochMillis(epochMillisAtNanosZero);
        this.random = random;
        this.outbox = outbox;
    }

    /** Media can flow from now on: the first report follows in 1 to 3 seconds. Further calls do nothing. */
    public void start(long nowNanos) {
        if (!started && !left) {
            started = true;
            deadlineNanos = nowNanos + varied(MIN_INTERVAL_NANOS / 2);
        }
    }

    private long varied(long intervalNanos) {
        return (long) (intervalNanos * (0.5 + random.nextDouble()) / COMPENSATION);
    }

    /** To be called when {@link #deadlineNanos} has come. */
    public void onDeadline(long nowNanos) {
        if (nowNanos >= deadlineNanos) {
            deadlineNanos = nowNanos + varied(MIN_INTERVAL_NANOS);
            outbox.transmit(packet, 0, writeReport(nowNanos));
        }
    }

    /** When the next report is due; {@code Long.MAX_VALUE} before {@link #start} and after {@link #bye}. */
    public long deadlineNanos() {
        return deadlineNanos;
    }

    /** Says that we leave, and nothing more after it. Who never said a thing leaves silently (section 6.3.7). */
    public void bye(long nowNanos) {
        if (!left && (reported || sending.packets() > 0)) {
            int length = writeReport(nowNanos);
            Goodbye.write(packet, length, ssrc);
            outbox.transmit(packet, 0, length + Goodbye.LENGTH);
        }
        left = true;
        deadlineNanos = Long.MAX_VALUE;
    }

    private int writeReport(long nowNanos) {
        int blocks = reception.heard() ? 1 : 0;
        int length;
        if (sending.packets() > packetsAtReportBefore) { // a sender is who sent since the report before the last
            SenderReport.write(
                    packet,
                    0,
                    blocks,
                    ssrc,
                    ntpTime(nowNanos),
                    sending.rtpTimestampAt(nowNanos),
                    sending.packets(),
                    sending.octets());
            length = SenderReport.length(blocks);
        } else {
            ReceiverReport.write(packet, 0, blocks, ssrc);
            length = ReceiverReport.length(blocks);
        }
        if (blocks == 1) {
            writeBlock(length - ReportBlock.LENGTH, nowNanos);
        }
        reported = true;
        packetsAtReportBefore = packetsAtLastReport;
        packetsAtLastReport = sending.packets();
        return length + SourceDescription.write(packet, length, ssrc, cname);
    }

    private void writeBlock(int block, long nowNanos) {
        boolean senderReport = senderReportHeard && senderReportSsrc == reception.ssrc();
        ReportBlock.write(
                packet,
                block,
                reception.ssrc(),
                reception.takeFractionLost(),
                reception.cumulativeLost(),
                reception.extendedHighest(),
                reception.jitter(),
                senderReport ? senderReportTime : 0,
                senderReport ? NtpTime.middle32(ntpDuration(nowNanos - senderReportNanos)) : 0);
    }

    /**
     * Reads a compound packet, decrypted. Types that we do not use, such as feedback, are skipped.
     *
     * @return 0, or the negative {@linkplain RtcpDrop#ofCode code of an RtcpDrop}
     */
    public int onRtcp(byte[] bytes, int offset, int length, long nowNanos) {
        int drop = RtcpHeader.check(bytes, offset, length);
        if (drop < 0) {
            return drop;
        }
        for (int at = offset; at < offset + length; at += RtcpHeader.length(bytes, at)) {
            switch (RtcpHeader.type(bytes, at)) {
                case RtcpHeader.SENDER_REPORT -> {
                    onSenderReport(bytes, at, nowNanos);
                    onBlocks(bytes, SenderReport.block(at, 0), RtcpHeader.count(bytes, at), nowNanos);
                }
                case RtcpHeader.RECEIVER_REPORT ->
                    onBlocks(bytes, ReceiverReport.block(at, 0), RtcpHeader.count(bytes, at), nowNanos);
                case RtcpHeader.GOODBYE -> {
                    // The goodbye of a source that another has replaced ends nothing.
                    peerLeft |= !reception.heard() || Goodbye.names(bytes, at, reception.ssrc());
                }
                default -> {}
            }
        }
        return 0;
    }

    private void onSenderReport(byte[] bytes, int at, long nowNanos) {
        senderReportHeard = true;
        senderReportSsrc = SenderReport.ssrc(bytes, at);
        senderReportTime = NtpTime.middle32(SenderReport.ntpTimestamp(bytes, at));
        senderReportNanos = nowNanos;
    }

    private void onBlocks(byte[] bytes, int firstBlock, int count, long nowNanos) {
        for (int i = 0; i < count; i++) {
            int block = firstBlock + i * ReportBlock.LENGTH;
            if (ReportBlock.ssrc(bytes, block) == ssrc) {
                peerFractionLost = ReportBlock.fractionLost(bytes, block);
                peerCumulativeLost = ReportBlock.cumulativeLost(bytes, block);
                peerJitter = ReportBlock.jitter(bytes, block);
                measureRoundTrip(bytes, block, nowNanos);
            }
        }
    }

    private void measureRoundTrip(byte[] bytes, int block, long nowNanos) {
        int lastSenderReport = ReportBlock.lastSenderReport(bytes, block);
        if (lastSenderReport == 0) {
            return;
        }
        int units = NtpTime.middle32(ntpTime(nowNanos))
                - lastSenderReport
                - ReportBlock.delaySinceLastSenderReport(bytes, block);
        long nanos = (Math.max(0, units) * NANOS_PER_SECOND) >> 16;
        if (units >= -ROUNDING && nanos <= MAX_ROUND_TRIP_NANOS) {
            roundTripNanos = nanos;
        }
    }

    private long ntpTime(long nowNanos) {
        return ntpAtNanosZero + ntpDuration(nowNanos);
    }

    /** Seconds and fraction of 2^-32 s, as in NTP time. */
    private static long ntpDuration(long nanos) {
        long seconds = Math.floorDiv(nanos, NANOS_PER_SECOND);
        return (seconds << 32) + (Math.floorMod(nanos, NANOS_PER_SECOND) << 32) / NANOS_PER_SECOND;
    }

    /** The latest round trip in nanoseconds, in steps of 15 microseconds; -1 when unknown. */
    public long roundTripNanos() {
        return roundTripNanos;
    }

    /** The part of our packets that the peer missed lately, in 1/256: 0 to 255; -1 when unknown. */
    public int peerFractionLost() {
        return peerFractionLost;
    }

    /** How many of our packets the peer missed in all, within 24 bits signed; 0 when unknown. */
    public int peerCumulativeLost() {
        return peerCumulativeLost;
    }

    /** The jitter of our stream at the peer, in units of our clock rate; -1 when unknown. */
    public long peerJitter() {
        return peerJitter;
    }

    /** Whether the source that we hear said that it leaves. */
    public boolean peerLeft() {
        return peerLeft;
    }
}
