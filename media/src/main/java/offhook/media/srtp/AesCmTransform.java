package offhook.media.srtp;

import offhook.media.wire.Bytes;

/**
 * AES_CM_128_HMAC_SHA1_80 and AES_CM_128_HMAC_SHA1_32 (RFC 3711 sections 4.1.1 and 4.2.1).
 *
 * <pre>
 * RTP   | header  | encrypted payload | tag 10 or 4 |  tag over header, payload and the rollover counter
 * RTCP  | 8 bytes | encrypted payload | E + index 4 | tag 10 |      tag over all before it
 * </pre>
 */
final class AesCmTransform implements PacketTransform {
    private static final int RTCP_TAG = 10;
    private static final int ROLLOVER_LENGTH = 4;
    private static final int RTCP_INDEX_LENGTH = 4;
    private static final int RTCP_HEADER = 8;
    private static final int ENCRYPTED = 0x8000_0000;
    private static final int AUTHENTICATION_KEY = 20;

    /** At least as long as the rollover counter, which is hashed in its place. */
    private final int rtpTag;

    private final AesCounterMode rtpCipher;
    private final HmacSha1 rtpHmac;
    private final AesCounterMode rtcpCipher;
    private final HmacSha1 rtcpHmac;
    private final byte[] received = new byte[RTCP_TAG];
    private final byte[] computed = new byte[HmacSha1.LENGTH];

    /** @param rtpTag length of RTP's tag: 10 or 4 bytes */
    AesCmTransform(byte[] masterKey, byte[] masterSalt, int rtpTag) {
        this.rtpTag = rtpTag;
        var derivation = new KeyDerivation(masterKey, masterSalt);
        rtpCipher = new AesCounterMode(
                derivation.derive(KeyDerivation.RTP_ENCRYPTION, masterKey.length),
                derivation.derive(KeyDerivation.RTP_SALT, masterSalt.length));
        rtpHmac = new HmacSha1(derivation.derive(KeyDerivation.RTP_AUTHENTICATION, AUTHENTICATION_KEY));
        rtcpCipher = new AesCounterMode(
                derivation.derive(KeyDerivation.RTCP_ENCRYPTION, masterKey.length),
                derivation.derive(KeyDerivation.RTCP_SALT, masterSalt.length));
        rtcpHmac = new HmacSha1(derivation.derive(KeyDerivation.RTCP_AUTHENTICATION, AUTHENTICATION_KEY));
    }

    @Override
    public void protectRtp(byte[] bytes, int offset, int length, int headerLength, int ssrc, long index) {
        int end = offset + length;
        rtpCipher.apply(bytes, offset + headerLength, length - headerLength, ssrc, index);
        Bytes.put32(bytes, end, (int) (index >>> 16)); // hashed in the place that the tag takes afterwards
        rtpHmac.compute(bytes, offset, length + ROLLOVER_LENGTH, computed);
        System.arraycopy(computed, 0, bytes, end, rtpTag);
    }

    @Override
    public boolean unprotectRtp(byte[] bytes, int offset, int length, int headerLength, int ssrc, long index) {
        int end = offset + length;
        System.arraycopy(bytes, end, received, 0, rtpTag);
        Bytes.put32(bytes, end, (int) (index >>> 16));
        rtpHmac.compute(bytes, offset, length + ROLLOVER_LENGTH, computed);
        if (!authentic(rtpTag)) {
            return false;
        }
        rtpCipher.apply(bytes, offset + headerLength, length - headerLength, ssrc, index);
        return true;
    }

    @Override
    public void protectRtcp(byte[] bytes, int offset, int length, int ssrc, int index) {
        int end = offset + length;
        rtcpCipher.apply(bytes, offset + RTCP_HEADER, length - RTCP_HEADER, ssrc, index);
        Bytes.put32(bytes, end, ENCRYPTED | index);
        rtcpHmac.compute(bytes, offset, length + RTCP_INDEX_LENGTH, computed);
        System.arraycopy(computed, 0, bytes, end + RTCP_INDEX_LENGTH, RTCP_TAG);
    }

    @Override
    public boolean unprotectRtcp(byte[] bytes, int offset, int length, int ssrc, int index) {
        System.arraycopy(bytes, offset + length + RTCP_INDEX_LENGTH, received, 0, RTCP_TAG);
        rtcpHmac.compute(bytes, offset, length + RTCP_INDEX_LENGTH, computed);
        if (!authentic(RTCP_TAG)) {
            return false;
        }
        rtcpCipher.apply(bytes, offset + RTCP_HEADER, length - RTCP_HEADER, ssrc, index);
        return true;
    }

    @Override
    public int rtcpIndexPosition() {
        return 0;
    }

    @Override
    public int rtpBehindMki() {
        return rtpTag;
    }

    @Override
    public int rtcpBehindMki() {
        return RTCP_TAG;
    }

    /** In a time that does not depend on where the first difference is. */
    private boolean authentic(int tag) {
        int difference = 0;
        for (int i = 0; i < tag; i++) {
            difference |= received[i] ^ computed[i];
        }
        return difference == 0;
    }
}
