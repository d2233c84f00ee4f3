package offhook.sip.dialog;

import java.util.Optional;
import java.util.function.Supplier;
import offhook.sip.digest.Credentials;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.RAck;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipSyntaxException;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.InviteServerTransaction;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;
import org.jspecify.annotations.Nullable;

/**
 * A call that comes in (RFC 3261 section 13.3).
 *
 * <pre>
 *        INVITE
 *          │
 *      ┌───▼───┐ 101-199 of the owner: send, and again every minute
 *      │Ringing│
 *      └─┬─┬─┬─┘
 *     2xx│ │ │300-699 of the owner; CANCEL or BYE: 487
 *        │ │ └─────────────────────────────► Over
 *  ┌─────▼─────┐                              ▲
 *  │Established├── BYE of either side, lost ──┤
 *  └───────────┘   2xx again until ACK; none ─┘ and BYE
 * </pre>
 *
 * Single owner, not thread-safe.
 */
public final class UasSession implements InviteSession {
    /** A proxy cancels an INVITE that it hears nothing of for three minutes (RFC 3261 section 13.3.1.1). */
    static final long PROVISIONAL_REFRESH = 60_000_000_000L;

    /** RFC 3262 section 3: the first RSeq is below 2^31. */
    private static final int MOST_FIRST_RSEQ = 0x3fff_ffff;

    private final UserAgentCore core;
    private final ServerTransaction transaction;
    private final Optional<InviteSession> replaced;
    private final String localTag;
    private final Owner owner = new Owner();

    private @Nullable SessionListener listener;
    private @Nullable InviteUsage usage;
    private @Nullable SipResponse provisional;
    private @Nullable ReliableResponses reliable;
    /** The 2xx while it waits for the PRACK of what was said before. */
    private @Nullable SipResponse heldAnswer;

    private Deadlines.@Nullable Deadline refresh;
    private boolean answered;
    private boolean over;

    UasSession(UserAgentCore core, ServerTransaction transaction, Optional<InviteSession> replaced) {
        this.core = core;
        this.transaction = transaction;
        this.replaced = replaced;
        this.localTag = core.transactions().tokens().tag();
    }

    /** The INVITE. */
    public SipRequest request() {
        return transaction.request();
    }

    /** Where the INVITE came from. */
    public Arrival arrival() {
        return transaction.arrival();
    }

    /**
     * The call whose place this one is to take (RFC 3891): one of ours that is established, or that we have placed and that
     * still rings. Whoever accepts this call hangs that one up; whether the caller may do so is the owner's to judge.
     */
    public Optional<InviteSession> replaced() {
        return replaced;
    }

    /**
     * Takes the call in, to ring and to be answered later. An early dialog exists from here on.
     *
     * @param contact names us; its host, port and transport become those by which the INVITE came
     * @param credentials for challenges to our requests within the call
     */
    public void open(NameAddress contact, Optional<Credentials> credentials, SessionListener listener) {
        if (usage != null || over) {
            throw new IllegalStateException("the call is open already, or over");
        }
        this.listener = listener;
        NameAddress reached = core.contactFor(arrival(), contact, request());
        InviteUsage opened =
                new InviteUsage(core, Dialog.ofRequest(request(), localTag, reached), core.digest(credentials), owner);
        usage = opened;
        core.remember(opened);
        if (transaction instanceof InviteServerTransaction invite) {
            invite.listen(owner);
        }
    }

    /** {@link #progress(int, Headers, Body, long)} without a body: 180 while it rings. */
    public void progress(int status, long nowNanos) {
        progress(status, Headers.NONE, Body.NONE, nowNanos);
    }

    /**
     * Tells the caller how it goes; with a body, where the caller can (RFC 3262), in such a way that it arrives: then it is
     * sent until its PRACK comes, and if none ever does the call ends as {@link SessionEnd.NotAcknowledged}.
     *
     * <p>The first that is said reliably to a caller who has made no offer has to make one. If it does not, it stays unsaid.
     *
     * @param status 101 to 199
     * @param body the answer to the caller's offer or, when there was none, an offer, whose answer comes to {@link
     *     SessionListener#acknowledged}
     */
    public void progress(int status, Headers extra, Body body, long nowNanos) {
        if (over || answered || heldAnswer != null) {
            return;
        }
        SipResponse response = dialogResponse(status, extra, body);
        provisional = response;
        if (requiresReliability() || (body.bytes().length > 0 && callerKnowsReliability())) {
            progressReliably(response, nowNanos);
        } else {
            transaction.respond(response, nowNanos);
        }
        core.transactions().deadlines().cancel(refresh);
        refresh = core.transactions().deadlines().at(nowNanos + PROVISIONAL_REFRESH, this::refresh);
    }

    /** Whether the caller takes no provisional response but a reliable one. */
    public boolean requiresReliability() {
        return core.supports(UserAgentCore.RELIABLE)
                && request().headers().lists(HeaderName.REQUIRE, UserAgentCore.RELIABLE);
    }

