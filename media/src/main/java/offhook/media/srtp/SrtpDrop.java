package offhook.media.srtp;

/** Why a packet was not let through. On the hot path it travels as {@link #code()}, a negative number. */
public enum SrtpDrop {
    /** Not even its header and tag fit, or it is no RTP or RTCP of version 2. */
    MALFORMED(-1),
    /** A packet with this index was accepted before (RFC 3711 section 3.3.2). */
    REPLAYED(-2),
    /** Its index lies behind the replay window, so nobody can tell whether it was accepted before. */
    TOO_OLD(-3),
    /** Its authentication tag is not the one that our key makes. */
    BAD_AUTHENTICATION(-4),
    /** It would bring in one SSRC more than a context remembers. */
    TOO_MANY_SSRCS(-5),
    /** An SRTCP packet that is not encrypted: refused even when authentic (RFC 8827 section 6.5). */
    NOT_ENCRYPTED(-6),
    /** All 2^48 SRTP or 2^31 SRTCP packets of this key are spent (RFC 3711 section 9.2). */
    KEY_EXHAUSTED(-7);

    private final int code;

    SrtpDrop(int code) {
        this.code = code;
    }

    /** The negative number that stands for it in place of a length. */
    public int code() {
        return code;
    }

    /** @throws IllegalArgumentException when no drop has this code */
    public static SrtpDrop ofCode(int code) {
        for (SrtpDrop drop : values()) {
            if (drop.code == code) {
                return drop;
            }
        }
        throw new IllegalArgumentException("no SRTP drop has the code " + code);
    }
}
