package offhook.media.stun;

/** The class of a STUN message, in the order of its two bits (RFC 8489 section 5). */
public enum StunClass {
    REQUEST,
    INDICATION,
    SUCCESS_RESPONSE,
    ERROR_RESPONSE
}
