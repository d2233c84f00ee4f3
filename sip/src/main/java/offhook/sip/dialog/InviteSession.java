package offhook.sip.dialog;

import java.util.function.Supplier;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;

/** One call as SIP sees it: an INVITE and the dialog that comes of it. Single owner, not thread-safe. */
public sealed interface InviteSession permits UacSession, UasSession {
    /** The Call-ID, for logs: it does not name the session, since the peer may use it twice. */
    String callId();

    /** Whether a 2xx was sent or received and the call is not over. */
    boolean established();

    /** Whether {@link SessionListener#ended} was called. */
    boolean over();

    /** {@link #hangUp(Headers, long)} without a word of why. */
    default void hangUp(long nowNanos) {
        hangUp(Headers.NONE, nowNanos);
    }

    /**
     * Ends the call, however far it has come: CANCEL, 603 or BYE. The listener hears {@link SessionEnd.HungUp} at once;
     * what still has to be said to the peer, be it ACK and BYE for a 2xx that crosses the CANCEL, is said without it.
     *
     * @param extra headers for that request or response, such as Reason (RFC 3326)
     */
    void hangUp(Headers extra, long nowNanos);

    /** Whether the peer has said in Allow that it understands a method (RFC 3261 section 20.5); what it last said counts. */
    boolean peerAllows(String method);

    /**
     * Sends a request within an established call, such as INFO; challenges are met. A 481 or 408, or no response at all,
     * also ends the session (RFC 3261 section 12.2.1.2).
     *
     * @param method neither INVITE, ACK, CANCEL nor BYE
     * @throws IllegalStateException when the call is not {@link #established}
     */
    void send(String method, Headers extra, Body body, ResponseHandler handler, long nowNanos);

    /**
     * Offers the peer a change of an established call by a re-INVITE (RFC 3261 section 14.1); challenges are met. While
     * another INVITE is under way in the call it waits for its turn, and when the peer's crosses ours (491) it is sent
     * again after the RFC's random pause, both without a word.
     *
     * @param offer asked each time that the re-INVITE goes out: meanwhile the peer may have changed what there is to say
     * @throws IllegalStateException when the call is not {@link #established}, or {@link #offering} already
     */
    void offer(Headers extra, Supplier<Body> offer, OfferHandler handler, long nowNanos);

    /** Whether an {@link #offer} has not come to its end yet. */
    boolean offering();

    /**
     * Asks the peer of an established call to call somebody else (RFC 3515): a transfer. It is told as ours by Referred-By.
     *
     * @param referTo whom to call; for an attended transfer the {@link #takeoverTarget} of the other call
     * @param extra further headers
     * @throws IllegalStateException when the call is not {@link #established}, or {@link #referring} already
     */
    void refer(NameAddress referTo, Headers extra, ReferralListener listener, long nowNanos);

    /** Whether a {@link #refer} has not come to its end yet. */
    boolean referring();

    /**
     * Where somebody else calls to take our place in this call (RFC 5589 section 7.1): the peer's Contact, with a Replaces
     * that names the dialog.
     *
     * @throws IllegalStateException when the call is not {@link #established}
     */
    SipUri takeoverTarget();
}
