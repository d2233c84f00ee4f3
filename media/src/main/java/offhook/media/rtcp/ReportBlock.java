package offhook.media.rtcp;

import offhook.media.wire.Bytes;

/**
 * What a report says about one source (RFC 3550 section 6.4.1), read and written in place.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                             SSRC                              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | fraction lost |       cumulative number of packets lost       |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           extended highest sequence number received           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                      interarrival jitter                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                         last SR (LSR)                         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                   delay since last SR (DLSR)                  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class ReportBlock {
    public static final int LENGTH = 24;

    private ReportBlock() {}

    public static int ssrc(byte[] bytes, int block) {
        return Bytes.i32(bytes, block);
    }

    /** In 1/256: 0 to 255. */
    public static int fractionLost(byte[] bytes, int block) {
        return Bytes.u8(bytes, block + 4);
    }

    /** 24 bits signed. */
    public static int cumulativeLost(byte[] bytes, int block) {
        return Bytes.u24(bytes, block + 5) << 8 >> 8;
    }

    /** Cycles in the upper, sequence number in the lower 16 bits. */
    public static int extendedHighest(byte[] bytes, int block) {
        return Bytes.i32(bytes, block + 8);
    }

    /** In units of the clock rate, unsigned. */
    public static long jitter(byte[] bytes, int block) {
        return Bytes.u32(bytes, block + 12);
    }

    /** The middle 32 bits of the NTP time in the last sender report; 0 when there was none. */
    public static int lastSenderReport(byte[] bytes, int block) {
        return Bytes.i32(bytes, block + 16);
    }

    /** Since it came, in 1/65536 s. */
    public static int delaySinceLastSenderReport(byte[] bytes, int block) {
        return Bytes.i32(bytes, block + 20);
    }

    /** Writes the 24 bytes. */
    public static void write(
            byte[] bytes,
            int block,
            int ssrc,
            int fractionLost,
            int cumulativeLost,
            int extendedHighest,
            int jitter,
            int lastSenderReport,
            int delaySinceLastSenderReport) {
        Bytes.put32(bytes, block, ssrc);
        Bytes.put8(bytes, block + 4, fractionLost);
        Bytes.put24(bytes, block + 5, cumulativeLost);
        Bytes.put32(bytes, block + 8, extendedHighest);
        Bytes.put32(bytes, block + 12, jitter);
        Bytes.put32(bytes, block + 16, lastSenderReport);
        Bytes.put32(bytes, block + 20, delaySinceLastSenderReport);
    }
}
