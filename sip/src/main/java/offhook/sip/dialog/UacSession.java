package offhook.sip.dialog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import offhook.sip.digest.DigestClient;
import offhook.sip.message.CSeq;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.ClientRequest;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;
import org.jspecify.annotations.Nullable;

/**
 * A call that we place (RFC 3261 section 13.2).
 *
 * <pre>
 *        INVITE
 *          │
 *      ┌───▼───┐ 401/407, 422, 3xx: INVITE again, CSeq + 1
 *      │Calling│ 101-199: ringing; an early dialog for each To tag
 *      └─┬─┬─┬─┘
 *     2xx│ │ │300-699, timeout, or given up by the owner (CANCEL)
 *     ACK│ │ └─────────────────────────────► Over
 *  ┌─────▼─────┐                              ▲  2xx when over, or from another fork: ACK, then BYE
 *  │Established├── BYE of either side, lost ──┘
 *  └───────────┘
 * </pre>
 *
 * Single owner, not thread-safe.
 */
public final class UacSession implements InviteSession {
    /** How many phones a proxy may ring for us at once: further early dialogs are not kept. */
    static final int MAX_FORKS = 16;

    private final UserAgentCore core;
    private final OutgoingInvite call;
    private final Optional<DigestClient> digest;
    private final SessionListener listener;
    private final Redirects redirects;
    private final Usage owner = new Usage();

    private SipRequest invite;
    private @Nullable ClientRequest sent;
    private int challenges;
    private int raises;
    /** The least interval that the peers are known to take (RFC 4028 section 7.3), in seconds. */
    private long minSe;
    /** All dialogs that this INVITE made, by the peer's tag; those that were hung up at once as well. */
    private final Map<String, InviteUsage> forks = new LinkedHashMap<>();

    private @Nullable InviteUsage chosen;
    private boolean over;

    UacSession(UserAgentCore core, OutgoingInvite call, Optional<DigestClient> digest, SessionListener listener) {
        this.core = core;
        this.call = call;
        this.digest = digest;
        this.listener = listener;
        this.minSe = core.minSeSeconds();
        this.redirects = new Redirects(call);
        this.invite = firstInvite();
    }

    private SipRequest firstInvite() {
        Headers headers = Headers.NONE;
        for (NameAddress route : call.routes()) {
            headers = headers.append(HeaderName.ROUTE, route);
        }
        headers = headers.with(HeaderName.MAX_FORWARDS, Dialog.MAX_FORWARDS)
                .with(
                        HeaderName.FROM,
                        call.from().withTag(core.transactions().tokens().tag()))
                .with(HeaderName.TO, call.to())
                .with(HeaderName.CALL_ID, core.transactions().tokens().callId())
                .with(HeaderName.CSEQ, new CSeq(1, SipMethod.INVITE))
                .with(HeaderName.CONTACT, call.contact());
        headers = core.signed(SessionTimer.ask(core.capabilities(headers), core, minSe), call.extra());
        return call.offer().in(SipRequest.of(SipMethod.INVITE, call.target(), headers));
    }

    void start(long nowNanos) {
        invite = digest.map(client -> client.authorize(invite)).orElse(invite);
        sent = core.transactions().send(invite, redirects.hop(), owner, nowNanos);
    }

    @Override
    public String callId() {
        return invite.headers().callId();
    }

    @Override
    public boolean established() {
        return chosen != null && !over;
    }

    @Override
    public boolean over() {
        return over;
    }

    @Override
    public void hangUp(Headers extra, long nowNanos) {
        if (over) {
            return;
        }
        InviteUsage usage = chosen;
        ClientRequest pending = sent;
        if (usage != null) {
            usage.bye(extra, nowNanos);
        } else if (pending != null) {
            pending.cancel(extra, nowNanos);
        }
        end(new SessionEnd.HungUp(), nowNanos);
    }

    @Override
    public boolean peerAllows(String method) {
        InviteUsage usage = chosen;
        return usage != null && usage.dialog().peerAllows(method);
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
        InviteUsage usage = chosen;
        return usage != null && usage.offering();
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
        InviteUsage usage = chosen;
        if (usage == null || !established()) {
            throw new IllegalStateException("the call is not established");
        }
        return usage;
    }

    private void onProvisional(SipResponse response, long nowNanos) {
        if (over || chosen != null || response.status() == 100) {
            return;
        }
        String tag = response.headers().to().tag();
        InviteUsage usage = forks.get(tag);
        if (usage == null && !tag.isEmpty() && forks.size() < MAX_FORKS) {
            usage = fork(response);
        }
        if (usage == null || usage.onProvisional(response, nowNanos)) {
            listener.ringing(response, nowNanos);
        }
    }

