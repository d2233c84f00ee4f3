package offhook.sip.dialog;

import offhook.sip.message.SipResponse;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.TimerSettings;
import org.jspecify.annotations.Nullable;

/**
 * A 2xx to an INVITE, sent again until its ACK comes (RFC 3261 section 13.3.1.4): after T1, then in doubled steps up to T2,
 * over reliable transports too, because a proxy on the way may go on over UDP.
 */
final class RepeatedSuccess {
    private final ServerTransaction transaction;
    private final SipResponse success;
    private final TimerSettings timers;
    private final Deadlines deadlines;
    private final Deadlines.Action givenUp;

    private long interval;
    private Deadlines.@Nullable Deadline repetition;
    private Deadlines.@Nullable Deadline end;

    /** @param givenUp runs when no ACK has come in 64 * T1 */
    RepeatedSuccess(
            ServerTransaction transaction,
            SipResponse success,
            TimerSettings timers,
            Deadlines deadlines,
            Deadlines.Action givenUp) {
        this.transaction = transaction;
        this.success = success;
        this.timers = timers;
        this.deadlines = deadlines;
        this.givenUp = givenUp;
    }

    /** Starts to wait; the first 2xx has just been sent. */
    void start(long nowNanos) {
        interval = timers.t1();
        repetition = deadlines.at(nowNanos + interval, this::repeat);
        end = deadlines.at(nowNanos + timers.timeout(), this::giveUp);
    }

    /** The number that its ACK will have. */
    int sequence() {
        return success.headers().cseq().number();
    }

    /** The ACK is there, or nobody needs it any more. */
    void stop() {
        deadlines.cancel(repetition);
        deadlines.cancel(end);
    }

    private void repeat(long nowNanos) {
        transaction.respond(success, nowNanos);
        interval = Math.min(2 * interval, timers.t2());
        repetition = deadlines.at(nowNanos + interval, this::repeat);
    }

    private void giveUp(long nowNanos) {
        stop();
        givenUp.run(nowNanos);
    }
}
