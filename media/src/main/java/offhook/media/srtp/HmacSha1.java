package offhook.media.srtp;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * HMAC-SHA1 (RFC 2104) over the JDK's SHA-1, whose rounds the JVM runs on the processor's own instructions. JCE's
 * {@code Mac} makes 40 bytes of garbage each time; this makes none.
 */
final class HmacSha1 {
    static final int LENGTH = 20;
    private static final int BLOCK = 64;

    private final MessageDigest sha1;
    private final byte[] innerPad = new byte[BLOCK];
    /** The outer pad and behind it the room for the inner hash, so that both are hashed in one go. */
    private final byte[] outer = new byte[BLOCK + LENGTH];

    /** @param key at most 64 bytes */
    HmacSha1(byte[] key) {
        try {
            this.sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-1", impossible);
        }
        Arrays.fill(innerPad, (byte) 0x36);
        Arrays.fill(outer, 0, BLOCK, (byte) 0x5C);
        for (int i = 0; i < key.length; i++) {
            innerPad[i] ^= key[i];
            outer[i] ^= key[i];
        }
    }

    /** Writes the whole hash, {@link #LENGTH} bytes, to the start of {@code tag}. */
    void compute(byte[] bytes, int offset, int length, byte[] tag) {
        sha1.update(innerPad, 0, BLOCK);
        sha1.update(bytes, offset, length);
        try {
            sha1.digest(outer, BLOCK, LENGTH);
            sha1.update(outer, 0, BLOCK + LENGTH);
            sha1.digest(tag, 0, LENGTH);
        } catch (DigestException impossible) {
            throw new IllegalStateException("there is room for a whole hash", impossible);
        }
    }
}
