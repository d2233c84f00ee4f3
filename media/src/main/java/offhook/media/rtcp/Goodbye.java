package offhook.media.rtcp;

import offhook.media.wire.Bytes;

/**
 * A goodbye (RFC 3550 section 6.6), read and written in place; a reason is neither read nor written.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|    SC   |   PT=BYE=203  |             length            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           SSRC, SC times                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class Goodbye {
    /** Bytes of a packet for one source. */
    public static final int LENGTH = 8;

    private Goodbye() {}

    /** Whether a source is among those that leave. */
    public static boolean names(byte[] bytes, int packet, int ssrc) {
        for (int i = 0; i < RtcpHeader.count(bytes, packet); i++) {
            if (Bytes.i32(bytes, packet + 4 + 4 * i) == ssrc) {
                return true;
            }
        }
        return false;
    }

    /** Writes a packet for one source. */
    public static void write(byte[] bytes, int packet, int ssrc) {
        RtcpHeader.write(bytes, packet, 1, RtcpHeader.GOODBYE, LENGTH);
        Bytes.put32(bytes, packet + 4, ssrc);
    }
}
