package offhook.call;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import offhook.sip.dialog.Body;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;

/** Session descriptions as the bodies of SIP messages. */
final class SdpBody {
    static final String TYPE = "application/sdp";

    /** What a 415 says would have been understood (RFC 3261 section 21.4.13). */
    static final Headers ACCEPTED = Headers.NONE.with(HeaderName.ACCEPT, TYPE);

    private SdpBody() {}

    static Body of(String sdp) {
        return Body.of(TYPE, sdp.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the body is a session description, by what its message says. */
    static boolean is(Body body) {
        return !body.isEmpty() && body.contentType().toLowerCase(Locale.ROOT).startsWith(TYPE);
    }

    static String text(Body body) {
        return new String(body.bytes(), StandardCharsets.UTF_8);
    }
}
