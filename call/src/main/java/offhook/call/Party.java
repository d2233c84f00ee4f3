package offhook.call;

import java.util.Optional;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipUri;

/**
 * Who is at the other end, as a person reads it.
 *
 * @param number a number or a user; for an address without one its host
 * @param displayName empty when there is none
 */
public record Party(String number, String displayName) {
    /**
     * Who calls, by an INVITE.
     *
     * @param trusted whether the telephone system's word counts (P-Asserted-Identity, RFC 3325), else the caller's own
     */
    public static Party caller(Headers invite, boolean trusted) {
        Optional<NameAddress> asserted = trusted ? invite.assertedIdentity() : Optional.empty();
        return of(asserted.orElseGet(invite::from));
    }

    /** What a SIP or tel URI and its display name say. */
    public static Party of(NameAddress address) {
        SipUri uri = address.uri();
        String number = uri.user();
        if (!uri.isSip()) {
            int parameters = uri.opaque().indexOf(';');
            number = parameters < 0 ? uri.opaque() : uri.opaque().substring(0, parameters);
        } else if (number.isEmpty()) {
            number = uri.hostPort();
        }
        return new Party(number, address.displayName());
    }
}
