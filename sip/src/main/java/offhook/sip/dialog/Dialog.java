package offhook.sip.dialog;

import java.util.ArrayList;
import java.util.List;
import offhook.sip.message.CSeq;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.Replaces;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Hop;

/**
 * What both ends of a dialog remember (RFC 3261 section 12): who they are, where requests go, and how they are numbered.
 * Single owner, not thread-safe.
 */
public final class Dialog {
    /** RFC 3261 section 8.1.1.6. */
    static final int MAX_FORWARDS = 70;

    private static final int NONE_SEEN = -1;
    /** RFC 3891 section 3: how Replaces writes the tag of somebody who has none. */
    static final String NO_TAG = "0";

    private final boolean caller;
    private final DialogId id;
    private final NameAddress local;
    private final NameAddress remote;
    private final NameAddress contact;

    private boolean confirmed;
    private int localSequence;
    private int remoteSequence;
    private SipUri remoteTarget;
    private List<NameAddress> routeSet;
    private List<String> peerMethods = List.of();

    private Dialog(
            boolean caller,
            DialogId id,
            NameAddress local,
            NameAddress remote,
            NameAddress contact,
            int localSequence,
            int remoteSequence,
            SipUri remoteTarget,
            List<NameAddress> routeSet) {
        this.caller = caller;
        this.id = id;
        this.local = local;
        this.remote = remote;
        this.contact = contact;
        this.localSequence = localSequence;
        this.remoteSequence = remoteSequence;
        this.remoteTarget = remoteTarget;
        this.routeSet = routeSet;
    }

    /**
     * The caller's side (RFC 3261 section 12.1.2), early until {@link #confirm}.
     *
     * @param request our INVITE, with our tag and Contact
     * @param response a 101 to 299 with a tag in To; each other tag opens a dialog of its own
     */
    public static Dialog ofResponse(SipRequest request, SipResponse response) {
        Headers asked = request.headers();
        NameAddress local = asked.from();
        NameAddress remote = response.headers().to();
        Dialog dialog = new Dialog(
                true,
                new DialogId(asked.callId(), local.tag(), remote.tag()),
                local,
                remote,
                asked.contacts().getFirst(),
                asked.cseq().number(),
                NONE_SEEN,
                targetOr(request.uri(), response),
                routes(response).reversed());
        dialog.learnMethods(response);
        return dialog;
    }

    /**
     * The called side (RFC 3261 section 12.1.1), early until {@link #confirm()}.
     *
     * @param request the peer's INVITE, which must have a SIP URI in Contact or at least in From
     * @param contact where the peer is to send its requests
     */
    public static Dialog ofRequest(SipRequest request, String localTag, NameAddress contact) {
        Headers headers = request.headers();
        NameAddress remote = headers.from();
        Dialog dialog = new Dialog(
                false,
                new DialogId(headers.callId(), localTag, remote.tag()),
                headers.to().withTag(localTag),
                remote,
                contact,
                0,
                headers.cseq().number(),
                targetOr(remote.uri(), request),
                routes(request));
        dialog.learnMethods(request);
        return dialog;
    }

    /** Whether our INVITE made the dialog, and not the peer's. */
    public boolean caller() {
        return caller;
    }

    public DialogId id() {
        return id;
    }

    /** Us, as From of our requests. */
    public NameAddress local() {
        return local;
    }

    /** The peer, as To of our requests. */
    public NameAddress remote() {
        return remote;
    }

    /** Where the peer reaches us. */
    public NameAddress contact() {
        return contact;
    }

    /** Whether a 2xx has been sent or received; otherwise the dialog is early. */
    public boolean confirmed() {
        return confirmed;
    }

    /** The peer's latest Contact. */
    public SipUri remoteTarget() {
        return remoteTarget;
    }

    /** The peer's Contact with a Replaces by which somebody else takes our place in the dialog (RFC 3891 section 4). */
    public SipUri takeoverTarget() {
        String ours = id.localTag();
        String theirs = id.remoteTag().isEmpty() ? NO_TAG : id.remoteTag();
        Replaces replaces = new Replaces(id.callId(), theirs, ours, false);
        return remoteTarget.withHeader(HeaderName.REPLACES, replaces.toString());
    }

    /** The Route headers of our requests, in order. */
    public List<NameAddress> routeSet() {
        return routeSet;
    }

    /** Whether the peer has said in Allow that it understands a method (RFC 3261 section 20.5). */
    public boolean peerAllows(String method) {
        return peerMethods.contains(method);
    }

