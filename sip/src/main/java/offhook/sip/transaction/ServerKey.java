package offhook.sip.transaction;

import java.util.Locale;
import offhook.sip.message.Headers;
import offhook.sip.message.SipRequest;
import offhook.sip.message.ViaHeader;

/**
 * What all retransmissions of a request have in common (RFC 3261 section 17.2.3). Never the Call-ID alone: a call between
 * two users of one gateway has the same Call-ID on both of its dialogs.
 *
 * @param identity the branch; of a peer from before RFC 3261, all that section 17.2.3 lists
 * @param sentBy the host and port of the top Via, for two clients may chance upon one branch
 * @param method INVITE also for its ACK
 */
record ServerKey(String identity, String sentBy, String method) {
    /** The key of the transaction that {@code request} opens, or belongs to when its method stands for another. */
    static ServerKey of(SipRequest request, String method) {
        ViaHeader via = request.headers().via();
        String identity = via.hasUniqueBranch() ? via.branch() : identityBefore3261(request, via);
        return new ServerKey(identity, via.sentBy().toLowerCase(Locale.ROOT), method);
    }

    /** The To tag is left out: it differs between an INVITE and its ACK, and nothing else here is ever reused. */
    private static String identityBefore3261(SipRequest request, ViaHeader via) {
        Headers headers = request.headers();
        return String.join(
                "\n",
                request.uri().toString(),
                headers.from().tag(),
                headers.callId(),
                Integer.toString(headers.cseq().number()),
                via.toString());
    }
}
