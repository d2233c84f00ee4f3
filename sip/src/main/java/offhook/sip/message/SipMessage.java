package offhook.sip.message;

import java.nio.charset.StandardCharsets;

/** A request or a response (RFC 3261 7). Immutable; a body's array is lent, not copied, and nobody may change it. */
public sealed interface SipMessage permits SipRequest, SipResponse {
    Headers headers();

    /** As it came; empty when there is none. */
    byte[] body();

    /** The first line, without its end. */
    String startLine();

    /** The body read as UTF-8. */
    default String bodyText() {
        return new String(body(), StandardCharsets.UTF_8);
    }

    /** The message for the wire, with the right Content-Length. */
    default byte[] toBytes() {
        byte[] head = head().getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[head.length + body().length];
        System.arraycopy(head, 0, bytes, 0, head.length);
        System.arraycopy(body(), 0, bytes, head.length, body().length);
        return bytes;
    }

    /** Everything before the body: start line, headers, Content-Length, empty line. */
    private String head() {
        return startLine() + "\r\n" + headers() + "Content-Length: " + body().length + "\r\n\r\n";
    }
}
