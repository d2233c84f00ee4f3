package offhook.sip.message;

import java.util.Optional;

/**
 * A text is not what RFC 3261 25 says it has to be.
 *
 * <p>It is an {@link IllegalArgumentException} because the same check guards values that a program hands to a builder.
 */
public final class SipSyntaxException extends IllegalArgumentException {
    private static final byte[] NO_ANSWER = new byte[0];

    private final int status;
    private final String reason;
    private byte[] answer = NO_ANSWER;

    SipSyntaxException(int status, String reason) {
        super(reason);
        this.status = status;
        this.reason = reason;
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

    /** Adds the answer on the way out of the reader that made it. */
    SipSyntaxException answeredBy(byte[] refusal) {
        answer = refusal;
        return this;
    }
}
