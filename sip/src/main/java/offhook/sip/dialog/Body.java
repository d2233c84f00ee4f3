package offhook.sip.dialog;

import java.util.Arrays;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;

/** A message body and what it is: opaque here. The bytes are lent, and nobody may change them. */
public final class Body {
    /** No body. */
    public static final Body NONE = new Body("", new byte[0]);

    private final String contentType;
    private final byte[] bytes;

    private Body(String contentType, byte[] bytes) {
        this.contentType = contentType;
        this.bytes = bytes;
    }

    /** @param contentType as Content-Type has it, parameters included */
    public static Body of(String contentType, byte[] bytes) {
        return new Body(contentType, bytes);
    }

    /** The body that a message carries. */
    public static Body of(SipMessage message) {
        return message.body().length == 0
                ? NONE
                : new Body(message.headers().first(HeaderName.CONTENT_TYPE).orElse(""), message.body());
    }

    /** Empty for {@link #NONE}. */
    public String contentType() {
        return contentType;
    }

    public byte[] bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    SipRequest in(SipRequest request) {
        return new SipRequest(request.method(), request.uri(), typed(request.headers()), bytes);
    }

    SipResponse in(SipResponse response) {
        return new SipResponse(response.status(), response.reason(), typed(response.headers()), bytes);
    }

    private Headers typed(Headers headers) {
        return isEmpty() ? headers : headers.with(HeaderName.CONTENT_TYPE, contentType);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Body body && contentType.equals(body.contentType) && Arrays.equals(bytes, body.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * contentType.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return contentType + ", " + bytes.length + " bytes";
    }
}
