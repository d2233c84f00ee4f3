package offhook.media.rtcp;

/** Why an RTCP packet is not read. */
public enum RtcpDrop {
    /** No RTCP, a length that does not fit, or too many packets in one. */
    MALFORMED(-1);

    private static final RtcpDrop[] VALUES = values();

    private final int code;

    RtcpDrop(int code) {
        this.code = code;
    }

    /** What a method that may drop returns for it: negative. */
    public int code() {
        return code;
    }

    /** @param code negative, as returned by a method that may drop */
    public static RtcpDrop ofCode(int code) {
        return VALUES[-1 - code];
    }
}
