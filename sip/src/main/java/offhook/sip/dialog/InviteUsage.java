package offhook.sip.dialog;

import java.util.Optional;
import offhook.sip.digest.DigestClient;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
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
        void requested(InDialogRequest request, long nowNanos);

        void acknowledged(SipRequest ack, long nowNanos);

        void byeReceived(InviteUsage usage, SipRequest bye, long nowNanos);

        /** The dialog is of no more use, and not by a BYE of the peer. */
        void lost(InviteUsage usage, SessionEnd end, long nowNanos);
    }

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

    private State state = State.OPEN;
    /** The peer's re-INVITE that has no final answer yet. */
    private @Nullable InviteServerTransaction reinvite;

    private @Nullable RepeatedSuccess unacknowledged;
    private Headers byeHeaders = Headers.NONE;

    InviteUsage(UserAgentCore core, Dialog dialog, Optional<DigestClient> digest, Owner owner) {
        this.core = core;
        this.dialog = dialog;
        this.digest = digest;
        this.owner = owner;
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
        if (state == State.OVER) {
            answer(transaction, SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST, nowNanos);
        } else if (!dialog.inOrder(request)) {
            answer(transaction, SipStatus.SERVER_INTERNAL_ERROR, nowNanos);
        } else if (request.is(SipMethod.BYE)) {
            onBye(request, transaction, nowNanos);
        } else if (state != State.OPEN) {
            answer(transaction, SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST, nowNanos);
        } else if (request.is(SipMethod.OPTIONS)) {
            core.answerOptions(transaction, dialog.id().localTag(), nowNanos);
        } else if (transaction instanceof InviteServerTransaction invite) {
            onReinvite(invite, nowNanos);
        } else if (core.understands(request.method())) {
            owner.requested(new InDialogRequest(this, transaction), nowNanos);
        } else {
            core.refuseMethod(transaction, dialog.id().localTag(), nowNanos);
        }
    }

    /** An ACK for a 2xx of ours. */
    void onAck(SipRequest ack, long nowNanos) {
        RepeatedSuccess success = unacknowledged;
        if (success == null || ack.headers().cseq().number() != success.sequence()) {
            return;
        }
        settle();
        if (state == State.WAITING) {
            sendBye(byeHeaders, nowNanos);
        } else if (state == State.OPEN) {
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
        if (state != State.OPEN) {
            return false;
        }
        SipRequest request = transaction.request();
        SipResponse response = core.response(request, status, dialog.id().localTag(), extra, body);
        boolean success = response.isSuccess();
        if (Dialog.refreshesTarget(request.method()) && (success || response.isProvisional())) {
            response = response.with(response.headers().with(HeaderName.CONTACT, dialog.contact()));
        }
        if (!(transaction instanceof InviteServerTransaction)) {
            boolean sent = transaction.respond(response, nowNanos);
            if (sent && success && Dialog.refreshesTarget(request.method())) {
                dialog.refreshTarget(request);
            }
            return sent;
        }
        if (transaction != reinvite) {
            return false;
        }
        if (response.isFinal()) {
            reinvite = null;
        }
        if (success) {
            dialog.refreshTarget(request);
            succeed(transaction, response, nowNanos);
            return true;
        }
        return transaction.respond(response, nowNanos);
    }

    /** Sends a request of ours, meeting challenges; the handler gets what comes of it. */
    void send(String method, Headers extra, Body body, ResponseHandler handler, long nowNanos) {
        SipRequest request = dialog.request(method);
        Headers headers = core.signed(request.headers(), extra);
        new Exchange(body.in(request.with(headers)), handler).start(nowNanos);
    }

    /** Sends the ACK for a 2xx to our INVITE. */
    void acknowledge(SipRequest invite) {
        core.transactions().sendAck(dialog.ack(invite), dialog.nextHop());
    }

    /**
     * Ends the dialog from our side: by a BYE at once, or, when our 2xx still waits for its ACK, as soon as that is settled
     * (RFC 3261 section 15).
     */
    void bye(Headers extra, long nowNanos) {
        if (state != State.OPEN) {
            return;
        }
        endReinvite(nowNanos);
        if (unacknowledged != null) {
            state = State.WAITING;
            byeHeaders = extra;
        } else {
            sendBye(extra, nowNanos);
        }
    }

    /** Ends the dialog without a word: it was early, and its INVITE is settled otherwise. */
    void drop() {
        state = State.OVER;
        settle();
        core.forget(this);
    }

    private void onBye(SipRequest bye, ServerTransaction transaction, long nowNanos) {
        boolean news = state == State.OPEN;
        endReinvite(nowNanos);
        answer(transaction, SipStatus.OK, nowNanos);
        drop();
        if (news) {
            owner.byeReceived(this, bye, nowNanos);
        }
    }

    private void onReinvite(InviteServerTransaction invite, long nowNanos) {
        if (dialog.caller() && !dialog.confirmed()) {
            answer(invite, SipStatus.REQUEST_PENDING, nowNanos);
            return;
        }
        if (!dialog.confirmed() || reinvite != null) {
            // RFC 3261 section 14.2: the INVITE before has no final answer yet. Retry-After is 0 to 10 s at random.
            Headers later = Headers.NONE.with(HeaderName.RETRY_AFTER, core.randomSeconds(10));
            String tag = dialog.id().localTag();
            int status = SipStatus.SERVER_INTERNAL_ERROR;
            invite.respond(core.response(invite.request(), status, tag, later, Body.NONE), nowNanos);
            return;
        }
        // Who sends another INVITE has had the answer to the one before: its ACK was only lost or overtaken (RFC 5407
        // 3.1.4).
        settle();
        reinvite = invite;
        invite.listen(new InviteServerTransaction.Listener() {
            @Override
            public void cancelled(SipRequest cancel, long at) {
                endReinvite(at);
            }

            @Override
            public void unacknowledged(long at) {
                // A refused re-INVITE leaves the call as it was (RFC 3261 section 14.1).
            }
        });
        owner.requested(new InDialogRequest(this, invite), nowNanos);
    }

    private void endReinvite(long nowNanos) {
        InviteServerTransaction pending = reinvite;
        reinvite = null;
        if (pending != null) {
            answer(pending, SipStatus.REQUEST_TERMINATED, nowNanos);
        }
    }

    private void answer(ServerTransaction transaction, int status, long nowNanos) {
        transaction.respond(
                core.response(transaction.request(), status, dialog.id().localTag(), Headers.NONE, Body.NONE),
                nowNanos);
    }

    private void onNoAck(long nowNanos) {
        unacknowledged = null;
        boolean news = state == State.OPEN;
        sendBye(byeHeaders, nowNanos);
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

    private void lose(SessionEnd end, long nowNanos) {
        if (state == State.OPEN) {
            endReinvite(nowNanos);
            drop();
            owner.lost(this, end, nowNanos);
        }
    }

    /** One request of ours and its repetitions after challenges. */
    private final class Exchange implements ResponseHandler {
        private final ResponseHandler handler;
        private SipRequest request;
        private int challenges;

        Exchange(SipRequest request, ResponseHandler handler) {
            this.request = request;
            this.handler = handler;
        }

        void start(long nowNanos) {
            SipRequest authorized =
                    digest.map(client -> client.authorize(request)).orElse(request);
            core.transactions().send(authorized, dialog.nextHop(), this, nowNanos);
        }

        @Override
        public void onResponse(SipResponse response, long nowNanos) {
            if (state != State.OVER && Challenges.mayRetry(response, digest, challenges)) {
                challenges++;
                request = dialog.again(request);
                start(nowNanos);
                return;
            }
            if (response.isSuccess() && Dialog.refreshesTarget(request.method())) {
                dialog.refreshTarget(response);
            }
            handler.onResponse(response, nowNanos);
            int status = response.status();
            if (status == SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST || status == SipStatus.REQUEST_TIMEOUT) {
                lose(new SessionEnd.PeerLost(response), nowNanos);
            }
        }

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {
            handler.onFailure(failure, nowNanos);
            if (failure == TransactionFailure.TIMEOUT) {
                lose(new SessionEnd.Failed(failure), nowNanos);
            }
        }
    }
}
