package offhook.call.leg;

/** Why a leg let a packet fall. Network noise is counted, never thrown. */
public enum LegDrop {
    /** The first bytes belong to no protocol that a leg speaks. */
    UNKNOWN_KIND,
    /** STUN that is malformed, not authentic, or not for us. */
    BAD_STUN,
    /** DTLS that is no record, or that nobody waits for. */
    BAD_DTLS,
    /** Media from an address that has passed no connectivity check, or that the leg did not latch on. */
    FOREIGN_SOURCE,
    /** Media before the keys are there, or before the other side is known. */
    TOO_EARLY,
    /** Not authentic, replayed, or too old. */
    BAD_SRTP,
    /** A header that does not hold together. */
    BAD_RTP,
    /** RTCP that does not hold together. */
    BAD_RTCP,
    /** A payload type that the two sides did not agree on. */
    UNKNOWN_PAYLOAD_TYPE
}
