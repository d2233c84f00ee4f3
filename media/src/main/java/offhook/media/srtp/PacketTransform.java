package offhook.media.srtp;

/**
 * What a profile does to one packet, once its index is known. Each works in place, on a packet at {@code offset}, of
 * {@code length} bytes without its tag; the tag stands or is put right behind. Not thread-safe: keys are ready-made
 * ciphers with a state of their own.
 */
sealed interface PacketTransform permits AesCmTransform, AesGcmTransform {
    /**
     * Encrypts an RTP packet and puts its tag behind it.
     *
     * @param headerLength bytes that stay readable: fixed header, CSRCs and header extension
     * @param index 48 bits: rollover counter and sequence number
     */
    void protectRtp(byte[] bytes, int offset, int length, int headerLength, int ssrc, long index);

    /** Checks the tag behind an RTP packet and decrypts it. @return whether the tag was right */
    boolean unprotectRtp(byte[] bytes, int offset, int length, int headerLength, int ssrc, long index);

    /**
     * Encrypts an RTCP packet and puts tag and index word behind it, in the profile's own order.
     *
     * @param index 31 bits
     */
    void protectRtcp(byte[] bytes, int offset, int length, int ssrc, int index);

    /**
     * Checks an SRTCP packet and decrypts it.
     *
     * @param length without tag and index word
     */
    boolean unprotectRtcp(byte[] bytes, int offset, int length, int ssrc, int index);

    /** Where the word with E bit and SRTCP index stands, counted from the end of the payload. */
    int rtcpIndexPosition();

    /** How many bytes of an SRTP packet stand behind its master key identifier, when it has one. */
    int rtpBehindMki();

    /** How many bytes of an SRTCP packet stand behind its master key identifier, when it has one. */
    int rtcpBehindMki();
}
