package offhook.sip.dialog;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import offhook.sip.digest.DigestClient;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.RAck;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.transaction.InviteServerTransaction;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;
import org.jspecify.annotations.Nullable;

/**
 * What goes on within one dialog of a call (RFC 5057 calls it the invite usage): the peer's requests are answered or handed
 * on, ours are sent, BYE ends it from either side. Single owner, not thread-safe.
 *
 * <pre>
 *   Early or Confirmed ── peer's BYE ──────────────────────────► Over
 *        │ our BYE wanted                                          ▲
 *        ├─ our 2xx not acknowledged yet ──► Waiting ── ACK, or    │
 *        │                                      │       none ever  │
 *        └──────────── send BYE ────────────► Leaving ─────────────┘
 *                                             response or none
 * </pre>
 */
final class InviteUsage {
    /** The session that the dialog belongs to. */
    interface Owner {
        InviteSession session();

        void referred(IncomingReferral referral, long nowNanos);

        /** A PRACK, to be answered by the session, whose response it may be for. */
        void pracked(InviteUsage usage, ServerTransaction prack, long nowNanos);

        void requested(InDialogRequest request, long nowNanos);

        /** Our description, for a re-INVITE that changes nothing; {@link Body#NONE} when there is none to give. */
        Body currentOffer();

        /** That re-INVITE was answered. */
        void refreshed(SipResponse success, long nowNanos);

        void acknowledged(SipRequest ack, long nowNanos);

        void byeReceived(InviteUsage usage, SipRequest bye, long nowNanos);

        /** The dialog is of no more use, and not by a BYE of the peer. */
        void lost(InviteUsage usage, SessionEnd end, long nowNanos);
    }

    /** How many re-INVITEs and UPDATEs a peer may send in {@link #CHANGES_WINDOW}; further ones are put off by 500. */
    static final int MAX_CHANGES = 20;

    /** Nanoseconds. */
    static final long CHANGES_WINDOW = 10_000_000_000L;

    /** RFC 3261 section 14.2: whoever comes too early is to come again after 0 to 10 s at random. */
    private static final int MOST_RETRY_AFTER_SECONDS = 10;

    private static final ResponseHandler NOBODY = new ResponseHandler() {
        @Override
        public void onResponse(SipResponse response, long nowNanos) {}

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {}
    };

    private enum State {
        OPEN,
        WAITING,
        LEAVING,
        OVER
    }

    private final UserAgentCore core;
    private final Dialog dialog;
    private final Optional<DigestClient> digest;
    private final Owner owner;
    private final Referrals referrals;
    private final SessionTimer timer;

    private State state = State.OPEN;
    /** The peer's re-INVITE that has no final answer yet. */
    private @Nullable InviteServerTransaction asked;
    /** The peer's UPDATE that has no answer yet. */
    private @Nullable ServerTransaction updated;
    /** Our re-INVITE that has no final answer yet. */
    private @Nullable Reinvite reinvite;
    /** Another one, by which the session timer only says that we are there. */
    private @Nullable Reinvite refreshing;

    /** As the caller: the number of the last reliable provisional response, and the CSeq number of its INVITE. */
    private long lastReliable;

    private int lastReliableInvite;
    /** The INVITE's offer was answered before the dialog is confirmed (RFC 3262 section 5). */
    private boolean answeredEarly;

    private @Nullable RepeatedSuccess unacknowledged;
    /** The CSeq number of our INVITE that was acknowledged last, 0 for none; and what its ACK's Via has. */
    private int acknowledgedSequence;

    private String ackBranch = "";
    private final Flood changes = new Flood(MAX_CHANGES, CHANGES_WINDOW);
    private Headers byeHeaders = Headers.NONE;

    InviteUsage(UserAgentCore core, Dialog dialog, Optional<DigestClient> digest, Owner owner) {
        this.core = core;
        this.dialog = dialog;
        this.digest = digest;
        this.owner = owner;
        this.referrals = new Referrals(this, core.transactions().deadlines());
        this.timer = new SessionTimer(this, core);
    }

    InviteSession session() {
        return owner.session();
    }

    Referrals referrals() {
        return referrals;
    }

    SessionTimer timer() {
        return timer;
    }

    Dialog dialog() {
        return dialog;
    }

    /** Whether the dialog can still be used. */
    boolean isOpen() {
        return state == State.OPEN;
    }

