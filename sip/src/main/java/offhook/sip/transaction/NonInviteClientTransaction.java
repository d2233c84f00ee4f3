package offhook.sip.transaction;

import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of any request but INVITE and ACK (RFC 3261 section 17.1.2).
 *
 * <pre>
 *            request from the user
 *                    │ send
 *               ┌────▼─────┐ E: send again, E = min(2E, T2) (UDP)
 *      ┌────────┤ Trying   ├─ F or transport error ──┐
 *      │        └────┬─────┘                         │
 *      │          1xx│                               │
 *      │200-699 ┌────▼─────┐ E: send again, E = T2   │
 *      ├────────┤Proceeding├─ F or transport error ──┤
 *      │        └──────────┘                         │
 * ┌────▼────┐                                  ┌─────▼────┐
 * │Completed├─ K (at once when reliable) ─────►│Terminated│
 * └─────────┘                                  └──────────┘
 * </pre>
 *
 * Single owner, not thread-safe.
 */
public final class NonInviteClientTransaction implements ClientTransaction {
    /** The RFC's states. */
    enum State {
        TRYING,
        PROCEEDING,
        COMPLETED,
        TERMINATED
    }

    private final TransactionLayer layer;
    private final ClientKey key;
    private final SipRequest request;
    private final byte[] wire;
    private final Hop hop;
    private final TransactionLayer.ResponseHandler handler;

    private State state = State.TRYING;
    private long intervalE;
    private Deadlines.@Nullable Deadline timerE;
    /** Timer F, then timer K. */
    private Deadlines.@Nullable Deadline timeout;

    NonInviteClientTransaction(
            TransactionLayer layer,
            ClientKey key,
            SipRequest request,
            Hop hop,
            TransactionLayer.ResponseHandler handler) {
        this.layer = layer;
        this.key = key;
        this.request = request;
        this.wire = request.toBytes();
        this.hop = hop;
        this.handler = handler;
    }

    @Override
    public SipRequest request() {
        return request;
    }

    @Override
    public Hop hop() {
        return hop;
    }

    @Override
    public boolean awaitsResponse() {
        return state == State.TRYING || state == State.PROCEEDING;
    }

    State state() {
        return state;
    }

    void start(long nowNanos) {
        layer.transmit(hop, wire);
        TimerSettings timers = layer.timers();
        if (!hop.transport().reliable()) {
            intervalE = timers.t1();
            timerE = layer.deadlines().at(nowNanos + intervalE, this::onTimerE);
        }
        timeout = layer.deadlines().at(nowNanos + timers.timeout(), this::onTimerF);
    }

    void onResponse(SipResponse response, long nowNanos) {
        switch (state) {
            case TRYING, PROCEEDING -> {
                if (response.status() < 200) {
                    state = State.PROCEEDING;
                } else {
                    enterCompleted(nowNanos);
                }
                handler.onResponse(response, nowNanos);
            }
            case COMPLETED, TERMINATED -> {}
        }
    }

    void onTransportError(long nowNanos) {
        switch (state) {
            case TRYING, PROCEEDING -> fail(TransactionFailure.TRANSPORT_ERROR, nowNanos);
            case COMPLETED, TERMINATED -> {}
        }
    }

    /** Nobody waits for the response any more: another target is asked. */
    void abandon() {
        terminate();
    }

    private void enterCompleted(long nowNanos) {
        state = State.COMPLETED;
        stopTimers();
        if (hop.transport().reliable()) {
            terminate();
        } else {
            // Timer K soaks up responses that were sent again.
            timeout = layer.deadlines().at(nowNanos + layer.timers().t4(), this::onTimerK);
        }
    }

    private void onTimerE(long nowNanos) {
        layer.transmit(hop, wire);
        long t2 = layer.timers().t2();
        intervalE = state == State.PROCEEDING ? t2 : Math.min(2 * intervalE, t2);
        timerE = layer.deadlines().at(nowNanos + intervalE, this::onTimerE);
    }

    private void onTimerF(long nowNanos) {
        fail(TransactionFailure.TIMEOUT, nowNanos);
    }

    private void onTimerK(long nowNanos) {
        terminate();
    }

    private void fail(TransactionFailure failure, long nowNanos) {
        terminate();
        handler.onFailure(failure, nowNanos);
    }

    private void terminate() {
        state = State.TERMINATED;
        stopTimers();
        layer.forget(key);
    }

    private void stopTimers() {
        layer.deadlines().cancel(timerE);
        layer.deadlines().cancel(timeout);
    }
}
