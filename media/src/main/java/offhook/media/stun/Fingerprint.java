package offhook.media.stun;

import java.util.zip.CRC32;

/** FINGERPRINT's checksum (RFC 8489 section 14.7). */
final class Fingerprint {
    /** "STUN" in ASCII, so that a checksum of the layer above is not mistaken for this one. */
    private static final int XOR = 0x5354554E;

    private Fingerprint() {}

    /** Over the message up to the attribute; the header's length must already count the attribute. */
    static int compute(byte[] bytes, int offset, int attribute) {
        CRC32 crc = new CRC32();
        crc.update(bytes, offset, attribute - offset);
        return (int) crc.getValue() ^ XOR;
    }
}
