package offhook.media.rtp;

/**
 * Counts what arrives from one synchronisation source, for the report blocks about it (RFC 3550 appendices A.1, A.3 and
 * A.8). A new source, or a jump in the numbers that two packets confirm, begins the count anew. There is no probation: a
 * stream gets here only from a place that has already been accepted.
 *
 * <p>Allocates nothing. Not thread-safe.
 */
public final class ReceptionStatistics {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int SEQUENCE_NUMBERS = 1 << 16;
    private static final int MAX_DROPOUT = 3000;
    private static final int MAX_MISORDER = 100;
    /** A transit time that differs by more tells of a new base of timestamps, not of jitter. */
    private static final int BASE_CHANGE_SECONDS = 10;
    /** Stands for no sequence number at all. */
    private static final int NONE = -1;

    private static final int MAX_LOST = 0x7F_FFFF;
    private static final int MIN_LOST = -0x80_0000;

    private int clockRate;
    private long total;
    private int ssrc;
    private int firstSequence;
    private int maxSequence;
    /** Multiples of 2^16. */
    private int cycles;

    private int expectedAfterJump = NONE;
    private long received;
    private long expectedPrior;
    private long receivedPrior;
    private boolean jitterBegun;
    private int lastTimestamp;
    private int lastTransit;
    /** In 1/16 of a timestamp unit. */
    private int jitter;

    /** @param clockRate RTP timestamp units per second, positive */
    public ReceptionStatistics(int clockRate) {
        this.clockRate = clockRate;
    }

    /** The codec changed to one with another clock: jitter is measured anew. */
    public void clockRate(int clockRate) {
        if (clockRate != this.clockRate) {
            this.clockRate = clockRate;
            jitterBegun = false;
        }
    }

    /** Counts a packet of at least 12 bytes as it arrived, before its header is rewritten. */
    public void onRtp(byte[] bytes, int offset, long nowNanos) {
        int sequence = RtpHeader.sequenceNumber(bytes, offset);
        int timestamp = RtpHeader.timestamp(bytes, offset);
        int source = RtpHeader.ssrc(bytes, offset);
        if (total++ == 0 || source != ssrc) {
            ssrc = source;
            begin(sequence);
            jitterBegun = false;
        } else if (!place(sequence)) {
            return;
        }
        received++;
        updateJitter(timestamp, nowNanos);
    }

    private void begin(int sequence) {
        firstSequence = sequence;
        maxSequence = sequence;
        cycles = 0;
        expectedAfterJump = NONE;
        received = 0;
        expectedPrior = 0;
        receivedPrior = 0;
    }

    /** @return whether the packet belongs to the numbers before it, or confirms a jump */
    private boolean place(int sequence) {
        int ahead = (sequence - maxSequence) & 0xFFFF;
        if (ahead < MAX_DROPOUT) {
            if (sequence < maxSequence) {
                cycles += SEQUENCE_NUMBERS;
            }
            maxSequence = sequence;
        } else if (ahead <= SEQUENCE_NUMBERS - MAX_MISORDER) {
            if (sequence != expectedAfterJump) {
                expectedAfterJump = (sequence + 1) & 0xFFFF;
                return false;
            }
            begin(sequence);
        }
        return true;
    }

    private void updateJitter(int timestamp, long nowNanos) {
        if (!jitterBegun) {
            jitterBegun = true;
            jitter = 0;
            lastTimestamp = timestamp;
            lastTransit = ticks(nowNanos) - timestamp;
        }
        if (timestamp == lastTimestamp) {
            return; // packets of one telephone event share a timestamp: their spacing is no jitter
        }
        lastTimestamp = timestamp;
        int transit = ticks(nowNanos) - timestamp;
        int difference = Math.abs(transit - lastTransit);
        lastTransit = transit;
        if (difference >= 0 && difference < BASE_CHANGE_SECONDS * clockRate) {
            jitter += difference - ((jitter + 8) >> 4);
        }
    }

    private int ticks(long nanos) {
        long seconds = Math.floorDiv(nanos, NANOS_PER_SECOND);
        long rest = Math.floorMod(nanos, NANOS_PER_SECOND);
        return (int) (seconds * clockRate + rest * clockRate / NANOS_PER_SECOND);
    }

    /** Whether any packet was counted. */
    public boolean heard() {
        return total > 0;
    }

    /** The source that is being counted; the latest one when it changed. */
    public int ssrc() {
        return ssrc;
    }

    /** Packets from all sources since the beginning, duplicates too. */
    public long received() {
        return total;
    }

    /** The highest sequence number, with its cycles in the upper 16 bits. */
    public int extendedHighest() {
        return cycles | maxSequence;
    }

    private long expected() {
        return (extendedHighest() & 0xFFFF_FFFFL) - firstSequence + 1;
    }

    /** Packets expected and not received from this source: negative with duplicates; within 24 bits signed. */
    public int cumulativeLost() {
        return total == 0 ? 0 : Math.clamp(expected() - received, MIN_LOST, MAX_LOST);
    }

    /** The lost part of the packets expected since the last call, in 1/256: 0 to 255. Begins a new interval. */
    public int takeFractionLost() {
        if (total == 0) {
            return 0;
        }
        long expectedInterval = expected() - expectedPrior;
        long lostInterval = expectedInterval - (received - receivedPrior);
        expectedPrior = expected();
        receivedPrior = received;
        return expectedInterval <= 0 || lostInterval <= 0
                ? 0
                : (int) Math.min(255, (lostInterval << 8) / expectedInterval);
    }

    /** Interarrival jitter in units of the clock rate. */
    public int jitter() {
        return jitter >> 4;
    }

    /** Interarrival jitter in milliseconds. */
    public double jitterMillis() {
        return jitter / 16.0 * 1000 / clockRate;
    }
}
