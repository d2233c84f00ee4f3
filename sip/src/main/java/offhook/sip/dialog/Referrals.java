package offhook.sip.dialog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.Parameterized;
import offhook.sip.message.Parameters;
import offhook.sip.message.Replaces;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipSyntaxException;
import offhook.sip.message.SipUri;
import offhook.sip.message.StatusLine;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.ServerTransaction;
import org.jspecify.annotations.Nullable;

/** The referrals of one dialog, ours and the peer's, and the subscriptions that they make. Single owner, not thread-safe. */
final class Referrals {
    /** How many of the peer's are followed at once, and how many of ours are remembered until their last NOTIFY. */
    static final int MAX_REFERRALS = 4;

    private static final String REFER = "refer";

    private final InviteUsage usage;
    private final Deadlines deadlines;
    private final List<Referral> ours = new ArrayList<>();
    private final List<IncomingReferral> theirs = new ArrayList<>();
    /** Those of theirs that are over, whose last NOTIFY has no answer yet. */
    private final List<IncomingReferral> telling = new ArrayList<>();

    private boolean referredBefore;

    Referrals(InviteUsage usage, Deadlines deadlines) {
        this.usage = usage;
        this.deadlines = deadlines;
    }

    /** Whether the owner of the session still wants to hear of anything. */
    boolean listening() {
        return usage.isOpen();
    }

    /** Whether NOTIFYs for a REFER of ours may still come. */
    boolean awaitNotify() {
        return !ours.isEmpty();
    }

    /** Whether the end of a REFER of ours has not been told yet. */
    boolean referring() {
        return ours.stream().anyMatch(Referral::open);
    }

    /** Whether the peer has yet to hear how a REFER of its own ended. */
    boolean telling() {
        return !telling.isEmpty();
    }

    /** Asks the peer to call somebody else. */
    void refer(NameAddress referTo, Headers extra, ReferralListener listener, long nowNanos) {
        if (referring()) {
            throw new IllegalStateException("a referral is under way");
        }
        while (ours.size() >= MAX_REFERRALS) {
            ours.getFirst().forget();
        }
        Referral referral = new Referral(this, deadlines, listener);
        ours.add(referral);
        Headers headers = Headers.NONE.with(HeaderName.REFER_TO, referTo);
        if (!extra.has(HeaderName.REFERRED_BY)) {
            headers = headers.with(
                    HeaderName.REFERRED_BY,
                    NameAddress.of(usage.dialog().local().uri()));
        }
        for (Headers.Field field : extra.fields()) {
            headers = headers.append(field.name(), field.value());
        }
        usage.send(SipMethod.REFER, headers, Body.NONE, referral, referral::sentAs, nowNanos);
    }

    /** A NOTIFY within the dialog. */
    void onNotify(ServerTransaction transaction, long nowNanos) {
        SipRequest request = transaction.request();
        Optional<Parameterized> event = request.headers().parameterized(HeaderName.EVENT);
        if (event.isEmpty() || !event.get().is(REFER)) {
            usage.answer(transaction, SipStatus.BAD_EVENT, nowNanos);
            return;
        }
        Referral referral = find(event.get());
        if (referral == null) {
            usage.answer(transaction, SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST, nowNanos);
            return;
        }
        Optional<StatusLine> line = StatusLine.ofFragment(request.body());
        boolean terminated = request.headers()
                .parameterized(HeaderName.SUBSCRIPTION_STATE)
                .filter(state -> state.is("terminated"))
                .isPresent();
        if (line.isEmpty() && !terminated) {
            usage.answer(transaction, SipStatus.BAD_REQUEST, nowNanos);
            return;
        }
        usage.answer(transaction, SipStatus.OK, nowNanos);
        referral.onNotify(line, terminated, nowNanos);
    }

    /**
     * By the id, which is the REFER's CSeq number. A NOTIFY without one should mean the first (RFC 3515 section 2.4.6);
     * phones that never give one mean the one whose end is awaited.
     */
    private @Nullable Referral find(Parameterized event) {
        String id = event.parameters().value("id");
        Referral oldest = null;
        for (Referral referral : ours) {
            if (id.isEmpty() ? referral.open() : id.equals(Integer.toString(referral.sequence()))) {
                return referral;
            }
            if (oldest == null && id.isEmpty()) {
                oldest = referral;
            }
        }
        return oldest;
    }

    void onReferralOver(Referral referral) {
        ours.remove(referral);
        usage.onReferralsOver();
    }

    /** A REFER within the dialog. */
    void onRefer(ServerTransaction transaction, InviteUsage.Owner owner, long nowNanos) {
        SipRequest request = transaction.request();
        List<String> values = request.headers().all(HeaderName.REFER_TO);
        SipUri referTo;
        Optional<Replaces> replaces;
        try {
            if (values.size() != 1) {
                usage.answer(transaction, SipStatus.BAD_REQUEST, nowNanos);
                return;
            }
            referTo = NameAddress.parse(values.getFirst()).uri();
            replaces = Replaces.in(referTo);
        } catch (SipSyntaxException malformed) {
            usage.answer(transaction, malformed.status(), nowNanos);
            return;
        }
        String method = referTo.parameters().value("method");
        if (!referTo.isSip()) {
            usage.answer(transaction, SipStatus.UNSUPPORTED_URI_SCHEME, nowNanos);
        } else if (!usage.dialog().confirmed() || !(method.isEmpty() || method.equals(SipMethod.INVITE))) {
            // Who does not talk with us cannot send us elsewhere, and nobody sends other requests through us.
            usage.answer(transaction, SipStatus.FORBIDDEN, nowNanos);
        } else if (theirs.size() + telling.size() >= MAX_REFERRALS) {
            usage.putOff(transaction, nowNanos);
        } else {
            Parameterized event = event(request);
            referredBefore = true;
            IncomingReferral referral =
                    new IncomingReferral(usage, this, transaction, referTo.asRequestUri(), replaces, event);
            theirs.add(referral);
            owner.referred(referral, nowNanos);
        }
    }

    /** What NOTIFYs call the referral: the first REFER of a dialog may go without an id, and old phones expect none. */
    private Parameterized event(SipRequest refer) {
        String id = Integer.toString(refer.headers().cseq().number());
        return new Parameterized(REFER, referredBefore ? Parameters.NONE.with("id", id) : Parameters.NONE);
    }

    void onFinished(IncomingReferral referral) {
        theirs.remove(referral);
    }

    /** The last NOTIFY of a referral goes out, or waits for the answer to the one before. */
    void onTelling(IncomingReferral referral) {
        telling.add(referral);
    }

    /** The peer has heard it, or cannot be told. */
    void onTold(IncomingReferral referral, long nowNanos) {
        if (telling.remove(referral)) {
            usage.byeAtLast(nowNanos);
        }
    }
}
