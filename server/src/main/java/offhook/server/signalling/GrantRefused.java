package offhook.server.signalling;

import offhook.call.EndReason;

/** A token, a ticket or a wish for one is refused. */
public final class GrantRefused extends RuntimeException {
    private final EndReason reason;
    private final String field;
    private final String line;

    /**
     * @param reason the word for programs
     * @param field the input at fault, named as in the request; empty for none
     * @param text one plain sentence for the visitor, without anything secret
     */
    public GrantRefused(EndReason reason, String field, String text) {
        this(reason, field, text, "");
    }

    private GrantRefused(EndReason reason, String field, String text, String line) {
        super(text, null, false, false);
        this.reason = reason;
        this.field = field;
        this.line = line;
    }

    /** The same, about a call over that line. */
    public GrantRefused over(String line) {
        return new GrantRefused(reason, field, text(), line);
    }

    public EndReason reason() {
        return reason;
    }

    public String field() {
        return field;
    }

    /** The line that the call was to go over, as it was named, for the log; empty when nobody said one. */
    public String line() {
        return line;
    }

    /** The sentence. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
