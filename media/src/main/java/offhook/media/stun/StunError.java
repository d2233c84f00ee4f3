package offhook.media.stun;

/** Error codes (RFC 8489 section 14.8, RFC 8445 section 7.3.1.1). */
public final class StunError {
    public static final int BAD_REQUEST = 400;
    public static final int UNAUTHENTICATED = 401;
    public static final int UNKNOWN_ATTRIBUTE = 420;
    public static final int ROLE_CONFLICT = 487;

    private StunError() {}
}
