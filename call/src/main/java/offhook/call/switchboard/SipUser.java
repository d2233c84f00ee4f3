package offhook.call.switchboard;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import offhook.call.Account;
import offhook.call.AgentEvent;
import offhook.call.Call;
import offhook.call.EndReason;
import offhook.call.Party;
import offhook.call.Ring;
import offhook.sip.dialog.InviteSession;
import offhook.sip.dialog.UasSession;
import offhook.sip.dialog.UserAgentCore;
import offhook.sip.digest.Credentials;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipUri;
import offhook.sip.registration.Registration;
import offhook.sip.registration.RegistrationFailure;
import offhook.sip.registration.RegistrationSettings;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.jspecify.annotations.Nullable;

/**
 * One SIP user: what the agents of one account share, be they the tabs of one browser or the browsers of one person. It has
 * one Contact and one registration, which lasts as long as any of its agents, and a call for it rings in all of them.
 * Not thread-safe: it belongs to its switchboard.
 */
final class SipUser implements Registration.Listener {
    /**
     * Who somebody is to a telephone system. Together with the password it makes an account shared.
     *
     * @param domain in lower case
     */
    record Identity(
            String login,
            String authenticationName,
            String domain,
            Hop registrar,
            boolean register,
            boolean takesCalls) {
        static Identity of(Account account) {
            return new Identity(
                    account.login(),
                    account.authenticationName(),
                    account.domain().toLowerCase(Locale.ROOT),
                    account.registrar(),
                    account.register(),
                    account.takesCalls());
        }
    }

    /** What is asked for; the registrar's word counts. Short enough that a lost binding does not go unnoticed long. */
    private static final long REGISTRATION_SECONDS = 300;

    /** A longer header of an INVITE is not told: nobody reads it, and every tab would get a copy. */
    private static final int MAX_HEADER_LENGTH = 1_024;

    private final Account account;
    private final NameAddress contact;
    private final NameAddress address;
    private final Credentials credentials;
    private final UserAgentCore core;
    private final int agentsRung;
    private final List<String> incomingHeaders;
    private final @Nullable Registration registration;
    /** Those that are not closing, in the order in which they were opened. */
    private final List<Agent> agents = new ArrayList<>();
    /** Those that wait for the registration to be withdrawn. */
    private final List<Agent> leaving = new ArrayList<>();

    private Registration.@Nullable Binding binding;
    private boolean closing;

    /**
     * @param account of the first agent; what another may have differently, such as the displayed name, is not looked at
     * @param contact where SIP peers reach this user and no other
     * @param product our name in User-Agent
     * @param agentsRung how many agents one call may ring in
     * @param incomingHeaders what agents are told of an incoming call besides the usual
     */
    SipUser(
            Account account,
            NameAddress contact,
            UserAgentCore core,
            String product,
            int agentsRung,
            List<String> incomingHeaders,
            RandomGenerator random) {
        this.account = account;
        this.contact = contact;
        this.core = core;
        this.agentsRung = agentsRung;
        this.incomingHeaders = incomingHeaders;
        this.address = NameAddress.of(account.displayName(), SipUri.of(account.login(), account.domain()));
        this.credentials = new Credentials(account.authenticationName(), account.password());
        this.registration = account.register()
                ? new Registration(
                        new RegistrationSettings(
                                SipUri.of("", account.domain()),
                                address,
                                contact,
                                account.registrar(),
                                List.of(),
                                Optional.of(credentials),
                                REGISTRATION_SECONDS,
                                product),
                        core.transactions(),
                        random,
                        this)
                : null;
    }

    Identity identity() {
        return Identity.of(account);
    }

    NameAddress contact() {
        return contact;
    }

    Credentials credentials() {
        return credentials;
    }

    UserAgentCore core() {
        return core;
    }

    /** The target by which it registered, as long as it is bound. */
    Optional<Hop> flow() {
        return registration == null ? Optional.empty() : registration.flow();
    }

    /** Whether calls leave by IPv6, as far as that is known beforehand. */
    boolean isIpv6() {
        return flow().orElse(account.registrar()).isIpv6();
    }

    /** The Route headers that the registrar wants to see in what this user begins (RFC 3608); mostly none. */
    List<NameAddress> serviceRoute() {
        Registration.Binding bound = binding;
        return bound == null ? List.of() : bound.serviceRoute();
    }

    /**
     * Where calls go first: an outbound proxy takes everything; without one, the first route of the registrar's (RFC 3261
     * section 8.1.2), or the domain.
     */
    Hop firstHop() {
        Hop domain = account.registrar();
        List<NameAddress> routes = serviceRoute();
        boolean proxied = !SipUri.of("", account.domain()).bareHost().equalsIgnoreCase(domain.host());
        return proxied || routes.isEmpty() ? domain : Hop.of(routes.getFirst().uri());
    }

    /** A connection is gone: if this user registered over it, it registers again. */
    void onFlowLost(Transport transport, InetSocketAddress server, long nowNanos) {
        boolean ours = flow().filter(
                        hop -> hop.transport() == transport && hop.address().equals(server))
                .isPresent();
        if (ours && registration != null) {
            registration.onFlowLost(nowNanos);
        }
    }

    /** The user part of the contact, by which requests find this user. */
    String contactUser() {
        return contact.uri().user();
    }

    /** Whether requests may ask for it by its login: nobody has told the telephone system of its contact. */
    boolean isKnownBy(String user) {
        return account.takesCalls() && !account.register() && account.login().equals(user);
    }

