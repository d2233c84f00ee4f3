package offhook.call.offer;

/** A description that cannot be used. The message is one plain sentence for the person who reads the page or the log. */
public final class OfferRejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why, as a closed choice. */
    public enum Reason {
        /** It is not SDP, or a line that matters cannot be read. */
        MALFORMED(400),
        /** It has no audio section. */
        NO_AUDIO(488),
        /** It has audio, but refused, or with no codec that we relay. */
        NO_COMMON_CODEC(488),
        /** A browser's description without ICE credentials. */
        NO_ICE(488),
        /** A browser's description without a usable certificate fingerprint. */
        NO_FINGERPRINT(488),
        /** A browser's description with {@code a=setup:holdconn}, or an answer that leaves the role open. */
        BAD_SETUP(488),
        /** A browser's description that wants RTCP on a port of its own. */
        NO_RTCP_MUX(488),
        /** A SIP peer that insists on SRTP where we speak none, or on DTLS-SRTP. */
        ENCRYPTED_ONLY(488),
        /** A SIP peer that speaks plain RTP where we insist on SRTP. */
        NOT_ENCRYPTED(488),
        /** A SIP peer that encrypts, but with no key that we can use. */
        NO_USABLE_KEY(488),
        /** Some other transport, such as RTP over TCP, or a browser's section without DTLS-SRTP. */
        UNSUPPORTED_TRANSPORT(488),
        /** The {@code c=} line is not a unicast IP address. */
        UNUSABLE_ADDRESS(488);

        private final int sipStatus;

        Reason(int sipStatus) {
            this.sipStatus = sipStatus;
        }

        /** SIP status that says the same: 400 or 488. */
        public int sipStatus() {
            return sipStatus;
        }
    }

    private final Reason reason;
    private final String sentence;

    OfferRejected(Reason reason, String sentence) {
        super(sentence);
        this.reason = reason;
        this.sentence = sentence;
    }

    OfferRejected(Reason reason, String sentence, Throwable cause) {
        super(sentence, cause);
        this.reason = reason;
        this.sentence = sentence;
    }

    /** One plain sentence. */
    @Override
    public String getMessage() {
        return sentence;
    }

    /** The two sides' descriptions are sound, but nothing in them is shared. */
    public static OfferRejected noCommonCodec() {
        return new OfferRejected(Reason.NO_COMMON_CODEC, "The two sides share no audio codec.");
    }

    public Reason reason() {
        return reason;
    }

    /** SIP status to answer with: 400 or 488. */
    public int sipStatus() {
        return reason.sipStatus();
    }
}
