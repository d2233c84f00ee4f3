package offhook.sip.transaction;

import offhook.sip.message.Headers;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of an INVITE (RFC 3261 section 17.1.1 as RFC 6026 section 8.4 has it).
 *
 * <pre>
 *                  INVITE from the user
 *                          │ send
 *                     ┌────▼─────┐ A: send again, A = 2A (UDP)
 *    ┌── 300-699 ─────┤ Calling  ├─ B or transport error ─────────┐
 *    │   send ACK     └─┬──────┬─┘                                │
 *    │               1xx│      │2xx                               │
 *    │            ┌─────▼────┐ │                                  │
 *    ├─ 300-699 ──┤Proceeding├─┼─ 64*T1 after CANCEL ─────────────┤
 *    │  send ACK  └─────┬────┘ │                                  │
 *    │               2xx└──┐   │                                  │
 * ┌──▼──────┐            ┌─▼───▼──┐                               │
 * │Completed│            │Accepted│ each 2xx goes to the user     │
 * └──┬──────┘            └────┬───┘                               │
 *    │ 300-699: ACK again     │ M                                 │
 *    │ D or transport error   │            ┌──────────┐           │
 *    └────────────────────────┴───────────►│Terminated│◄──────────┘
 *                                          └──────────┘
 * </pre>
 *
 * Single owner, not thread-safe.
 */
public final class InviteClientTransaction implements ClientTransaction {
    /** The RFC's states. */
    enum State {
        CALLING,
        PROCEEDING,
        COMPLETED,
        ACCEPTED,
        TERMINATED
    }

    private final TransactionLayer layer;
    private final ClientKey key;
    private final SipRequest request;
    private final byte[] wire;
    private final Hop hop;
    private final TransactionLayer.ResponseHandler handler;

    private State state = State.CALLING;
    private long intervalA;
    private Deadlines.@Nullable Deadline timerA;
    /** Timers B, D and M, and the wait for the response to a CANCELled INVITE: never two of them at once. */
    private Deadlines.@Nullable Deadline timeout;

    private @Nullable SipRequest cancel;
    private boolean cancelSent;
    private byte @Nullable [] ack;

    InviteClientTransaction(
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
        return state == State.CALLING || state == State.PROCEEDING;
    }

    State state() {
        return state;
    }

    void start(long nowNanos) {
        layer.transmit(hop, wire);
        TimerSettings timers = layer.timers();
        if (!hop.transport().reliable()) {
            intervalA = timers.t1();
            timerA = layer.deadlines().at(nowNanos + intervalA, this::onTimerA);
        }
        timeout = layer.deadlines().at(nowNanos + timers.timeout(), this::onTimeout);
    }

    /**
     * Gives the INVITE up (RFC 3261 section 9.1): a CANCEL goes out at once when a provisional response has come, else
     * with the first one. The final response, 487 or a 2xx that was faster, still goes to the handler; if none comes in
     * 64 * T1, a timeout does. Too late, or twice, it does nothing.
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
        if (cancel != null || (state != State.CALLING && state != State.PROCEEDING)) {
            return;
        }
        cancel = RequestsOfInvite.cancel(request, extra);
        if (state == State.PROCEEDING) {
            sendCancel(cancel, nowNanos);
        }
    }

    void onResponse(SipResponse response, long nowNanos) {
        switch (state) {
            case CALLING, PROCEEDING -> {
                if (response.status() < 200) {
                    onProvisional(response, nowNanos);
                } else if (response.status() < 300) {
                    enterAccepted(nowNanos);
                    handler.onResponse(response, nowNanos);
                } else {
                    enterCompleted(response, nowNanos);
                    handler.onResponse(response, nowNanos);
                }
            }
            case COMPLETED -> {
                byte[] acknowledgement = ack;
                if (response.status() >= 300 && acknowledgement != null) {
                    layer.transmit(hop, acknowledgement);
                }
            }
            case ACCEPTED -> {
                if (response.status() >= 200 && response.status() < 300) {
                    handler.onResponse(response, nowNanos);
                }
            }
            case TERMINATED -> {}
        }
    }

    void onTransportError(long nowNanos) {
        switch (state) {
            case CALLING -> fail(TransactionFailure.TRANSPORT_ERROR, nowNanos);
            // The response may well come by another connection (RFC 3261 section 18.2.2).
            case PROCEEDING -> {}
            // The user has its response already; only our ACK did not get through.
            case COMPLETED -> terminate();
            case ACCEPTED, TERMINATED -> {}
        }
    }

    private void onProvisional(SipResponse response, long nowNanos) {
        if (state == State.CALLING) {
            state = State.PROCEEDING;
            layer.deadlines().cancel(timerA);
            layer.deadlines().cancel(timeout);
        }
        SipRequest heldBack = cancel;
        if (heldBack != null && !cancelSent) {
            sendCancel(heldBack, nowNanos);
        }
        handler.onResponse(response, nowNanos);
    }

    private void sendCancel(SipRequest request, long nowNanos) {
        cancelSent = true;
        timeout = layer.deadlines().at(nowNanos + layer.timers().timeout(), this::onTimeout);
        layer.startCancel(request, hop, nowNanos);
    }

    private void enterAccepted(long nowNanos) {
        state = State.ACCEPTED;
        stopTimers();
        timeout = layer.deadlines().at(nowNanos + layer.timers().timeout(), this::onTimerDorM);
    }

    private void enterCompleted(SipResponse response, long nowNanos) {
        state = State.COMPLETED;
        stopTimers();
        byte[] acknowledgement = RequestsOfInvite.ack(request, response).toBytes();
        ack = acknowledgement;
        layer.transmit(hop, acknowledgement);
        if (hop.transport().reliable()) {
            terminate();
        } else {
            // Timer D is "at least 32 seconds" (RFC 3261 section 17.1.1.2): 64 * T1 with the RFC's T1.
            timeout = layer.deadlines().at(nowNanos + layer.timers().timeout(), this::onTimerDorM);
        }
    }

    private void onTimerA(long nowNanos) {
        layer.transmit(hop, wire);
        // Doubled without a bound, unlike timer E: timer B ends it after seven INVITEs.
        intervalA *= 2;
        timerA = layer.deadlines().at(nowNanos + intervalA, this::onTimerA);
    }

    /** Timer B, or no final response in 64 * T1 after the CANCEL (RFC 3261 section 9.1). */
    private void onTimeout(long nowNanos) {
        fail(TransactionFailure.TIMEOUT, nowNanos);
    }

    private void onTimerDorM(long nowNanos) {
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
        layer.deadlines().cancel(timerA);
        layer.deadlines().cancel(timeout);
    }
}
