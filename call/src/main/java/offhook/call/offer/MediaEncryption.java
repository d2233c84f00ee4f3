package offhook.call.offer;

/** Whether media towards a SIP peer is encrypted (SRTP, keys by RFC 4568). */
public enum MediaEncryption {
    /** Plain RTP is offered and taken; a peer that insists on encryption is refused. */
    OFF,
    /** Keys are offered beside plain RTP, and the peer chooses; of what it offers, the encrypted is taken first. */
    OPTIONAL,
    /** Only encrypted media is offered and taken. */
    MANDATORY
}
