package offhook.call.bridge;

/** Where RTP goes next, unencrypted. The straight line of a packet through a call is a chain of these. */
public interface RtpSink {
    /**
     * Takes one RTP packet (RFC 3550 section 5.1). The bytes are lent for this call only and may be changed in place; the
     * array has at least {@value #SPARE_BYTES} bytes behind the packet for an authentication tag.
     *
     * @param length of the packet in bytes
     */
    void onRtp(byte[] bytes, int offset, int length, long nowNanos);

    /** Bytes that must be free behind each packet in its array. */
    int SPARE_BYTES = 32;
}
