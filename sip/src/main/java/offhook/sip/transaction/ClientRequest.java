package offhook.sip.transaction;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import offhook.sip.message.Headers;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;
import org.jspecify.annotations.Nullable;

/**
 * One request of ours and the targets that its hop means, tried one after another until one takes it (RFC 3263 section
 * 4.3). Each attempt is a client transaction of its own, with a branch of its own.
 *
 * <pre>
 *           send
 *            │ a name ────────┐
 *            │          ┌─────▼────┐ no target, or no answer in 64*T1
 *            │          │ Locating ├────────────────────────────────────┐
 *            │          └─────┬────┘                                    │
 *         ┌──▼────────────────▼──┐ no way there, 503, or 8*T1 of silence│
 *    ┌───►│ Attempt on a target  ├──── and another target is left ──┐   │
 *    │    └──────────┬───────────┘                                 │   │
 *    └───────────────┼─────────────────────────────────────────────┘   │
 *                    │ any other response, or the last target's failure │
 *                    ▼                                                  ▼
 *                 handler                                            handler
 * </pre>
 *
 * Bent: RFC 3263 waits for timer B or F, 32 s, before the next target; nobody who calls does. While another target is
 * left, {@value #PATIENCE_T1} * T1 without any response are enough. An INVITE that was passed over so is cancelled as soon
 * as its target wakes up, and a 2xx that was faster still goes to the handler, like that of another fork.
 *
 * <p>Single owner, not thread-safe.
 */
public final class ClientRequest {
    /** How long a target may say nothing while there is another, in T1: four requests are out by then. 4 s by default. */
    static final int PATIENCE_T1 = 8;

    /** Targets that are tried at most. */
    static final int MAX_TARGETS = 8;

    private final TransactionLayer layer;
    private final SipRequest request;
    private final Hop hop;
    private final ResponseHandler handler;
    private final Deque<Hop> further = new ArrayDeque<>();

    private @Nullable Attempt current;
    /** The wait for targets, then that for a target's first word. */
    private Deadlines.@Nullable Deadline patience;

    private boolean cancelled;
    private boolean over;

    ClientRequest(TransactionLayer layer, SipRequest request, Hop hop, ResponseHandler handler) {
        this.layer = layer;
        this.request = request;
        this.hop = hop;
        this.handler = handler;
    }

    /** The target that the request was sent to last; the hop itself while that is not known. */
    public Hop target() {
        Attempt attempt = current;
        return attempt == null ? hop : attempt.target;
    }

    /** The transaction under way, null while the targets are being looked up or when there was no room for one. */
    @Nullable
    ClientTransaction transaction() {
        Attempt attempt = current;
        return attempt == null ? null : attempt.transaction;
    }

    void start(long nowNanos) {
        if (!layer.admits(handler, nowNanos)) {
            over = true;
        } else if (layer.locate(hop, this::onLocated)) {
            patience = layer.deadlines().at(nowNanos + layer.timers().timeout(), this::onNotLocated);
        } else {
            onLocated(List.of(hop), nowNanos);
        }
    }

    /**
     * Gives an INVITE up (RFC 3261 section 9.1): no further target is tried, and a CANCEL goes out at once when a
     * provisional response has come, else with the first one. The final response, 487 or a 2xx that was faster, still goes
     * to the handler; if none comes in 64 * T1, a timeout does. Too late, or twice, it does nothing.
     */
    public void cancel(long nowNanos) {
        cancel(Headers.NONE, nowNanos);
    }

    /**
     * As {@link #cancel(long)}.
     *
     * @param extra headers for the CANCEL, such as Reason (RFC 3326)
     */
    public void cancel(Headers extra, long nowNanos) {
        if (cancelled || over) {
            return;
        }
        cancelled = true;
        further.clear();
        layer.deadlines().cancel(patience);
        Attempt attempt = current;
        if (attempt != null) {
            attempt.cancel(extra, nowNanos);
        } else {
            // Nothing went out, so nothing will come back; not said from within the call of whoever gave up.
            layer.deadlines().at(nowNanos, this::onNotLocated);
        }
    }

    private void onNotLocated(long nowNanos) {
        if (!over) {
            over = true;
            handler.onFailure(TransactionFailure.TIMEOUT, nowNanos);
        }
    }

    private void onLocated(List<Hop> targets, long nowNanos) {
        if (over || cancelled) {
            return;
        }
        layer.deadlines().cancel(patience);
        if (targets.isEmpty()) {
            over = true;
            handler.onFailure(TransactionFailure.TRANSPORT_ERROR, nowNanos);
            return;
        }
        further.addAll(targets.subList(0, Math.min(targets.size(), MAX_TARGETS)));
        attemptNext(nowNanos);
    }

    private void attemptNext(long nowNanos) {
        Attempt attempt = new Attempt(further.removeFirst());
        current = attempt;
        if (!further.isEmpty()) {
            patience =
                    layer.deadlines().at(nowNanos + PATIENCE_T1 * layer.timers().t1(), this::onSilence);
        }
        attempt.transaction = layer.open(request, attempt.target, attempt, nowNanos);
    }

    private void onSilence(long nowNanos) {
        Attempt silent = current;
        if (silent != null && !further.isEmpty()) {
            layer.avoid(silent.target);
            silent.passOver(nowNanos);
            attemptNext(nowNanos);
        }
    }

    /** What comes of one target. */
    private final class Attempt implements ResponseHandler {
        private final Hop target;
        private @Nullable ClientTransaction transaction;
        private boolean ringing;

        Attempt(Hop target) {
            this.target = target;
        }

        void cancel(Headers extra, long nowNanos) {
            if (transaction instanceof InviteClientTransaction invite) {
                invite.cancel(extra, nowNanos);
            }
        }

        void passOver(long nowNanos) {
            switch (transaction) {
                case null -> {}
                case InviteClientTransaction invite -> invite.cancel(Headers.NONE, nowNanos);
                case NonInviteClientTransaction other -> other.abandon();
            }
        }

        @Override
        public void onResponse(SipResponse response, long nowNanos) {
            if (current != this) {
                late(response, nowNanos);
                return;
            }
            layer.deadlines().cancel(patience);
            if (response.isProvisional()) {
                ringing |= response.status() > SipStatus.TRYING;
            } else if (response.status() == SipStatus.SERVICE_UNAVAILABLE && mayGoOn()) {
                layer.avoid(target);
                attemptNext(nowNanos);
                return;
            } else {
                over = true;
            }
            handler.onResponse(response, nowNanos);
        }

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {
            if (current != this) {
                return;
            }
            layer.deadlines().cancel(patience);
            switch (failure) {
                case TIMEOUT, TRANSPORT_ERROR -> layer.avoid(target);
                case OVERLOAD -> further.clear();
            }
            if (mayGoOn()) {
                attemptNext(nowNanos);
            } else {
                over = true;
                handler.onFailure(failure, nowNanos);
            }
        }

        /** A phone that rings has been reached: what follows is its answer, and not a reason to look elsewhere. */
        private boolean mayGoOn() {
            return !ringing && !further.isEmpty();
        }

        /** Only a 2xx to an INVITE still matters: it made a dialog, and whoever wins, the other must hear of its end. */
        private void late(SipResponse response, long nowNanos) {
            if (response.isSuccess() && request.is(SipMethod.INVITE)) {
                Attempt beaten = current;
                if (beaten != null) {
                    beaten.passOver(nowNanos);
                }
                further.clear();
                layer.deadlines().cancel(patience);
                current = this;
                over = true;
                handler.onResponse(response, nowNanos);
            }
        }
    }
}
