package offhook.exchange.routing;

import java.util.ArrayList;
import java.util.List;
import offhook.sip.message.HeaderName;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.transaction.ClientRequest;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.InviteServerTransaction;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to one or several phones (RFC 3261 sections 16.6 to 16.10): what each of them answers becomes
 * one answer. Single owner, not thread-safe.
 */
final class Fork {
    /** A request as it leaves, and where it goes. */
    record Outgoing(SipRequest request, Hop hop) {}

    /** Timer C (16.6 step 11): a phone may ring this long without a further word. */
    static final long LONGEST_RING = 190_000_000_000L;

    private final TransactionLayer transactions;
    private final ServerTransaction upstream;
    private final List<Branch> branches = new ArrayList<>();
    private Deadlines.@Nullable Deadline timerC;
    private @Nullable SipResponse best;
    private boolean answered;

    Fork(TransactionLayer transactions, ServerTransaction upstream) {
        this.transactions = transactions;
        this.upstream = upstream;
    }

    void start(List<Outgoing> requests, long nowNanos) {
        if (upstream instanceof InviteServerTransaction invite) {
            invite.listen(new InviteServerTransaction.Listener() {
                @Override
                public void cancelled(SipRequest cancel, long at) {
                    cancelAll(at);
                }

                @Override
                public void unacknowledged(long at) {
                    // The phones are told already; the caller has gone away.
                }
            });
            startTimerC(nowNanos);
        }
        for (Outgoing outgoing : requests) {
            Branch branch = new Branch();
            branches.add(branch);
            branch.start(outgoing, nowNanos);
        }
    }

    private void startTimerC(long nowNanos) {
        transactions.deadlines().cancel(timerC);
        timerC = transactions.deadlines().at(nowNanos + LONGEST_RING, this::cancelAll);
    }

    private void cancelAll(long nowNanos) {
        for (Branch branch : branches) {
            branch.cancel(nowNanos);
        }
    }

    private void onResponse(Branch branch, SipResponse response, long nowNanos) {
        SipResponse passedOn = response.with(response.headers().withoutFirst(HeaderName.VIA));
        if (response.isProvisional()) {
            if (response.status() > SipStatus.TRYING && !answered) {
                startTimerC(nowNanos);
                upstream.respond(passedOn, nowNanos);
            }
            return;
        }
        branch.done = true;
        if (response.isSuccess()) {
            // Each 2xx goes back, the repeated ones and those of other phones too (16.7 step 5).
            upstream.respond(passedOn, nowNanos);
            finish();
            cancelAll(nowNanos);
            return;
        }
        remember(passedOn);
        if (response.status() >= 600) {
            cancelAll(nowNanos);
        }
        answerIfDone(nowNanos);
    }

    private void remember(SipResponse response) {
        SipResponse before = best;
        if (before == null || rank(response.status()) < rank(before.status())) {
            best = response;
        }
    }

    /** 6xx wins; then the lower class and status; a phone's own word over its silence (16.7 step 6). */
    private static int rank(int status) {
        if (status >= 600) {
            return 0;
        }
        boolean silence = status == SipStatus.REQUEST_TIMEOUT || status == SipStatus.TEMPORARILY_UNAVAILABLE;
        return silence ? 1_000 : status;
    }

    private void answerIfDone(long nowNanos) {
        SipResponse response = best;
        if (!answered && response != null && branches.stream().allMatch(branch -> branch.done)) {
            upstream.respond(response, nowNanos);
            finish();
        }
    }

    private void finish() {
        answered = true;
        transactions.deadlines().cancel(timerC);
    }

    /** One phone. */
    private final class Branch implements TransactionLayer.ResponseHandler {
        private @Nullable ClientRequest invite;
        private boolean done;

        void start(Outgoing outgoing, long nowNanos) {
            ClientRequest sent = transactions.send(outgoing.request(), outgoing.hop(), this, nowNanos);
            if (outgoing.request().is(SipMethod.INVITE)) {
                invite = sent;
            }
        }

        void cancel(long nowNanos) {
            ClientRequest open = invite;
            if (open != null && !done) {
                open.cancel(nowNanos);
            }
        }

        @Override
        public void onResponse(SipResponse response, long nowNanos) {
            Fork.this.onResponse(this, response, nowNanos);
        }

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {
            done = true;
            int status = switch (failure) {
                case TIMEOUT -> SipStatus.REQUEST_TIMEOUT;
                // Not 503, which would say that the exchange itself is in trouble (16.7 step 6).
                case TRANSPORT_ERROR, OVERLOAD -> SipStatus.TEMPORARILY_UNAVAILABLE;
            };
            remember(SipResponse.answering(
                    upstream.request(), status, transactions.tokens().tag()));
            answerIfDone(nowNanos);
        }
    }
}
