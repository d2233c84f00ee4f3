package offhook.media.rtp;

import java.util.random.RandomGenerator;
import offhook.media.wire.SerialNumbers;

/**
 * One outgoing stream: rewrites SSRC, sequence number and timestamp so that the far side sees a single continuous stream
 * whatever feeds it, be it another source, a restart of the same one, or a new base of its timestamps.
 *
 * <p>A run of packets of one source whose numbers and timestamps follow each other is an <em>epoch</em>. Within an epoch
 * numbers and timestamps keep their distances, so that a gap stays a gap and a late packet gets the number that was left
 * for it, even when a newer epoch has begun. A new epoch takes the next number, a timestamp as far ahead as time has
 * passed, and the marker. No number is ever given twice, as SRTP demands (RFC 3711 section 9.1): duplicates are dropped.
 *
 * <p>The newest source has the stream as long as it talks: one that it took over from is dropped until the newest has been
 * silent for {@link #HOLD_NANOS}. A jump within one source counts only when a second packet confirms it (RFC 3550
 * appendix A.1). The payload type is left alone.
 *
 * <p>We can take the stream over ourselves, to say something of our own in it: {@link #takeOver}, then {@link
 * #write}. To the far side that is one more epoch; the next packet that is rewritten takes the stream back.
 *
 * <p>Allocates nothing after construction. Not thread-safe.
 */
public final class RtpContinuity {
    /** How long the newest source must be silent before an older one gets the stream back, in nanoseconds. */
    public static final long HOLD_NANOS = 200_000_000L;

    /** How many numbers back a late packet may come. */
    static final int WINDOW = 128;
    /** How many numbers ahead a packet may be without being a jump (RFC 3550 appendix A.1). */
    static final int MAX_DROPOUT = 3000;
    /** How many epochs before the present one late packets may belong to. */
    static final int PAST_EPOCHS = 4;
    /** Seconds by which a timestamp must disagree with the time that passed to count as a new base. */
    static final int BASE_CHANGE_SECONDS = 10;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int FRAMES_PER_SECOND = 50;
    /** Stands for no sequence number at all. */
    private static final int NONE = -1;

    private final int ssrc;
    private int clockRate;
    private boolean started;
    private boolean clockChanged;

    // The present epoch. It alone has given the highest number.
    private int source;
    /** The stream is ours, or was and waits for whoever speaks next. */
    private boolean sourceless;

    private int highestIn;
    private long firstOut;
    private int timestampOffset;
    private int expectedAfterJump = NONE;

    // What was sent. Numbers are counted on beyond 16 bits; bit i of the window stands for highestOut - i.
    private long highestOut;
    private long seenNew;
    private long seenOld;
    private int latestTimestamp;
    private long latestTimestampNanos;
    private int frameTicks;
    private long lastNanos;

    // Epochs before it, a ring.
    private final int[] pastSource = new int[PAST_EPOCHS];
    private final int[] pastLastIn = new int[PAST_EPOCHS];
    private final long[] pastFirstOut = new long[PAST_EPOCHS];
    private final long[] pastLastOut = new long[PAST_EPOCHS];
    private final int[] pastTimestampOffset = new int[PAST_EPOCHS];
    private int pastCount;
    private int pastNext;

    /**
     * @param ssrc what the far side sees, whatever comes in
     * @param clockRate RTP timestamp units per second, positive
     * @param random gives the first number and timestamp
     */
    public RtpContinuity(int ssrc, int clockRate, RandomGenerator random) {
        this.ssrc = ssrc;
        this.clockRate = clockRate;
        this.frameTicks = clockRate / FRAMES_PER_SECOND;
        // Below 2^15, so that a receiver of SRTP that misses the first packets cannot guess a wrong rollover (RFC 3711
        // section 3.3.1); and not so low that a late packet would get a number before 0.
        this.highestOut = (long) WINDOW + random.nextInt((1 << 15) - WINDOW);
        this.latestTimestamp = random.nextInt();
    }

    /** What the far side sees. */
    public int ssrc() {
        return ssrc;
    }

    /** The codec changed to one with another clock: the next packet begins a new epoch. */
    public void clockRate(int clockRate) {
        if (clockRate != this.clockRate) {
            this.clockRate = clockRate;
            this.frameTicks = clockRate / FRAMES_PER_SECOND;
            clockChanged = started;
        }
    }