    /**
     * Whether an agent of this account may join: its password is ours, which must not show in the time that it takes to
     * say no, and the registration is neither refused nor withdrawn.
     */
    boolean welcomes(Account other) {
        boolean samePassword = MessageDigest.isEqual(
                account.password().getBytes(StandardCharsets.UTF_8),
                other.password().getBytes(StandardCharsets.UTF_8));
        boolean refused = registration != null && registration.state() == Registration.State.FAILED;
        return samePassword && !closing && !refused && identity().equals(Identity.of(other));
    }

    /** Whether nobody needs it any more. */
    boolean isForsaken() {
        return agents.isEmpty() && leaving.isEmpty();
    }

    /** One more agent. The first one has the user registered; further ones hear at once how that stands. */
    void join(Agent agent, long nowNanos) {
        agents.add(agent);
        Registration.Binding bound = binding;
        if (registration == null) {
            return;
        }
        switch (registration.state()) {
            case NEW -> registration.start(nowNanos);
            // Somebody is waiting: what failed a while ago is tried again now.
            case WAITING -> registration.refresh(nowNanos);
            case REGISTERING, REGISTERED -> {}
            case FAILED, UNREGISTERING, UNREGISTERED -> throw new IllegalStateException("nobody may join any more");
        }
        if (bound != null) {
            agent.report(registered(bound));
        }
    }

    /** The agent is closing: it rings no more, and with the last one goes the registration. */
    void leave(Agent agent, long nowNanos) {
        if (!agents.remove(agent)) {
            return;
        }
        if (!agents.isEmpty()) {
            return;
        }
        closing = true;
        if (registration != null && registration.state() != Registration.State.UNREGISTERED) {
            leaving.add(agent);
            registration.unregister(nowNanos);
        }
    }

    /** Whether the agent, which has left, must wait for the registration to be withdrawn. */
    boolean holdsBack(Agent agent) {
        return leaving.contains(agent);
    }

    /** A call for this user: rings in every agent that has room for it. */
    void onInvite(UasSession session, long nowNanos) {
        if (agents.isEmpty() || !account.takesCalls()) {
            session.refuse(SipStatus.TEMPORARILY_UNAVAILABLE, Headers.NONE, nowNanos);
            return;
        }
        Headers headers = session.request().headers();
        Party caller = Party.caller(headers, trustsIdentities());
        Map<String, String> told = told(headers);
        Ring ring = new Ring(session);
        boolean ipv6 = session.arrival().remote().getAddress() instanceof Inet6Address;
        boolean opened = false;
        int rung = 0;
        for (Agent agent : List.copyOf(agents).reversed()) {
            Call call = rung < agentsRung ? agent.openIncoming(ipv6, nowNanos) : null;
            if (call == null) {
                continue;
            }
            rung++;
            if (!opened) {
                opened = true;
                ring.open(contact, credentials);
            }
            ring.join(
                    call,
                    new AgentEvent.Incoming(
                            call.callId(), caller.number(), account.login(), caller.displayName(), told),
                    nowNanos);
        }
        if (opened) {
            ring.begin(nowNanos);
        } else {
            session.refuse(SipStatus.BUSY_HERE, Headers.NONE, nowNanos);
        }
    }

    /** A call that is to take the place of another, which must be one of this user's (RFC 3891 section 3). */
    void onReplacement(UasSession session, InviteSession replaced, long nowNanos) {
        for (Agent agent : List.copyOf(agents)) {
            Call call = agent.callOf(replaced);
            if (call != null) {
                call.replace(session, nowNanos);
                return;
            }
        }
        session.refuse(SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST, Headers.NONE, nowNanos);
    }

    /**
     * Whether the telephone system's word on who calls counts. It does where only the registrar was told of our contact;
     * who knows us by the plain login may be anybody.
     */
    boolean trustsIdentities() {
        return account.register();
    }

    /** Those headers of an INVITE that its agents are told. */
    private Map<String, String> told(Headers headers) {
        Map<String, String> told = new LinkedHashMap<>();
        for (String name : incomingHeaders) {
            headers.first(name)
                    .filter(value -> value.length() <= MAX_HEADER_LENGTH)
                    .ifPresent(value -> told.put(name, value));
        }
        return told;
    }

    // ---- What becomes of the registration ----

    @Override
    public void registered(Registration.Binding granted, long nowNanos) {
        boolean news = binding == null;
        binding = granted;
        if (news) {
            report(registered(granted));
        }
    }

    @Override
    public void failed(RegistrationFailure failure, long nowNanos) {
        binding = null;
        EndReason reason = switch (failure.reason()) {
            case WRONG_CREDENTIALS -> EndReason.WRONG_PASSWORD;
            case FORBIDDEN -> EndReason.FORBIDDEN;
            case NOT_FOUND -> EndReason.NOT_FOUND;
            case REFUSED -> EndReason.PEER_ERROR;
            case SERVER_ERROR -> EndReason.SERVER_ERROR;
            case TIMEOUT -> EndReason.REQUEST_TIMEOUT;
            case TRANSPORT_ERROR -> EndReason.TRANSPORT_ERROR;
            case OVERLOAD -> EndReason.LIMIT_REACHED;
        };
        String text = reason == EndReason.NOT_FOUND
                ? "The telephone system does not know the login " + account.login() + "."
                : reason.sentence();
        report(new AgentEvent.RegistrationFailed(
                reason, failure.status(), text, failure.retrying(), failure.retryAfterSeconds()));
    }

    @Override
    public void unregistered(long nowNanos) {
        List<Agent> free = List.copyOf(leaving);
        leaving.clear();
        free.forEach(Agent::closeIfDone);
    }

    private static AgentEvent registered(Registration.Binding binding) {
        return new AgentEvent.Registered((int) binding.expiresSeconds());
    }

    private void report(AgentEvent event) {
        List.copyOf(agents).forEach(agent -> agent.report(event));
    }
}
