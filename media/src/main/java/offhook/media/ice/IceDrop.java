package offhook.media.ice;

/** Why a datagram given to {@link IceLite} did not count as a check. */
public enum IceDrop {
    /** No STUN message, or one that breaks the format or a limit. */
    MALFORMED(-1),
    /** A response, an indication or another method: a lite agent asks nothing and so awaits nothing. */
    NOT_A_BINDING_REQUEST(-2),
    /** FINGERPRINT is there and wrong. */
    WRONG_FINGERPRINT(-3),
    /** USERNAME or MESSAGE-INTEGRITY is missing: answered 400. */
    NO_CREDENTIALS(-4),
    /** USERNAME is not ours, or its second half not the peer's: answered 401. */
    WRONG_USERNAME(-5),
    /** MESSAGE-INTEGRITY is wrong: answered 401. */
    WRONG_INTEGRITY(-6),
    /** An attribute that must be understood and is not: answered 420. */
    UNKNOWN_ATTRIBUTE(-7),
    /** The peer claims to be controlled as we are: answered 487. */
    ROLE_CONFLICT(-8);

    private static final IceDrop[] VALUES = values();

    private final int code;

    IceDrop(int code) {
        this.code = code;
    }

    /** What {@link IceLite#onDatagram} returns for it: negative. */
    public int code() {
        return code;
    }

    /** @param code negative, as returned by {@link IceLite#onDatagram} */
    public static IceDrop ofCode(int code) {
        return VALUES[-1 - code];
    }
}
