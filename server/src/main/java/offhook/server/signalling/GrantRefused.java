package offhook.server.signalling;

import offhook.call.EndReason;

/** A token, a ticket or a wish for one is refused. */
public final class GrantRefused extends RuntimeException {
    private final EndReason reason;
    private final String field;

    /**
     * @param reason the word for programs
     * @param field the input at fault, named as in the request; empty for none
     * @param text one plain sentence for the visitor, without anything secret
     */
    public GrantRefused(EndReason reason, String field, String text) {
        super(text, null, false, false);
        this.reason = reason;
        this.field = field;
    }

    public EndReason reason() {
        return reason;
    }

    public String field() {
        return field;
    }

    /** The sentence. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
