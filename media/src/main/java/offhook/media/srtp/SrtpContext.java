package offhook.media.srtp;

import java.util.Arrays;
import offhook.media.wire.Bytes;

/**
 * One direction of a secured session: all its SSRCs, RTP and RTCP, under one master key (RFC 3711 section 3.2). Packets
 * are changed in place; nothing is allocated for a packet under AES_CM_128_HMAC_SHA1_80 and _32, and about a kilobyte
 * under the AEAD profiles, inside JCE. Network noise never throws: it is answered with a negative {@link SrtpDrop#code()} and
 * counted.
 *
 * <p>A sender, too, uses an index once only: the same index with another payload would give the key stream away (section
 * 9.1).
 *
 * <p>Not thread-safe: one owner.
 */
public final class SrtpContext {
    /** How many SSRCs a context remembers: in a long call each music on hold and each transfer may bring a new one. */
    public static final int SSRC_LIMIT = 64;

    /** The most bytes a packet may have, tag included: what fits into a UDP datagram. */
    public static final int PACKET_LIMIT = 65_507;

    private static final int RTP_FIXED_HEADER = 12;
    private static final int RTCP_HEADER = 8;
    private static final int VERSION_BITS = 0x80;
    private static final int VERSION_MASK = 0xC0;
    private static final int EXTENSION_BIT = 0x10;
    private static final int CSRC_COUNT_MASK = 0x0F;
    private static final int EXTENSION_HEADER = 4;
    private static final int WORD = 4;
    private static final long RTP_INDEX_LIMIT = 1L << 48;
    private static final long RTCP_INDEX_LIMIT = 1L << 31;
    private static final int HALF_SEQUENCE = 1 << 15;

    private final SrtpProfile profile;
    private final PacketTransform transform;
    private final byte[] mki;
    private final Source[] sources = new Source[SSRC_LIMIT];
    private final long[] dropped = new long[SrtpDrop.values().length];
    private int sourceCount;
    /** Stands for every SSRC that is not known yet; the first authentic packet of one makes it that SSRC's own. */
    private Source newcomer = new Source();

    /** What is remembered of one SSRC. */
    private static final class Source {
        int ssrc;
        final ReplayWindow rtp = new ReplayWindow();
        final ReplayWindow rtcp = new ReplayWindow();
    }

    /**
     * @param masterKey {@link SrtpProfile#keyLength()} bytes; not kept
     * @param masterSalt {@link SrtpProfile#saltLength()} bytes; not kept
     * @throws IllegalArgumentException when either is of another length
     */
    public SrtpContext(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        this(profile, masterKey, masterSalt, new byte[0]);
    }

    /**
     * For receiving from a sender that names its master key in each packet (RFC 3711 section 3.1, MKI). What is
     * protected here never does.
     *
     * @param masterKey {@link SrtpProfile#keyLength()} bytes; not kept
     * @param masterSalt {@link SrtpProfile#saltLength()} bytes; not kept
     * @param mki the only name that is let through; empty when there is none
     * @throws IllegalArgumentException when key or salt is of another length
     */
    public SrtpContext(SrtpProfile profile, byte[] masterKey, byte[] masterSalt, byte[] mki) {
        if (masterKey.length != profile.keyLength() || masterSalt.length != profile.saltLength()) {
            throw new IllegalArgumentException("master key or salt of a wrong length for " + profile);
        }
        this.profile = profile;
        this.transform = switch (profile) {
            case AES_CM_128_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32 ->
                new AesCmTransform(masterKey, masterSalt, profile.rtpGrowth());
            case AEAD_AES_128_GCM, AEAD_AES_256_GCM -> AesGcmTransform.ofMaster(masterKey, masterSalt);
        };
        this.mki = mki.clone();
    }

    SrtpContext(SrtpProfile profile, PacketTransform transform) {
        this.profile = profile;
        this.transform = transform;
        this.mki = new byte[0];
    }

    /** The profile that this context speaks. */
    public SrtpProfile profile() {
        return profile;
    }

    /** How many packets were dropped for this reason. */
    public long dropped(SrtpDrop reason) {
        return dropped[-1 - reason.code()];
    }

