package offhook.media.rtp;

/** Why an RTP packet is not passed on. */
public enum RtpDrop {
    /** No RTP, or a header that does not fit its packet. */
    MALFORMED(-1),
    /** Its number was seen before. */
    DUPLICATE(-2),
    /** Too far behind to be given the number it should have. */
    TOO_LATE(-3),
    /** Its number is far from those before, and no second packet has confirmed the new place yet. */
    UNCONFIRMED_JUMP(-4),
    /** From a source that another has just taken over from. */
    STALE_SOURCE(-5);

    private static final RtpDrop[] VALUES = values();

    private final int code;

    RtpDrop(int code) {
        this.code = code;
    }

    /** What a method that may drop returns for it: negative. */
    public int code() {
        return code;
    }

    /** @param code negative, as returned by a method that may drop */
    public static RtpDrop ofCode(int code) {
        return VALUES[-1 - code];
    }
}
