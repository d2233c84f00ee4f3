package offhook.call;

/** How key presses travel to a SIP peer. */
public enum DtmfMethod {
    /** The best that the peer negotiated: RFC 4733 events, else INFO where the peer allows it, else tones in the sound. */
    AUTO,
    /** Telephone events within the RTP stream (RFC 4733, once RFC 2833). */
    RFC4733,
    /** SIP INFO with {@code application/dtmf}: the key alone. */
    INFO,
    /** SIP INFO with {@code application/dtmf-relay}: the key and how long it was held. */
    INFO_RELAY,
    /** Tones in the sound itself, which needs G.711. */
    IN_BAND
}
