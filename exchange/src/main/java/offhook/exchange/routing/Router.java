package offhook.exchange.routing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import offhook.sip.digest.DigestAlgorithm;
import offhook.sip.digest.DigestServer;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipParser;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipSyntaxException;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.SentBy;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.TimerSettings;
import offhook.sip.transaction.Tokens;
import offhook.sip.transaction.TransactionLayer;
import offhook.sip.transaction.TransactionLimits;
import offhook.sip.transaction.Transport;

/**
 * The exchange without its sockets: registrar and stateful proxy (RFC 3261 section 16). Messages pass through otherwise
 * untouched, so whatever two phones agree on (hold, transfer, video) works without the exchange knowing it. Single owner,
 * not thread-safe.
 */
public final class Router {
    /** Where messages leave, and where malformed input is counted. */
    public interface Outbox extends TransactionLayer.Outbox {
        /** Bytes that are no SIP arrived. */
        void malformed();
    }

    /** What phones show when they ask for a password; the same on every address, so that they may keep it. */
    public static final String REALM = "offhook";

    private static final int MAX_FORWARDS = 70;

    private final String host;
    private final int port;
    private final Map<String, Hop> extensions;
    private final RoutingLimits limits;
    private final Outbox outbox;
    private final Deadlines deadlines = new Deadlines();
    private final Tokens tokens;
    private final TransactionLayer transactions;
    private final RouteTokens routeTokens;
    private final DigestServer digest;
    private final DigestServer.Passwords passwords;
    private final Registrar registrar;

    /**
     * @param host our address in Via and Record-Route; IPv6 in brackets
     * @param users user name to password
     * @param extensions user parts that are answered by somebody at a fixed place, such as {@code echo}
     * @param random unpredictable outside of tests
     */
    public Router(
            String host,
            int port,
            Map<String, String> users,
            Map<String, Hop> extensions,
            RoutingLimits limits,
            RandomGenerator random,
            Outbox outbox) {
        this.host = host;
        this.port = port;
        this.extensions = Map.copyOf(extensions);
        this.limits = limits;
        this.outbox = outbox;
        this.tokens = new Tokens("", random);
        this.routeTokens = new RouteTokens(random);
        // MD5 alone: a phone that knows no other (baresip 1.0 is one) gives up at a challenge it does not know.
        this.digest = new DigestServer(REALM, List.of(DigestAlgorithm.MD5), random);
        Map<String, String> known = Map.copyOf(users);
        this.passwords = user -> Optional.ofNullable(known.get(user));
        this.registrar = new Registrar(digest, passwords, limits);
        this.transactions = new TransactionLayer(
                tokens,
                hop -> new SentBy(host, port),
                TimerSettings.DEFAULT,
                TransactionLimits.DEFAULT,
                deadlines,
                outbox,
                new Requests());
    }

    /** A datagram, or one message cut from a stream. */
    public void onMessage(byte[] bytes, int offset, int length, Arrival from, long nowNanos) {
        SipMessage message;
        try {
            message = SipParser.parse(bytes, offset, length);
        } catch (SipSyntaxException e) {
            outbox.malformed();
            e.answer().ifPresent(response -> outbox.reply(from, response));
            return;
        }
        transactions.onMessage(message, from, nowNanos);
    }

    /** A hop cannot be reached. */
    public void onTransportError(Hop hop, long nowNanos) {
        transactions.onTransportError(hop, nowNanos);
    }

    /** A connection is gone. */
    public void onConnectionLost(long connection) {
        transactions.onConnectionLost(connection);
    }

    public long deadlineNanos() {
        return deadlines.deadlineNanos();
    }

    public void onDeadline(long nowNanos) {
        deadlines.onDeadline(nowNanos);
    }

    /** Users with at least one phone. */
    public int registeredUsers(long nowNanos) {
        return registrar.registeredUsers(nowNanos);
    }

    private final class Requests implements TransactionLayer.RequestHandler {
        @Override
        public void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos) {
            int hops = request.headers().maxForwards().orElse(MAX_FORWARDS);
            if (hops == 0) {
                respond(transaction, SipStatus.TOO_MANY_HOPS, nowNanos);
            } else if (!request.uri().isSip()) {
                respond(transaction, SipStatus.UNSUPPORTED_URI_SCHEME, nowNanos);
            } else if (request.headers().has(HeaderName.PROXY_REQUIRE)) {
                refuseExtensions(transaction, nowNanos);
            } else if (!request.headers().to().tag().isEmpty()) {
                forwardInDialog(request, transaction, nowNanos);
            } else if (request.is(SipMethod.REGISTER)) {
                registrar.onRegister(request, transaction, tokens.tag(), nowNanos);
            } else if (request.is(SipMethod.OPTIONS) && request.uri().user().isEmpty()) {
                respond(transaction, SipStatus.OK, nowNanos);
            } else if (mayCall(request, transaction, nowNanos)) {
                route(request, transaction, nowNanos);
            }
        }

