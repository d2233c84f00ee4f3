package offhook.call.leg;

/** What a datagram at a port shared by STUN, DTLS, RTP and RTCP is, by its first bytes (RFC 7983, RFC 5761 section 4). */
public enum DatagramKind {
    STUN,
    DTLS,
    RTP,
    RTCP,
    UNKNOWN;

    private static final int STUN_HEADER = 20;
    private static final int DTLS_HEADER = 13;
    private static final int RTP_HEADER = 12;
    private static final int RTCP_HEADER = 8;

    /** Never throws, whatever the bytes. */
    public static DatagramKind of(byte[] bytes, int offset, int length) {
        if (length < RTCP_HEADER) {
            return UNKNOWN;
        }
        int first = bytes[offset] & 0xFF;
        if (first >= 128 && first < 192) {
            int payloadType = bytes[offset + 1] & 0x7F;
            if (payloadType >= 64 && payloadType < 96) {
                return RTCP;
            }
            return length >= RTP_HEADER ? RTP : UNKNOWN;
        }
        if (first < 4) {
            return length >= STUN_HEADER ? STUN : UNKNOWN;
        }
        if (first >= 20 && first < 64) {
            return length >= DTLS_HEADER ? DTLS : UNKNOWN;
        }
        return UNKNOWN;
    }
}
