package offhook.call.bridge;

import java.util.random.RandomGenerator;
import offhook.call.offer.AudioFormat;
import offhook.call.offer.Codec;
import offhook.call.offer.PayloadTypeMap;
import offhook.media.dtmf.TelephoneEvent;
import offhook.media.rtp.RtpContinuity;
import offhook.media.rtp.RtpHeader;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one medium: takes a side's RTP, gives it the other side's payload type and one unbroken stream of
 * sequence numbers and timestamps, and passes it on. We can take the stream over to press keys in it ({@link KeyPlayer}),
 * and listen for keys ({@link KeyEar}). Knows neither leg. Not thread-safe: one owner.
 */
public final class MediaPath implements RtpSink {
    private static final int FIRST_CLOCK_RATE = 8_000;

    private final RtpContinuity continuity;
    private final PathCounts counts;
    private final RtpSink next;
    private @Nullable PayloadTypeMap payloadTypes;
    private @Nullable KeyEar ear;
    private boolean open = true;
    private boolean taken;
    private long relayed;

    /**
     * @param ssrc of the stream that comes out
     * @param counts of this direction of all calls
     */
    public MediaPath(int ssrc, RandomGenerator random, PathCounts counts, RtpSink next) {
        this.counts = counts;
        this.continuity = new RtpContinuity(ssrc, FIRST_CLOCK_RATE, random);
        this.next = next;
    }

    /** From now on these payload types pass, and time runs at this clock rate, in Hz. */
    public void plan(PayloadTypeMap payloadTypes, int clockRate) {
        this.payloadTypes = payloadTypes;
        KeyEar listening = ear;
        if (listening != null) {
            listening.plan(payloadTypes);
        }
        continuity.clockRate(clockRate);
    }

    /** Whether the far side wants to hear anything; closed while it does not, for however long. */
    public void open(boolean wanted) {
        if (wanted && !open) {
            continuity.interrupt();
        }
        open = wanted;
    }

    /** Whether the far side can be told something now. */
    public boolean isOpen() {
        return open && payloadTypes != null;
    }

    /** Lets an ear listen to what comes in. */
    public void ear(KeyEar listening) {
        ear = listening;
    }

    /**
     * Takes the stream over: until {@link #handBack} what comes in goes no further.
     *
     * @return the stream's timestamp at this moment
     */
    int takeOver(long nowNanos) {
        taken = true;
        return continuity.takeOver(nowNanos);
    }

    /** Lets what comes in pass again. */
    void handBack() {
        taken = false;
    }

    /**
     * Sends a packet of our own.
     *
     * @param packet room for a header of 12 bytes, the payload behind it, and {@link RtpSink#SPARE_BYTES}
     * @param timestamp counted on from what {@link #takeOver} returned
     */
    void send(byte[] packet, int payloadLength, boolean marker, int payloadType, int timestamp, long nowNanos) {
        if (open) {
            continuity.write(packet, 0, marker, payloadType, timestamp, nowNanos);
            next.onRtp(packet, 0, RtpHeader.FIXED_LENGTH + payloadLength, nowNanos);
        }
    }

    @Override
    public void onRtp(byte[] bytes, int offset, int length, long nowNanos) {
        PayloadTypeMap types = payloadTypes;
        int arrived = RtpHeader.payloadType(bytes, offset);
        AudioFormat format = types == null ? null : types.format(arrived);
        if (types == null || format == null) {
            counts.countNotAgreed();
            return;
        }
        if (!open) {
            counts.countDiscarded();
            return;
        }
        int payloadType = types.get(arrived);
        boolean here = payloadType == PayloadTypeMap.HERE;
        KeyEar listening = ear;
        boolean understood = listening != null && listening.onRtp(format, here, bytes, offset, length, nowNanos);
        if (here && understood) {
            return;
        }
        if (here || taken) {
            counts.countDiscarded();
            return;
        }
        // Header extensions are agreed per leg; those of one mean nothing, or something else, on the other.
        int stripped = RtpHeader.stripExtension(bytes, offset);
        int start = offset + stripped;
        int rest = length - stripped;
        if (continuity.rewrite(bytes, start, rest, nowNanos) < 0) {
            counts.countDiscarded();
            return;
        }
        RtpHeader.payloadType(bytes, start, payloadType);
        if (format.codec() == Codec.TELEPHONE_EVENT && types.clockRate(arrived) != format.clockRate()) {
            convertKey(bytes, start, rest, format.clockRate(), types.clockRate(arrived));
        }
        relayed++;
        counts.countRelayed();
        next.onRtp(bytes, start, rest, nowNanos);
    }

    /** A key's duration at another clock rate; what is longer than an event can tell is told as long as it can. */
    private static void convertKey(byte[] bytes, int offset, int length, int from, int to) {
        if (RtpHeader.payloadLength(bytes, offset, length) >= TelephoneEvent.LENGTH) {
            int payload = offset + RtpHeader.headerLength(bytes, offset, length);
            long duration = (long) TelephoneEvent.duration(bytes, payload) * to / from;
            TelephoneEvent.duration(bytes, payload, (int) Math.min(duration, TelephoneEvent.MAX_DURATION));
        }
    }

    /** Packets of this call passed on. */
    public long relayed() {
        return relayed;
    }
}
