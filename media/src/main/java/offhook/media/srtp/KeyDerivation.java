package offhook.media.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Session keys from a master key (RFC 3711 section 4.3) with a key derivation rate of 0: derived once, for all packets.
 */
final class KeyDerivation {
    /** Labels of RFC 3711 section 4.3.2; the SRTCP ones are three higher. */
    static final int RTP_ENCRYPTION = 0;

    static final int RTP_AUTHENTICATION = 1;
    static final int RTP_SALT = 2;
    static final int RTCP_ENCRYPTION = 3;
    static final int RTCP_AUTHENTICATION = 4;
    static final int RTCP_SALT = 5;

    private static final int BLOCK = 16;
    /** The key identifier's label stands so many bytes before the end of the 112 bits that are XORed with the salt. */
    private static final int LABEL_POSITION = 7;

    private final Cipher aes;
    private final byte[] salt;

    /** @param masterSalt 14 bytes, or 12 for AEAD: then padded with zeros behind (RFC 7714 section 11) */
    KeyDerivation(byte[] masterKey, byte[] masterSalt) {
        this.aes = aesEcb(masterKey);
        this.salt = Arrays.copyOf(masterSalt, BLOCK);
    }

    /** The first {@code length} bytes of the pseudo-random stream for this label (section 4.3.3). */
    byte[] derive(int label, int length) {
        int blocks = (length + BLOCK - 1) / BLOCK;
        byte[] counters = new byte[blocks * BLOCK];
        for (int block = 0; block < blocks; block++) {
            System.arraycopy(salt, 0, counters, block * BLOCK, BLOCK);
            counters[block * BLOCK + LABEL_POSITION] ^= (byte) label;
            counters[block * BLOCK + BLOCK - 1] = (byte) block;
        }
        try {
            return Arrays.copyOf(aes.doFinal(counters), length);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("whole blocks need no padding", impossible);
        }
    }

    /** AES, one block at a time: what counter mode is built on. */
    static Cipher aesEcb(byte[] key) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            return cipher;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has AES", impossible);
        }
    }
}
