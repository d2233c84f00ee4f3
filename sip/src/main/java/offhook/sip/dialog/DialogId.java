package offhook.sip.dialog;

import offhook.sip.message.Headers;
import offhook.sip.message.Replaces;
import offhook.sip.message.SipRequest;

/**
 * What names a dialog (RFC 3261 section 12): never the Call-ID alone, for a call between two users of one gateway has the
 * same on both of its dialogs.
 *
 * @param remoteTag empty when the peer gave none, as before RFC 3261
 */
public record DialogId(String callId, String localTag, String remoteTag) {
    /** The dialog that a request from the peer belongs to. */
    public static DialogId of(SipRequest received) {
        Headers headers = received.headers();
        return new DialogId(headers.callId(), headers.to().tag(), headers.from().tag());
    }

    /** The dialog that a Replaces names, as we know it. */
    public static DialogId of(Replaces replaces) {
        return new DialogId(replaces.callId(), replaces.toTag(), replaces.fromTag());
    }
}
