package offhook.sip.dialog;

import offhook.sip.message.Headers;
import offhook.sip.message.SipRequest;
import offhook.sip.transaction.ServerTransaction;

/** A request within a call that its owner has to answer. Single owner, not thread-safe. */
public final class InDialogRequest {
    private final InviteUsage usage;
    private final ServerTransaction transaction;

    InDialogRequest(InviteUsage usage, ServerTransaction transaction) {
        this.usage = usage;
        this.transaction = transaction;
    }

    public SipRequest request() {
        return transaction.request();
    }

    /** Answers without body: see {@link #respond(int, Headers, Body, long)}. */
    public boolean respond(int status, long nowNanos) {
        return respond(status, Headers.NONE, Body.NONE, nowNanos);
    }

    /**
     * Answers. Our Contact is added where it belongs, and a 2xx to a re-INVITE is repeated until its ACK.
     *
     * @param extra further headers
     * @return false when a final answer went before it, the call is over, or the peer gave the re-INVITE up
     */
    public boolean respond(int status, Headers extra, Body body, long nowNanos) {
        return usage.respond(transaction, status, extra, body, nowNanos);
    }
}
