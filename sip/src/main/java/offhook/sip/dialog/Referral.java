package offhook.sip.dialog;

import java.util.Optional;
import offhook.sip.message.HeaderName;
import offhook.sip.message.SipResponse;
import offhook.sip.message.StatusLine;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;
import org.jspecify.annotations.Nullable;

/**
 * A REFER of ours and the subscription that it makes (RFC 3515), followed to its end.
 *
 * <pre>
 *   ┌──────┐ 2xx ┌────────┐ NOTIFY 2xx-6xx   ┌────────┐ NOTIFY "terminated",
 *   │ Sent ├────►│Accepted├─────────────────►│ Ending ├─ or none for PATIENCE ─► Over
 *   └──┬───┘     └──┬─────┘  (told)          └────────┘
 *      │ 300-699    │ NOTIFY "terminated" without a final status, Refer-Sub: false, or none for PATIENCE
 *      └────────────┴──────────────────────────────────────────────────────────► Over
 * </pre>
 *
 * A NOTIFY may come before the 2xx. Single owner, not thread-safe.
 */
final class Referral implements ResponseHandler {
    /** How long a peer may say nothing, in nanoseconds: a phone rings for three minutes at most. */
    static final long PATIENCE = 180_000_000_000L;

    private enum State {
        SENT,
        ACCEPTED,
        ENDING,
        OVER
    }

    private final Referrals referrals;
    private final Deadlines deadlines;
    private final ReferralListener listener;

    private State state = State.SENT;
    private int sequence;
    private Deadlines.@Nullable Deadline patience;

    Referral(Referrals referrals, Deadlines deadlines, ReferralListener listener) {
        this.referrals = referrals;
        this.deadlines = deadlines;
        this.listener = listener;
    }

    /** The CSeq of the REFER as it was last sent, which names the subscription (RFC 3515 section 2.4.6). */
    void sentAs(int number) {
        sequence = number;
    }

    int sequence() {
        return sequence;
    }

    /** Whether its end has not been told. */
    boolean open() {
        return state == State.SENT || state == State.ACCEPTED;
    }

    boolean over() {
        return state == State.OVER;
    }

    @Override
    public void onResponse(SipResponse response, long nowNanos) {
        if (state != State.SENT || response.isProvisional()) {
            return;
        }
        if (!response.isSuccess()) {
            finish(new ReferralEnd.Refused(response), nowNanos);
        } else if (response.headers()
                .parameterized(HeaderName.REFER_SUB)
                .filter(word -> word.is("false"))
                .isPresent()) {
            finish(new ReferralEnd.NotReported(), nowNanos);
        } else {
            enterAccepted(nowNanos);
            if (referrals.listening()) {
                listener.accepted(nowNanos);
            }
        }
    }

    @Override
    public void onFailure(TransactionFailure failure, long nowNanos) {
        if (state == State.SENT) {
            finish(new ReferralEnd.Failed(failure), nowNanos);
        }
    }

    /**
     * The peer tells how it goes; the NOTIFY is answered already.
     *
     * @param terminated whether it is the last one
     */
    void onNotify(Optional<StatusLine> line, boolean terminated, long nowNanos) {
        if (state == State.OVER) {
            return;
        }
        boolean told = !open();
        if (terminated) {
            enterOver();
        } else if (line.isPresent() && line.get().isFinal()) {
            state = State.ENDING;
            await(nowNanos);
        } else {
            enterAccepted(nowNanos);
        }
        if (told || !referrals.listening()) {
            return;
        }
        if (line.isPresent() && line.get().isFinal()) {
            listener.ended(
                    new ReferralEnd.Reported(line.get().status(), line.get().reason()), nowNanos);
        } else if (terminated) {
            listener.ended(new ReferralEnd.Unknown(), nowNanos);
        } else if (line.isPresent()) {
            listener.progress(line.get().status(), line.get().reason(), nowNanos);
        }
    }

    /** There is no room for it any more: what else it says is of no interest. */
    void forget() {
        enterOver();
    }

    private void enterAccepted(long nowNanos) {
        if (open()) {
            state = State.ACCEPTED;
        }
        await(nowNanos);
    }

    private void await(long nowNanos) {
        deadlines.cancel(patience);
        patience = deadlines.at(nowNanos + PATIENCE, this::giveUp);
    }

    private void giveUp(long nowNanos) {
        boolean told = !open();
        enterOver();
        if (!told && referrals.listening()) {
            listener.ended(new ReferralEnd.Unknown(), nowNanos);
        }
    }

    private void finish(ReferralEnd end, long nowNanos) {
        enterOver();
        if (referrals.listening()) {
            listener.ended(end, nowNanos);
        }
    }

    private void enterOver() {
        deadlines.cancel(patience);
        state = State.OVER;
        referrals.onReferralOver(this);
    }
}
