package offhook.sip.dialog;

import java.util.ArrayDeque;
import java.util.Queue;
import offhook.sip.message.HeaderName;
import offhook.sip.message.RAck;
import offhook.sip.message.SipResponse;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.TimerSettings;
import org.jspecify.annotations.Nullable;

/**
 * The provisional responses to an INVITE that have to arrive (RFC 3262 section 3): numbered, one at a time, each sent again
 * after T1 and then in doubled steps until its PRACK comes. Single owner, not thread-safe.
 */
final class ReliableResponses {
    /** How many wait for the PRACK of the one before; further ones are left out. */
    static final int MAX_WAITING = 8;

    private final ServerTransaction transaction;
    private final TimerSettings timers;
    private final Deadlines deadlines;
    private final Deadlines.Action givenUp;
    private final Queue<SipResponse> waiting = new ArrayDeque<>();

    private long number;
    private @Nullable SipResponse unacknowledged;
    private long interval;
    private Deadlines.@Nullable Deadline repetition;
    private Deadlines.@Nullable Deadline end;

    /**
     * @param number the first RSeq, 1 to 2^31 - 1
     * @param givenUp runs when no PRACK has come in 64 * T1
     */
    ReliableResponses(
            ServerTransaction transaction,
            long number,
            TimerSettings timers,
            Deadlines deadlines,
            Deadlines.Action givenUp) {
        this.transaction = transaction;
        this.number = number;
        this.timers = timers;
        this.deadlines = deadlines;
        this.givenUp = givenUp;
    }

    /** Sends a response as soon as the one before has arrived. */
    void send(SipResponse response, long nowNanos) {
        if (unacknowledged == null) {
            transmit(response, nowNanos);
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(response);
        }
    }

    /** Whether a 2xx has to wait: the last response has a session description, and its PRACK is not there. */
    boolean holdsAnswer() {
        SipResponse last = unacknowledged;
        return last != null && last.body().length > 0;
    }

    /** Whether the PRACK is for what was sent last. */
    boolean awaits(RAck rack) {
        SipResponse last = unacknowledged;
        return last != null
                && rack.responseNumber() == number - 1
                && rack.cseq().equals(last.headers().cseq());
    }

    /**
     * The PRACK for what was sent last has come.
     *
     * @return whether that had a session description
     */
    boolean acknowledged() {
        boolean described = holdsAnswer();
        unacknowledged = null;
        stop();
        return described;
    }

    /** Sends what has waited. */
    void next(long nowNanos) {
        SipResponse next = unacknowledged == null ? waiting.poll() : null;
        if (next != null) {
            transmit(next, nowNanos);
        }
    }

    /** A final response is about to go out, or nobody needs to hear of the others: nothing is sent any more. */
    void dropWaiting() {
        waiting.clear();
    }

    /** Sends nothing again; a PRACK that comes is still known. */
    void stop() {
        deadlines.cancel(repetition);
        deadlines.cancel(end);
    }

    private void transmit(SipResponse response, long nowNanos) {
        SipResponse numbered = response.with(response.headers()
                .append(HeaderName.REQUIRE, UserAgentCore.RELIABLE)
                .with(HeaderName.RSEQ, number));
        number++;
        unacknowledged = numbered;
        transaction.respond(numbered, nowNanos);
        interval = timers.t1();
        repetition = deadlines.at(nowNanos + interval, this::repeat);
        end = deadlines.at(nowNanos + timers.timeout(), this::giveUp);
    }

    private void repeat(long nowNanos) {
        SipResponse last = unacknowledged;
        if (last != null) {
            transaction.respond(last, nowNanos);
            interval *= 2;
            repetition = deadlines.at(nowNanos + interval, this::repeat);
        }
    }

    private void giveUp(long nowNanos) {
        stop();
        givenUp.run(nowNanos);
    }
}
