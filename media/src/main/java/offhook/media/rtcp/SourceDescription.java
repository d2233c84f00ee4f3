package offhook.media.rtcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import offhook.media.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A source description (RFC 3550 section 6.5), of which only the canonical name is read and written.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|    SC   |  PT=SDES=202  |             length            |
 * +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 * |                              SSRC                             |  a chunk
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |    CNAME=1    |     length    | name ..., zeros to a word's end
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class SourceDescription {
    /** The longest canonical name in bytes. */
    public static final int MAX_CNAME_LENGTH = 255;

    private static final int CNAME = 1;
    private static final int CHUNK = RtcpHeader.LENGTH;
    private static final int FIRST_ITEM = CHUNK + 4;

    /** Bytes of a packet with one chunk of the longest name. */
    static final int MAX_LENGTH = length(MAX_CNAME_LENGTH);

    private SourceDescription() {}

    /** The source of the first chunk; 0 when there is none. */
    public static int ssrc(byte[] bytes, int packet) {
        return RtcpHeader.length(bytes, packet) < FIRST_ITEM ? 0 : Bytes.i32(bytes, packet + CHUNK);
    }

    /** The canonical name in the first chunk; null when there is none or it does not fit. */
    public static @Nullable String cname(byte[] bytes, int packet) {
        int end = packet + RtcpHeader.length(bytes, packet);
        int item = packet + FIRST_ITEM;
        while (item + 2 <= end && bytes[item] != 0) {
            int length = Bytes.u8(bytes, item + 1);
            if (item + 2 + length > end) {
                return null;
            }
            if (bytes[item] == CNAME) {
                return new String(bytes, item + 2, length, UTF_8);
            }
            item += 2 + length;
        }
        return null;
    }

    /** Bytes of a packet with one chunk of one name; the item list ends with at least one zero. */
    public static int length(int cnameLength) {
        return (FIRST_ITEM + 2 + cnameLength + 4) & ~3;
    }

    /**
     * Writes one chunk with one name.
     *
     * @param cname at most 255 bytes
     * @return bytes written
     */
    public static int write(byte[] bytes, int packet, int ssrc, byte[] cname) {
        int length = length(cname.length);
        RtcpHeader.write(bytes, packet, 1, RtcpHeader.SOURCE_DESCRIPTION, length);
        Bytes.put32(bytes, packet + CHUNK, ssrc);
        Bytes.put8(bytes, packet + FIRST_ITEM, CNAME);
        Bytes.put8(bytes, packet + FIRST_ITEM + 1, cname.length);
        System.arraycopy(cname, 0, bytes, packet + FIRST_ITEM + 2, cname.length);
        for (int i = packet + FIRST_ITEM + 2 + cname.length; i < packet + length; i++) {
            bytes[i] = 0;
        }
        return length;
    }
}
