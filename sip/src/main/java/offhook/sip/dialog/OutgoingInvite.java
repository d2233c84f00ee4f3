package offhook.sip.dialog;

import java.util.List;
import java.util.Optional;
import offhook.sip.digest.Credentials;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Hop;

/**
 * A call to be placed.
 *
 * @param target the Request-URI
 * @param from us, without a tag: the session makes one
 * @param to whom we want, without a tag
 * @param contact names us; its host, port and transport become those by which the target reaches us
 * @param hop where the INVITE goes first
 * @param routes Route headers that it carries from the start, such as a Service-Route; usually none
 * @param extra further headers
 * @param credentials for 401 and 407
 * @param offer usually SDP
 */
public record OutgoingInvite(
        SipUri target,
        NameAddress from,
        NameAddress to,
        NameAddress contact,
        Hop hop,
        List<NameAddress> routes,
        Headers extra,
        Optional<Credentials> credentials,
        Body offer) {
    public OutgoingInvite {
        routes = List.copyOf(routes);
    }

    /** The same with another body. */
    public OutgoingInvite withOffer(Body other) {
        return new OutgoingInvite(target, from, to, contact, hop, routes, extra, credentials, other);
    }
}
