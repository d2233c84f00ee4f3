package offhook.sip.dialog;

import java.util.OptionalLong;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.transaction.TransactionFailure;

/** How a session ended. */
public sealed interface SessionEnd {
    /** The owner ended it: CANCEL, BYE or a refusal went out, or will. */
    record HungUp() implements SessionEnd {}

    /** The peer ended an answered call, or gave up an early dialog. */
    record ByeReceived(SipRequest bye) implements SessionEnd {}

    /** The caller gave up before the answer; Reason may say why (RFC 3326). */
    record Cancelled(SipRequest cancel) implements SessionEnd {}

    /**
     * The peer refused our INVITE: 300 to 699. With 3xx, the Contacts say where else to ask; nobody has asked there, because
     * we may not, or have already.
     */
    record Refused(SipResponse response) implements SessionEnd {
        /** After how many seconds it may be worth trying again; empty when the peer does not say. */
        public OptionalLong retryAfterSeconds() {
            return response.headers().retryAfter();
        }
    }

    /** The peer did not accept our user name and password, or asked for them and we have none: 401 or 407. */
    record CredentialsRefused(SipResponse response) implements SessionEnd {}

    /** No response came to our INVITE, or to a request within the call. */
    record Failed(TransactionFailure failure) implements SessionEnd {}

    /** The peer does not know the dialog any more: 481 or 408 to a request within it (RFC 3261 section 12.2.1.2). */
    record PeerLost(SipResponse response) implements SessionEnd {}

    /** Nobody has refreshed the session in the time that was agreed on (RFC 4028 section 10). A BYE went out. */
    record Expired() implements SessionEnd {}

    /**
     * Our 2xx was never acknowledged in 64 * T1 (RFC 3261 section 13.3.1.4): a BYE went out. Or a reliable provisional
     * response was not (RFC 3262 section 3): a 504 went out.
     */
    record NotAcknowledged() implements SessionEnd {}
}
