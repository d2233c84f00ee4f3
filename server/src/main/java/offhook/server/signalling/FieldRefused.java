package offhook.server.signalling;

import offhook.call.EndReason;

/** One of the browser's fields cannot be used. */
final class FieldRefused extends RuntimeException {
    private final EndReason reason;
    private final String field;

    FieldRefused(EndReason reason, String field, String text) {
        super(text, null, false, false);
        this.reason = reason;
        this.field = field;
    }

    /** The same about an account that a grant would be for. */
    GrantRefused ofGrant() {
        return new GrantRefused(reason, field, String.valueOf(getMessage()));
    }

    Refusal refusal(String method, String id) {
        return new Refusal(method, id, reason, 0, field, String.valueOf(getMessage()));
    }
}
