package offhook.sip.registration;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import offhook.sip.digest.DigestClient;
import offhook.sip.message.CSeq;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.ViaHeader;
import offhook.sip.registration.RegistrationFailure.Reason;
import offhook.sip.transaction.ClientRequest;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer;
import org.jspecify.annotations.Nullable;

/**
 * One user's registration (RFC 3261 section 10.2): REGISTER, again in good time before it runs out, again after failures
 * that may pass, and withdrawn in the end. Single owner, not thread-safe.
 *
 * <pre>
 *            start                                    refused for good
 *              │          ┌─────────────────────────────────────────────► Failed
 *        ┌─────▼─────┐ 401, 407, 423, 439: REGISTER again
 *  ┌────►│Registering├─ 2xx ──► Registered ──┐
 *  │     └─────┬─────┘                       │ 0.5 to 0.9 of the granted time, told to refresh, or flow lost
 *  │      may pass                           │
 *  │     ┌─────▼─────┐                       │
 *  ├─────┤  Waiting  │                       │
 *  │     └───────────┘ back-off, or told     │
 *  └─────────────────────────────────────────┘
 *
 *  unregister ──► Unregistering ── response, failure, or {@value #UNREGISTER_SECONDS} s ──► Unregistered
 * </pre>
 *
 * One Call-ID holds for all of its life, and CSeq rises. Only one REGISTER is under way at a time (10.2).
 */
public final class Registration {
    /** The states of the picture above. */
    public enum State {
        NEW,
        REGISTERING,
        REGISTERED,
        WAITING,
        FAILED,
        UNREGISTERING,
        UNREGISTERED
    }

    /** The owner. Each call is the last thing that the registration does for that input. */
    public interface Listener {
        /** A REGISTER was accepted: the first, or a refresh. */
        void registered(Binding binding, long nowNanos);

        /** An attempt failed. When it was a refresh, calls may still come in until the last binding runs out. */
        void failed(RegistrationFailure failure, long nowNanos);

        /** After {@link #unregister}: the binding is withdrawn, or was given up. Said once, the last of all. */
        void unregistered(long nowNanos);
    }

    /**
     * What the registrar granted.
     *
     * @param expiresSeconds from now on; 1 to {@value RegistrationSettings#MAX_EXPIRES_SECONDS}
     * @param seenHost the address that the registrar, or the first proxy, saw us come from (RFC 3581); empty when it
     *     does not say
     * @param seenPort the port likewise; 0 when it does not say
     * @param response all that it said
     */
    public record Binding(long expiresSeconds, String seenHost, int seenPort, SipResponse response) {
        /** Routes that are kept at most. */
        static final int MAX_ROUTES = 10;

        /** The Route headers for requests that this user begins (RFC 3608 section 5), mostly none. */
        public List<NameAddress> serviceRoute() {
            return response.headers().addresses(HeaderName.SERVICE_ROUTE).stream()
                    .filter(route -> route.uri().isSip())
                    .limit(MAX_ROUTES)
                    .toList();
        }
    }

    /** How long un-registration may take before it is given up. */
    public static final int UNREGISTER_SECONDS = 5;

    /** The first wait after a failure; doubled with each further one. */
    public static final int FIRST_RETRY_SECONDS = 4;

    /** The longest wait after a failure that we choose ourselves. */
    public static final int LONGEST_RETRY_SECONDS = 240;

    /** The longest Retry-After that is obeyed. */
    public static final int LONGEST_RETRY_AFTER_SECONDS = 3_600;

    /**
     * Over how long those who lost a connection together spread their first attempt: soon, for nobody can call them, and
     * not all at once (RFC 5626 section 4.5).
     */
    public static final int FLOW_RECOVERY_SECONDS = 2;

    private static final long SECOND = 1_000_000_000L;
    private static final int MAX_FORWARDS = 70;
    /** How often one attempt is answered by 401, 407, 423 and 439 together before it counts as refused. */
    private static final int MAX_REPEATS = 7;

    /** Of the user agent's registrations: one flow, for there is one way to the registrar (RFC 5626 section 4.2). */
    private static final String REG_ID = "1";

    private final RegistrationSettings settings;
    private final TransactionLayer transactions;
    private final RandomGenerator random;
    private final Listener listener;
    private final Optional<DigestClient> digest;
    private final NameAddress from;
    private final String callId;
    private final String instance;

