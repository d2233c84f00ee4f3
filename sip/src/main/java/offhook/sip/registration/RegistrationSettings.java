package offhook.sip.registration;

import java.util.List;
import java.util.Optional;
import offhook.sip.digest.Credentials;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Hop;

/**
 * What is to be registered, and where.
 *
 * @param registrar the Request-URI: {@code sip:} and the domain, without a user (RFC 3261 section 10.2)
 * @param addressOfRecord From and To, without tags
 * @param contact where requests for the user shall come; the user part of its URI must differ from every other user's. Its
 *     host, port and transport become those by which the target reaches us
 * @param hop where REGISTER goes first: the outbound proxy, or the domain itself
 * @param routes Route headers, usually none
 * @param expiresSeconds the time that is asked for; what the registrar grants counts. 1 to
 *     {@value #MAX_EXPIRES_SECONDS}
 * @param product our name in User-Agent
 */
public record RegistrationSettings(
        SipUri registrar,
        NameAddress addressOfRecord,
        NameAddress contact,
        Hop hop,
        List<NameAddress> routes,
        Optional<Credentials> credentials,
        long expiresSeconds,
        String product) {
    /** A day: whatever is granted, we come back at least this often. */
    public static final long MAX_EXPIRES_SECONDS = 86_400;

    public RegistrationSettings {
        routes = List.copyOf(routes);
        if (expiresSeconds < 1 || expiresSeconds > MAX_EXPIRES_SECONDS) {
            throw new IllegalArgumentException("expires " + expiresSeconds + " is not 1 to " + MAX_EXPIRES_SECONDS);
        }
    }
}