        @Override
        public void onAck(SipRequest ack, Arrival from, long nowNanos) {
            // The ACK for a 2xx is no transaction: it follows the route, and without one of ours it is dropped (16.11).
            if (ack.headers().maxForwards().orElse(MAX_FORWARDS) > 0) {
                alongTheRoute(ack)
                        .ifPresent(next -> transactions.sendAck(next.request(), transactions.newBranch(), next.hop()));
            }
        }
    }

    /** Who calls must be a user of ours and prove it (16.3 step 6, 22.3). */
    private boolean mayCall(SipRequest request, ServerTransaction transaction, long nowNanos) {
        int status = SipStatus.PROXY_AUTHENTICATION_REQUIRED;
        return switch (digest.verify(request, status, passwords, nowNanos)) {
            case DigestServer.Verdict.Accepted accepted -> {
                boolean own =
                        accepted.user().equals(request.headers().from().uri().user());
                if (!own) {
                    respond(transaction, SipStatus.FORBIDDEN, nowNanos);
                }
                yield own;
            }
            case DigestServer.Verdict.Stale stale -> {
                transaction.respond(digest.challenge(request, status, true, tokens.tag(), nowNanos), nowNanos);
                yield false;
            }
            case DigestServer.Verdict.Missing missing -> {
                transaction.respond(digest.challenge(request, status, false, tokens.tag(), nowNanos), nowNanos);
                yield false;
            }
            case DigestServer.Verdict.Refused refused -> {
                transaction.respond(digest.challenge(request, status, false, tokens.tag(), nowNanos), nowNanos);
                yield false;
            }
        };
    }

    private void route(SipRequest request, ServerTransaction transaction, long nowNanos) {
        String user = request.uri().user();
        Hop extension = extensions.get(user);
        List<Registrar.Phone> phones = extension != null
                ? List.of(new Registrar.Phone(request.uri(), extension))
                : othersThanTheCaller(request, registrar.phones(user, nowNanos));
        if (phones.isEmpty()) {
            boolean known = registrar.knows(user);
            respond(transaction, known ? SipStatus.TEMPORARILY_UNAVAILABLE : SipStatus.NOT_FOUND, nowNanos);
            return;
        }
        SipRequest outgoing = oneHopOn(
                request.with(request.headers().without(HeaderName.ROUTE).without(HeaderName.PROXY_AUTHORIZATION)));
        Hop caller = Registrar.back(transaction.arrival());
        List<Fork.Outgoing> branches = phones.stream()
                .limit(limits.branches())
                .map(phone -> new Fork.Outgoing(
                        recorded(outgoing, caller, phone.hop()).withUri(phone.target()), phone.hop()))
                .toList();
        new Fork(transactions, transaction).start(branches, nowNanos);
    }

    /** Who calls their own number from one phone means the others. */
    private static List<Registrar.Phone> othersThanTheCaller(SipRequest request, List<Registrar.Phone> phones) {
        List<NameAddress> contacts = request.headers().contacts();
        return phones.stream()
                .filter(phone -> contacts.stream()
                        .noneMatch(contact -> contact.uri().isSip()
                                && contact.uri().user().equals(phone.target().user())
                                && contact.uri()
                                        .hostPort()
                                        .equals(phone.target().hostPort())))
                .toList();
    }

    /**
     * With us in the route of the dialog, twice: once for each side, by the transport of that side (RFC 5658). Requests
     * within the dialog pass both entries, and the second tells where the other side is.
     */
    private SipRequest recorded(SipRequest request, Hop caller, Hop callee) {
        return request.with(request.headers()
                .prepend(HeaderName.RECORD_ROUTE, routeEntry(caller))
                .prepend(HeaderName.RECORD_ROUTE, routeEntry(callee)));
    }

    private NameAddress routeEntry(Hop side) {
        SipUri uri = SipUri.of(routeTokens.of(side), host, port);
        SipUri typed = side.transport() == Transport.TCP ? uri.withParameter("transport", "tcp") : uri;
        return NameAddress.of(typed.withFlag("lr"));
    }

    /** Within a dialog the route tells the way (16.4, 16.6 step 6), and nothing goes where no route of ours leads. */
    private void forwardInDialog(SipRequest request, ServerTransaction transaction, long nowNanos) {
        Optional<Fork.Outgoing> outgoing = alongTheRoute(request);
        if (outgoing.isPresent()) {
            new Fork(transactions, transaction).start(List.of(outgoing.get()), nowNanos);
        } else {
            respond(transaction, SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST, nowNanos);
        }
    }

    private Optional<Fork.Outgoing> alongTheRoute(SipRequest request) {
        Headers headers = request.headers();
        String token = "";
        while (!headers.routes().isEmpty() && isOurs(headers.routes().getFirst().uri())) {
            token = headers.routes().getFirst().uri().user();
            headers = headers.withoutFirst(HeaderName.ROUTE);
        }
        SipRequest outgoing = oneHopOn(request.with(headers));
        return routeTokens.hop(token).map(hop -> new Fork.Outgoing(outgoing, hop));
    }

    private static SipRequest oneHopOn(SipRequest request) {
        int hops = request.headers().maxForwards().orElse(MAX_FORWARDS) - 1;
        return request.with(request.headers().with(HeaderName.MAX_FORWARDS, hops));
    }

    private boolean isOurs(SipUri uri) {
        int named = uri.port() == 0 ? Transport.UDP.defaultPort() : uri.port();
        return uri.isSip() && uri.host().equalsIgnoreCase(host) && named == port;
    }

    /** We know no extension that a proxy has to understand (16.3 step 5). */
    private void refuseExtensions(ServerTransaction transaction, long nowNanos) {
        SipRequest request = transaction.request();
        SipResponse refusal = SipResponse.answering(request, SipStatus.BAD_EXTENSION, tokens.tag());
        String names = String.join(", ", request.headers().all(HeaderName.PROXY_REQUIRE));
        transaction.respond(refusal.with(refusal.headers().with(HeaderName.UNSUPPORTED, names)), nowNanos);
    }

    private void respond(ServerTransaction transaction, int status, long nowNanos) {
        transaction.respond(SipResponse.answering(transaction.request(), status, tokens.tag()), nowNanos);
    }
}