    private boolean callerKnowsReliability() {
        return core.supports(UserAgentCore.RELIABLE)
                && request().headers().lists(HeaderName.SUPPORTED, UserAgentCore.RELIABLE);
    }

    private void progressReliably(SipResponse response, long nowNanos) {
        ReliableResponses responses = reliable;
        if (responses == null) {
            if (Body.of(request()).isEmpty() && response.body().length == 0) {
                return;
            }
            responses = new ReliableResponses(
                    transaction,
                    1 + core.random(MOST_FIRST_RSEQ),
                    core.transactions().timers(),
                    core.transactions().deadlines(),
                    this::onNoPrack);
            reliable = responses;
        }
        responses.send(response, nowNanos);
    }

    /**
     * Answers the call with 200, as soon as the caller has what was said before. The listener hears of the ACK, or that
     * there was none.
     */
    public void answer(Headers extra, Body body, long nowNanos) {
        if (over || answered || heldAnswer != null || usage == null) {
            return;
        }
        core.transactions().deadlines().cancel(refresh);
        SipResponse plain = dialogResponse(SipStatus.OK, extra, body);
        SipResponse success = plain.with(core.capabilities(plain.headers()));
        ReliableResponses responses = reliable;
        if (responses != null) {
            responses.dropWaiting();
        }
        if (responses != null && responses.holdsAnswer()) {
            heldAnswer = success;
        } else {
            sendAnswer(success, nowNanos);
        }
    }

    private void sendAnswer(SipResponse success, long nowNanos) {
        InviteUsage opened = usage;
        if (opened != null) {
            answered = true;
            heldAnswer = null;
            stopReliable();
            opened.dialog().confirm();
            Headers granted = opened.timer().grant(request(), success.headers(), nowNanos);
            opened.succeed(transaction, success.with(granted), nowNanos);
        }
    }

    /** What was said reliably is not said again: a final response follows, and what it does not need to arrive. */
    private void stopReliable() {
        ReliableResponses responses = reliable;
        if (responses != null) {
            responses.dropWaiting();
            responses.stop();
        }
    }

    /**
     * Refuses the call; afterwards the session is over. Without effect on a call that is answered or over.
     *
     * @param status 300 to 699
     */
    public void refuse(int status, Headers extra, long nowNanos) {
        if (over || answered) {
            return;
        }
        respondFinally(status, extra, nowNanos);
        end(new SessionEnd.HungUp(), nowNanos);
    }

    @Override
    public String callId() {
        return request().headers().callId();
    }

    @Override
    public boolean established() {
        return answered && !over;
    }

    @Override
    public boolean over() {
        return over;
    }

    @Override
    public void hangUp(Headers extra, long nowNanos) {
        InviteUsage opened = usage;
        if (over) {
            return;
        }
        if (answered && opened != null) {
            opened.bye(extra, nowNanos);
            end(new SessionEnd.HungUp(), nowNanos);
        } else {
            refuse(SipStatus.DECLINE, extra, nowNanos);
        }
    }

    @Override
    public boolean peerAllows(String method) {
        InviteUsage opened = usage;
        return opened != null && opened.dialog().peerAllows(method);
    }

    @Override
    public void send(String method, Headers extra, Body body, ResponseHandler handler, long nowNanos) {
        establishedUsage().send(method, extra, body, handler, nowNanos);
    }

    @Override
    public void offer(Headers extra, Supplier<Body> offer, OfferHandler handler, long nowNanos) {
        establishedUsage().offer(extra, offer, handler, nowNanos);
    }

    @Override
    public boolean offering() {
        InviteUsage opened = usage;
        return opened != null && opened.offering();
    }

    @Override
    public void refer(NameAddress referTo, Headers extra, ReferralListener referral, long nowNanos) {
        establishedUsage().referrals().refer(referTo, extra, referral, nowNanos);
    }

    @Override
    public boolean referring() {
        return established() && establishedUsage().referrals().referring();
    }

    @Override
    public SipUri takeoverTarget() {
        return establishedUsage().dialog().takeoverTarget();
    }

    private InviteUsage establishedUsage() {
        InviteUsage opened = usage;
        if (opened == null || !established()) {
            throw new IllegalStateException("the call is not established");
        }
        return opened;
    }

    /** A response that makes or confirms the dialog (RFC 3261 section 12.1.1). */
    private SipResponse dialogResponse(int status, Headers extra, Body body) {
        InviteUsage opened = usage;
        if (opened == null) {
            throw new IllegalStateException("open the call first");
        }
        SipResponse response = core.response(request(), status, localTag, extra, body);
        return response.with(response.headers()
                .withAllOf(HeaderName.RECORD_ROUTE, request().headers())
                .with(HeaderName.CONTACT, opened.dialog().contact()));
    }

    private void refresh(long nowNanos) {
        SipResponse last = provisional;
        if (last != null && requiresReliability()) {
            progressReliably(bare(last), nowNanos);
        } else if (last != null) {
            transaction.respond(reliable == null ? last : bare(last), nowNanos);
        }
        refresh = core.transactions().deadlines().at(nowNanos + PROVISIONAL_REFRESH, this::refresh);
    }

