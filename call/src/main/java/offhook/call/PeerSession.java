package offhook.call;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import offhook.call.offer.AudioFormat;
import offhook.call.offer.OfferRejected;
import offhook.call.offer.SipDescription;
import offhook.media.sdp.Direction;
import offhook.sip.dialog.Body;
import offhook.sip.dialog.InDialogRequest;
import offhook.sip.dialog.IncomingReferral;
import offhook.sip.dialog.InviteSession;
import offhook.sip.dialog.OfferHandler;
import offhook.sip.dialog.OutgoingInvite;
import offhook.sip.dialog.SessionEnd;
import offhook.sip.dialog.SessionListener;
import offhook.sip.dialog.UasSession;
import offhook.sip.dialog.UserAgentCore;
import offhook.sip.message.Headers;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.transaction.TransactionFailure;
import org.jspecify.annotations.Nullable;

/**
 * One SIP session of a call, with its offers and answers, and the hold in either direction. A call has one, and for the
 * time of a transfer a second one that is to take its place. Not thread-safe: one owner.
 */
final class PeerSession implements SessionListener {
    /** The call. */
    interface Owner {
        /** Runs what the peer caused; what goes wrong in it ends the session, or the call. */
        void contained(PeerSession peer, long nowNanos, Runnable work);

        /** What the browser can receive and was told that we may send, in its order. */
        List<AudioFormat> browserFormats();

        /** Which way we would like media to flow. */
        Direction direction();

        /** Whether the person wants the call to be held. */
        boolean holds();

        /** A 101 to 199; {@code earlyMedia} says that it brought sound with it that can be used. */
        void rang(PeerSession peer, SipResponse provisional, boolean earlyMedia, long nowNanos);

        /** A 2xx, whose description, if it had one, has been told by {@link #described}. */
        void answered(PeerSession peer, SipResponse success, long nowNanos);

        /** Both sides agreed, for the first time or anew: media goes as the session's negotiation says. */
        void described(PeerSession peer, long nowNanos);

        /** The answer was owed by the ACK, and is not there. */
        void undescribed(PeerSession peer, long nowNanos);

        /** The hold in either direction may be another now. */
        void heldChanged(PeerSession peer, long nowNanos);

        /** The peer will not hold the call, or not resume it: it goes on as it was. */
        void holdRefused(PeerSession peer, EndReason reason, int sipStatus, String text, long nowNanos);

        /** The peer wants us to call somebody else; to be accepted or refused. */
        void referred(PeerSession peer, IncomingReferral referral, long nowNanos);

        /** An INFO, to be answered. */
        void informed(PeerSession peer, InDialogRequest info, long nowNanos);

        /** A message that may say who the peer is. */
        void heard(PeerSession peer, SipMessage message);

        void ended(PeerSession peer, SessionEnd how, long nowNanos);
    }

    /** How many phones' early media is remembered while they ring: as many as a session keeps early dialogs. */
    private static final int EARLY_DIALOGS = 16;

    private final Owner owner;
    private final CallMedia media;
    private final Negotiation negotiation;
    /** The answers of phones that ring, by their tags: one that answers need not say again what it has said. */
    private final Map<String, String> early = new HashMap<>();

    private @Nullable InviteSession session;
    /** Our offer went out in a 2xx: the ACK must bring the answer. */
    private boolean answerOwed;
    /** We have told the peer that we hold the call, and it agreed. */
    private boolean held;
    /** A hold or a resume has been offered to the peer. */
    private boolean offering;
    /** The hold that our latest description spoke of. */
    private boolean saidHold;

    private boolean heldByPeer;

    PeerSession(Owner owner, CallMedia media, RandomGenerator random) {
        this.owner = owner;
        this.media = media;
        this.negotiation = new Negotiation(media, random);
    }

    Negotiation negotiation() {
        return negotiation;
    }

    /** The session, once the call was placed or answered. */
    @Nullable
    InviteSession session() {
        return session;
    }

    /** Whether the session has come to its end. */
    boolean over() {
        InviteSession open = session;
        return open != null && open.over();
    }

    /** Whether we hold the call and the peer knows it. */
    boolean held() {
        return held;
    }

    /** Whether the peer holds us. */
    boolean heldByPeer() {
        return heldByPeer;
    }

    /** Whether a hold or a resume of ours has not been answered yet. */
    boolean settling() {
        return offering;
    }

    // ---- What the call asks ----

    /** Calls the peer; the INVITE's body is made here. */
    void dial(UserAgentCore core, OutgoingInvite invite, long nowNanos) {
        session = core.invite(invite.withOffer(offer()), this, nowNanos);
    }

