package offhook.media.dtmf;

/** Why a packet of telephone events tells nothing. */
public enum DtmfDrop {
    /** No RTP, or less payload than one event. */
    MALFORMED(-1),
    /** An event that is no key, such as a flash or a fax tone. */
    NO_KEY(-2),
    /** Of a key that was pressed before the present one. */
    TOO_LATE(-3);

    private static final DtmfDrop[] VALUES = values();

    private final int code;

    DtmfDrop(int code) {
        this.code = code;
    }

    /** What {@link TelephoneEventReceiver#onRtp} returns for it: negative. */
    public int code() {
        return code;
    }

    /** @param code negative, as returned by {@link TelephoneEventReceiver#onRtp} */
    public static DtmfDrop ofCode(int code) {
        return VALUES[-1 - code];
    }
}