    /**
     * Turns an RTP packet into an SRTP packet (RFC 3711 section 3.3, RFC 7714 section 8).
     *
     * @param bytes with room for {@link SrtpProfile#rtpGrowth()} bytes behind the packet
     * @return the new length, or {@link SrtpDrop#code()} and then the packet is as it was
     * @throws IllegalArgumentException when there is no room
     */
    public int protect(byte[] bytes, int offset, int length) {
        requireRoom(bytes, offset, length, profile.rtpGrowth());
        int headerLength = rtpHeaderLength(bytes, offset, length);
        if (headerLength < 0) {
            return drop(SrtpDrop.MALFORMED.code());
        }
        int ssrc = Bytes.i32(bytes, offset + 8);
        Source source = find(ssrc);
        long index = guessIndex(source.rtp.highest(), Bytes.u16(bytes, offset + 2));
        int refusal = refusal(source, source.rtp, index, RTP_INDEX_LIMIT);
        if (refusal < 0) {
            return drop(refusal);
        }
        transform.protectRtp(bytes, offset, length, headerLength, ssrc, index);
        source.rtp.accept(index);
        settle(source, ssrc);
        return length + profile.rtpGrowth();
    }

    /**
     * Turns an SRTP packet back into an RTP packet. What is remembered changes only when the packet is authentic.
     *
     * @return the new length, or {@link SrtpDrop#code()} and then nothing may be assumed of the packet's bytes
     */
    public int unprotect(byte[] bytes, int offset, int length) {
        int rtpLength = length - profile.rtpGrowth() - mki.length;
        int headerLength = rtpHeaderLength(bytes, offset, rtpLength);
        if (headerLength < 0) {
            return drop(SrtpDrop.MALFORMED.code());
        }
        int ssrc = Bytes.i32(bytes, offset + 8);
        Source source = find(ssrc);
        long index = guessIndex(source.rtp.highest(), Bytes.u16(bytes, offset + 2));
        int refusal = refusal(source, source.rtp, index, RTP_INDEX_LIMIT);
        if (refusal < 0) {
            return drop(refusal);
        }
        if (!takeOutMki(bytes, offset + length, transform.rtpBehindMki())
                || !transform.unprotectRtp(bytes, offset, rtpLength, headerLength, ssrc, index)) {
            return drop(SrtpDrop.BAD_AUTHENTICATION.code());
        }
        source.rtp.accept(index);
        settle(source, ssrc);
        return rtpLength;
    }

    /**
     * Turns an RTCP packet into an SRTCP packet, always encrypted (RFC 3711 section 3.4, RFC 7714 section 9).
     *
     * @param bytes with room for {@link SrtpProfile#rtcpGrowth()} bytes behind the packet
     * @return the new length, or {@link SrtpDrop#code()} and then the packet is as it was
     * @throws IllegalArgumentException when there is no room
     */
    public int protectRtcp(byte[] bytes, int offset, int length) {
        requireRoom(bytes, offset, length, profile.rtcpGrowth());
        if (isMalformedRtcp(bytes, offset, length)) {
            return drop(SrtpDrop.MALFORMED.code());
        }
        int ssrc = Bytes.i32(bytes, offset + 4);
        Source source = find(ssrc);
        long index = source.rtcp.highest() + 1;
        int refusal = refusal(source, source.rtcp, index, RTCP_INDEX_LIMIT);
        if (refusal < 0) {
            return drop(refusal);
        }
        transform.protectRtcp(bytes, offset, length, ssrc, (int) index);
        source.rtcp.accept(index);
        settle(source, ssrc);
        return length + profile.rtcpGrowth();
    }

