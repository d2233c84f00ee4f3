package offhook.sip.transaction;

import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;

/** The receiving side of one request (RFC 3261 section 17.2). */
public sealed interface ServerTransaction permits InviteServerTransaction, NonInviteServerTransaction {
    /** The request, {@code received} and {@code rport} filled in its top Via (RFC 3261 section 18.2.1, RFC 3581). */
    SipRequest request();

    /** Where the request came from. */
    Arrival arrival();

    /**
     * Sends a response. A provisional one may be followed by others; a final one is sent again for each retransmission
     * of the request.
     *
     * @return whether it was sent: false when another final response went before it, or the transaction is over
     */
    boolean respond(SipResponse response, long nowNanos);
}
