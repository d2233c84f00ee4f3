package offhook.server.signalling;

import java.time.Duration;
import offhook.call.EndReason;

/**
 * The one call that a session by grant may make: outgoing, to the grant's destination, for as long as the grant says.
 * One thread at a time.
 */
final class GrantedCall {
    /** How long the call may be waited for; until then it counts as one of the line's. */
    private static final Duration UNUSED = Duration.ofSeconds(60);

    private final Grant grant;

    /** The client's id of the call; empty before it. */
    private String callId = "";

    private boolean lapsed;
    private boolean over;
    private long deadlineNanos = Long.MAX_VALUE;

    GrantedCall(Grant grant) {
        this.grant = grant;
    }

    /** The session is open: the browser may call. */
    void opened(long nowNanos) {
        deadlineNanos = nowNanos + UNUSED.toNanos();
    }

    Grant grant() {
        return grant;
    }

    /** Whom to dial. The browser need not know; if it says whom it means, that must be the same. */
    String callee(ClientMessage.Call call) {
        if (lapsed) {
            throw refused(EndReason.TOKEN_EXPIRED, "");
        }
        if (!callId.isEmpty()) {
            throw refused(EndReason.TOKEN_USED, "");
        }
        String wanted = Fields.withoutMarks(call.callee());
        if (!wanted.isEmpty() && !wanted.equals(grant.destination())) {
            throw refused(EndReason.DESTINATION_NOT_ALLOWED, "callee");
        }
        if (!call.headers().isEmpty()) {
            throw new FieldRefused(
                    EndReason.INVALID_FIELD, "headers", "A call by token brings no SIP headers of the page's.");
        }
        return grant.destination();
    }

    private static FieldRefused refused(EndReason reason, String field) {
        return new FieldRefused(reason, field, reason.sentence());
    }

    void dialled(String callId) {
        this.callId = callId;
        deadlineNanos = Long.MAX_VALUE;
    }

    /** The loop had no room: the call was not made and may be tried again. */
    void notDialled(long nowNanos) {
        callId = "";
        opened(nowNanos);
    }

    /** Its time runs from the first answer on, whoever has the other end later. */
    void established(long nowNanos) {
        if (deadlineNanos == Long.MAX_VALUE && !over) {
            deadlineNanos = nowNanos + grant.longest().toNanos();
        }
    }

    /** The session is over, and its call with it. */
    void sessionOver() {
        over(callId.isEmpty() ? EndReason.CANCELLED : EndReason.SESSION_LOST);
    }

    /** The call is over, or nothing will come of it any more. */
    void over(EndReason reason) {
        deadlineNanos = Long.MAX_VALUE;
        if (!over) {
            over = true;
            grant.over().accept(reason);
        }
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /**
     * The time is up, either for the call or for making one.
     *
     * @return the call to end; empty when there is none
     */
    String timeIsUp() {
        if (callId.isEmpty()) {
            lapsed = true;
            over(EndReason.CANCELLED);
        }
        return callId;
    }

    /** When the time is up again; {@code Long.MAX_VALUE} once the call has been told to end. */
    void endAgainAt(long nanos) {
        deadlineNanos = nanos;
    }
}
