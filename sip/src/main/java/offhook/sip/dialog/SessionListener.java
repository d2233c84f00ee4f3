package offhook.sip.dialog;

import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;

/**
 * The owner of a session. Each call is the last thing that the session does for that input, so the listener may use the
 * session from within it.
 */
public interface SessionListener {
    /**
     * As the caller: a 101 to 199. Several To tags mean that a proxy rings several phones (RFC 3261 section 13.2.2.1);
     * the body, if any, is that fork's early media. Reliable ones come once and in order.
     */
    void ringing(SipResponse provisional, long nowNanos);

    /** As the caller: the first 2xx; its ACK is on its way. Further forks that answer are hung up by the session. */
    void answered(SipResponse success, long nowNanos);

    /**
     * As the called side: the ACK for the answer, or for the 2xx to a re-INVITE, came; with the answer when we offered. When
     * our offer was in a reliable provisional response, its PRACK comes here, too, with the answer.
     */
    void acknowledged(SipRequest ack, long nowNanos);

    /**
     * A request within the dialog that is the owner's to answer: a re-INVITE, an UPDATE with or without an offer, a PRACK with
     * one, or another method of its settings. UPDATE and PRACK want their answer before this returns.
     */
    void requested(InDialogRequest request, long nowNanos);

    /** The peer asks us to call somebody else: a transfer. It is declined where nobody knows how to. */
    default void referred(IncomingReferral referral, long nowNanos) {
        referral.refuse(SipStatus.DECLINE, nowNanos);
    }

    /**
     * Our description as it stands, for a re-INVITE that refreshes the session: best unchanged to the last letter (RFC 4028
     * section 7.4). Asked for only when the peer does not take UPDATE, perhaps more than once.
     *
     * @return {@link Body#NONE} when there is none: no re-INVITE is made
     */
    default Body currentOffer() {
        return Body.NONE;
    }

    /** The peer's answer to {@link #currentOffer}: most likely what it has said before. */
    default void refreshed(SipResponse success, long nowNanos) {}

    /** The session is over; said exactly once, and nothing is said after it. */
    void ended(SessionEnd end, long nowNanos);
}
