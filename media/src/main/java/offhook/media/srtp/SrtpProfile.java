package offhook.media.srtp;

import java.util.Optional;

/** The protection profiles spoken here, with the lengths that go with them, in bytes. */
public enum SrtpProfile {
    /** RFC 3711 and RFC 5764 section 4.1.2: the one that every WebRTC endpoint has (RFC 8827 section 6.5). */
    AES_CM_128_HMAC_SHA1_80(0x0001, 16, 14, 10),
    /** RFC 7714 section 12. */
    AEAD_AES_128_GCM(0x0007, 16, 12, 16);

    /** Octets that an SRTCP packet carries behind its payload beside the tag: the E bit and the SRTCP index. */
    static final int SRTCP_INDEX_LENGTH = 4;

    private final int dtlsId;
    private final int keyLength;
    private final int saltLength;
    private final int tagLength;

    SrtpProfile(int dtlsId, int keyLength, int saltLength, int tagLength) {
        this.dtlsId = dtlsId;
        this.keyLength = keyLength;
        this.saltLength = saltLength;
        this.tagLength = tagLength;
    }

    /** The profile with this number in the IANA registry "DTLS-SRTP Protection Profiles", when it is spoken here. */
    public static Optional<SrtpProfile> ofDtlsId(int dtlsId) {
        for (SrtpProfile profile : values()) {
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

    /** Master key length. */
    public int keyLength() {
        return keyLength;
    }

    /** Master salt length. */
    public int saltLength() {
        return saltLength;
    }

    /** Authentication tag length. */
    public int tagLength() {
        return tagLength;
    }

    /** How many bytes longer than RTP an SRTP packet is. */
    public int rtpGrowth() {
        return tagLength;
    }

    /** How many bytes longer than RTCP an SRTCP packet is. */
    public int rtcpGrowth() {
        return tagLength + SRTCP_INDEX_LENGTH;
    }
}