    /**
     * Turns an SRTCP packet back into an RTCP packet. What is remembered changes only when the packet is authentic.
     *
     * @return the new length, or {@link SrtpDrop#code()} and then nothing may be assumed of the packet's bytes
     */
    public int unprotectRtcp(byte[] bytes, int offset, int length) {
        int rtcpLength = length - profile.rtcpGrowth() - mki.length;
        if (isMalformedRtcp(bytes, offset, rtcpLength)) {
            return drop(SrtpDrop.MALFORMED.code());
        }
        int indexWord = Bytes.i32(bytes, offset + rtcpLength + transform.rtcpIndexPosition());
        if (indexWord >= 0) { // the E bit is the sign
            return drop(SrtpDrop.NOT_ENCRYPTED.code());
        }
        int index = indexWord & Integer.MAX_VALUE;
        int ssrc = Bytes.i32(bytes, offset + 4);
        Source source = find(ssrc);
        int refusal = refusal(source, source.rtcp, index, RTCP_INDEX_LIMIT);
        if (refusal < 0) {
            return drop(refusal);
        }
        if (!takeOutMki(bytes, offset + length, transform.rtcpBehindMki())
                || !transform.unprotectRtcp(bytes, offset, rtcpLength, ssrc, index)) {
            return drop(SrtpDrop.BAD_AUTHENTICATION.code());
        }
        source.rtcp.accept(index);
        settle(source, ssrc);
        return rtcpLength;
    }

    /** Closes the gap that a master key identifier makes. @return whether it is the one that there is */
    private boolean takeOutMki(byte[] bytes, int end, int behind) {
        int tail = end - behind;
        if (!Arrays.equals(bytes, tail - mki.length, tail, mki, 0, mki.length)) {
            return false;
        }
        System.arraycopy(bytes, tail, bytes, tail - mki.length, behind);
        return true;
    }

    private Source find(int ssrc) {
        for (int i = 0; i < sourceCount; i++) {
            if (sources[i].ssrc == ssrc) {
                return sources[i];
            }
        }
        return newcomer;
    }

    /** @return 0 when a packet of this index may go on, or a drop code */
    private int refusal(Source source, ReplayWindow window, long index, long limit) {
        if (source == newcomer && sourceCount == SSRC_LIMIT) {
            return SrtpDrop.TOO_MANY_SSRCS.code();
        }
        return index >= limit ? SrtpDrop.KEY_EXHAUSTED.code() : window.check(index);
    }

    /** Gives a newcomer the place of its own that it has earned. */
    private void settle(Source source, int ssrc) {
        if (source == newcomer) {
            source.ssrc = ssrc;
            sources[sourceCount++] = source;
            newcomer = new Source();
        }
    }

    /**
     * Which packet a sequence number means (RFC 3711 section 3.3.1 and appendix A): of all with these 16 bits, the one
     * nearest to the highest seen.
     *
     * @return negative when it would lie before the very first
     */
    private static long guessIndex(long highest, int sequenceNumber) {
        if (highest < 0) {
            return sequenceNumber;
        }
        int highestSequence = (int) highest & 0xFFFF;
        long rollovers = highest >>> 16;
        if (highestSequence < HALF_SEQUENCE) {
            if (sequenceNumber - highestSequence > HALF_SEQUENCE) {
                rollovers--;
            }
        } else if (highestSequence - HALF_SEQUENCE > sequenceNumber) {
            rollovers++;
        }
        return rollovers << 16 | sequenceNumber;
    }

    /** Fixed header, CSRCs and header extension (RFC 3550 section 5.1); negative when they do not fit. */
    private static int rtpHeaderLength(byte[] bytes, int offset, int length) {
        if (length < RTP_FIXED_HEADER || length > PACKET_LIMIT || (bytes[offset] & VERSION_MASK) != VERSION_BITS) {
            return -1;
        }
        int headerLength = RTP_FIXED_HEADER + WORD * (bytes[offset] & CSRC_COUNT_MASK);
        if ((bytes[offset] & EXTENSION_BIT) != 0) {
            if (headerLength + EXTENSION_HEADER > length) {
                return -1;
            }
            headerLength += EXTENSION_HEADER + WORD * Bytes.u16(bytes, offset + headerLength + 2);
        }
        return headerLength <= length ? headerLength : -1;
    }

    private static boolean isMalformedRtcp(byte[] bytes, int offset, int length) {
        return length < RTCP_HEADER || length > PACKET_LIMIT || (bytes[offset] & VERSION_MASK) != VERSION_BITS;
    }

    private static void requireRoom(byte[] bytes, int offset, int length, int growth) {
        if (offset < 0 || length < 0 || bytes.length - offset - length < growth) {
            throw new IllegalArgumentException("no room for " + growth + " bytes behind the packet");
        }
    }

    private int drop(int code) {
        dropped[-1 - code]++;
        return code;
    }
}