    private State state = State.NEW;
    private int sequence;
    private int repeats;
    private int failures;
    private long askedSeconds;
    /** Until when the registrar may still know us. */
    private long boundUntilNanos;

    private boolean bound;
    private @Nullable ClientRequest sent;
    /** The target that accepted us last. */
    private @Nullable Hop flow;
    /** Whether we ask for the flow to be used (RFC 5626); it makes sense for connections only. */
    private boolean outbound;

    private boolean underWay;
    private Deadlines.@Nullable Deadline next;

    public Registration(
            RegistrationSettings settings, TransactionLayer transactions, RandomGenerator random, Listener listener) {
        this.settings = settings;
        this.transactions = transactions;
        this.random = random;
        this.listener = listener;
        this.digest = settings.credentials().map(known -> new DigestClient(known, random));
        this.from = settings.addressOfRecord().withTag(transactions.tokens().tag());
        this.callId = transactions.tokens().callId();
        this.instance = instance(random);
        this.outbound = settings.hop().transport().reliable();
        this.askedSeconds = settings.expiresSeconds();
    }

    public State state() {
        return state;
    }

    /** The target by which the registrar reaches us, while it may know us. */
    public Optional<Hop> flow() {
        return switch (state) {
            case REGISTERED, REGISTERING, WAITING -> bound ? Optional.ofNullable(flow) : Optional.empty();
            case NEW, FAILED, UNREGISTERING, UNREGISTERED -> Optional.empty();
        };
    }

    /**
     * The connection that we had registered over is gone: the registrar cannot reach us by it any more, so that the
     * binding is renewed within {@value #FLOW_RECOVERY_SECONDS} s (RFC 5626 section 4.4). Without effect unless registered.
     */
    public void onFlowLost(long nowNanos) {
        if (state == State.REGISTERED) {
            transactions.deadlines().cancel(next);
            failures = 0;
            long delay = random.nextLong(FLOW_RECOVERY_SECONDS * SECOND + 1);
            next = transactions.deadlines().at(nowNanos + delay, this::attempt);
        }
    }

    /** Registers for the first time. Once. */
    public void start(long nowNanos) {
        if (state != State.NEW) {
            throw new IllegalStateException("already started");
        }
        attempt(nowNanos);
    }

    /**
     * The network or the registrar is back: a wait is cut short, and an existing binding is refreshed. Without effect
     * while a REGISTER is under way, after a refusal for good and after {@link #unregister}.
     */
    public void refresh(long nowNanos) {
        if (state == State.REGISTERED || state == State.WAITING) {
            failures = 0;
            attempt(nowNanos);
        }
    }

    /** Withdraws the binding, if there is one. {@link Listener#unregistered} follows, at the latest in a few seconds. */
    public void unregister(long nowNanos) {
        if (state == State.UNREGISTERING || state == State.UNREGISTERED) {
            return;
        }
        transactions.deadlines().cancel(next);
        state = State.UNREGISTERING;
        if (!underWay && !mayBeBound(nowNanos)) {
            finish(nowNanos);
            return;
        }
        next = transactions.deadlines().at(nowNanos + UNREGISTER_SECONDS * SECOND, this::finish);
        if (!underWay) {
            repeats = 0;
            send(0, nowNanos);
        }
    }

    private boolean mayBeBound(long nowNanos) {
        return bound && boundUntilNanos - nowNanos > 0;
    }

    private void attempt(long nowNanos) {
        transactions.deadlines().cancel(next);
        state = State.REGISTERING;
        repeats = 0;
        send(askedSeconds, nowNanos);
    }

    private void send(long expiresSeconds, long nowNanos) {
        sequence++;
        underWay = true;
        SipRequest request = register(expiresSeconds);
        SipRequest authorized = digest.map(client -> client.authorize(request)).orElse(request);
        sent = transactions.send(authorized, settings.hop(), new Answer(expiresSeconds), nowNanos);
    }

