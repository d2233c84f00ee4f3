package offhook.sip.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A response (RFC 3261 7.2).
 *
 * @param status 100 to 699
 * @param reason the reason phrase; may be empty
 * @param body empty for none; lent, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // equals compares the bytes; copying every body would buy nothing here
public record SipResponse(int status, String reason, Headers headers, byte[] body) implements SipMessage {
    private static final byte[] NO_BODY = new byte[0];

    public SipResponse {
        if (status < 100 || status > 699) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "the status is not between 100 and 699");
        }
        Text.checkLine("reason phrase", reason);
    }

    public static SipResponse of(int status, Headers headers) {
        return new SipResponse(status, SipStatus.reason(status), headers, NO_BODY);
    }

    /** {@link #answering(SipRequest, int, String, String)} with the usual reason phrase. */
    public static SipResponse answering(SipRequest request, int status, String toTag) {
        return answering(request, status, SipStatus.reason(status), toTag);
    }

    /**
     * The beginning of any response to a request (8.2.6.2): all its Vias, From, To, Call-ID and CSeq, and Timestamp in a
     * 100.
     *
     * @param toTag put into To unless the request has one there; empty for none, which only 100 may go without
     */
    public static SipResponse answering(SipRequest request, int status, String reason, String toTag) {
        Headers asked = request.headers();
        Headers headers = Headers.NONE
                .withAllOf(HeaderName.VIA, asked)
                .withAllOf(HeaderName.FROM, asked)
                .withAllOf(HeaderName.TO, asked)
                .withAllOf(HeaderName.CALL_ID, asked)
                .withAllOf(HeaderName.CSEQ, asked);
        if (!toTag.isEmpty() && asked.to().tag().isEmpty()) {
            headers = headers.with(HeaderName.TO, asked.to().withTag(toTag));
        }
        if (status == SipStatus.TRYING) {
            headers = headers.withAllOf(HeaderName.TIMESTAMP, asked);
        }
        return new SipResponse(status, reason, headers, NO_BODY);
    }

    public boolean isProvisional() {
        return status < 200;
    }

    public boolean isFinal() {
        return status >= 200;
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    public SipResponse with(Headers others) {
        return new SipResponse(status, reason, others, body);
    }

    public SipResponse withBody(String contentType, String text) {
        return new SipResponse(
                status,
                reason,
                headers.with(HeaderName.CONTENT_TYPE, contentType),
                text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String startLine() {
        return "SIP/2.0 " + status + " " + reason;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SipResponse response
                && status == response.status
                && reason.equals(response.reason)
                && headers.equals(response.headers)
                && Arrays.equals(body, response.body);
    }

    @Override
    public int hashCode() {
        return 31 * startLine().hashCode() + headers.hashCode();
    }

    /** The whole text, for a person to read. */
    @Override
    public String toString() {
        return new String(toBytes(), StandardCharsets.UTF_8);
    }
}
