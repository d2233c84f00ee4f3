package offhook.sip.dialog;

import offhook.sip.message.SipResponse;
import offhook.sip.transaction.TransactionFailure;

/**
 * What comes of an offer of ours within a call: exactly one of these, unless the session ends before, which only its
 * {@link SessionListener} hears. As there, each call is the last thing that the session does for that input.
 */
public interface OfferHandler {
    /** A 2xx: its body is the answer. Its ACK is on its way. */
    void answered(SipResponse success, long nowNanos);

    /** A 300 to 699: the call goes on as it was (RFC 3261 section 14.1), but for 408 and 481, which also end it. */
    void refused(SipResponse refusal, long nowNanos);

    /** No final response. A timeout also ends the call, unless the peer has at least given the re-INVITE up when asked. */
    void failed(TransactionFailure failure, long nowNanos);
}
