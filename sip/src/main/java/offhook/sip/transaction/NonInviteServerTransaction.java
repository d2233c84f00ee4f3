package offhook.sip.transaction;

import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of any request but INVITE and ACK (RFC 3261 section 17.2.2).
 *
 * <pre>
 *               request
 *                  │ to the user
 *             ┌────▼─────┐
 *      ┌──────┤ Trying   │ request: nothing
 *      │      └────┬─────┘
 *      │           │ 1xx from the user: send
 *      │      ┌────▼─────┐ 1xx from the user: send
 *      ├──────┤Proceeding│ request: send the last 1xx again
 *      │      └──────────┘
 *      │ 200-699 from the user: send
 * ┌────▼────┐                               ┌──────────┐
 * │Completed├─ J (at once when reliable) ──►│Terminated│
 * └─────────┘                               └──────────┘
 *  request: send the response again
 * </pre>
 *
 * Single owner, not thread-safe.
 */
public final class NonInviteServerTransaction implements ServerTransaction {
    /** The RFC's states. */
    enum State {
        TRYING,
        PROCEEDING,
        COMPLETED,
        TERMINATED
    }

    private final TransactionLayer layer;
    private final ServerKey key;
    private final SipRequest request;
    private final Arrival arrival;
    private final ReturnPath path;

    private State state = State.TRYING;
    private byte @Nullable [] lastResponse;
    /** Until the user has responded: the peer's timer F, after which nobody wants the response. Then timer J. */
    private Deadlines.@Nullable Deadline timeout;

    NonInviteServerTransaction(
            TransactionLayer layer, ServerKey key, SipRequest request, Arrival arrival, ReturnPath path) {
        this.layer = layer;
        this.key = key;
        this.request = request;
        this.arrival = arrival;
        this.path = path;
    }

    @Override
    public SipRequest request() {
        return request;
    }

    @Override
    public Arrival arrival() {
        return arrival;
    }

    State state() {
        return state;
    }

    ReturnPath path() {
        return path;
    }

    void start(long nowNanos) {
        timeout = layer.deadlines().at(nowNanos + layer.timers().timeout(), this::onTimeout);
    }

    @Override
    public boolean respond(SipResponse response, long nowNanos) {
        return switch (state) {
            case TRYING, PROCEEDING -> {
                lastResponse = response.toBytes();
                onRetransmission();
                if (response.status() >= 200) {
                    enterCompleted(nowNanos);
                } else {
                    state = State.PROCEEDING;
                }
                yield true;
            }
            case COMPLETED, TERMINATED -> false;
        };
    }

    void onRetransmission() {
        byte[] response = lastResponse;
        if (response != null) {
            layer.transmit(path, response);
        }
    }

    private void enterCompleted(long nowNanos) {
        layer.deadlines().cancel(timeout);
        state = State.COMPLETED;
        if (arrival.transport().reliable()) {
            terminate();
        } else {
            timeout = layer.deadlines().at(nowNanos + layer.timers().timeout(), this::onTimeout);
        }
    }

    private void onTimeout(long nowNanos) {
        terminate();
    }

    private void terminate() {
        state = State.TERMINATED;
        layer.deadlines().cancel(timeout);
        layer.forget(key, this);
    }
}
