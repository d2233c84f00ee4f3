package offhook.sip.message;

/** Method names. A method is a string, since any token may be one (RFC 3261 7.1); it is case-sensitive. */
public final class SipMethod {
    public static final String INVITE = "INVITE";
    public static final String ACK = "ACK";
    public static final String BYE = "BYE";
    public static final String CANCEL = "CANCEL";
    public static final String REGISTER = "REGISTER";
    public static final String OPTIONS = "OPTIONS";
    /** RFC 3262. */
    public static final String PRACK = "PRACK";
    /** RFC 3311. */
    public static final String UPDATE = "UPDATE";
    /** RFC 6086. */
    public static final String INFO = "INFO";
    /** RFC 3428. */
    public static final String MESSAGE = "MESSAGE";
    /** RFC 6665. */
    public static final String SUBSCRIBE = "SUBSCRIBE";
    /** RFC 6665. */
    public static final String NOTIFY = "NOTIFY";
    /** RFC 3515. */
    public static final String REFER = "REFER";

    private SipMethod() {}
}