    /**
     * Our description for a 2xx to this INVITE.
     *
     * @throws OfferRejected when its offer cannot be taken
     */
    Body describe(SipRequest invite) {
        Body offer = Body.of(invite);
        if (offer.isEmpty()) {
            answerOwed = true;
            return offer();
        }
        return answer(negotiation.read(SdpBody.text(offer)));
    }

    /** Answers an INVITE by what {@link #describe} has made of it. */
    void answer(UasSession incoming, Body description, long nowNanos) {
        session = incoming;
        incoming.answer(Headers.NONE, description, nowNanos);
        held = saidHold;
    }

    /** Ends the session, however far it has come. */
    void hangUp(long nowNanos) {
        InviteSession open = session;
        if (open != null && !open.over()) {
            open.hangUp(nowNanos);
        }
    }

    /** Has the peer agree to what the person wants of the hold, one offer after the other. */
    void settle(long nowNanos) {
        InviteSession open = session;
        boolean wanted = owner.holds();
        if (offering || wanted == held || open == null || !open.established()) {
            return;
        }
        offering = true;
        open.offer(Headers.NONE, this::offer, new HoldOffer(), nowNanos);
    }

    private Body offer() {
        saidHold = owner.holds();
        Direction wanted = owner.direction();
        // RFC 3264 section 8.4: whoever is held already and holds in turn says that nothing flows.
        Direction direction = saidHold && heldByPeer ? Direction.INACTIVE : wanted;
        return SdpBody.of(negotiation.offer(owner.browserFormats(), direction));
    }

    private Body answer(SipDescription offer) {
        saidHold = owner.holds();
        return SdpBody.of(negotiation.answer(offer, owner.browserFormats(), owner.direction()));
    }

    // ---- What the peer does ----

    @Override
    public void ringing(SipResponse provisional, long nowNanos) {
        contained(nowNanos, () -> {
            owner.heard(this, provisional);
            owner.rang(this, provisional, takeEarlyMedia(provisional, nowNanos), nowNanos);
        });
    }

    /** One phone's early media. What cannot be used is left: another phone, or the answer itself, may do better. */
    private boolean takeEarlyMedia(SipResponse provisional, long nowNanos) {
        Body body = Body.of(provisional);
        String tag = provisional.headers().to().tag();
        if (!SdpBody.is(body) || (!early.containsKey(tag) && early.size() >= EARLY_DIALOGS)) {
            return false;
        }
        try {
            negotiation.answered(SdpBody.text(body), owner.browserFormats());
        } catch (OfferRejected e) {
            return false;
        }
        early.put(tag, SdpBody.text(body));
        owner.described(this, nowNanos);
        return true;
    }

    @Override
    public void answered(SipResponse success, long nowNanos) {
        contained(nowNanos, () -> {
            Body body = Body.of(success);
            String said = SdpBody.is(body)
                    ? SdpBody.text(body)
                    : early.get(success.headers().to().tag());
            if (said != null) {
                negotiation.answered(said, owner.browserFormats());
                owner.described(this, nowNanos);
            }
            if (heardOthers(success)) {
                media.listenAnew();
            }
            early.clear();
            held = saidHold;
            owner.heard(this, success);
            owner.answered(this, success, nowNanos);
        });
    }

    /** Whether another phone than the one that has answered may have been heard while it rang. */
    private boolean heardOthers(SipResponse success) {
        return early.size() > (early.containsKey(success.headers().to().tag()) ? 1 : 0);
    }

    @Override
    public void acknowledged(SipRequest ack, long nowNanos) {
        contained(nowNanos, () -> {
            if (answerOwed) {
                answerOwed = false;
                takeOwedAnswer(Body.of(ack), nowNanos);
            }
            settle(nowNanos);
        });
    }

    private void takeOwedAnswer(Body body, long nowNanos) {
        if (SdpBody.is(body)) {
            takeAnswer(body, nowNanos);
        } else if (negotiation.plan() == null) {
            owner.undescribed(this, nowNanos);
        }
    }

    @Override
    public void requested(InDialogRequest request, long nowNanos) {
        contained(nowNanos, () -> {
            owner.heard(this, request.request());
            switch (request.request().method()) {
                case SipMethod.INVITE, SipMethod.UPDATE, SipMethod.PRACK -> onOffer(request, nowNanos);
                case SipMethod.INFO -> owner.informed(this, request, nowNanos);
                default -> request.respond(SipStatus.OK, nowNanos);
            }
        });
    }

    @Override
    public void referred(IncomingReferral referral, long nowNanos) {
        contained(nowNanos, () -> {
            owner.heard(this, referral.request());
            owner.referred(this, referral, nowNanos);
        });
    }

