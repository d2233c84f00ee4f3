package offhook.media.rtcp;

import offhook.media.wire.Bytes;

/**
 * What every RTCP packet begins with (RFC 3550 section 6.4), and the walk through a compound packet.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|  count  |  packet type  |  length in words, minus one   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>A walk, once {@link #check} has said yes, so that each packet lies within the whole:
 *
 * <pre>
 * for (int packet = offset; packet &lt; offset + length; packet += RtcpHeader.length(bytes, packet)) { .. }
 * </pre>
 */
public final class RtcpHeader {
    public static final int LENGTH = 4;

    public static final int SENDER_REPORT = 200;
    public static final int RECEIVER_REPORT = 201;
    public static final int SOURCE_DESCRIPTION = 202;
    public static final int GOODBYE = 203;

    /** The most packets in a compound one. */
    static final int MAX_PACKETS = 32;

    private static final int VERSION = 2;
    private static final int PADDING_BIT = 0x20;
    private static final int FIRST_TYPE = 192;
    private static final int LAST_TYPE = 223;

    private RtcpHeader() {}

    /**
     * Checks a compound packet: that its packets are RTCP (RFC 5761 section 4 gives the types) and fill the length
     * exactly, and that each is long enough for what its type and count promise. It need not begin with a report, as
     * feedback of reduced size does not (RFC 5506).
     *
     * @return 0, or {@link RtcpDrop#MALFORMED}'s code
     */
    public static int check(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int packet = offset;
        for (int packets = 0; packet < end; packets++) {
            if (packets == MAX_PACKETS
                    || end - packet < LENGTH
                    || Bytes.u8(bytes, packet) >> 6 != VERSION
                    || type(bytes, packet) < FIRST_TYPE
                    || type(bytes, packet) > LAST_TYPE
                    || end - packet < length(bytes, packet)
                    || !holdsItsCount(bytes, packet)) {
                return RtcpDrop.MALFORMED.code();
            }
            packet += length(bytes, packet);
        }
        return length == 0 ? RtcpDrop.MALFORMED.code() : 0;
    }

    private static boolean holdsItsCount(byte[] bytes, int packet) {
        int needed = switch (type(bytes, packet)) {
            case SENDER_REPORT -> SenderReport.length(count(bytes, packet));
            case RECEIVER_REPORT -> ReceiverReport.length(count(bytes, packet));
            case GOODBYE -> LENGTH + 4 * count(bytes, packet);
            default -> LENGTH; // others are skipped, but for a source description, which checks itself
        };
        int padding = padding(bytes, packet) ? Bytes.u8(bytes, packet + length(bytes, packet) - 1) : 0;
        return needed + padding <= length(bytes, packet);
    }

    public static boolean padding(byte[] bytes, int packet) {
        return (bytes[packet] & PADDING_BIT) != 0;
    }

    /** How many report blocks, chunks or sources follow: 0 to 31. */
    public static int count(byte[] bytes, int packet) {
        return bytes[packet] & 0x1F;
    }

    /** 192 to 223. */
    public static int type(byte[] bytes, int packet) {
        return Bytes.u8(bytes, packet + 1);
    }

    /** Of the whole packet in bytes, a multiple of four. */
    public static int length(byte[] bytes, int packet) {
        return 4 * (Bytes.u16(bytes, packet + 2) + 1);
    }

    /** @param length of the whole packet in bytes, a multiple of four */
    static void write(byte[] bytes, int packet, int count, int type, int length) {
        Bytes.put8(bytes, packet, VERSION << 6 | count);
        Bytes.put8(bytes, packet + 1, type);
        Bytes.put16(bytes, packet + 2, length / 4 - 1);
    }
}
