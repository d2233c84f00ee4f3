package offhook.media.rtcp;

import offhook.media.wire.Bytes;

/**
 * A sender report (RFC 3550 section 6.4.1), read and written in place.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|    RC   |   PT=SR=200   |             length            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                         SSRC of sender                        |
 * +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 * |              NTP timestamp, most significant word             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |             NTP timestamp, least significant word             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                         RTP timestamp                         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                     sender's packet count                     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                      sender's octet count                     |
 * +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 * |                         report blocks                         |
 * </pre>
 */
public final class SenderReport {
    private static final int FIXED_LENGTH = 28;

    private SenderReport() {}

    /** Bytes of a report with some blocks. */
    public static int length(int blocks) {
        return FIXED_LENGTH + blocks * ReportBlock.LENGTH;
    }

    public static int ssrc(byte[] bytes, int packet) {
        return Bytes.i32(bytes, packet + 4);
    }

    /** 32 bits of seconds since 1900, 32 bits of fraction. */
    public static long ntpTimestamp(byte[] bytes, int packet) {
        return Bytes.i64(bytes, packet + 8);
    }

    public static int rtpTimestamp(byte[] bytes, int packet) {
        return Bytes.i32(bytes, packet + 16);
    }

    public static long packetCount(byte[] bytes, int packet) {
        return Bytes.u32(bytes, packet + 20);
    }

    public static long octetCount(byte[] bytes, int packet) {
        return Bytes.u32(bytes, packet + 24);
    }

    /** Where a report block is; {@code index} counts from 0 to {@link RtcpHeader#count} - 1. */
    public static int block(int packet, int index) {
        return packet + length(index);
    }

    /** Writes all but the blocks, counts modulo 2^32. */
    public static void write(
            byte[] bytes,
            int packet,
            int blocks,
            int ssrc,
            long ntpTimestamp,
            int rtpTimestamp,
            long packetCount,
            long octetCount) {
        RtcpHeader.write(bytes, packet, blocks, RtcpHeader.SENDER_REPORT, length(blocks));
        Bytes.put32(bytes, packet + 4, ssrc);
        Bytes.put64(bytes, packet + 8, ntpTimestamp);
        Bytes.put32(bytes, packet + 16, rtpTimestamp);
        Bytes.put32(bytes, packet + 20, (int) packetCount);
        Bytes.put32(bytes, packet + 24, (int) octetCount);
    }
}
