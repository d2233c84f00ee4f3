package offhook.sip.dialog;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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
 * @param redirects where the INVITE goes for a target that a 3xx names; empty when it may not go there at all
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
        Body offer,
        Function<SipUri, Optional<Hop>> redirects) {
    public OutgoingInvite {
        routes = List.copyOf(routes);
    }

    /** A call that goes to its target or nowhere. */
    public OutgoingInvite(
            SipUri target,
            NameAddress from,
            NameAddress to,
            NameAddress contact,
            Hop hop,
            List<NameAddress> routes,
            Headers extra,
            Optional<Credentials> credentials,
            Body offer) {
        this(target, from, to, contact, hop, routes, extra, credentials, offer, redirected -> Optional.empty());
    }

    /** The same with another body. */
    public OutgoingInvite withOffer(Body other) {
        return new OutgoingInvite(target, from, to, contact, hop, routes, extra, credentials, other, redirects);
    }

    /** The same that follows redirects. */
    public OutgoingInvite withRedirects(Function<SipUri, Optional<Hop>> others) {
        return new OutgoingInvite(target, from, to, contact, hop, routes, extra, credentials, offer, others);
    }
}