    private SipRequest register(long expiresSeconds) {
        Headers headers = Headers.NONE;
        for (NameAddress route : settings.routes()) {
            headers = headers.append(HeaderName.ROUTE, route);
        }
        headers = headers.with(HeaderName.MAX_FORWARDS, MAX_FORWARDS)
                .with(HeaderName.FROM, from)
                .with(HeaderName.TO, settings.addressOfRecord())
                .with(HeaderName.CALL_ID, callId)
                .with(HeaderName.CSEQ, new CSeq(sequence, SipMethod.REGISTER))
                .with(HeaderName.CONTACT, contact())
                .with(HeaderName.EXPIRES, expiresSeconds)
                .with(HeaderName.SUPPORTED, outbound ? "path, outbound" : "path")
                .with(HeaderName.USER_AGENT, settings.product());
        return SipRequest.of(SipMethod.REGISTER, settings.registrar(), headers);
    }

    private NameAddress contact() {
        NameAddress plain = settings.contact();
        return outbound
                ? new NameAddress(plain.displayName(), plain.uri().withFlag("ob"), plain.parameters())
                        .withParameter("+sip.instance", instance)
                        .withParameter("reg-id", REG_ID)
                : plain;
    }

    /** A name for this user agent that no other has (RFC 5626 section 4.1): a random UUID of RFC 9562 section 5.4. */
    private static String instance(RandomGenerator random) {
        long most = (random.nextLong() & ~0xf000L) | 0x4000L;
        long least = (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
        return "\"<urn:uuid:" + new UUID(most, least) + ">\"";
    }

    /** What comes of one REGISTER. */
    private final class Answer implements TransactionLayer.ResponseHandler {
        private final long expiresSeconds;

        Answer(long expiresSeconds) {
            this.expiresSeconds = expiresSeconds;
        }

        @Override
        public void onResponse(SipResponse response, long nowNanos) {
            if (response.isProvisional()) {
                return;
            }
            underWay = false;
            if (repeats < MAX_REPEATS && asksAgain(response)) {
                repeats++;
                send(expiresSeconds == 0 ? 0 : askedSeconds, nowNanos);
            } else if (expiresSeconds == 0) {
                finish(nowNanos);
            } else if (response.isSuccess()) {
                onSuccess(response, nowNanos);
            } else {
                onFailed(reasonOf(response), Optional.of(response), nowNanos);
            }
        }

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {
            underWay = false;
            if (expiresSeconds == 0) {
                finish(nowNanos);
            } else {
                onFailed(reasonOf(failure), Optional.empty(), nowNanos);
            }
        }
    }

    /** Whether the same with credentials, or with a longer time, may be accepted. */
    private boolean asksAgain(SipResponse response) {
        return switch (response.status()) {
            case SipStatus.UNAUTHORIZED, SipStatus.PROXY_AUTHENTICATION_REQUIRED ->
                digest.isPresent() && digest.get().onChallenge(response) == DigestClient.Verdict.RETRY;
            case SipStatus.INTERVAL_TOO_BRIEF -> {
                long least = response.headers().minExpires().orElse(0);
                boolean longer = least > askedSeconds && least <= RegistrationSettings.MAX_EXPIRES_SECONDS;
                if (longer) {
                    askedSeconds = least;
                }
                yield longer;
            }
            case SipStatus.FIRST_HOP_LACKS_OUTBOUND_SUPPORT -> {
                boolean asked = outbound;
                outbound = false;
                yield asked;
            }
            default -> false;
        };
    }

    private void onSuccess(SipResponse response, long nowNanos) {
        long granted = granted(response);
        failures = 0;
        bound = true;
        boundUntilNanos = nowNanos + granted * SECOND;
        flow = sent == null || !sent.target().isAddress() ? null : sent.target();
        if (state != State.REGISTERING) {
            // Asked to withdraw meanwhile; if that was given up already, this is said in passing.
            repeats = 0;
            send(0, nowNanos);
            return;
        }
        state = State.REGISTERED;
        next = transactions.deadlines().at(nowNanos + refreshDelay(granted), this::attempt);
        ViaHeader via = response.headers().via();
        listener.registered(new Binding(granted, via.received(), via.rport().orElse(0), response), nowNanos);
    }

    /**
     * The time that the registrar granted (RFC 3261 section 10.2.4): of our contact among all those of this user,
     * which nobody else has the user part of, else of
     * the whole response, else what we asked for. Registrars that say 0 while they accept are asked again in a second.
     */
    private long granted(SipResponse response) {
        Headers headers = response.headers();
        List<NameAddress> contacts = headers.contacts();
        Optional<NameAddress> ours = contacts.stream()
                .filter(contact ->
                        contact.uri().user().equals(settings.contact().uri().user()))
                .findFirst();
        if (ours.isEmpty() && contacts.size() == 1) {
            ours = Optional.of(contacts.getFirst()); // Rewritten on the way; there is no other that it could be.
        }
        long common = headers.expires().orElse(askedSeconds);
        long granted = ours.map(contact -> contact.parameters().value("expires"))
                .filter(expires -> !expires.isEmpty())
                .map(Headers::readSeconds)
                .orElse(common);
        return Math.clamp(granted, 1, RegistrationSettings.MAX_EXPIRES_SECONDS);
    }

    /**
     * At random between a half and nine tenths of the granted time, so that users do not come all at once; two timeouts
     * before its end, as far as that is behind the half.
     */
    private long refreshDelay(long grantedSeconds) {
        long granted = grantedSeconds * SECOND;
        long earliest = granted / 2;
        long latest =
                Math.min(granted / 10 * 9, granted - 2 * transactions.timers().timeout());
        long delay = latest > earliest ? random.nextLong(earliest, latest) : earliest;
        return Math.max(delay, SECOND);
    }

    private void onFailed(Reason reason, Optional<SipResponse> response, long nowNanos) {
        if (state != State.REGISTERING) {
            if (state == State.UNREGISTERING) {
                afterFailure(nowNanos);
            }
            return;
        }
        boolean retrying = mayPass(reason);
        if (retrying) {
            state = State.WAITING;
            next = transactions.deadlines().at(nowNanos + retryDelay(response), this::attempt);
        } else {
            state = State.FAILED;
        }
        listener.failed(new RegistrationFailure(reason, response, retrying), nowNanos);
    }

    /** The REGISTER that was under way when we were asked to withdraw has failed; an older binding may still stand. */
    private void afterFailure(long nowNanos) {
        if (mayBeBound(nowNanos)) {
            repeats = 0;
            send(0, nowNanos);
        } else {
            finish(nowNanos);
        }
    }

    /** Doubled with each failure, between a half and the whole of it at random; the registrar's own wish if longer. */
    private long retryDelay(Optional<SipResponse> response) {
        long seconds = Math.min((long) FIRST_RETRY_SECONDS << Math.min(failures, 16), LONGEST_RETRY_SECONDS);
        failures++;
        long delay = random.nextLong(seconds * SECOND / 2, seconds * SECOND + 1);
        long wished =
                response.isPresent() ? response.get().headers().retryAfter().orElse(0) : 0;
        return Math.max(delay, Math.min(wished, LONGEST_RETRY_AFTER_SECONDS) * SECOND);
    }

    private void finish(long nowNanos) {
        transactions.deadlines().cancel(next);
        boolean news = state == State.UNREGISTERING;
        state = State.UNREGISTERED;
        if (news) {
            listener.unregistered(nowNanos);
        }
    }

    private static boolean mayPass(Reason reason) {
        return switch (reason) {
            case WRONG_CREDENTIALS, FORBIDDEN, NOT_FOUND, REFUSED -> false;
            case SERVER_ERROR, TIMEOUT, TRANSPORT_ERROR, OVERLOAD -> true;
        };
    }

    private static Reason reasonOf(SipResponse response) {
        return switch (response.status()) {
            case SipStatus.UNAUTHORIZED, SipStatus.PROXY_AUTHENTICATION_REQUIRED -> Reason.WRONG_CREDENTIALS;
            case SipStatus.FORBIDDEN -> Reason.FORBIDDEN;
            case SipStatus.NOT_FOUND, 410, 604 -> Reason.NOT_FOUND;
            case SipStatus.REQUEST_TIMEOUT, SipStatus.TEMPORARILY_UNAVAILABLE, 504 -> Reason.TIMEOUT;
            default -> response.status() / 100 == 5 ? Reason.SERVER_ERROR : Reason.REFUSED;
        };
    }

    private static Reason reasonOf(TransactionFailure failure) {
        return switch (failure) {
            case TIMEOUT -> Reason.TIMEOUT;
            case TRANSPORT_ERROR -> Reason.TRANSPORT_ERROR;
            case OVERLOAD -> Reason.OVERLOAD;
        };
    }
}
