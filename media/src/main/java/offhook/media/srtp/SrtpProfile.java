package offhook.media.srtp;

import java.util.Optional;

/**
 * The protections spoken here, with the lengths that go with them, in bytes. DTLS-SRTP calls them protection profiles,
 * SDP crypto-suites.
 */
public enum SrtpProfile {
    /** RFC 3711 and RFC 5764 section 4.1.2: the one that every WebRTC endpoint has (RFC 8827 section 6.5). */
    AES_CM_128_HMAC_SHA1_80(0x0001, 16, 14, 10, 10),
    /** The same with a shorter tag for RTP; that of RTCP stays as long (RFC 3711 section 5.2, RFC 4568 section 6.2.2). */
    AES_CM_128_HMAC_SHA1_32(0x0002, 16, 14, 4, 10),
    /** RFC 7714 section 12. */
    AEAD_AES_128_GCM(0x0007, 16, 12, 16, 16),
    /** RFC 7714 section 12. */
    AEAD_AES_256_GCM(0x0008, 32, 12, 16, 16);

    /** Octets that an SRTCP packet carries behind its payload beside the tag: the E bit and the SRTCP index. */
    static final int SRTCP_INDEX_LENGTH = 4;

    private final int dtlsId;
    private final int keyLength;
    private final int saltLength;
    private final int rtpTagLength;
    private final int rtcpTagLength;

    SrtpProfile(int dtlsId, int keyLength, int saltLength, int rtpTagLength, int rtcpTagLength) {
        this.dtlsId = dtlsId;
        this.keyLength = keyLength;
        this.saltLength = saltLength;
        this.rtpTagLength = rtpTagLength;
        this.rtcpTagLength = rtcpTagLength;
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

    /** The profile with this name in the IANA registry "SRTP Crypto Suite Registrations", when it is spoken here. */
    public static Optional<SrtpProfile> ofCryptoSuite(String name) {
        for (SrtpProfile profile : values()) {
            if (profile.cryptoSuite().equalsIgnoreCase(name)) {
                return Optional.of(profile);
            }
        }
        return Optional.empty();
    }

    /** Its number in the IANA registry "DTLS-SRTP Protection Profiles". */
    public int dtlsId() {
        return dtlsId;
    }

    /** Its name in the IANA registry "SRTP Crypto Suite Registrations" (RFC 4568 section 6.2, RFC 7714 section 14.3). */
    public String cryptoSuite() {
        return name();
    }

    /** Master key length. */
    public int keyLength() {
        return keyLength;
    }

    /** Master salt length. */
    public int saltLength() {
        return saltLength;
    }

    /** How many bytes longer than RTP an SRTP packet is: its authentication tag. */
    public int rtpGrowth() {
        return rtpTagLength;
    }

    /** How many bytes longer than RTCP an SRTCP packet is. */
    public int rtcpGrowth() {
        return rtcpTagLength + SRTCP_INDEX_LENGTH;
    }
}
