package offhook.media.srtp;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import offhook.media.wire.Bytes;

/**
 * AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714) through JCE, which wants a new initialisation, and about 900 bytes of garbage, for each
 * packet.
 *
 * <pre>
 * RTP   | header  | encrypted payload | tag 16 |            associated data: the header
 * RTCP  | 8 bytes | encrypted payload | tag 16 | E + index 4 |     associated data: the 8 bytes and the index word
 * </pre>
 */
final class AesGcmTransform implements PacketTransform {
    private static final int TAG = 16;
    private static final int SALT = 12;
    private static final int RTCP_HEADER = 8;
    private static final int RTCP_INDEX_LENGTH = 4;
    private static final int ENCRYPTED = 0x8000_0000;

    private final Cipher cipher;
    private final SecretKeySpec rtpKey;
    private final byte[] rtpSalt;
    private final SecretKeySpec rtcpKey;
    private final byte[] rtcpSalt;
    private final byte[] iv = new byte[SALT];

    /** Session keys and salts, as the vectors of RFC 7714 give them. */
    AesGcmTransform(byte[] rtpKey, byte[] rtpSalt, byte[] rtcpKey, byte[] rtcpSalt) {
        this.rtpKey = new SecretKeySpec(rtpKey, "AES");
        this.rtpSalt = rtpSalt.clone();
        this.rtcpKey = new SecretKeySpec(rtcpKey, "AES");
        this.rtcpSalt = rtcpSalt.clone();
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has AES-GCM", impossible);
        }
    }

    static AesGcmTransform ofMaster(byte[] masterKey, byte[] masterSalt) {
        var derivation = new KeyDerivation(masterKey, masterSalt);
        return new AesGcmTransform(
                derivation.derive(KeyDerivation.RTP_ENCRYPTION, masterKey.length),
                derivation.derive(KeyDerivation.RTP_SALT, SALT),
                derivation.derive(KeyDerivation.RTCP_ENCRYPTION, masterKey.length),
                derivation.derive(KeyDerivation.RTCP_SALT, SALT));
    }

    @Override
    public void protectRtp(byte[] bytes, int offset, int length, int headerLength, int ssrc, long index) {
        begin(Cipher.ENCRYPT_MODE, rtpKey, rtpSalt, ssrc, index);
        cipher.updateAAD(bytes, offset, headerLength);
        finish(bytes, offset + headerLength, length - headerLength);
    }

    @Override
    public boolean unprotectRtp(byte[] bytes, int offset, int length, int headerLength, int ssrc, long index) {
        begin(Cipher.DECRYPT_MODE, rtpKey, rtpSalt, ssrc, index);
        cipher.updateAAD(bytes, offset, headerLength);
        return finish(bytes, offset + headerLength, length - headerLength + TAG);
    }

    @Override
    public void protectRtcp(byte[] bytes, int offset, int length, int ssrc, int index) {
        int indexAt = offset + length + TAG;
        Bytes.put32(bytes, indexAt, ENCRYPTED | index);
        begin(Cipher.ENCRYPT_MODE, rtcpKey, rtcpSalt, ssrc, index);
        cipher.updateAAD(bytes, offset, RTCP_HEADER);
        cipher.updateAAD(bytes, indexAt, RTCP_INDEX_LENGTH);
        finish(bytes, offset + RTCP_HEADER, length - RTCP_HEADER);
    }

    @Override
    public boolean unprotectRtcp(byte[] bytes, int offset, int length, int ssrc, int index) {
        begin(Cipher.DECRYPT_MODE, rtcpKey, rtcpSalt, ssrc, index);
        cipher.updateAAD(bytes, offset, RTCP_HEADER);
        cipher.updateAAD(bytes, offset + length + TAG, RTCP_INDEX_LENGTH);
        return finish(bytes, offset + RTCP_HEADER, length - RTCP_HEADER + TAG);
    }

    @Override
    public int rtcpIndexPosition() {
        return TAG;
    }

    @Override
    public int rtpBehindMki() {
        return 0; // the tag belongs to the ciphertext (sections 8.2 and 9.2)
    }

    @Override
    public int rtcpBehindMki() {
        return 0;
    }

    /** Sections 8.1 and 9.1: both put the SSRC at byte 2 and the index, as 48 bits, at byte 6, XORed with the salt. */
    private void begin(int mode, SecretKeySpec key, byte[] salt, int ssrc, long index) {
        Bytes.put16(iv, 0, 0);
        Bytes.put32(iv, 2, ssrc);
        Bytes.put16(iv, 6, (int) (index >>> 32));
        Bytes.put32(iv, 8, (int) index);
        for (int i = 0; i < SALT; i++) {
            iv[i] ^= salt[i];
        }
        try {
            cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, iv));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a context never uses an index twice", impossible);
        }
    }

    private boolean finish(byte[] bytes, int offset, int length) {
        try {
            cipher.doFinal(bytes, offset, length, bytes, offset);
            return true;
        } catch (AEADBadTagException forged) {
            return false;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("there is room for the tag", impossible);
        }
    }
}
