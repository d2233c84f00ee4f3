package offhook.call.bridge;

import java.util.random.RandomGenerator;
import offhook.call.offer.PayloadTypeMap;
import offhook.media.rtp.RtpContinuity;
import offhook.media.rtp.RtpHeader;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one medium: takes a side's RTP, gives it the other side's payload type and one unbroken stream of
 * sequence numbers and timestamps, and passes it on. Knows neither leg. Not thread-safe: one owner.
 */
public final class MediaPath implements RtpSink {
    private static final int FIRST_CLOCK_RATE = 8_000;

    private final RtpContinuity continuity;
    private final PathCounts counts;
    private final RtpSink next;
    private @Nullable PayloadTypeMap payloadTypes;
    private boolean open = true;
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
        continuity.clockRate(clockRate);
    }

    /** Whether the far side wants to hear anything; closed while it does not. */
    public void open(boolean wanted) {
        open = wanted;
    }

    @Override
    public void onRtp(byte[] bytes, int offset, int length, long nowNanos) {
        PayloadTypeMap types = payloadTypes;
        int payloadType = types == null ? PayloadTypeMap.DROP : types.get(RtpHeader.payloadType(bytes, offset));
        if (payloadType == PayloadTypeMap.DROP) {
            counts.countNotAgreed();
            return;
        }
        if (!open) {
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
        relayed++;
        counts.countRelayed();
        next.onRtp(bytes, start, rest, nowNanos);
    }

    /** Packets of this call passed on. */
    public long relayed() {
        return relayed;
    }
}
