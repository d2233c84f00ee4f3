package offhook.sip.transaction;

import offhook.sip.message.SipRequest;

/** The sending side of one request (RFC 3261 section 17.1). */
public sealed interface ClientTransaction permits InviteClientTransaction, NonInviteClientTransaction {
    /** The request as it was sent, our Via on top. */
    SipRequest request();

    /** Where it was sent. */
    Hop hop();

    /** Whether no final response has come yet, and one still may. */
    boolean awaitsResponse();
}
