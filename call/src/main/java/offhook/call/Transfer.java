package offhook.call;

import offhook.sip.dialog.InviteSession;
import offhook.sip.dialog.ReferralEnd;
import offhook.sip.dialog.ReferralListener;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipUri;
import org.jspecify.annotations.Nullable;

/**
 * A transfer that the person has asked for (RFC 5589): the calls that it is about are held, the peer is asked to call
 * somebody else, and what it tells of that is followed to the end.
 *
 * <pre>
 *   Holding ── the peers agreed to the hold, or refused it ──► Asked ── 2xx ──► Accepted
 *      │                                                         │                │
 *      └────────────── failed: the calls go on as before ◄───────┴────────────────┤
 *                                                       succeeded: they end ◄─────┘
 * </pre>
 *
 * Not thread-safe: one owner.
 */
final class Transfer implements ReferralListener {
    /** A call that the transfer is about. */
    interface Side {
        /** The SIP session of a call that is up; null when it is not. */
        @Nullable
        InviteSession session();

        /** Whether the peer has not said yet what it thinks of the hold. */
        boolean settling();

        /** Holds the call for the time of the transfer; returns whether it was not held before. */
        boolean holdForTransfer(Transfer transfer, long nowNanos);

        /** The transfer is over, and the call goes on. */
        void goOn(boolean resume, long nowNanos);

        void report(AgentEvent.CallEvent event);

        /** Runs what the peer caused. */
        void contained(long nowNanos, Runnable work);

        /** Ends the call: its peer talks with somebody else. */
        void endTransferred(long nowNanos);
    }

    private enum State {
        HOLDING,
        ASKED,
        ACCEPTED,
        OVER
    }

    private final String callId;
    private final Side side;
    private final @Nullable Side consult;
    private final @Nullable SipUri target;

    private State state = State.HOLDING;
    private boolean resume;
    private boolean resumeConsult;

    private Transfer(String callId, Side side, @Nullable Side consult, @Nullable SipUri target) {
        this.callId = callId;
        this.side = side;
        this.consult = consult;
        this.target = target;
    }

    /** The peer of this call is to call that target. */
    static Transfer blind(String callId, Side side, SipUri target) {
        return new Transfer(callId, side, null, target);
    }

    /** The peers of these two calls are to talk with each other. */
    static Transfer attended(String callId, Side side, Side consult) {
        return new Transfer(callId, side, consult, null);
    }

    void start(long nowNanos) {
        Side other = consult;
        // Whether a call is to be resumed in the end must be known of both before the first can come to its end.
        resume = side.holdForTransfer(this, nowNanos);
        resumeConsult = other != null && other.holdForTransfer(this, nowNanos);
        onSettled(nowNanos);
    }

    /** A peer has agreed to the hold, or refused it: a call that is not held can be transferred as well. */
    void onSettled(long nowNanos) {
        Side other = consult;
        if (state != State.HOLDING || side.settling() || (other != null && other.settling())) {
            return;
        }
        InviteSession session = side.session();
        InviteSession consulted = other == null ? null : other.session();
        SipUri referTo = consulted == null ? target : consulted.takeoverTarget();
        if (session == null || referTo == null) {
            fail(EndReason.BAD_REQUEST, 0, "One of the two calls is not up any more.", nowNanos);
        } else if (session.referring()) {
            fail(EndReason.BAD_REQUEST, 0, "The telephone system still works at another transfer.", nowNanos);
        } else {
            state = State.ASKED;
            session.refer(NameAddress.of(referTo), Headers.NONE, this, nowNanos);
        }
    }

    /** One of the calls has ended. */
    void onEnded(Side ended, long nowNanos) {
        if (state == State.OVER) {
            return;
        }
        Side other = consult;
        if (ended.equals(side)) {
            boolean accepted = state == State.ACCEPTED;
            state = State.OVER;
            if (accepted) {
                // Who has agreed and then hangs up has most likely done what it was asked.
                side.report(succeeded());
            }
            if (other != null && accepted) {
                other.endTransferred(nowNanos);
            } else if (other != null) {
                other.goOn(resumeConsult, nowNanos);
            }
        } else if (state == State.HOLDING) {
            fail(EndReason.BAD_REQUEST, 0, "The other call has ended.", nowNanos);
        }
    }

    @Override
    public void accepted(long nowNanos) {
        side.contained(nowNanos, () -> progress(202));
    }

    @Override
    public void progress(int status, String reason, long nowNanos) {
        side.contained(nowNanos, () -> progress(status));
    }

    private void progress(int status) {
        if (state != State.OVER) {
            state = State.ACCEPTED;
            side.report(new AgentEvent.TransferProgress(callId, status));
        }
    }

    @Override
    public void ended(ReferralEnd end, long nowNanos) {
        side.contained(nowNanos, () -> {
            switch (end) {
                case ReferralEnd.Reported(int status, String reason) -> {
                    if (status < 300) {
                        succeed(nowNanos);
                    } else {
                        EndReason why = EndReason.ofSipStatus(status);
                        fail(why, status, why.sentence(), nowNanos);
                    }
                }
                case ReferralEnd.NotReported() -> succeed(nowNanos);
                case ReferralEnd.Unknown() ->
                    fail(
                            EndReason.REQUEST_TIMEOUT,
                            0,
                            "The telephone system did not say how the transfer went.",
                            nowNanos);
                case ReferralEnd.Refused(var response) ->
                    fail(
                            EndReason.ofSipStatus(response.status()),
                            response.status(),
                            "The telephone system refused to transfer the call (" + response.status() + ").",
                            nowNanos);
                case ReferralEnd.Failed(var failure) -> {
                    EndReason why = SipEnds.reason(failure);
                    fail(why, 0, why.sentence(), nowNanos);
                }
            }
        });
    }

    private void succeed(long nowNanos) {
        if (state == State.OVER) {
            return;
        }
        state = State.OVER;
        side.report(succeeded());
        side.endTransferred(nowNanos);
        if (consult != null) {
            consult.endTransferred(nowNanos);
        }
    }

    private AgentEvent.TransferEnded succeeded() {
        return new AgentEvent.TransferEnded(callId, EndReason.NORMAL, 200, "The call was transferred.");
    }

    private void fail(EndReason reason, int status, String text, long nowNanos) {
        if (state == State.OVER) {
            return;
        }
        state = State.OVER;
        side.report(new AgentEvent.TransferEnded(callId, reason, status, text));
        side.goOn(resume, nowNanos);
        if (consult != null) {
            consult.goOn(resumeConsult, nowNanos);
        }
    }
}
