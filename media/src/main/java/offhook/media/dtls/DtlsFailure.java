package offhook.media.dtls;

/**
 * Why no keys came of a handshake.
 *
 * @param detail what happened, in plain words, for a log line
 */
public record DtlsFailure(Reason reason, String detail) {
    /** The reasons a program may want to tell apart. */
    public enum Reason {
        /** The peer's certificate is not the one that its session description announced (RFC 8827 section 6.5). */
        FINGERPRINT,
        /** The two sides have no SRTP protection profile in common. */
        NO_SRTP_PROFILE,
        /** The handshake did not end in time. */
        TIMEOUT,
        /** Anything else: a message out of place, a bad signature, an alert of the peer. */
        PROTOCOL
    }
}
