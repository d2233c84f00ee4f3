package offhook.sip.transaction;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.ViaHeader;
import org.jspecify.annotations.Nullable;

/**
 * All SIP transactions of one owner (RFC 3261 section 17): matches messages to them, keeps their timers, adds and checks
 * Via headers. CANCEL is answered here, merged requests (8.2.2.2) and requests beyond the limits are refused here.
 *
 * <p>A handler may send and respond from within its callbacks; an outbox never calls back. Single owner, not thread-safe.
 *
 * <p>Bent: requests longer than 1300 bytes are not moved from UDP to TCP (18.1.1), because many a PBX listens on UDP
 * alone and every one takes a fragmented datagram.
 */
public final class TransactionLayer {
    /** Where bytes leave. The arrays are not touched afterwards: they may be kept. */
    public interface Outbox {
        /**
         * Sends a request, or a response whose connection is gone. The hop's host is an address, unless the edge looks
         * nothing up.
         */
        void send(Hop hop, byte[] message);

        /** Sends a response back to where its request came from. */
        void reply(Arrival to, byte[] message);

        /**
         * Asks which targets a hop means whose host is a name (RFC 3263); {@link TransactionLayer#onLocated} answers.
         *
         * @return false when nothing is looked up here: the hop itself is the target
         */
        default boolean locate(Hop hop) {
            return false;
        }

        /** A target did not take a request: another may be better for a while (RFC 3263 section 4.3). */
        default void avoid(Hop target) {}
    }

    /** Who waits for the targets of a hop. */
    @FunctionalInterface
    interface Located {
        void located(List<Hop> targets, long nowNanos);
    }

    /** The user of the server transactions (RFC 3261: the UAS core). */
    public interface RequestHandler {
        /** A request, once; its retransmissions end in the transaction. Never ACK or CANCEL. */
        void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos);

