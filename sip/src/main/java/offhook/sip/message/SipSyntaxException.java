package offhook.sip.message;

import java.util.Optional;

/**
 * A text is not what RFC 3261 25 says it has to be.
 *
 * <p>It is an {@link IllegalArgumentException} because the same check guards values that a program hands to a builder.
 */
public final class SipSyntaxException extends IllegalArgumentException {
    private final int status;
    private final String reason;
    private final byte[] answer;

    SipSyntaxException(int status, String reason) {
        this(status, reason, new byte[0]);
    }

    private SipSyntaxException(int status, String reason, byte[] answer) {
        super(reason);
        this.status = status;
        this.reason = reason;
        this.answer = answer;
    }

    /** The status code that a server answers such a request with: 400, 505 or 513. */
    public int status() {
        return status;
    }

    /** What is wrong, in plain words, with the header's name first when one is to blame. */
    public String reason() {
        return reason;
    }

    /**
     * The refusal to send back the way the bytes came, ready for the wire: present when they were a request other than
     * ACK that has a Via. Bad responses, and requests too broken for an answer, are dropped.
     */
    public Optional<byte[]> answer() {
        return answer.length == 0 ? Optional.empty() : Optional.of(answer.clone());
    }

    /** The same, with an answer; for {@link SipParser}. */
    SipSyntaxException answeredBy(byte[] refusal) {
        SipSyntaxException same = new SipSyntaxException(status, reason, refusal);
        same.setStackTrace(getStackTrace());
        return same;
    }
}
