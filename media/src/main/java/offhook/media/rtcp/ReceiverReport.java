package offhook.media.rtcp;

import offhook.media.wire.Bytes;

/**
 * A receiver report (RFC 3550 section 6.4.2), read and written in place.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|    RC   |   PT=RR=201   |             length            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                     SSRC of packet sender                     |
 * +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 * |                         report blocks                         |
 * </pre>
 */
public final class ReceiverReport {
    private static final int FIXED_LENGTH = 8;

    private ReceiverReport() {}

    /** Bytes of a report with some blocks. */
    public static int length(int blocks) {
        return FIXED_LENGTH + blocks * ReportBlock.LENGTH;
    }

    public static int ssrc(byte[] bytes, int packet) {
        return Bytes.i32(bytes, packet + 4);
    }

    /** Where a report block is; {@code index} counts from 0 to {@link RtcpHeader#count} - 1. */
    public static int block(int packet, int index) {
        return packet + length(index);
    }

    /** Writes all but the blocks. */
    public static void write(byte[] bytes, int packet, int blocks, int ssrc) {
        RtcpHeader.write(bytes, packet, blocks, RtcpHeader.RECEIVER_REPORT, length(blocks));
        Bytes.put32(bytes, packet + 4, ssrc);
    }
}