        /** An ACK for a 2xx, each time it comes, or one that belongs to nothing. It must not be answered. */
        void onAck(SipRequest ack, Arrival from, long nowNanos);
    }

    /** The user of one client transaction. */
    public interface ResponseHandler {
        /**
         * A response: provisional ones, 100 included, then a final one. An INVITE's handler gets every 2xx that comes
         * within 64 * T1 after the first, the repeated and those of other forks (RFC 6026 section 7.2): each wants an
         * ACK.
         */
        void onResponse(SipResponse response, long nowNanos);

        /** No final response will come. */
        void onFailure(TransactionFailure failure, long nowNanos);
    }

    private static final ResponseHandler NOBODY = new ResponseHandler() {
        @Override
        public void onResponse(SipResponse response, long nowNanos) {}

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {}
    };

    private final Tokens tokens;
    private final OwnAddress ownAddress;
    private final TimerSettings timers;
    private final TransactionLimits limits;
    private final Deadlines deadlines;
    private final Outbox outbox;
    private final RequestHandler handler;

    private final Map<ClientKey, ClientTransaction> clients = new HashMap<>();
    private final Map<Hop, List<Located>> locating = new HashMap<>();
    private final Map<ServerKey, ServerTransaction> servers = new HashMap<>();
    private final Map<MergeKey, ServerTransaction> merged = new HashMap<>();

    private long strayResponses;
    private long refusedForOverload;

    /**
     * @param tokens makes the branches, and the tags of responses made here
     * @param ownAddress what our Via says on the way to a target
     * @param deadlines where all timers wait; its owner calls {@link Deadlines#onDeadline}
     */
    public TransactionLayer(
            Tokens tokens,
            OwnAddress ownAddress,
            TimerSettings timers,
            TransactionLimits limits,
            Deadlines deadlines,
            Outbox outbox,
            RequestHandler handler) {
        this.tokens = tokens;
        this.ownAddress = ownAddress;
        this.timers = timers;
        this.limits = limits;
        this.deadlines = deadlines;
        this.outbox = outbox;
        this.handler = handler;
    }

    public TimerSettings timers() {
        return timers;
    }

    public Deadlines deadlines() {
        return deadlines;
    }

    public Tokens tokens() {
        return tokens;
    }

    /** Client transactions that are not over. */
    public int clientTransactions() {
        return clients.size();
    }

    /** Whether any request of ours still waits for its final response. */
    public boolean awaitsResponses() {
        return clients.values().stream().anyMatch(ClientTransaction::awaitsResponse);
    }

    /** Server transactions that are not over. */
    public int serverTransactions() {
        return servers.size();
    }

    /** How many responses came that belong to nothing (RFC 3261 section 18.1.2): dropped. */
    public long strayResponses() {
        return strayResponses;
    }

    /** How many requests, ours and others', were refused because of the limits. */
    public long refusedForOverload() {
        return refusedForOverload;
    }

    /**
     * Sends any request but ACK and CANCEL, to the first target of the hop that takes it.
     *
     * @param request without a Via of ours
     */
    public ClientRequest send(SipRequest request, Hop hop, ResponseHandler handler, long nowNanos) {
        ClientRequest sent = new ClientRequest(this, request, hop, handler);
        sent.start(nowNanos);
        return sent;
    }

    /** A client transaction for one target; null when there is no room for it, of which its handler hears later. */
    @Nullable
    ClientTransaction open(SipRequest request, Hop target, ResponseHandler handler, long nowNanos) {
        if (!admits(handler, nowNanos)) {
            return null;
        }
        ClientKey key = new ClientKey(tokens.branch(), request.method());
        SipRequest sent = withVia(request, target, key.branch());
        if (request.is(SipMethod.INVITE)) {
            InviteClientTransaction invite = new InviteClientTransaction(this, key, sent, target, handler);
            clients.put(key, invite);
            invite.start(nowNanos);
            return invite;
        }
        NonInviteClientTransaction other = new NonInviteClientTransaction(this, key, sent, target, handler);
        clients.put(key, other);
        other.start(nowNanos);
        return other;
    }

    /**
     * Sends the ACK for a 2xx, which is no transaction (RFC 3261 section 13.2.2.4): once for each 2xx that comes.
     *
     * @param ack without a Via of ours
     * @param branch of {@link #newBranch}: the same for a 2xx that comes again, so that its ACK is known for a repetition
     */
    public void sendAck(SipRequest ack, String branch, Hop hop) {
        Located send = (targets, now) -> {
            if (!targets.isEmpty()) {
                Hop target = targets.getFirst();
                outbox.send(target, withVia(ack, target, branch).toBytes());
            }
        };
        if (!locate(hop, send)) {
            send.located(List.of(hop), 0);
        }
    }

    /** For a request that is no transaction. */
    public String newBranch() {
        return tokens.branch();
    }

    /**
     * Has the targets of a hop looked up.
     *
     * @return false when there is nothing to look up: the hop is its own target
     */
    boolean locate(Hop hop, Located then) {
        if (hop.isAddress() || !outbox.locate(hop)) {
            return false;
        }
        List<Located> waiting = locating.computeIfAbsent(hop, _ -> new ArrayList<>());
        if (waiting.size() < limits.clients()) {
            waiting.add(then);
        }
        return true;
    }

    /**
     * The targets of a hop that {@link Outbox#locate} was asked for, the best first.
     *
     * @param targets hops whose host is an address; empty when there are none
     */
    public void onLocated(Hop hop, List<Hop> targets, long nowNanos) {
        List<Located> waiting = locating.remove(hop);
        if (waiting != null) {
            waiting.forEach(one -> one.located(targets, nowNanos));
        }
    }

    /** A message from the network. */
    public void onMessage(SipMessage message, Arrival from, long nowNanos) {
        switch (message) {
            case SipRequest request -> onRequest(request, from, nowNanos);
            case SipResponse response -> onResponse(response, nowNanos);
        }
    }

    /** The edge cannot reach a hop: nothing that waits for an answer from it needs to wait any longer. */
    public void onTransportError(Hop hop, long nowNanos) {
        for (ClientTransaction transaction : List.copyOf(clients.values())) {
            if (transaction.hop().equals(hop)) {
                switch (transaction) {
                    case InviteClientTransaction invite -> invite.onTransportError(nowNanos);
                    case NonInviteClientTransaction other -> other.onTransportError(nowNanos);
                }
            }
        }
    }

    /** A connection that requests came by is gone: their responses open another (RFC 3261 section 18.2.2). */
    public void onConnectionLost(long connection) {
        for (ServerTransaction transaction : servers.values()) {
            path(transaction).onConnectionLost(connection);
        }
    }

    private static ReturnPath path(ServerTransaction transaction) {
        return switch (transaction) {
            case InviteServerTransaction invite -> invite.path();
            case NonInviteServerTransaction other -> other.path();
        };
    }

    private void onResponse(SipResponse response, long nowNanos) {
        ViaHeader via = response.headers().via();
        ClientTransaction transaction = clients.get(
                new ClientKey(via.branch(), response.headers().cseq().method()));
        if (transaction == null || !isOurs(response, via, transaction.request())) {
            strayResponses++;
            return;
        }
        switch (transaction) {
            case InviteClientTransaction invite -> invite.onResponse(response, nowNanos);
            case NonInviteClientTransaction other -> other.onResponse(response, nowNanos);
        }
    }

    /**
     * Besides the branch: our sent-by (18.1.2), and no other Vias than went out. A user agent sends one, so that more are
     * meant for somebody else (8.1.3.3); a proxy sends those of the request that it forwards.
     */
    private static boolean isOurs(SipResponse response, ViaHeader via, SipRequest request) {
        return via.sentBy().equalsIgnoreCase(request.headers().via().sentBy())
                && response.headers().vias().size() == request.headers().vias().size();
    }

    private void onRequest(SipRequest received, Arrival from, long nowNanos) {
        ReturnPath path = ReturnPath.of(received.headers().via(), from);
        SipRequest request = stamped(received, from);
        switch (request.method()) {
            case SipMethod.ACK -> onAck(request, from, nowNanos);
            case SipMethod.CANCEL -> onCancel(request, from, path, nowNanos);
            default -> onOther(request, from, path, nowNanos);
        }
    }

    private void onAck(SipRequest ack, Arrival from, long nowNanos) {
        ServerTransaction transaction = servers.get(ServerKey.of(ack, SipMethod.INVITE));
        boolean ended = transaction instanceof InviteServerTransaction invite && invite.onAck(nowNanos);
        if (!ended) {
            handler.onAck(ack, from, nowNanos);
        }
    }

    private void onCancel(SipRequest cancel, Arrival from, ReturnPath path, long nowNanos) {
        ServerKey key = ServerKey.of(cancel, SipMethod.CANCEL);
        if (retransmitted(key)) {
            return;
        }
        if (servers.size() >= limits.serversInDialogs()) {
            refuse(cancel, key, path);
            return;
        }
        NonInviteServerTransaction transaction = new NonInviteServerTransaction(this, key, cancel, from, path);
        servers.put(key, transaction);
        transaction.start(nowNanos);
        if (servers.get(ServerKey.of(cancel, SipMethod.INVITE)) instanceof InviteServerTransaction invite) {
            String tag = invite.toTag().isEmpty() ? tokens.tag() : invite.toTag();
            transaction.respond(response(cancel, SipStatus.OK, tag), nowNanos);
            invite.onCancel(cancel, nowNanos);
        } else {
            int status = SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST;
            transaction.respond(response(cancel, status, tokens.tag()), nowNanos);
        }
    }

    private void onOther(SipRequest request, Arrival from, ReturnPath path, long nowNanos) {
        ServerKey key = ServerKey.of(request, request.method());
        if (retransmitted(key)) {
            return;
        }
        boolean inDialog = !request.headers().to().tag().isEmpty();
        if (servers.size() >= (inDialog ? limits.serversInDialogs() : limits.servers())) {
            refuse(request, key, path);
            return;
        }
        ServerTransaction transaction = open(request, key, from, path, nowNanos);
        if (!inDialog && merged.putIfAbsent(MergeKey.of(request), transaction) != null) {
            transaction.respond(response(request, SipStatus.LOOP_DETECTED, tokens.tag()), nowNanos);
            return;
        }
        handler.onRequest(request, transaction, nowNanos);
    }

    private ServerTransaction open(SipRequest request, ServerKey key, Arrival from, ReturnPath path, long nowNanos) {
        if (request.method().equals(SipMethod.INVITE)) {
            InviteServerTransaction invite = new InviteServerTransaction(this, key, request, from, path);
            servers.put(key, invite);
            invite.start(nowNanos);
            return invite;
        }
        NonInviteServerTransaction other = new NonInviteServerTransaction(this, key, request, from, path);
        servers.put(key, other);
        other.start(nowNanos);
        return other;
    }

    private boolean retransmitted(ServerKey key) {
        ServerTransaction transaction = servers.get(key);
        switch (transaction) {
            case null -> {
                return false;
            }
            case InviteServerTransaction invite -> invite.onRetransmission();
            case NonInviteServerTransaction other -> other.onRetransmission();
        }
        return true;
    }

    /** Answers without a transaction (RFC 3261 section 8.2.7): each retransmission gets the same To tag again. */
    private void refuse(SipRequest request, ServerKey key, ReturnPath path) {
        refusedForOverload++;
        String tag = "busy" + Integer.toHexString(key.hashCode());
        SipResponse refusal = response(request, SipStatus.SERVICE_UNAVAILABLE, tag);
        Headers headers = refusal.headers().with(HeaderName.RETRY_AFTER, limits.retryAfterSeconds());
        transmit(path, refusal.with(headers).toBytes());
    }

    /** Whether there is room for one more client transaction; if not, its handler hears of it at the next deadline. */
    boolean admits(ResponseHandler handler, long nowNanos) {
        boolean room = clients.size() < limits.clients();
        if (!room) {
            refusedForOverload++;
            deadlines.at(nowNanos, now -> handler.onFailure(TransactionFailure.OVERLOAD, now));
        }
        return room;
    }

    private SipRequest withVia(SipRequest request, Hop hop, String branch) {
        SentBy own = ownAddress.sentBy(hop);
        ViaHeader via = ViaHeader.of(hop.transport().word(), own.host(), own.port(), branch);
        SipRequest addressed = ownAddress.addressed(request, hop);
        return addressed.with(addressed.headers().prepend(HeaderName.VIA, via));
    }

    /**
     * The request with its sender's address in the top Via. RFC 3261 section 18.2.1 asks for {@code received} only where
     * it differs from the sent-by; always giving it does no harm and needs no comparison of names with addresses.
     */
    private static SipRequest stamped(SipRequest request, Arrival from) {
        String address = from.remote().getAddress().getHostAddress();
        ViaHeader via = request.headers().via().seenFrom(address, from.remote().getPort());
        return request.with(request.headers().withoutFirst(HeaderName.VIA).prepend(HeaderName.VIA, via));
    }

    /** A response with the headers that RFC 3261 section 8.2.6 asks for. */
    SipResponse response(SipRequest request, int status, String toTag) {
        return SipResponse.answering(request, status, toTag);
    }

    /** A CANCEL shares the branch of its INVITE, so it comes here with its Via. Its own response interests nobody. */
    void startCancel(SipRequest cancel, Hop hop, long nowNanos) {
        ClientKey key = new ClientKey(cancel.headers().via().branch(), SipMethod.CANCEL);
        NonInviteClientTransaction transaction = new NonInviteClientTransaction(this, key, cancel, hop, NOBODY);
        clients.put(key, transaction);
        transaction.start(nowNanos);
    }

    void avoid(Hop target) {
        outbox.avoid(target);
    }

    void transmit(Hop hop, byte[] message) {
        outbox.send(hop, message);
    }

    void transmit(ReturnPath path, byte[] message) {
        path.send(outbox, message);
    }

    void forget(ClientKey key) {
        clients.remove(key);
    }

    void forget(ServerKey key, ServerTransaction transaction) {
        servers.remove(key, transaction);
        merged.remove(MergeKey.of(transaction.request()), transaction);
    }
}