    @Override
    public Body currentOffer() {
        saidHold = held;
        String repeated = negotiation.repeat();
        return repeated.isEmpty() ? Body.NONE : SdpBody.of(repeated);
    }

    @Override
    public void refreshed(SipResponse success, long nowNanos) {
        contained(nowNanos, () -> {
            owner.heard(this, success);
            Body body = Body.of(success);
            if (SdpBody.is(body)) {
                try {
                    takeAnswer(body, nowNanos);
                } catch (OfferRejected e) {
                    // What the peer has said before still holds: nothing was to be changed.
                    return;
                }
            }
            settle(nowNanos);
        });
    }

    @Override
    public void ended(SessionEnd how, long nowNanos) {
        contained(nowNanos, () -> owner.ended(this, how, nowNanos));
    }

    private void onOffer(InDialogRequest request, long nowNanos) {
        Body body = Body.of(request.request());
        if (body.isEmpty() && request.request().is(SipMethod.INVITE)) {
            answerOwed = true;
            saidHold = owner.holds();
            String offer = negotiation.offerAnew(owner.browserFormats(), owner.direction());
            request.respond(SipStatus.OK, Headers.NONE, SdpBody.of(offer), nowNanos);
        } else if (body.isEmpty()) {
            request.respond(SipStatus.OK, nowNanos);
        } else if (!SdpBody.is(body)) {
            request.respond(SipStatus.UNSUPPORTED_MEDIA_TYPE, SdpBody.ACCEPTED, Body.NONE, nowNanos);
        } else {
            takeOffer(request, body, nowNanos);
        }
    }

    private void takeOffer(InDialogRequest request, Body body, long nowNanos) {
        Body answer;
        SipDescription offer;
        try {
            offer = negotiation.read(SdpBody.text(body));
            answer = answer(offer);
        } catch (OfferRejected e) {
            // A refused re-INVITE leaves the call as it was (RFC 3261 section 14.2).
            request.respond(SipStatus.NOT_ACCEPTABLE_HERE, nowNanos);
            return;
        }
        owner.described(this, nowNanos);
        request.respond(SipStatus.OK, Headers.NONE, answer, nowNanos);
        held = saidHold;
        heldByPeer = !offer.direction().receives();
        owner.heldChanged(this, nowNanos);
    }

    /** The peer's answer to an offer within the call. What it says of receiving counts only if we offered to send. */
    private void takeAnswer(Body body, long nowNanos) {
        negotiation.answered(SdpBody.text(body), owner.browserFormats());
        owner.described(this, nowNanos);
        held = saidHold;
        SipDescription answer = negotiation.peer();
        if (answer != null && negotiation.offeredToSend()) {
            heldByPeer = !answer.direction().receives();
        }
        owner.heldChanged(this, nowNanos);
    }

    private void contained(long nowNanos, Runnable work) {
        owner.contained(this, nowNanos, work);
    }

    /** What comes of a hold or a resume of ours. */
    private final class HoldOffer implements OfferHandler {
        @Override
        public void answered(SipResponse success, long nowNanos) {
            contained(nowNanos, () -> {
                offering = false;
                owner.heard(PeerSession.this, success);
                Body body = Body.of(success);
                if (!SdpBody.is(body)) {
                    // An answer is a must (RFC 3261 section 13.2.1), but the peer has said yes.
                    held = saidHold;
                    owner.heldChanged(PeerSession.this, nowNanos);
                } else if (!take(body, nowNanos)) {
                    return;
                }
                settle(nowNanos);
            });
        }

        private boolean take(Body body, long nowNanos) {
            try {
                takeAnswer(body, nowNanos);
                return true;
            } catch (OfferRejected e) {
                owner.holdRefused(
                        PeerSession.this,
                        EndReason.PEER_ERROR,
                        e.sipStatus(),
                        String.valueOf(e.getMessage()),
                        nowNanos);
                return false;
            }
        }

        @Override
        public void refused(SipResponse refusal, long nowNanos) {
            contained(nowNanos, () -> {
                offering = false;
                owner.holdRefused(
                        PeerSession.this,
                        EndReason.ofSipStatus(refusal.status()),
                        refusal.status(),
                        "The telephone system refused to " + (saidHold ? "hold" : "resume") + " the call ("
                                + refusal.status() + ").",
                        nowNanos);
            });
        }

        @Override
        public void failed(TransactionFailure failure, long nowNanos) {
            contained(nowNanos, () -> {
                offering = false;
                EndReason reason = SipEnds.reason(failure);
                owner.holdRefused(PeerSession.this, reason, 0, reason.sentence(), nowNanos);
            });
        }
    }
}
