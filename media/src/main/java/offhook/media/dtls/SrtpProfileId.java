package offhook.media.dtls;

import java.util.Optional;

/** The protection profiles that a handshake may agree on (RFC 5764 section 4.1.2, RFC 7714 section 14.2). */
public enum SrtpProfileId {
    /** Mandatory in WebRTC (RFC 8827 section 6.5). */
    AES_CM_128_HMAC_SHA1_80(0x0001, 16, 14),
    /** RFC 7714. */
    AEAD_AES_128_GCM(0x0007, 16, 12);

    private final int dtlsId;
    private final int keyLength;
    private final int saltLength;

    SrtpProfileId(int dtlsId, int keyLength, int saltLength) {
        this.dtlsId = dtlsId;
        this.keyLength = keyLength;
        this.saltLength = saltLength;
    }

    static Optional<SrtpProfileId> ofDtlsId(int dtlsId) {
        for (SrtpProfileId profile : values()) {
            if (profile.dtlsId == dtlsId) {
                return Optional.of(profile);
            }
        }
        return Optional.empty();
    }

    /** Its number in the IANA registry "DTLS-SRTP Protection Profiles". */
    public int dtlsId() {
        return dtlsId;
    }

    /** Master key length in bytes. */
    public int keyLength() {
        return keyLength;
    }

    /** Master salt length in bytes. */
    public int saltLength() {
        return saltLength;
    }
}