    /** Where our requests go next (RFC 3261 section 8.1.2): to the first route, or to the peer itself. */
    public Hop nextHop() {
        return Hop.of(routeSet.isEmpty() ? remoteTarget : routeSet.getFirst().uri());
    }

    /** As the called side: we have sent a 2xx. */
    public void confirm() {
        confirmed = true;
    }

    /** As the caller: a 2xx has come. Its Record-Route counts and not that of a 1xx (RFC 3261 section 13.2.2.4). */
    public void confirm(SipResponse success) {
        confirmed = true;
        routeSet = routes(success).reversed();
        refreshTarget(success);
    }

    /** Takes the Contact of a target refresh request or of its 2xx (RFC 3261 section 12.2). */
    public void refreshTarget(SipMessage message) {
        remoteTarget = targetOr(remoteTarget, message);
        learnMethods(message);
    }

    private void learnMethods(SipMessage message) {
        if (message.headers().has(HeaderName.ALLOW)) {
            peerMethods = message.headers().all(HeaderName.ALLOW);
        }
    }

    /**
     * Takes a request's CSeq (RFC 3261 section 12.2.2).
     *
     * @return false when it is lower than one seen before: the request wants a 500
     */
    public boolean inOrder(SipRequest request) {
        int number = request.headers().cseq().number();
        if (number < remoteSequence) {
            return false;
        }
        remoteSequence = number;
        return true;
    }

    /**
     * The next request within the dialog (RFC 3261 section 12.2.1.1), without Via and body.
     *
     * @param method neither ACK nor CANCEL
     */
    public SipRequest request(String method) {
        localSequence++;
        SipRequest request = routed(method, localSequence);
        return refreshesTarget(method) ? request.with(request.headers().with(HeaderName.CONTACT, contact)) : request;
    }

    /** The same request once more, with the next CSeq: after a challenge, or when the peer said "later". */
    public SipRequest again(SipRequest request) {
        localSequence++;
        return request.with(request.headers().with(HeaderName.CSEQ, new CSeq(localSequence, request.method())));
    }

    /** The ACK for a 2xx to our INVITE: its number and its credentials (RFC 3261 section 13.2.2.4), without Via. */
    public SipRequest ack(SipRequest invite) {
        Headers asked = invite.headers();
        SipRequest ack = routed(SipMethod.ACK, asked.cseq().number());
        return ack.with(ack.headers()
                .withAllOf(HeaderName.AUTHORIZATION, asked)
                .withAllOf(HeaderName.PROXY_AUTHORIZATION, asked));
    }

    private SipRequest routed(String method, int sequence) {
        List<NameAddress> routes = new ArrayList<>(routeSet);
        SipUri uri = remoteTarget;
        if (!routes.isEmpty() && !routes.getFirst().uri().isLooseRouter()) {
            // A strict router of RFC 2543 wants to see itself in the Request-URI.
            uri = routes.removeFirst().uri().asRequestUri();
            routes.add(NameAddress.of(remoteTarget));
        }
        Headers headers = Headers.NONE;
        for (NameAddress route : routes) {
            headers = headers.append(HeaderName.ROUTE, route);
        }
        headers = headers.with(HeaderName.MAX_FORWARDS, MAX_FORWARDS)
                .with(HeaderName.FROM, local)
                .with(HeaderName.TO, remote)
                .with(HeaderName.CALL_ID, id.callId())
                .with(HeaderName.CSEQ, new CSeq(sequence, method));
        return SipRequest.of(method, uri, headers);
    }

    /** RFC 3261 section 12.2.1.1, RFC 3311, RFC 3515, RFC 6665. */
    static boolean refreshesTarget(String method) {
        return switch (method) {
            case SipMethod.INVITE, SipMethod.UPDATE, SipMethod.REFER, SipMethod.SUBSCRIBE, SipMethod.NOTIFY -> true;
            default -> false;
        };
    }

    /** Record-Route, but for URIs that are not SIP: nothing could be sent to them. */
    private static List<NameAddress> routes(SipMessage message) {
        return message.headers().recordRoutes().stream()
                .filter(route -> route.uri().isSip())
                .toList();
    }

    private static SipUri targetOr(SipUri otherwise, SipMessage message) {
        for (NameAddress contact : message.headers().contacts()) {
            if (contact.uri().isSip()) {
                return contact.uri().asRequestUri();
            }
        }
        return otherwise;
    }
}
