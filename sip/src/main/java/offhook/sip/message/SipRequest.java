package offhook.sip.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A request (RFC 3261 7.1).
 *
 * @param method a token, case-sensitive; see {@link SipMethod}
 * @param uri the Request-URI
 * @param body empty for none; lent, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // equals compares the bytes; copying every body would buy nothing here
public record SipRequest(String method, SipUri uri, Headers headers, byte[] body) implements SipMessage {
    private static final byte[] NO_BODY = new byte[0];

    public SipRequest {
        if (!Grammar.isToken(method)) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "the method is not a word");
        }
        if (!uri.headers().isEmpty()) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "Request-URI: headers are not allowed in it");
        }
    }

    public static SipRequest of(String method, SipUri uri, Headers headers) {
        return new SipRequest(method, uri, headers, NO_BODY);
    }

    public boolean is(String otherMethod) {
        return method.equals(otherMethod);
    }

    public SipRequest with(Headers others) {
        return new SipRequest(method, uri, others, body);
    }

    public SipRequest withUri(SipUri other) {
        return new SipRequest(method, other, headers, body);
    }

    public SipRequest withBody(String contentType, String text) {
        return new SipRequest(
                method, uri, headers.with(HeaderName.CONTENT_TYPE, contentType), text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String startLine() {
        return method + " " + uri + " SIP/2.0";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SipRequest request
                && method.equals(request.method)
                && uri.equals(request.uri)
                && headers.equals(request.headers)
                && Arrays.equals(body, request.body);
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
