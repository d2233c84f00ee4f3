package offhook.sip.dialog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import offhook.sip.digest.Credentials;
import offhook.sip.digest.DigestClient;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.Replaces;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipSyntaxException;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.OwnAddress;
import offhook.sip.transaction.SentBy;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.Tokens;
import offhook.sip.transaction.TransactionLayer;
import offhook.sip.transaction.Transport;

/**
 * The user agent core of one owner (RFC 3261 section 8): it places calls, finds the dialog of each request that comes,
 * shows newcomers to whoever knows the users, and refuses by itself what the RFC lets nobody accept. Single owner, not
 * thread-safe.
 *
 * <p>Its timers wait in the {@link Deadlines} it was given, whose owner runs them.
 */
public final class UserAgentCore {
    /** Who decides about requests outside of any dialog. */
    public interface Newcomers {
        /** A call comes in. {@link UasSession#open} or {@link UasSession#refuse} it before returning. */
        void onInvite(UasSession session, long nowNanos);

        /** A request with a method of the settings, to be answered through its transaction. */
        void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos);
    }

    private static final List<String> BUILT_IN =
            List.of(SipMethod.INVITE, SipMethod.ACK, SipMethod.CANCEL, SipMethod.BYE, SipMethod.OPTIONS);

    /** Methods that we recognise and may not allow, 405; any other is 501 (RFC 3261 section 8.2.1 and 21.5.2). */
    private static final List<String> KNOWN = List.of(
            SipMethod.REGISTER,
            SipMethod.PRACK,
            SipMethod.UPDATE,
            SipMethod.INFO,
            SipMethod.MESSAGE,
            SipMethod.SUBSCRIBE,
            SipMethod.NOTIFY,
            SipMethod.REFER,
            "PUBLISH");

    /** Methods that make no sense outside of a dialog: 481. */
    private static final List<String> ONLY_IN_DIALOGS =
            List.of(SipMethod.BYE, SipMethod.PRACK, SipMethod.UPDATE, SipMethod.INFO, SipMethod.NOTIFY);

    /** Option tag of RFC 3262. */
    static final String RELIABLE = "100rel";

    /** Option tag of RFC 4028. */
    static final String TIMER = "timer";

    /** Option tag of RFC 3891. */
    static final String REPLACES = "replaces";

    private final UserAgentSettings settings;
    private final OwnAddress ownAddress;
    private final RandomGenerator random;
    private final Newcomers newcomers;
    private final TransactionLayer transactions;
    private final Map<DialogId, InviteUsage> dialogs = new HashMap<>();
    private final String allow;
    private long refusedForFlood;

    /**
     * @param ownAddress what our Via says on the way to a target; the Contact of our requests says the same
     * @param random must be hard to guess in production: tags and digest nonces come of it
     */
    public UserAgentCore(
            UserAgentSettings settings,
            OwnAddress ownAddress,
            RandomGenerator random,
            Deadlines deadlines,
            TransactionLayer.Outbox outbox,
            Newcomers newcomers) {
        this.settings = settings;
        this.ownAddress = ownAddress;
        this.random = random;
        this.newcomers = newcomers;
        this.allow = allow(settings);
        this.transactions = new TransactionLayer(
                new Tokens(settings.mark(), random),
                new OwnAddress() {
                    @Override
                    public SentBy sentBy(Hop target) {
                        return ownAddress.sentBy(target);
                    }

                    @Override
                    public SipRequest addressed(SipRequest request, Hop target) {
                        return withContactFor(target, request);
                    }
                },
                settings.timers(),
                settings.limits(),
                deadlines,
                outbox,
                new TransactionLayer.RequestHandler() {
                    @Override
                    public void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos) {
                        route(request, transaction, nowNanos);
                    }

                    @Override
                    public void onAck(SipRequest ack, Arrival from, long nowNanos) {
                        InviteUsage usage = dialogs.get(DialogId.of(ack));
                        if (usage != null) {
                            usage.onAck(ack, nowNanos);
                        }
                    }
                });
    }

    private static String allow(UserAgentSettings settings) {
        List<String> methods = new ArrayList<>(BUILT_IN);
        if (settings.extensions().contains(RELIABLE)) {
            methods.add(SipMethod.PRACK);
        }
        methods.addAll(settings.methods());
        return String.join(", ", methods);
    }

    /** The request with a Contact by which its target reaches us (RFC 3261 section 8.1.1.8). */
    private SipRequest withContactFor(Hop target, SipRequest request) {
        List<NameAddress> contacts = request.headers().contacts();
        Headers headers = request.headers().without(HeaderName.CONTACT);
        for (NameAddress contact : contacts) {
            headers = headers.append(HeaderName.CONTACT, contactFor(target, contact, request));
        }
        return contacts.isEmpty() ? request : request.with(headers);
    }

    /** Our Contact for a dialog that a request of the peer opens (RFC 3261 section 12.1.1). */
    NameAddress contactFor(Arrival from, NameAddress contact, SipRequest request) {
        String address = from.remote().getAddress().getHostAddress();
        return contactFor(new Hop(from.transport(), address, from.remote().getPort()), contact, request);
    }

    /** By the peer's own transport, at the address that our Via says, and {@code sips} where that was asked for. */
    private NameAddress contactFor(Hop peer, NameAddress contact, SipRequest request) {
        SentBy own = ownAddress.sentBy(peer);
        SipUri uri = contact.uri().at(own.host(), own.port());
        if (request.uri().scheme().equals("sips")) {
            uri = uri.secured();
        } else if (peer.transport() != Transport.UDP) {
            uri = uri.withParameter("transport", peer.transport().word().toLowerCase(Locale.ROOT));
        }
        return new NameAddress(contact.displayName(), uri, contact.parameters());
    }

    /** The transactions of this user agent, for registrations and whatever else sends requests outside of dialogs. */
    public TransactionLayer transactions() {
        return transactions;
    }

    /** Dialogs that are not over. */
    public int dialogs() {
        return dialogs.size();
    }

    /** How many re-INVITEs and UPDATEs were put off because their peers sent too many of them. */
    public long refusedForFlood() {
        return refusedForFlood;
    }

    /** Places a call. The listener hears nothing before this returns. */
    public UacSession invite(OutgoingInvite call, SessionListener listener, long nowNanos) {
        UacSession session = new UacSession(this, call, digest(call.credentials()), listener);
        session.start(nowNanos);
        return session;
    }

    /** A message from the network. */
    public void onMessage(SipMessage message, Arrival from, long nowNanos) {
        transactions.onMessage(message, from, nowNanos);
    }

    /** The targets of a hop that the outbox was asked for. */
    public void onLocated(Hop hop, List<Hop> targets, long nowNanos) {
        transactions.onLocated(hop, targets, nowNanos);
    }

    /** The edge cannot reach a target. */
    public void onTransportError(Hop hop, long nowNanos) {
        transactions.onTransportError(hop, nowNanos);
    }

    /** A connection is gone that requests came by. */
    public void onConnectionLost(long connection) {
        transactions.onConnectionLost(connection);
    }

    private void route(SipRequest request, ServerTransaction transaction, long nowNanos) {
        String toTag = request.headers().to().tag();
        List<String> unsupported = request.headers().all(HeaderName.REQUIRE).stream()
                .filter(tag -> settings.extensions().stream().noneMatch(tag::equalsIgnoreCase))
                .toList();
        if (!request.uri().isSip()) {
            refuse(transaction, SipStatus.UNSUPPORTED_URI_SCHEME, Headers.NONE, nowNanos);
        } else if (!unsupported.isEmpty()) {
            Headers headers = Headers.NONE.with(HeaderName.UNSUPPORTED, String.join(", ", unsupported));
            refuse(transaction, SipStatus.BAD_EXTENSION, headers, nowNanos);
        } else if (!toTag.isEmpty()) {
            InviteUsage usage = dialogs.get(DialogId.of(request));
            if (usage != null) {
                usage.onRequest(request, transaction, nowNanos);
            } else {
                refuse(transaction, SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST, Headers.NONE, nowNanos);
            }
        } else {
            welcome(request, transaction, nowNanos);
        }
    }

    private void welcome(SipRequest request, ServerTransaction transaction, long nowNanos) {
        String method = request.method();
        if (method.equals(SipMethod.INVITE)) {
            if (!canBeReached(request)) {
                refuse(transaction, SipStatus.BAD_REQUEST, Headers.NONE, nowNanos);
                return;
            }
            if (SessionTimer.tooSmall(request, this)) {
                refuseInterval(transaction, transactions.tokens().tag(), nowNanos);
            } else if (supports(REPLACES) && request.headers().has(HeaderName.REPLACES)) {
                welcomeReplacement(request, transaction, nowNanos);
            } else {
                newcomers.onInvite(new UasSession(this, transaction, Optional.empty()), nowNanos);
            }
        } else if (method.equals(SipMethod.OPTIONS)) {
            answerOptions(transaction, transactions.tokens().tag(), nowNanos);
        } else if (ONLY_IN_DIALOGS.contains(method) && (method.equals(SipMethod.BYE) || understands(method))) {
            refuse(transaction, SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST, Headers.NONE, nowNanos);
        } else if (method.equals(SipMethod.REFER) && understands(method)) {
            // Only who talks with a user may ask it to call somebody else.
            refuse(transaction, SipStatus.FORBIDDEN, Headers.NONE, nowNanos);
        } else if (understands(method)) {
            newcomers.onRequest(request, transaction, nowNanos);
        } else {
            refuseMethod(transaction, transactions.tokens().tag(), nowNanos);
        }
    }

    /** RFC 3891 section 3. */
    private void welcomeReplacement(SipRequest invite, ServerTransaction transaction, long nowNanos) {
        List<String> values = invite.headers().all(HeaderName.REPLACES);
        Replaces replaces;
        try {
            if (values.size() != 1) {
                refuse(transaction, SipStatus.BAD_REQUEST, Headers.NONE, nowNanos);
                return;
            }
            replaces = Replaces.parse(values.getFirst());
        } catch (SipSyntaxException malformed) {
            refuse(transaction, malformed.status(), Headers.NONE, nowNanos);
            return;
        }
        InviteUsage usage = dialogs.get(DialogId.of(replaces));
        if (usage == null && replaces.fromTag().equals(Dialog.NO_TAG)) {
            usage = dialogs.get(new DialogId(replaces.callId(), replaces.toTag(), ""));
        }
        if (usage == null || !(usage.dialog().confirmed() || usage.dialog().caller())) {
            // An early dialog that the peer has begun can only be answered by us: 481 as well.
            refuse(transaction, SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST, Headers.NONE, nowNanos);
        } else if (!usage.isOpen()) {
            refuse(transaction, SipStatus.DECLINE, Headers.NONE, nowNanos);
        } else if (replaces.earlyOnly() && usage.dialog().confirmed()) {
            refuse(transaction, SipStatus.BUSY_HERE, Headers.NONE, nowNanos);
        } else {
            newcomers.onInvite(new UasSession(this, transaction, Optional.of(usage.session())), nowNanos);
        }
    }

    private static boolean canBeReached(SipRequest invite) {
        return invite.headers().from().uri().isSip()
                || invite.headers().contacts().stream()
                        .anyMatch(contact -> contact.uri().isSip());
    }

    private void refuse(ServerTransaction transaction, int status, Headers extra, long nowNanos) {
        transaction.respond(
                response(transaction.request(), status, transactions.tokens().tag(), extra, Body.NONE), nowNanos);
    }

    long sessionExpiresSeconds() {
        return settings.sessionExpiresSeconds();
    }

    long minSeSeconds() {
        return settings.minSeSeconds();
    }

    /** 422: what a request wants is less than {@link #minSeSeconds}. */
    void refuseInterval(ServerTransaction transaction, String localTag, long nowNanos) {
        Headers headers = Headers.NONE.with(HeaderName.MIN_SE, settings.minSeSeconds());
        int status = SipStatus.SESSION_INTERVAL_TOO_SMALL;
        transaction.respond(response(transaction.request(), status, localTag, headers, Body.NONE), nowNanos);
    }

    /** Whether an extension is among those of the settings. */
    boolean supports(String optionTag) {
        return settings.extensions().contains(optionTag);
    }

    boolean understands(String method) {
        return settings.methods().contains(method) || (method.equals(SipMethod.PRACK) && supports(RELIABLE));
    }

    /** RFC 3261 section 11.2. */
    void answerOptions(ServerTransaction transaction, String localTag, long nowNanos) {
        Headers headers = capabilities(Headers.NONE);
        if (!settings.accepts().isEmpty()) {
            headers = headers.with(HeaderName.ACCEPT, String.join(", ", settings.accepts()));
        }
        transaction.respond(response(transaction.request(), SipStatus.OK, localTag, headers, Body.NONE), nowNanos);
    }

    void refuseMethod(ServerTransaction transaction, String localTag, long nowNanos) {
        String method = transaction.request().method();
        int status = KNOWN.contains(method) ? SipStatus.METHOD_NOT_ALLOWED : SipStatus.NOT_IMPLEMENTED;
        Headers headers = Headers.NONE.with(HeaderName.ALLOW, allow);
        transaction.respond(response(transaction.request(), status, localTag, headers, Body.NONE), nowNanos);
    }

    /** The beginning of a response, signed with our product's name. */
    SipResponse response(SipRequest request, int status, String localTag, Headers extra, Body body) {
        SipResponse response = SipResponse.answering(request, status, localTag);
        Headers headers = response.headers().with(HeaderName.SERVER, settings.product());
        return body.in(response.with(appended(headers, extra)));
    }

    /** The headers of a request, with our product's name and whatever its sender adds. */
    Headers signed(Headers headers, Headers extra) {
        return appended(headers.with(HeaderName.USER_AGENT, settings.product()), extra);
    }

    /** With what INVITE, its 2xx and OPTIONS tell the peer that we can do. */
    Headers capabilities(Headers headers) {
        Headers allowed = headers.with(HeaderName.ALLOW, allow);
        return settings.extensions().isEmpty()
                ? allowed
                : allowed.with(HeaderName.SUPPORTED, String.join(", ", settings.extensions()));
    }

    private static Headers appended(Headers headers, Headers extra) {
        Headers all = headers;
        for (Headers.Field field : extra.fields()) {
            all = all.append(field.name(), field.value());
        }
        return all;
    }

    Optional<DigestClient> digest(Optional<Credentials> credentials) {
        return credentials.map(known -> new DigestClient(known, random));
    }

    /** 0 to {@code most}. */
    int random(int most) {
        return random.nextInt(most + 1);
    }

    /** Whether a peer asks for more than it may; counted. */
    boolean floods(Flood flood, long nowNanos) {
        boolean refused = !flood.admits(nowNanos);
        if (refused) {
            refusedForFlood++;
        }
        return refused;
    }

    void remember(InviteUsage usage) {
        dialogs.put(usage.dialog().id(), usage);
    }

    void forget(InviteUsage usage) {
        dialogs.remove(usage.dialog().id(), usage);
    }
}
