package offhook.sip.message;

/** A value that a person gave cannot be used in SIP. */
public final class InvalidFieldException extends IllegalArgumentException {
    private final String field;
    private final String reason;

    /** @param reason to be read behind the name of the field: "has a space" */
    public InvalidFieldException(String field, String reason) {
        super(field + " " + reason);
        this.field = field;
        this.reason = reason;
    }

    /** The name of the field, as given to the check. */
    public String field() {
        return field;
    }

    /** What is wrong with it, to be read behind the field's name: "has a space". */
    public String reason() {
        return reason;
    }
}