    /**
     * Rewrites a packet in place; its length stays.
     *
     * @return 0, or the negative {@linkplain RtpDrop#ofCode code of an RtpDrop}: the packet must not be sent
     */
    public int rewrite(byte[] bytes, int offset, int length, long nowNanos) {
        if (RtpHeader.headerLength(bytes, offset, length) < 0) {
            return RtpDrop.MALFORMED.code();
        }
        int from = RtpHeader.ssrc(bytes, offset);
        int sequence = RtpHeader.sequenceNumber(bytes, offset);
        if (!started) {
            return begin(bytes, offset, from, sequence, nowNanos);
        }
        int ahead = SerialNumbers.distance16(highestIn, sequence);
        if (sourceless) {
            int past = pastEpochOf(from, sequence);
            return past >= 0
                    ? lateOf(past, bytes, offset, sequence)
                    : newEpoch(bytes, offset, from, sequence, 1, nowNanos);
        }
        if (from == source && ahead > 0 && ahead <= MAX_DROPOUT) {
            return follow(bytes, offset, sequence, ahead, nowNanos);
        }
        if (from == source && ahead <= 0 && ahead > -WINDOW && highestOut + ahead >= firstOut) {
            return late(bytes, offset, highestOut + ahead, timestampOffset);
        }
        int past = pastEpochOf(from, sequence);
        if (past >= 0) {
            return lateOf(past, bytes, offset, sequence);
        }
        if (from == source) {
            return jump(bytes, offset, sequence, ahead, nowNanos);
        }
        if (isPastSource(from) && nowNanos - lastNanos < HOLD_NANOS) {
            return RtpDrop.STALE_SOURCE.code();
        }
        return newEpoch(bytes, offset, from, sequence, 1, nowNanos);
    }

    /**
     * What came in went nowhere for a while: the next packet, whatever its number, goes on with the number after the last
     * one that went out, as a receiver of SRTP must not miss half a turn of them (RFC 3711 section 3.3.1).
     */
    public void interrupt() {
        pastCount = 0;
        sourceless = started;
    }

    /**
     * Takes the stream over for packets of our own, until the next {@link #rewrite}: whichever source that packet is of,
     * it goes on with a timestamp as far ahead as time has passed.
     *
     * @return the stream's timestamp at this moment, after that of every packet so far
     */
    public int takeOver(long nowNanos) {
        if (started) {
            keepEpoch();
            latestTimestamp += Math.max(frameTicks, ticksSinceLatestTimestamp(nowNanos));
        } else {
            started = true;
            highestOut--;
        }
        sourceless = true;
        latestTimestampNanos = nowNanos;
        return latestTimestamp;
    }

    /**
     * Writes the header of a packet of our own: 12 bytes, with the stream's SSRC and its next number.
     *
     * @param timestamp counted on from what {@link #takeOver} returned
     */
    public void write(byte[] bytes, int offset, boolean marker, int payloadType, int timestamp, long nowNanos) {
        if (SerialNumbers.distance32(latestTimestamp, timestamp) > 0) {
            latestTimestamp = timestamp;
            latestTimestampNanos = nowNanos;
        }
        advance(highestIn, 1, nowNanos);
        RtpHeader.write(bytes, offset, marker, payloadType, (int) highestOut & 0xFFFF, timestamp, ssrc);
    }

    private int begin(byte[] bytes, int offset, int from, int sequence, long nowNanos) {
        started = true;
        source = from;
        seenNew = 1;
        timestampOffset = latestTimestamp - RtpHeader.timestamp(bytes, offset);
        latestTimestampNanos = nowNanos;
        lastNanos = nowNanos;
        highestIn = sequence;
        RtpHeader.marker(bytes, offset, true);
        return write(bytes, offset, highestOut, timestampOffset);
    }

    /** The next packet of the present epoch, or the first one of the next if its timestamp fits nothing. */
    private int follow(byte[] bytes, int offset, int sequence, int ahead, long nowNanos) {
        int timestamp = RtpHeader.timestamp(bytes, offset) + timestampOffset;
        int step = SerialNumbers.distance32(latestTimestamp, timestamp);
        if (clockChanged || isNewBase(step, nowNanos)) {
            return newEpoch(bytes, offset, source, sequence, ahead, nowNanos);
        }
        advance(sequence, ahead, nowNanos);
        if (step > 0) { // the packets of one telephone event all have the timestamp of its start
            if (step / ahead <= clockRate / 5) {
                frameTicks = Math.max(1, step / ahead);
            }
            latestTimestamp = timestamp;
            latestTimestampNanos = nowNanos;
        }
        return write(bytes, offset, highestOut, timestampOffset);
    }

    private boolean isNewBase(int step, long nowNanos) {
        int tolerance = clockRate * BASE_CHANGE_SECONDS;
        int disagreement = step - ticksSinceLatestTimestamp(nowNanos);
        return (step > tolerance || step < -tolerance) && (disagreement > tolerance || disagreement < -tolerance);
    }

