package offhook.call;

import offhook.sip.dialog.IncomingReferral;
import offhook.sip.message.NameAddress;

/**
 * Somebody else is called because the peer asked for it (RFC 3515), to take the peer's place in the call when it answers.
 * Until then the peer stays where it is. Not thread-safe: one owner.
 */
final class Succession {
    private final IncomingReferral referral;
    private final PeerSession successor;
    private final long deadlineNanos;
    private Party party;

    /** @param deadlineNanos when whoever is called has rung long enough */
    Succession(IncomingReferral referral, PeerSession successor, long deadlineNanos) {
        this.referral = referral;
        this.successor = successor;
        this.deadlineNanos = deadlineNanos;
        this.party = Party.of(NameAddress.of(referral.target()));
    }

    /** The session that is to take the other's place. */
    PeerSession successor() {
        return successor;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Who is called. */
    Party party() {
        return party;
    }

    /** The telephone system knows better who is called. */
    void identify(Party asserted) {
        party = asserted;
    }

    /** Tells the peer how far it has come: the status of a response, or that of what went wrong. */
    void tell(int status, long nowNanos) {
        referral.notify(status, nowNanos);
    }
}
