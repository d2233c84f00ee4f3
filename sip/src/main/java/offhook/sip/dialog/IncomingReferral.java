package offhook.sip.dialog;

import java.util.Optional;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.Parameterized;
import offhook.sip.message.Replaces;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipUri;
import offhook.sip.message.StatusLine;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;
import org.jspecify.annotations.Nullable;

/**
 * The peer of a call asks us to call somebody else (RFC 3515): {@link #accept} or {@link #refuse} it, then tell how the
 * call goes. Whether the target is allowed is the owner's to judge.
 *
 * <p>The peer is told one status after the other, each by a NOTIFY that waits for the answer to the one before, so that
 * none overtakes another; of those that wait only the latest is sent. It may go on when the call is over. Single owner,
 * not thread-safe.
 */
public final class IncomingReferral implements ResponseHandler {
    private static final long EXPIRES_SECONDS = 180;

    private final InviteUsage usage;
    private final Referrals referrals;
    private final ServerTransaction transaction;
    private final SipUri target;
    private final Optional<Replaces> replaces;
    /** What our NOTIFYs call it. */
    private final Parameterized event;
    /** RFC 4488: the peer does not want to hear how it goes. */
    private final boolean silent;

    private boolean answered;
    private boolean accepted;
    private boolean finished;
    private boolean notifying;
    private @Nullable StatusLine waiting;

    IncomingReferral(
            InviteUsage usage,
            Referrals referrals,
            ServerTransaction transaction,
            SipUri target,
            Optional<Replaces> replaces,
            Parameterized event) {
        this.usage = usage;
        this.referrals = referrals;
        this.transaction = transaction;
        this.target = target;
        this.replaces = replaces;
        this.event = event;
        this.silent = request()
                .headers()
                .parameterized(HeaderName.REFER_SUB)
                .filter(word -> word.is("false"))
                .isPresent();
    }

    /** The REFER. */
    public SipRequest request() {
        return transaction.request();
    }

    /** Whom to call: a SIP URI, fit for a Request-URI. Nothing that Refer-To has behind a question mark is in it. */
    public SipUri target() {
        return target;
    }

    /** The dialog at the target whose place our call is to take: an attended transfer. */
    public Optional<Replaces> replaces() {
        return replaces;
    }

    /**
     * What the INVITE to the target has to carry: Replaces, and Referred-By as it came (RFC 3892), which the target may
     * ask for.
     */
    public Headers headers() {
        Headers headers =
                Headers.NONE.withAllOf(HeaderName.REFERRED_BY, request().headers());
        return replaces.isEmpty() ? headers : headers.with(HeaderName.REPLACES, replaces.get());
    }

    /**
     * Takes it on: 202, and a NOTIFY that we are trying.
     *
     * @return false when it was answered before, or the call is over
     */
    public boolean accept(long nowNanos) {
        Headers extra = silent ? Headers.NONE.with(HeaderName.REFER_SUB, "false") : Headers.NONE;
        accepted = respond(silent ? SipStatus.OK : SipStatus.ACCEPTED, extra, nowNanos);
        if (accepted) {
            notify(SipStatus.TRYING, nowNanos);
        }
        return accepted;
    }

    /**
     * Will not do it.
     *
     * @param status 300 to 699: 403 for a target that is not allowed, 603 for a user who does not want to
     * @return false when it was answered before, or the call is over
     */
    public boolean refuse(int status, long nowNanos) {
        return respond(status, Headers.NONE, nowNanos);
    }

    /**
     * Tells the peer how far our call to the target has come. The first final status is also the last that is told.
     * Without effect before {@link #accept}.
     *
     * @param status 100 to 699
     */
    public void notify(int status, long nowNanos) {
        if (!accepted || finished) {
            return;
        }
        StatusLine line = StatusLine.of(status);
        finished = line.isFinal();
        if (finished) {
            referrals.onFinished(this);
        }
        if (silent) {
            return;
        }
        if (finished) {
            referrals.onTelling(this);
        }
        if (notifying) {
            waiting = line;
        } else {
            send(line, nowNanos);
        }
    }

    private boolean respond(int status, Headers extra, long nowNanos) {
        if (answered) {
            return false;
        }
        answered = true;
        boolean sent = usage.respond(transaction, status, extra, Body.NONE, nowNanos);
        if (!sent || status >= 300) {
            referrals.onFinished(this);
        }
        return sent;
    }

    private void send(StatusLine line, long nowNanos) {
        notifying = true;
        String state = line.isFinal() ? "terminated;reason=noresource" : "active;expires=" + EXPIRES_SECONDS;
        Headers extra = Headers.NONE.with(HeaderName.EVENT, event).with(HeaderName.SUBSCRIPTION_STATE, state);
        usage.notify(extra, Body.of(StatusLine.FRAGMENT_TYPE, line.toFragment()), this, nowNanos);
    }

    @Override
    public void onResponse(SipResponse response, long nowNanos) {
        if (response.isProvisional()) {
            return;
        }
        notifying = false;
        StatusLine next = waiting;
        waiting = null;
        if (response.isSuccess() && next != null) {
            send(next, nowNanos);
        } else if (!response.isSuccess()) {
            stop(nowNanos);
        } else if (finished) {
            referrals.onTold(this, nowNanos);
        }
    }

    @Override
    public void onFailure(TransactionFailure failure, long nowNanos) {
        stop(nowNanos);
    }

    /** The peer does not want to hear more (RFC 6665 section 4.2.2). */
    private void stop(long nowNanos) {
        finished = true;
        waiting = null;
        referrals.onFinished(this);
        referrals.onTold(this, nowNanos);
    }
}
