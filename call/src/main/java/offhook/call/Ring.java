package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.Ending.By;
import offhook.sip.dialog.Body;
import offhook.sip.dialog.InDialogRequest;
import offhook.sip.dialog.IncomingReferral;
import offhook.sip.dialog.SessionEnd;
import offhook.sip.dialog.SessionListener;
import offhook.sip.dialog.UasSession;
import offhook.sip.digest.Credentials;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import org.jspecify.annotations.Nullable;

/**
 * An INVITE that rings in a call of each of a user's agents, as a telephone on several desks does. Who answers first gets
 * the SIP session, and the others stop ringing. Who declines, declines for all: it is one person. Whoever falls out
 * otherwise, because a browser is gone, leaves the others ringing; the last one's reason is what the caller is told.
 *
 * <p>Not thread-safe: one owner.
 */
public final class Ring implements SessionListener {
    private final UasSession session;
    private final List<Call> ringing = new ArrayList<>();
    /** Who has the session since it was answered. */
    private @Nullable SessionListener answerer;

    /** @param session not opened yet */
    public Ring(UasSession session) {
        this.session = session;
    }

    /** The INVITE. */
    public SipRequest request() {
        return session.request();
    }

    /**
     * Takes the INVITE in; the calls follow by {@link #join}.
     *
     * @param contact where the peer reaches us for this call
     * @param credentials for challenges to our requests within the call
     */
    public void open(NameAddress contact, Credentials credentials) {
        session.open(contact, Optional.of(credentials), this);
    }

    /** One more call that rings. */
    public void join(Call call, AgentEvent.Incoming announcement, long nowNanos) {
        ringing.add(call);
        call.ring(this, announcement, nowNanos);
    }

    /** All calls have joined: the caller hears that it rings, unless each of them has left again. */
    public void begin(long nowNanos) {
        if (!ringing.isEmpty()) {
            session.progress(SipStatus.RINGING, nowNanos);
        }
    }

    /** The call is answered: it has the session from now on, and hears of it by this listener. */
    UasSession take(Call call, SessionListener listener, long nowNanos) {
        answerer = listener;
        endOthers(call, Ending.of(EndReason.ANSWERED_ELSEWHERE, By.SERVER), nowNanos);
        return session;
    }

    /** The call has ended without having been answered. */
    void leave(Call call, Ending ending, long nowNanos) {
        if (!ringing.remove(call)) {
            return;
        }
        if (ending.reason() == EndReason.DECLINED) {
            endOthers(call, Ending.of(EndReason.DECLINED, By.SERVER), nowNanos);
        }
        if (ringing.isEmpty() && !session.over()) {
            int status = ending.refusal();
            Headers accepted = status == SipStatus.UNSUPPORTED_MEDIA_TYPE ? SdpBody.ACCEPTED : Headers.NONE;
            session.refuse(status, accepted, nowNanos);
        }
    }

    private void endOthers(Call call, Ending ending, long nowNanos) {
        List<Call> others =
                ringing.stream().filter(other -> !other.equals(call)).toList();
        ringing.clear();
        others.forEach(other -> other.end(ending, nowNanos));
    }

    // ---- What the SIP peer does ----

    @Override
    public void ringing(SipResponse provisional, long nowNanos) {
        throw new IllegalStateException("we are called");
    }

    @Override
    public void answered(SipResponse success, long nowNanos) {
        throw new IllegalStateException("we are called");
    }

    @Override
    public void acknowledged(SipRequest ack, long nowNanos) {
        SessionListener owner = answerer;
        if (owner != null) {
            owner.acknowledged(ack, nowNanos);
        }
    }

    @Override
    public void requested(InDialogRequest request, long nowNanos) {
        SessionListener owner = answerer;
        if (owner != null) {
            owner.requested(request, nowNanos);
        } else {
            request.respond(SipStatus.OK, nowNanos);
        }
    }

    @Override
    public void referred(IncomingReferral referral, long nowNanos) {
        SessionListener owner = answerer;
        if (owner != null) {
            owner.referred(referral, nowNanos);
        } else {
            referral.refuse(SipStatus.DECLINE, nowNanos);
        }
    }

    @Override
    public Body currentOffer() {
        SessionListener owner = answerer;
        return owner == null ? Body.NONE : owner.currentOffer();
    }

    @Override
    public void refreshed(SipResponse success, long nowNanos) {
        SessionListener owner = answerer;
        if (owner != null) {
            owner.refreshed(success, nowNanos);
        }
    }

    @Override
    public void ended(SessionEnd how, long nowNanos) {
        SessionListener owner = answerer;
        if (owner != null) {
            owner.ended(how, nowNanos);
            return;
        }
        List<Call> all = List.copyOf(ringing);
        ringing.clear();
        all.forEach(each -> each.ended(how, nowNanos));
    }
}
