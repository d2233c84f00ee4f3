package offhook.media.rtp;

import offhook.media.wire.Bytes;

/**
 * The RTP fixed header (RFC 3550 section 5.1), read and written in place.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           timestamp                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           synchronization source (SSRC) identifier            |
 * +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 * |            contributing source (CSRC) identifiers             |
 * |                             ....                              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |      defined by profile       |  extension length in words    |  when X is set
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                             ....                              |
 * </pre>
 *
 * <p>{@code offset} is always where the packet begins. The field accessors need 12 bytes there and check nothing:
 * {@link #headerLength} is called first.
 */
public final class RtpHeader {
    /** Bytes before the CSRC list. */
    public static final int FIXED_LENGTH = 12;

    public static final int VERSION = 2;

    private static final int PADDING_BIT = 0x20;
    private static final int EXTENSION_BIT = 0x10;
    private static final int MARKER_BIT = 0x80;

    private RtpHeader() {}

    /**
     * Checks the whole layout: version, CSRC list, extension and padding within the packet.
     *
     * @return where the payload begins, counted from {@code offset}: 12 to {@code length}; or
     *     {@link RtpDrop#MALFORMED}'s code
     */
    public static int headerLength(byte[] bytes, int offset, int length) {
        if (length < FIXED_LENGTH || version(bytes, offset) != VERSION) {
            return RtpDrop.MALFORMED.code();
        }
        int header = FIXED_LENGTH + 4 * csrcCount(bytes, offset);
        if (extension(bytes, offset)) {
            if (header + 4 > length) {
                return RtpDrop.MALFORMED.code();
            }
            header += 4 + 4 * Bytes.u16(bytes, offset + header + 2);
        }
        int paddingLength = padding(bytes, offset) ? Bytes.u8(bytes, offset + length - 1) : 0;
        boolean paddingFits = !padding(bytes, offset) || paddingLength > 0;
        return paddingFits && header + paddingLength <= length ? header : RtpDrop.MALFORMED.code();
    }

    /**
     * Bytes of payload, without header and padding.
     *
     * @return 0 and up, or {@link RtpDrop#MALFORMED}'s code
     */
    public static int payloadLength(byte[] bytes, int offset, int length) {
        int header = headerLength(bytes, offset, length);
        if (header < 0) {
            return header;
        }
        return length - header - (padding(bytes, offset) ? Bytes.u8(bytes, offset + length - 1) : 0);
    }

    public static int version(byte[] bytes, int offset) {
        return Bytes.u8(bytes, offset) >> 6;
    }

    public static boolean padding(byte[] bytes, int offset) {
        return (bytes[offset] & PADDING_BIT) != 0;
    }

    public static boolean extension(byte[] bytes, int offset) {
        return (bytes[offset] & EXTENSION_BIT) != 0;
    }

    /** 0 to 15. */
    public static int csrcCount(byte[] bytes, int offset) {
        return bytes[offset] & 0x0F;
    }

    /** @param index 0 to {@link #csrcCount} - 1 */
    public static int csrc(byte[] bytes, int offset, int index) {
        return Bytes.i32(bytes, offset + FIXED_LENGTH + 4 * index);
    }

    public static boolean marker(byte[] bytes, int offset) {
        return (bytes[offset + 1] & MARKER_BIT) != 0;
    }

    /** 0 to 127. */
    public static int payloadType(byte[] bytes, int offset) {
        return bytes[offset + 1] & 0x7F;
    }

    /** 0 to 65 535. */
    public static int sequenceNumber(byte[] bytes, int offset) {
        return Bytes.u16(bytes, offset + 2);
    }

    /** In units of the payload's clock rate, all 32 bits. */
    public static int timestamp(byte[] bytes, int offset) {
        return Bytes.i32(bytes, offset + 4);
    }

    public static int ssrc(byte[] bytes, int offset) {
        return Bytes.i32(bytes, offset + 8);
    }

    public static void marker(byte[] bytes, int offset, boolean marker) {
        Bytes.put8(bytes, offset + 1, marker ? bytes[offset + 1] | MARKER_BIT : bytes[offset + 1] & ~MARKER_BIT);
    }

    /** @param payloadType 0 to 127 */
    public static void payloadType(byte[] bytes, int offset, int payloadType) {
        Bytes.put8(bytes, offset + 1, (bytes[offset + 1] & MARKER_BIT) | (payloadType & 0x7F));
    }

    /** Writes the low 16 bits. */
    public static void sequenceNumber(byte[] bytes, int offset, int sequenceNumber) {
        Bytes.put16(bytes, offset + 2, sequenceNumber);
    }

    public static void timestamp(byte[] bytes, int offset, int timestamp) {
        Bytes.put32(bytes, offset + 4, timestamp);
    }

    public static void ssrc(byte[] bytes, int offset, int ssrc) {
        Bytes.put32(bytes, offset + 8, ssrc);
    }

    /** Writes a header of 12 bytes: no padding, extension or CSRC. */
    public static void write(
            byte[] bytes, int offset, boolean marker, int payloadType, int sequenceNumber, int timestamp, int ssrc) {
        Bytes.put8(bytes, offset, VERSION << 6);
        Bytes.put8(bytes, offset + 1, (marker ? MARKER_BIT : 0) | (payloadType & 0x7F));
        sequenceNumber(bytes, offset, sequenceNumber);
        timestamp(bytes, offset, timestamp);
        ssrc(bytes, offset, ssrc);
    }

    /**
     * Takes the extension out of a packet whose {@link #headerLength} is not negative: what stands before it moves up to
     * the payload, so that the packet begins later and nothing but a few bytes is copied.
     *
     * @return by how many bytes {@code offset} grows and {@code length} shrinks; 0 when there is no extension
     */
    public static int stripExtension(byte[] bytes, int offset) {
        if (!extension(bytes, offset)) {
            return 0;
        }
        int before = FIXED_LENGTH + 4 * csrcCount(bytes, offset);
        int extensionLength = 4 + 4 * Bytes.u16(bytes, offset + before + 2);
        bytes[offset] &= ~EXTENSION_BIT;
        System.arraycopy(bytes, offset, bytes, offset + extensionLength, before);
        return extensionLength;
    }
}