    /** What has arrived reliably would be taken for a repetition: the same is said anew, without the description. */
    private SipResponse bare(SipResponse response) {
        return dialogResponse(response.status(), Headers.NONE, Body.NONE);
    }

    private void respondFinally(int status, Headers extra, long nowNanos) {
        transaction.respond(core.response(request(), status, localTag, extra, Body.NONE), nowNanos);
    }

    /** RFC 3262 section 3: the INVITE is refused. */
    private void onNoPrack(long nowNanos) {
        if (!over && !answered) {
            respondFinally(SipStatus.SERVER_TIMEOUT, Headers.NONE, nowNanos);
            end(new SessionEnd.NotAcknowledged(), nowNanos);
        }
    }

    private void end(SessionEnd end, long nowNanos) {
        over = true;
        heldAnswer = null;
        stopReliable();
        core.transactions().deadlines().cancel(refresh);
        InviteUsage opened = usage;
        if (opened != null && !answered) {
            opened.drop();
        }
        SessionListener told = listener;
        if (told != null) {
            told.ended(end, nowNanos);
        }
    }

    /** What the transaction and the dialog tell the session. */
    private final class Owner implements InviteServerTransaction.Listener, InviteUsage.Owner {
        @Override
        public void cancelled(SipRequest cancel, long nowNanos) {
            if (!over && !answered) {
                respondFinally(SipStatus.REQUEST_TERMINATED, Headers.NONE, nowNanos);
                end(new SessionEnd.Cancelled(cancel), nowNanos);
            }
        }

        @Override
        public void unacknowledged(long nowNanos) {
            // The call was refused and is over: who did not hear of it will not ask again.
        }

        @Override
        public InviteSession session() {
            return UasSession.this;
        }

        @Override
        public void referred(IncomingReferral referral, long nowNanos) {
            SessionListener told = listener;
            if (!over && told != null) {
                told.referred(referral, nowNanos);
            }
        }

        /** RFC 3262 section 3. A body is the answer to the offer of our response, or an offer of its own (section 5). */
        @Override
        public void pracked(InviteUsage dialog, ServerTransaction prack, long nowNanos) {
            ReliableResponses responses = reliable;
            RAck rack;
            try {
                rack = RAck.parse(
                        prack.request().headers().first(HeaderName.RACK).orElse(""));
            } catch (SipSyntaxException malformed) {
                dialog.answer(prack, malformed.status(), nowNanos);
                return;
            }
            if (responses == null || !responses.awaits(rack)) {
                dialog.answer(prack, SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST, nowNanos);
                return;
            }
            boolean described = responses.acknowledged();
            boolean weOffered = described && Body.of(request()).isEmpty() && !dialog.isAnsweredEarly();
            if (described) {
                dialog.answeredEarly();
            }
            SessionListener told = listener;
            if (Body.of(prack.request()).isEmpty() || told == null) {
                dialog.answer(prack, SipStatus.OK, nowNanos);
                goOn(nowNanos);
            } else if (weOffered) {
                dialog.answer(prack, SipStatus.OK, nowNanos);
                goOn(nowNanos);
                told.acknowledged(prack.request(), nowNanos);
            } else {
                told.requested(new InDialogRequest(dialog, prack), nowNanos);
                goOn(nowNanos);
            }
        }

        /** What has waited for a PRACK is sent. */
        private void goOn(long nowNanos) {
            SipResponse held = heldAnswer;
            ReliableResponses responses = reliable;
            if (over || answered) {
                return;
            }
            if (held != null) {
                sendAnswer(held, nowNanos);
            } else if (responses != null) {
                responses.next(nowNanos);
            }
        }

        @Override
        public Body currentOffer() {
            SessionListener told = listener;
            return told == null ? Body.NONE : told.currentOffer();
        }

        @Override
        public void refreshed(SipResponse success, long nowNanos) {
            SessionListener told = listener;
            if (!over && told != null) {
                told.refreshed(success, nowNanos);
            }
        }

        @Override
        public void requested(InDialogRequest request, long nowNanos) {
            SessionListener told = listener;
            if (!over && told != null) {
                told.requested(request, nowNanos);
            }
        }

        @Override
        public void acknowledged(SipRequest ack, long nowNanos) {
            SessionListener told = listener;
            if (!over && told != null) {
                told.acknowledged(ack, nowNanos);
            }
        }

        @Override
        public void byeReceived(InviteUsage ended, SipRequest bye, long nowNanos) {
            if (over) {
                return;
            }
            if (!answered) {
                // The caller may give up an early dialog by BYE; the INVITE still wants its answer (RFC 3261 section
                // 15.1.2).
                respondFinally(SipStatus.REQUEST_TERMINATED, Headers.NONE, nowNanos);
            }
            end(new SessionEnd.ByeReceived(bye), nowNanos);
        }

        @Override
        public void lost(InviteUsage lost, SessionEnd end, long nowNanos) {
            if (!over) {
                end(end, nowNanos);
            }
        }
    }
}