    private int jump(byte[] bytes, int offset, int sequence, int ahead, long nowNanos) {
        if (ahead <= 0 && ahead > -WINDOW) {
            return RtpDrop.TOO_LATE.code(); // from before the epoch's first packet: its number belongs to another
        }
        if (sequence != expectedAfterJump) {
            expectedAfterJump = (sequence + 1) & 0xFFFF;
            return RtpDrop.UNCONFIRMED_JUMP.code();
        }
        return newEpoch(bytes, offset, source, sequence, 1, nowNanos);
    }

    private int newEpoch(byte[] bytes, int offset, int from, int sequence, int ahead, long nowNanos) {
        keepEpoch();
        latestTimestamp += Math.max(frameTicks, ticksSinceLatestTimestamp(nowNanos));
        latestTimestampNanos = nowNanos;
        timestampOffset = latestTimestamp - RtpHeader.timestamp(bytes, offset);
        source = from;
        sourceless = false;
        clockChanged = false;
        advance(sequence, ahead, nowNanos);
        firstOut = highestOut;
        RtpHeader.marker(bytes, offset, true);
        return write(bytes, offset, highestOut, timestampOffset);
    }

    /** The present epoch becomes a past one; packets of our own are none. */
    private void keepEpoch() {
        if (sourceless) {
            return;
        }
        pastSource[pastNext] = source;
        pastLastIn[pastNext] = highestIn;
        pastFirstOut[pastNext] = firstOut;
        pastLastOut[pastNext] = highestOut;
        pastTimestampOffset[pastNext] = timestampOffset;
        pastNext = (pastNext + 1) % PAST_EPOCHS;
        pastCount = Math.min(pastCount + 1, PAST_EPOCHS);
    }

    private void advance(int sequence, int ahead, long nowNanos) {
        highestIn = sequence;
        highestOut += ahead;
        if (ahead < 64) {
            seenOld = seenOld << ahead | seenNew >>> (64 - ahead);
            seenNew = seenNew << ahead;
        } else if (ahead < WINDOW) {
            seenOld = seenNew << (ahead - 64);
            seenNew = 0;
        } else {
            seenOld = 0;
            seenNew = 0;
        }
        seenNew |= 1;
        lastNanos = nowNanos;
        expectedAfterJump = NONE;
    }

    private int lateOf(int past, byte[] bytes, int offset, int sequence) {
        long out = pastLastOut[past] + SerialNumbers.distance16(pastLastIn[past], sequence);
        return late(bytes, offset, out, pastTimestampOffset[past]);
    }

    private int late(byte[] bytes, int offset, long out, int epochTimestampOffset) {
        long behind = highestOut - out;
        if (behind >= WINDOW) {
            return RtpDrop.TOO_LATE.code();
        }
        long bit = 1L << behind; // the shift counts modulo 64
        if (((behind < 64 ? seenNew : seenOld) & bit) != 0) {
            return RtpDrop.DUPLICATE.code();
        }
        if (behind < 64) {
            seenNew |= bit;
        } else {
            seenOld |= bit;
        }
        return write(bytes, offset, out, epochTimestampOffset);
    }

    private int write(byte[] bytes, int offset, long out, int epochTimestampOffset) {
        RtpHeader.sequenceNumber(bytes, offset, (int) out);
        RtpHeader.timestamp(bytes, offset, RtpHeader.timestamp(bytes, offset) + epochTimestampOffset);
        RtpHeader.ssrc(bytes, offset, ssrc);
        return 0;
    }

    /** The latest past epoch that has a number for this packet, or -1. */
    private int pastEpochOf(int from, int sequence) {
        for (int i = 1; i <= pastCount; i++) {
            int epoch = (pastNext - i + PAST_EPOCHS) % PAST_EPOCHS;
            int ahead = SerialNumbers.distance16(pastLastIn[epoch], sequence);
            if (pastSource[epoch] == from
                    && ahead <= 0
                    && ahead > -WINDOW
                    && pastLastOut[epoch] + ahead >= pastFirstOut[epoch]) {
                return epoch;
            }
        }
        return -1;
    }

    private boolean isPastSource(int from) {
        for (int i = 0; i < pastCount; i++) {
            if (pastSource[i] == from) {
                return true;
            }
        }
        return false;
    }

    private int ticksSinceLatestTimestamp(long nowNanos) {
        long elapsed = nowNanos - latestTimestampNanos;
        long ticks = elapsed / NANOS_PER_SECOND * clockRate + elapsed % NANOS_PER_SECOND * clockRate / NANOS_PER_SECOND;
        return (int) ticks;
    }
}