    private void onSuccess(SipResponse response, long nowNanos) {
        String tag = response.headers().to().tag();
        InviteUsage known = forks.get(tag);
        boolean wanted = !over && chosen == null;
        if (known == null && !wanted && forks.size() >= MAX_FORKS) {
            return;
        }
        InviteUsage usage = known == null ? fork(response) : known;
        boolean again = usage.dialog().confirmed();
        if (!again) {
            usage.dialog().confirm(response);
        }
        usage.acknowledge(invite);
        if (again) {
            return;
        }
        if (!wanted) {
            // RFC 3261 section 13.2.2.4: who is not wanted any more is acknowledged and hung up.
            usage.bye(Headers.NONE, nowNanos);
            return;
        }
        chosen = usage;
        usage.timer().onSuccess(invite, response, nowNanos);
        dropEarly();
        listener.answered(response, nowNanos);
    }

    private void onRefusal(SipResponse response, long nowNanos) {
        if (over) {
            return;
        }
        dropEarly();
        OptionalLong wanted = SessionTimer.wanted(response, minSe);
        if (Challenges.mayRetry(response, digest, challenges)) {
            challenges++;
            again(invite.headers(), nowNanos);
        } else if (wanted.isPresent() && raises < SessionTimer.MAX_RAISES) {
            raises++;
            minSe = wanted.getAsLong();
            again(SessionTimer.ask(invite.headers(), core, minSe), nowNanos);
        } else if (redirects.next(response)) {
            redirect(nowNanos);
        } else if (Challenges.isChallenge(response)) {
            end(new SessionEnd.CredentialsRefused(response), nowNanos);
        } else {
            end(new SessionEnd.Refused(response), nowNanos);
        }
    }

    /** The INVITE goes elsewhere, all else being the same (RFC 3261 section 8.1.3.4). */
    private void redirect(long nowNanos) {
        invite = invite.withUri(redirects.target());
        again(
                redirects.hop().equals(call.hop())
                        ? invite.headers()
                        : invite.headers().without(HeaderName.ROUTE),
                nowNanos);
    }

    /** The same INVITE once more, as a request of its own (RFC 3261 section 8.1.3.5). */
    private void again(Headers headers, long nowNanos) {
        CSeq next = new CSeq(invite.headers().cseq().number() + 1, SipMethod.INVITE);
        invite = invite.with(headers.with(HeaderName.CSEQ, next));
        start(nowNanos);
    }

    private InviteUsage fork(SipResponse response) {
        InviteUsage usage = new InviteUsage(core, Dialog.ofResponse(invite, response), digest, owner);
        forks.put(usage.dialog().id().remoteTag(), usage);
        core.remember(usage);
        return usage;
    }

    /** Early dialogs end with the final response (RFC 3261 section 13.2.2.4); a late 2xx of theirs makes a new one. */
    private void dropEarly() {
        List<InviteUsage> all = new ArrayList<>(forks.values());
        for (InviteUsage usage : all) {
            if (!usage.dialog().confirmed()) {
                forks.remove(usage.dialog().id().remoteTag());
                usage.drop();
            }
        }
    }

    private void end(SessionEnd end, long nowNanos) {
        over = true;
        dropEarly();
        listener.ended(end, nowNanos);
    }

    /** What the transaction and the dialogs tell the session. */
    private final class Usage implements ResponseHandler, InviteUsage.Owner {
        @Override
        public void onResponse(SipResponse response, long nowNanos) {
            if (response.isProvisional()) {
                onProvisional(response, nowNanos);
            } else if (response.isSuccess()) {
                onSuccess(response, nowNanos);
            } else {
                onRefusal(response, nowNanos);
            }
        }

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {
            if (!over) {
                end(new SessionEnd.Failed(failure), nowNanos);
            }
        }

        @Override
        public InviteSession session() {
            return UacSession.this;
        }

        @Override
        public void referred(IncomingReferral referral, long nowNanos) {
            if (!over) {
                listener.referred(referral, nowNanos);
            }
        }

        @Override
        public void pracked(InviteUsage usage, ServerTransaction prack, long nowNanos) {
            usage.answer(prack, SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST, nowNanos);
        }

        @Override
        public Body currentOffer() {
            return listener.currentOffer();
        }

        @Override
        public void refreshed(SipResponse success, long nowNanos) {
            if (!over) {
                listener.refreshed(success, nowNanos);
            }
        }

        @Override
        public void requested(InDialogRequest request, long nowNanos) {
            if (!over) {
                listener.requested(request, nowNanos);
            }
        }

        @Override
        public void acknowledged(SipRequest ack, long nowNanos) {
            if (!over) {
                listener.acknowledged(ack, nowNanos);
            }
        }

        @Override
        public void byeReceived(InviteUsage usage, SipRequest bye, long nowNanos) {
            if (usage == chosen && !over) {
                end(new SessionEnd.ByeReceived(bye), nowNanos);
            }
        }

        @Override
        public void lost(InviteUsage usage, SessionEnd end, long nowNanos) {
            if (usage == chosen && !over) {
                end(end, nowNanos);
            }
        }
    }
}
