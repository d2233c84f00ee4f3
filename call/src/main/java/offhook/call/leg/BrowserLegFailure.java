package offhook.call.leg;

/** Why a browser's leg cannot carry the call (any more). */
public enum BrowserLegFailure {
    /** No connectivity check of the browser arrived in time. */
    ICE_TIMEOUT,
    /** The browser's checks stopped (RFC 7675). */
    CONSENT_EXPIRED,
    /** The DTLS handshake failed or took too long. */
    DTLS_FAILED,
    /** The browser's certificate is not the announced one. */
    FINGERPRINT_MISMATCH,
    /** The browser closed the DTLS association: its peer connection is gone. */
    CLOSED_BY_BROWSER
}
