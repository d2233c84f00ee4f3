package offhook.sip.dialog;

import java.util.Optional;
import java.util.function.Supplier;
import offhook.sip.digest.DigestClient;
import offhook.sip.message.Headers;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.transaction.ClientRequest;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;
import org.jspecify.annotations.Nullable;

/**
 * A re-INVITE of ours (RFC 3261 section 14.1), with whatever it takes until the peer has said yes or no.
 *
 * <pre>
 *      ┌─────────┐ our turn: no other INVITE under way in the dialog
 *   ┌─►│ Waiting ├──────────┐
 *   │  └─────────┘     ┌────▼───┐ 401, 407: again
 *   │ 491, or 500      │  Sent  ├─ 2xx: ACK ────────────────► Over
 *   │ with Retry-After │        ├─ 300-699, no response ────► Over
 *   └──── a while ─────┤        ├─ the call ends: CANCEL ───► Over
 *                      └────┬───┘
 *                           │ no final response in 64*T1: CANCEL
 *                      ┌────▼───┐
 *                      │Given up├─ any final response, none ► Over
 *                      └────────┘
 * </pre>
 *
 * Single owner, not thread-safe.
 */
final class Reinvite implements ResponseHandler {
    /** How often the peer may put us off, by 491 or by 500 with Retry-After, before that is its answer. */
    static final int MAX_REPETITIONS = 5;

    /** A longer Retry-After is a refusal: whoever asked for the change does not wait so long. */
    private static final long MAX_RETRY_AFTER_SECONDS = 10;

    private static final long SECOND = 1_000_000_000L;
    /** The steps of the random waits after a 491 (RFC 3261 section 14.1). */
    private static final long GLARE_STEP = 10_000_000L;

    private enum State {
        WAITING,
        SENT,
        GIVEN_UP,
        OVER
    }

    private final InviteUsage usage;
    private final UserAgentCore core;
    private final Optional<DigestClient> digest;
    private final Headers extra;
    private final Supplier<Body> offer;
    private final OfferHandler handler;

    private State state = State.WAITING;
    private @Nullable SipRequest request;
    private @Nullable ClientRequest transaction;
    private int challenges;
    private int repetitions;
    /** While waiting: the end of the pause after a 491. Then the end of our patience. */
    private Deadlines.@Nullable Deadline deadline;

    Reinvite(
            InviteUsage usage,
            UserAgentCore core,
            Optional<DigestClient> digest,
            Headers extra,
            Supplier<Body> offer,
            OfferHandler handler) {
        this.usage = usage;
        this.core = core;
        this.digest = digest;
        this.extra = extra;
        this.offer = offer;
        this.handler = handler;
    }

    /** Whether the peer may still answer it. */
    boolean underWay() {
        return state == State.SENT || state == State.GIVEN_UP;
    }

    /** Sends it if it waits for nothing else: no other INVITE is under way in the dialog. */
    void onTurn(long nowNanos) {
        if (state == State.WAITING && deadline == null) {
            send(nowNanos);
        }
    }

    /** The call ends: the peer is to answer what is under way, and nobody is told. */
    void abandon(long nowNanos) {
        boolean pending = underWay();
        enterOver();
        ClientRequest sent = transaction;
        if (pending && sent != null) {
            sent.cancel(nowNanos);
        }
    }

    private void send(long nowNanos) {
        state = State.SENT;
        SipRequest made = usage.dialog().request(SipMethod.INVITE);
        SipRequest plain =
                offer.get().in(made.with(core.signed(usage.timer().ask(core.capabilities(made.headers())), extra)));
        SipRequest authorized = digest.map(client -> client.authorize(plain)).orElse(plain);
        request = authorized;
        transaction = core.transactions().send(authorized, usage.dialog().nextHop(), this, nowNanos);
        deadline = core.transactions()
                .deadlines()
                .at(nowNanos + core.transactions().timers().timeout(), this::giveUp);
    }

    /** RFC 3261 sets no time for a re-INVITE that was answered by a 1xx alone: a proxy would give it three minutes. */
    private void giveUp(long nowNanos) {
        ClientRequest sent = transaction;
        if (state == State.SENT && sent != null) {
            state = State.GIVEN_UP;
            sent.cancel(nowNanos);
        }
    }

    @Override
    public void onResponse(SipResponse response, long nowNanos) {
        if (response.isProvisional()) {
            if (underWay() && response.status() != SipStatus.TRYING) {
                usage.onProvisional(response, nowNanos);
            }
            return;
        }
        if (response.isSuccess()) {
            onSuccess(response, nowNanos);
        } else if (state == State.GIVEN_UP) {
            enterOver();
            usage.onReinviteOver(this, nowNanos);
            handler.failed(TransactionFailure.TIMEOUT, nowNanos);
        } else if (state == State.SENT) {
            onRefusal(response, nowNanos);
        }
    }

    private void onSuccess(SipResponse response, long nowNanos) {
        boolean first = underWay();
        if (first) {
            usage.dialog().refreshTarget(response);
        }
        SipRequest sent = request;
        if (sent != null) {
            usage.acknowledge(sent);
        }
        if (first && sent != null) {
            enterOver();
            usage.timer().onSuccess(sent, response, nowNanos);
            usage.onReinviteOver(this, nowNanos);
            handler.answered(response, nowNanos);
        }
    }

    private void onRefusal(SipResponse response, long nowNanos) {
        core.transactions().deadlines().cancel(deadline);
        deadline = null;
        if (Challenges.mayRetry(response, digest, challenges)) {
            challenges++;
            send(nowNanos);
            return;
        }
        if (usage.timer().mayRaise(response)) {
            send(nowNanos);
            return;
        }
        long pause = repetitions < MAX_REPETITIONS ? pause(response) : 0;
        if (pause > 0) {
            repetitions++;
            state = State.WAITING;
            deadline = core.transactions().deadlines().at(nowNanos + pause, this::onPauseOver);
            usage.onTurn(nowNanos);
            return;
        }
        enterOver();
        usage.onReinviteOver(this, nowNanos);
        handler.refused(response, nowNanos);
        usage.onRefusal(response, nowNanos);
    }

    /** How long to wait before asking again, in nanoseconds; 0 when the refusal is meant. */
    private long pause(SipResponse response) {
        if (response.status() == SipStatus.REQUEST_PENDING) {
            // RFC 3261 section 14.1: 2.1 to 4 s for whoever made the Call-ID, 0 to 2 s for the other.
            int steps = usage.dialog().caller() ? 210 + core.random(190) : core.random(200);
            return Math.max(1, steps) * GLARE_STEP;
        }
        if (response.status() == SipStatus.SERVER_INTERNAL_ERROR
                && response.headers().retryAfter().isPresent()) {
            // Section 14.2: the peer has not done with the INVITE before.
            long seconds = response.headers().retryAfter().getAsLong();
            return seconds <= MAX_RETRY_AFTER_SECONDS ? Math.max(GLARE_STEP, seconds * SECOND) : 0;
        }
        return 0;
    }

    private void onPauseOver(long nowNanos) {
        deadline = null;
        usage.onTurn(nowNanos);
    }

    @Override
    public void onFailure(TransactionFailure failure, long nowNanos) {
        if (underWay()) {
            enterOver();
            usage.onReinviteOver(this, nowNanos);
            handler.failed(failure, nowNanos);
            usage.onFailure(failure, nowNanos);
        }
    }

    private void enterOver() {
        state = State.OVER;
        core.transactions().deadlines().cancel(deadline);
    }
}
