package offhook.sip.transaction;

import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of an INVITE (RFC 3261 section 17.2.1 as RFC 6026 section 8.5 has it).
 *
 * <pre>
 *                      INVITE
 *                         │ to the user; 100 unless the user responds in 200 ms
 *                   ┌─────▼────┐ INVITE: send the last 1xx again
 *      ┌─ 300-699 ──┤Proceeding│ 1xx from the user: send
 *      │   send     └────┬─────┘
 *      │                 │ 2xx from the user: send
 * ┌────▼────┐ G, INVITE: │
 * │Completed│ send again │
 * └─┬─────┬─┘       ┌────▼───┐ INVITE: nothing
 *   │ACK  │ H       │Accepted│ 2xx from the user: send again
 *   │     │         └────┬───┘ ACK: to the user
 * ┌─▼───────┐            │ L
 * │Confirmed│            │          ┌──────────┐
 * └─┬───────┘ I ─────────┴─────────►│Terminated│
 *   └──────────────────────────────►└──────────┘
 * </pre>
 *
 * A 2xx is sent again by the user and not by the transaction, until its ACK, which is a transaction of its own, arrives
 * (RFC 3261 section 13.3.1.4). Single owner, not thread-safe.
 */
public final class InviteServerTransaction implements ServerTransaction {
    /** What a user of the transaction hears from it. */
    public interface Listener {
        /**
         * The caller gave up before a final response (RFC 3261 section 9.2). The CANCEL is answered already; the INVITE
         * is for the listener to answer, with 487.
         */
        void cancelled(SipRequest cancel, long nowNanos);

        /** No ACK came for our 300-699 in 64 * T1 (timer H). */
        void unacknowledged(long nowNanos);
    }

    /** The RFC's states. */
    enum State {
        PROCEEDING,
        COMPLETED,
        CONFIRMED,
        ACCEPTED,
        TERMINATED
    }

    /** RFC 3261 section 17.2.1: 100 is sent when the user says nothing for this long. */
    static final long TRYING_DELAY = 200_000_000L;

    private final TransactionLayer layer;
    private final ServerKey key;
    private final SipRequest request;
    private final Arrival arrival;
    private final ReturnPath path;

    private State state = State.PROCEEDING;
    private @Nullable Listener listener;
    private byte @Nullable [] lastResponse;
    private String toTag = "";
    private long intervalG;
    private Deadlines.@Nullable Deadline trying;
    private Deadlines.@Nullable Deadline timerG;
    /** Timers H, I and L: never two of them at once. */
    private Deadlines.@Nullable Deadline timeout;

    InviteServerTransaction(
            TransactionLayer layer, ServerKey key, SipRequest request, Arrival arrival, ReturnPath path) {
        this.layer = layer;
        this.key = key;
        this.request = request;
        this.arrival = arrival;
        this.path = path;
    }

    /** Names who is to hear of CANCEL and of a missing ACK. Without a listener a CANCEL is answered 487 by itself. */
    public void listen(Listener listener) {
        this.listener = listener;
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

    /** The To tag of our responses; empty before the first that has one. */
    String toTag() {
        return toTag;
    }

    void start(long nowNanos) {
        trying = layer.deadlines().at(nowNanos + TRYING_DELAY, this::onTrying);
    }

    @Override
    public boolean respond(SipResponse response, long nowNanos) {
        return switch (state) {
            case PROCEEDING -> {
                layer.deadlines().cancel(trying);
                toTag = response.headers().to().tag();
                send(response);
                if (response.status() >= 300) {
                    enterCompleted(nowNanos);
                } else if (response.status() >= 200) {
                    enterAccepted(nowNanos);
                }
                yield true;
            }
            case ACCEPTED -> {
                boolean success = response.status() >= 200 && response.status() < 300;
                if (success) {
                    send(response);
                }
                yield success;
            }
            case COMPLETED, CONFIRMED, TERMINATED -> false;
        };
    }

    void onRetransmission() {
        switch (state) {
            case PROCEEDING, COMPLETED -> sendAgain();
            // The 2xx is the user's to repeat.
            case ACCEPTED, CONFIRMED, TERMINATED -> {}
        }
    }

    /** Whether the ACK ended here; otherwise it belongs to the user. */
    boolean onAck(long nowNanos) {
        return switch (state) {
            case COMPLETED -> {
                state = State.CONFIRMED;
                stopTimers();
                if (arrival.transport().reliable()) {
                    terminate();
                } else {
                    // Timer I soaks up ACKs that were sent again.
                    timeout = layer.deadlines().at(nowNanos + layer.timers().t4(), this::onTimerIorL);
                }
                yield true;
            }
            case PROCEEDING, CONFIRMED -> true;
            case ACCEPTED, TERMINATED -> false;
        };
    }

    void onCancel(SipRequest cancel, long nowNanos) {
        if (state != State.PROCEEDING) {
            return; // Too late: the CANCEL has no effect (RFC 3261 section 9.2).
        }
        Listener user = listener;
        if (user != null) {
            user.cancelled(cancel, nowNanos);
        } else {
            respond(layer.response(request, 487, toTag), nowNanos);
        }
    }

    private void send(SipResponse response) {
        lastResponse = response.toBytes();
        sendAgain();
    }

    private void sendAgain() {
        byte[] response = lastResponse;
        if (response != null) {
            layer.transmit(path, response);
        }
    }

    private void enterCompleted(long nowNanos) {
        state = State.COMPLETED;
        TimerSettings timers = layer.timers();
        if (!arrival.transport().reliable()) {
            intervalG = timers.t1();
            timerG = layer.deadlines().at(nowNanos + intervalG, this::onTimerG);
        }
        timeout = layer.deadlines().at(nowNanos + timers.timeout(), this::onTimerH);
    }

    private void enterAccepted(long nowNanos) {
        state = State.ACCEPTED;
        timeout = layer.deadlines().at(nowNanos + layer.timers().timeout(), this::onTimerIorL);
    }

    private void onTrying(long nowNanos) {
        send(layer.response(request, 100, ""));
    }

    private void onTimerG(long nowNanos) {
        sendAgain();
        intervalG = Math.min(2 * intervalG, layer.timers().t2());
        timerG = layer.deadlines().at(nowNanos + intervalG, this::onTimerG);
    }

    private void onTimerH(long nowNanos) {
        terminate();
        Listener user = listener;
        if (user != null) {
            user.unacknowledged(nowNanos);
        }
    }

    private void onTimerIorL(long nowNanos) {
        terminate();
    }

    private void terminate() {
        state = State.TERMINATED;
        stopTimers();
        layer.forget(key, this);
    }

    private void stopTimers() {
        layer.deadlines().cancel(trying);
        layer.deadlines().cancel(timerG);
        layer.deadlines().cancel(timeout);
    }
}