    /** A request of the peer, any but ACK and CANCEL. */
    void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos) {
        if (!dialog.inOrder(request)) {
            answer(transaction, SipStatus.SERVER_INTERNAL_ERROR, nowNanos);
        } else if (request.is(SipMethod.NOTIFY) && core.understands(SipMethod.NOTIFY)) {
            referrals.onNotify(transaction, nowNanos);
        } else if (state == State.OVER) {
            answer(transaction, SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST, nowNanos);
        } else if (request.is(SipMethod.BYE)) {
            onBye(request, transaction, nowNanos);
        } else if (state != State.OPEN) {
            answer(transaction, SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST, nowNanos);
        } else if (request.is(SipMethod.OPTIONS)) {
            core.answerOptions(transaction, dialog.id().localTag(), nowNanos);
        } else if (setsTimer(request.method()) && SessionTimer.tooSmall(request, core)) {
            core.refuseInterval(transaction, dialog.id().localTag(), nowNanos);
        } else if (transaction instanceof InviteServerTransaction invite) {
            onReinvite(invite, nowNanos);
        } else if (request.is(SipMethod.PRACK) && core.understands(SipMethod.PRACK)) {
            owner.pracked(this, transaction, nowNanos);
        } else if (request.is(SipMethod.UPDATE) && core.understands(SipMethod.UPDATE)) {
            onUpdate(transaction, nowNanos);
        } else if (request.is(SipMethod.REFER) && core.understands(SipMethod.REFER)) {
            referrals.onRefer(transaction, owner, nowNanos);
        } else if (core.understands(request.method())) {
            owner.requested(new InDialogRequest(this, transaction), nowNanos);
        } else {
            core.refuseMethod(transaction, dialog.id().localTag(), nowNanos);
        }
    }

    /**
     * A provisional response to an INVITE of ours; a reliable one is acknowledged (RFC 3262 section 4).
     *
     * @return whether it is news: false for a reliable one that came before, or that another one is missing before
     */
    boolean onProvisional(SipResponse response, long nowNanos) {
        Headers headers = response.headers();
        if (!core.supports(UserAgentCore.RELIABLE) || !headers.lists(HeaderName.REQUIRE, UserAgentCore.RELIABLE)) {
            return true;
        }
        OptionalLong number = headers.rseq();
        int invite = headers.cseq().number();
        boolean first = invite != lastReliableInvite;
        if (number.isEmpty() || !(first || number.getAsLong() == lastReliable + 1)) {
            return false;
        }
        lastReliable = number.getAsLong();
        lastReliableInvite = invite;
        answeredEarly |= response.body().length > 0;
        RAck rack = new RAck(number.getAsLong(), headers.cseq());
        Headers extra = Headers.NONE.with(HeaderName.RACK, rack);
        new Exchange(SipMethod.PRACK, extra, Body.NONE, NOBODY, sequence -> {}, false).start(nowNanos);
        return true;
    }

    /** The INVITE's offer has its answer, in a provisional response that has arrived: others may follow by UPDATE. */
    void answeredEarly() {
        answeredEarly = true;
    }

    boolean isAnsweredEarly() {
        return answeredEarly;
    }

    /** An ACK for a 2xx of ours. */
    void onAck(SipRequest ack, long nowNanos) {
        RepeatedSuccess success = unacknowledged;
        if (success == null || ack.headers().cseq().number() != success.sequence()) {
            return;
        }
        settle();
        if (state == State.WAITING) {
            byeAtLast(nowNanos);
        } else if (state == State.OPEN) {
            onTurn(nowNanos);
            owner.acknowledged(ack, nowNanos);
        }
    }

    /**
     * Sends a 2xx of ours to an INVITE, and again until its ACK comes.
     *
     * @param transaction the INVITE's
     */
    void succeed(ServerTransaction transaction, SipResponse success, long nowNanos) {
        settle();
        transaction.respond(success, nowNanos);
        RepeatedSuccess repeated = new RepeatedSuccess(
                transaction,
                success,
                core.transactions().timers(),
                core.transactions().deadlines(),
                this::onNoAck);
        unacknowledged = repeated;
        repeated.start(nowNanos);
    }

    /** Answers a request of the peer for the session's owner. */
    boolean respond(ServerTransaction transaction, int status, Headers extra, Body body, long nowNanos) {
        if (state != State.OPEN || (transaction instanceof InviteServerTransaction && transaction != asked)) {
            return false;
        }
        SipRequest request = transaction.request();
        SipResponse response = core.response(request, status, dialog.id().localTag(), extra, body);
        boolean refreshes = Dialog.refreshesTarget(request.method());
        if (refreshes && !(response.isFinal() && !response.isSuccess())) {
            NameAddress reached = core.contactFor(transaction.arrival(), dialog.contact(), request);
            response = response.with(response.headers().with(HeaderName.CONTACT, reached));
        }
        if (response.isSuccess() && setsTimer(request.method())) {
            Headers headers = core.capabilities(response.headers());
            // While it rings there is no session yet that could expire.
            response = response.with(dialog.confirmed() ? timer.grant(request, headers, nowNanos) : headers);
        }
        if (response.isFinal() && (transaction == asked || transaction == updated)) {
            asked = null;
            updated = null;
        }
        boolean sent = true;
        if (response.isSuccess() && transaction instanceof InviteServerTransaction) {
            succeed(transaction, response, nowNanos);
        } else {
            sent = transaction.respond(response, nowNanos);
        }
        if (sent && response.isSuccess() && refreshes) {
            dialog.refreshTarget(request);
        }
        onTurn(nowNanos);
        return sent;
    }

    /** Sends a request of ours, meeting challenges; the handler gets what comes of it. */
    void send(String method, Headers extra, Body body, ResponseHandler handler, long nowNanos) {
        send(method, extra, body, handler, sequence -> {}, nowNanos);
    }

    /**
     * As {@link #send(String, Headers, Body, ResponseHandler, long)}.
     *
     * @param numbered hears the CSeq number of the request each time that it is sent
     */
    void send(String method, Headers extra, Body body, ResponseHandler handler, IntConsumer numbered, long nowNanos) {
        new Exchange(method, extra, body, handler, numbered, true).start(nowNanos);
    }

    /** Sends a NOTIFY: whatever comes of it, the call does not hang on it (RFC 5057 section 5.1). */
    void notify(Headers extra, Body body, ResponseHandler handler, long nowNanos) {
        new Exchange(SipMethod.NOTIFY, extra, body, handler, sequence -> {}, false).start(nowNanos);
    }

    /**
     * Offers the peer a change of the session by a re-INVITE, as soon as no other is under way.
     *
     * @throws IllegalStateException when the dialog is not confirmed or over, or while an offer before has no answer
     */
    void offer(Headers extra, Supplier<Body> offer, OfferHandler handler, long nowNanos) {
        if (state != State.OPEN || !dialog.confirmed()) {
            throw new IllegalStateException("the call is not established");
        }
        if (reinvite != null) {
            throw new IllegalStateException("an offer is under way");
        }
        reinvite = new Reinvite(this, core, digest, extra, offer, handler);
        onTurn(nowNanos);
    }

    /**
     * Sends a re-INVITE that offers what we have described before. Not while another refresh is under way.
     *
     * @return false when there is nothing to offer
     */
    boolean refresh(OfferHandler handler, long nowNanos) {
        if (owner.currentOffer().isEmpty()) {
            return false;
        }
        refreshing = new Reinvite(this, core, digest, Headers.NONE, owner::currentOffer, handler);
        onTurn(nowNanos);
        return true;
    }

    void refreshed(SipResponse success, long nowNanos) {
        if (state == State.OPEN) {
            owner.refreshed(success, nowNanos);
        }
    }

    /** Nobody has refreshed the session in time (RFC 4028 section 10). */
    void expire(long nowNanos) {
        if (state == State.OPEN) {
            bye(reason(SipStatus.REQUEST_TIMEOUT, "Session timer expired"), nowNanos);
            owner.lost(this, new SessionEnd.Expired(), nowNanos);
        }
    }

    /** RFC 3326. */
    private static Headers reason(int cause, String text) {
        return Headers.NONE.with(HeaderName.REASON, "SIP;cause=" + cause + ";text=\"" + text + "\"");
    }

    /** Whether an offer of ours is under way, or waits until it may be. */
    boolean offering() {
        return reinvite != null;
    }

    /** As {@link #offering}, or whether a refresh of ours is. */
    boolean reinviting() {
        return reinvite != null || refreshing != null;
    }

    /** An INVITE or UPDATE in either direction is done with: whoever waits for it may go on. */
    void onTurn(long nowNanos) {
        for (Reinvite waiting : Arrays.asList(reinvite, refreshing)) {
            boolean free = asked == null && updated == null && unacknowledged == null && !oursUnderWay();
            if (waiting != null && state == State.OPEN && free) {
                waiting.onTurn(nowNanos);
            }
        }
    }

    private boolean oursUnderWay() {
        return (reinvite != null && reinvite.underWay()) || (refreshing != null && refreshing.underWay());
    }

    /** A re-INVITE of ours is done with. */
    void onReinviteOver(Reinvite over, long nowNanos) {
        if (over == reinvite) {
            reinvite = null;
        } else {
            refreshing = null;
        }
        onTurn(nowNanos);
    }

    /** Sends the ACK for a 2xx to our INVITE, and the same once more when the 2xx is repeated. */
    void acknowledge(SipRequest invite) {
        int sequence = invite.headers().cseq().number();
        if (sequence != acknowledgedSequence) {
            acknowledgedSequence = sequence;
            ackBranch = core.transactions().newBranch();
        }
        core.transactions().sendAck(dialog.ack(invite), ackBranch, dialog.nextHop());
    }

    /**
     * Ends the dialog from our side: by a BYE at once, or, when our 2xx still waits for its ACK, as soon as that is settled
     * (RFC 3261 section 15), or when the peer has heard how its referral ended: after a BYE many would not listen.
     */
    void bye(Headers extra, long nowNanos) {
        if (state != State.OPEN) {
            return;
        }
        timer.stop();
        endReinvites(nowNanos);
        state = State.WAITING;
        byeHeaders = extra;
        byeAtLast(nowNanos);
    }

    /** Sends the BYE that waits, if it need not wait any longer. */
    void byeAtLast(long nowNanos) {
        if (state == State.WAITING && unacknowledged == null && !referrals.telling()) {
            sendBye(byeHeaders, nowNanos);
        }
    }

    /** Ends the dialog without a word: it was early, and its INVITE is settled otherwise. */
    void drop() {
        state = State.OVER;
        timer.stop();
        settle();
        onReferralsOver();
    }

    /** A dialog outlives its call while it awaits NOTIFYs (RFC 5057 section 4.1). */
    void onReferralsOver() {
        if (state == State.OVER && !referrals.awaitNotify()) {
            core.forget(this);
        }
    }

    private void onBye(SipRequest bye, ServerTransaction transaction, long nowNanos) {
        boolean news = state == State.OPEN;
        endReinvites(nowNanos);
        answer(transaction, SipStatus.OK, nowNanos);
        drop();
        if (news) {
            owner.byeReceived(this, bye, nowNanos);
        }
    }

    /** INVITE and UPDATE, which RFC 4028 calls session refresh requests. */
    private static boolean setsTimer(String method) {
        return method.equals(SipMethod.INVITE) || method.equals(SipMethod.UPDATE);
    }

    private void onReinvite(InviteServerTransaction invite, long nowNanos) {
        boolean ours = oursUnderWay();
        if (ours || (dialog.caller() && !dialog.confirmed())) {
            answer(invite, SipStatus.REQUEST_PENDING, nowNanos);
            return;
        }
        if (!dialog.confirmed() || asked != null || updated != null || core.floods(changes, nowNanos)) {
            // RFC 3261 section 14.2: the INVITE before has no final answer yet.
            putOff(invite, nowNanos);
            return;
        }
        // Who sends another INVITE has had the answer to the one before: its ACK was only lost or overtaken (RFC 5407
        // 3.1.4).
        settle();
        asked = invite;
        invite.listen(new InviteServerTransaction.Listener() {
            @Override
            public void cancelled(SipRequest cancel, long at) {
                endAsked(at);
                onTurn(at);
            }

            @Override
            public void unacknowledged(long at) {
                // A refused re-INVITE leaves the call as it was (RFC 3261 section 14.1).
            }
        });
        owner.requested(new InDialogRequest(this, invite), nowNanos);
    }

    /** RFC 3311 section 5.2. Without an offer it only says that the peer is there, and perhaps where, or who it is. */
    private void onUpdate(ServerTransaction update, long nowNanos) {
        boolean offers = !Body.of(update.request()).isEmpty();
        boolean ours = oursUnderWay();
        boolean early = !dialog.confirmed() && !answeredEarly;
        if (offers && (ours || (early && dialog.caller()))) {
            answer(update, SipStatus.REQUEST_PENDING, nowNanos);
        } else if (updated != null || (offers && (asked != null || early)) || core.floods(changes, nowNanos)) {
            putOff(update, nowNanos);
        } else {
            updated = offers ? update : null;
            owner.requested(new InDialogRequest(this, update), nowNanos);
        }
    }

    void putOff(ServerTransaction transaction, long nowNanos) {
        Headers later = Headers.NONE.with(HeaderName.RETRY_AFTER, core.random(MOST_RETRY_AFTER_SECONDS));
        SipRequest request = transaction.request();
        int status = SipStatus.SERVER_INTERNAL_ERROR;
        transaction.respond(core.response(request, status, dialog.id().localTag(), later, Body.NONE), nowNanos);
    }

    /** The call ends: what is under way in either direction ends with it. */
    private void endReinvites(long nowNanos) {
        endAsked(nowNanos);
        for (Reinvite own : Arrays.asList(reinvite, refreshing)) {
            if (own != null) {
                own.abandon(nowNanos);
            }
        }
        reinvite = null;
        refreshing = null;
    }

    private void endAsked(long nowNanos) {
        InviteServerTransaction pending = asked;
        asked = null;
        if (pending != null) {
            answer(pending, SipStatus.REQUEST_TERMINATED, nowNanos);
        }
    }

    void answer(ServerTransaction transaction, int status, long nowNanos) {
        transaction.respond(
                core.response(transaction.request(), status, dialog.id().localTag(), Headers.NONE, Body.NONE),
                nowNanos);
    }

    private void onNoAck(long nowNanos) {
        unacknowledged = null;
        boolean news = state == State.OPEN;
        timer.stop();
        endReinvites(nowNanos);
        sendBye(news ? reason(SipStatus.REQUEST_TIMEOUT, "No ACK") : byeHeaders, nowNanos);
        if (news) {
            owner.lost(this, new SessionEnd.NotAcknowledged(), nowNanos);
        }
    }

    private void settle() {
        RepeatedSuccess success = unacknowledged;
        unacknowledged = null;
        if (success != null) {
            success.stop();
        }
    }

    private void sendBye(Headers extra, long nowNanos) {
        state = State.LEAVING;
        send(
                SipMethod.BYE,
                extra,
                Body.NONE,
                new ResponseHandler() {
                    @Override
                    public void onResponse(SipResponse response, long at) {
                        if (response.isFinal()) {
                            drop();
                        }
                    }

                    @Override
                    public void onFailure(TransactionFailure failure, long at) {
                        drop();
                    }
                },
                nowNanos);
    }

    /** A request of ours was refused in a way that may tell more of the dialog (RFC 3261 section 12.2.1.2). */
    void onRefusal(SipResponse response, long nowNanos) {
        int status = response.status();
        if (status == SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST || status == SipStatus.REQUEST_TIMEOUT) {
            lose(new SessionEnd.PeerLost(response), nowNanos);
        }
    }

    /** A request of ours had no response. */
    void onFailure(TransactionFailure failure, long nowNanos) {
        if (failure == TransactionFailure.TIMEOUT) {
            lose(new SessionEnd.Failed(failure), nowNanos);
        }
    }

    private void lose(SessionEnd end, long nowNanos) {
        if (state == State.OPEN) {
            endReinvites(nowNanos);
            drop();
            owner.lost(this, end, nowNanos);
        }
    }

    /** One request of ours and its repetitions after challenges. */
    private final class Exchange implements ResponseHandler {
        private final ResponseHandler handler;
        private final IntConsumer numbered;
        /** Whether the call ends when the peer does not know the dialog, or does not answer. */
        private final boolean vital;

        private SipRequest request;
        private int challenges;

        Exchange(
                String method, Headers extra, Body body, ResponseHandler handler, IntConsumer numbered, boolean vital) {
            SipRequest plain = dialog.request(method);
            Headers headers = setsTimer(method) ? timer.ask(core.capabilities(plain.headers())) : plain.headers();
            this.request = body.in(plain.with(core.signed(headers, extra)));
            this.handler = handler;
            this.numbered = numbered;
            this.vital = vital;
        }

        void start(long nowNanos) {
            SipRequest authorized =
                    digest.map(client -> client.authorize(request)).orElse(request);
            numbered.accept(request.headers().cseq().number());
            core.transactions().send(authorized, dialog.nextHop(), this, nowNanos);
        }

        @Override
        public void onResponse(SipResponse response, long nowNanos) {
            boolean wanted = state != State.OVER || !vital;
            if (wanted && Challenges.mayRetry(response, digest, challenges)) {
                challenges++;
                request = dialog.again(request);
                start(nowNanos);
                return;
            }
            if (response.isSuccess() && Dialog.refreshesTarget(request.method())) {
                dialog.refreshTarget(response);
            }
            if (response.isSuccess() && setsTimer(request.method()) && isOpen() && dialog.confirmed()) {
                timer.onSuccess(request, response, nowNanos);
            }
            handler.onResponse(response, nowNanos);
            if (vital) {
                InviteUsage.this.onRefusal(response, nowNanos);
            }
        }

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {
            handler.onFailure(failure, nowNanos);
            if (vital) {
                InviteUsage.this.onFailure(failure, nowNanos);
            }
        }
    }
}
