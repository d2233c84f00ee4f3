package offhook.call.switchboard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.Call;
import offhook.call.EndReason;
import offhook.call.Ending;
import offhook.call.Ending.By;
import offhook.call.offer.BrowserDescription;
import offhook.call.offer.BrowserSdp;
import offhook.call.offer.MediaEncryption;
import offhook.call.offer.OfferRejected;
import offhook.sip.dialog.Body;
import offhook.sip.dialog.OutgoingInvite;
import offhook.sip.dialog.UasSession;
import offhook.sip.dialog.UserAgentCore;
import offhook.sip.digest.Credentials;
import offhook.sip.message.Headers;
import offhook.sip.message.InvalidFieldException;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipUri;
import offhook.sip.registration.Registration;
import offhook.sip.registration.RegistrationFailure;
import offhook.sip.registration.RegistrationSettings;
import org.jspecify.annotations.Nullable;

/** One SIP user: its registration and its calls. Not thread-safe: it belongs to its switchboard. */
final class Agent implements Registration.Listener {
    /** What an agent asks of its switchboard. */
    interface Owner {
        /** A call that will be driven and demultiplexed; null when there is no room or no port for it. */
        @Nullable
        Call openCall(Agent agent, String callId, long nowNanos);

        /** A new call's id for a call that comes in. */
        String newCallId();

        void report(Agent agent, AgentEvent event);

        /** Closed for good. */
        void closed(Agent agent);
    }

    /** What is asked for; the registrar's word counts. Short enough that a lost binding does not go unnoticed long. */
    private static final long REGISTRATION_SECONDS = 300;

    private final String id;
    private final Account account;
    private final NameAddress contact;
    private final UserAgentCore core;
    private final String product;
    private final int callLimit;
    private final RandomGenerator random;
    private final Owner owner;
    private final NameAddress address;
    private final Credentials credentials;
    private final Map<String, Call> calls = new HashMap<>();
    private @Nullable Registration registration;
    private boolean registered;
    private boolean closing;

    /**
     * @param contact where SIP peers reach this agent and no other
     * @param product our name in User-Agent
     */
    Agent(
            String id,
            Account account,
            NameAddress contact,
            UserAgentCore core,
            String product,
            int callLimit,
            RandomGenerator random,
            Owner owner) {
        this.id = id;
        this.account = account;
        this.contact = contact;
        this.core = core;
        this.product = product;
        this.callLimit = callLimit;
        this.random = random;
        this.owner = owner;
        this.address = NameAddress.of(account.displayName(), SipUri.of(account.login(), account.domain()));
        this.credentials = new Credentials(account.authenticationName(), account.password());
    }

    String id() {
        return id;
    }

    /** Whether requests may ask for it by its login: nobody has told the telephone system of its contact. */
    boolean isKnownBy(String user) {
        return !account.register() && account.login().equals(user);
    }

    /** Whether media towards its telephone system is encrypted. */
    MediaEncryption encryption() {
        return account.encryption();
    }

    /** The user part of the contact, by which requests find this agent. */
    String contactUser() {
        return contact.uri().user();
    }

    @Nullable
    Call call(String callId) {
        return calls.get(callId);
    }

    void start(long nowNanos) {
        if (account.register()) {
            Registration made = new Registration(
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
                    this);
            registration = made;
            made.start(nowNanos);
        }
    }

    void onCommand(AgentCommand command, long nowNanos) {
        Call call = calls.get(command.callId());
        switch (command) {
            case AgentCommand.Dial dial -> {
                if (call == null) {
                    dial(dial, nowNanos);
                } else if (call.state() == Call.State.ENDED) {
                    refuse(dial, new Ending(EndReason.BAD_REQUEST, By.SERVER, 0, "A call of this id is still ending."));
                }
            }
            case AgentCommand.Prepare prepare -> {
                if (call != null) {
                    call.prepare(prepare.browserAnswer(), nowNanos);
                }
            }
            case AgentCommand.Answer answer -> {
                if (call != null) {
                    call.answer(answer.browserAnswer(), nowNanos);
                }
            }
            case AgentCommand.HangUp hangUp -> {
                if (call != null) {
                    call.hangUp(nowNanos);
                }
            }
            case AgentCommand.Hold hold -> notYet(call, "hold");
            case AgentCommand.Resume resume -> notYet(call, "unhold");
            case AgentCommand.SendDtmf keys -> {
                if (call != null) {
                    call.sendDtmf(keys, nowNanos);
                }
            }
            case AgentCommand.PressKey press -> {
                if (call != null) {
                    call.pressKey(press, nowNanos);
                }
            }
            case AgentCommand.ReleaseKey release -> {
                if (call != null) {
                    call.releaseKey(nowNanos);
                }
            }
            case AgentCommand.Transfer transfer -> notYet(call, "transfer");
            case AgentCommand.AttendedTransfer transfer -> notYet(call, "transfer");
        }
    }

    private void notYet(@Nullable Call call, String request) {
        if (call != null) {
            owner.report(
                    this,
                    new AgentEvent.Refused(
                            call.callId(), request, EndReason.BAD_REQUEST, 0, "This server cannot do that yet."));
        }
    }

    void onInvite(UasSession session, long nowNanos) {
        if (closing) {
            session.refuse(SipStatus.TEMPORARILY_UNAVAILABLE, Headers.NONE, nowNanos);
            return;
        }
        String callId = owner.newCallId();
        NameAddress from = session.request().headers().from();
        AgentEvent.Incoming announcement = new AgentEvent.Incoming(
                callId,
                from.uri().user().isEmpty() ? from.uri().hostPort() : from.uri().user(),
                account.login(),
                from.displayName(),
                Map.of());
        Call call = calls.size() < callLimit ? owner.openCall(this, callId, nowNanos) : null;
        if (call == null) {
            session.refuse(SipStatus.BUSY_HERE, Headers.NONE, nowNanos);
            return;
        }
        calls.put(callId, call);
        call.ring(session, contact, credentials, announcement, nowNanos);
    }

    /** A call of this agent can be forgotten. */
    void over(String callId) {
        calls.remove(callId);
        closeIfDone();
    }

    /** Hangs up everything and withdraws the registration. */
    void close(Ending ending, long nowNanos) {
        closing = true;
        for (Call call : new ArrayList<>(calls.values())) {
            call.end(ending, nowNanos);
        }
        if (registration != null) {
            registration.unregister(nowNanos);
        }
        closeIfDone();
    }

    @Override
    public void registered(Registration.Binding binding, long nowNanos) {
        if (!registered) {
            registered = true;
            owner.report(this, new AgentEvent.Registered((int) binding.expiresSeconds()));
        }
    }

    @Override
    public void failed(RegistrationFailure failure, long nowNanos) {
        registered = false;
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
        owner.report(this, new AgentEvent.RegistrationFailed(reason, failure.status(), text, failure.retrying()));
    }

    @Override
    public void unregistered(long nowNanos) {
        closeIfDone();
    }

    private void dial(AgentCommand.Dial dial, long nowNanos) {
        if (closing || calls.size() >= callLimit) {
            refuse(dial, Ending.of(closing ? EndReason.SHUTTING_DOWN : EndReason.LIMIT_REACHED, By.SERVER));
            return;
        }
        SipUri target;
        BrowserDescription offer;
        try {
            target = Callee.target(dial.callee(), account.domain());
            offer = BrowserSdp.readOffer(dial.browserOffer());
        } catch (InvalidFieldException e) {
            refuse(dial, new Ending(EndReason.INVALID_FIELD, By.SERVER, 0, String.valueOf(e.getMessage())));
            return;
        } catch (OfferRejected e) {
            EndReason reason = e.reason() == OfferRejected.Reason.NO_COMMON_CODEC
                    ? EndReason.NO_COMMON_CODEC
                    : EndReason.BAD_REQUEST;
            refuse(dial, new Ending(reason, By.SERVER, e.sipStatus(), String.valueOf(e.getMessage())));
            return;
        }
        String name = dial.visibleName().isEmpty() ? account.displayName() : dial.visibleName();
        OutgoingInvite invite = new OutgoingInvite(
                target,
                NameAddress.of(name, address.uri()),
                NameAddress.of(target),
                contact,
                account.registrar(),
                List.of(),
                Headers.NONE,
                Optional.of(credentials),
                Body.NONE);
        Call call = owner.openCall(this, dial.callId(), nowNanos);
        if (call == null) {
            refuse(dial, Ending.of(EndReason.LIMIT_REACHED, By.SERVER));
            return;
        }
        calls.put(dial.callId(), call);
        call.dial(core, invite, offer, dial.answerAtOnce(), nowNanos);
    }

    private void refuse(AgentCommand.Dial dial, Ending ending) {
        owner.report(this, new AgentEvent.Ended(dial.callId(), ending));
    }

    private void closeIfDone() {
        if (closing
                && calls.isEmpty()
                && (registration == null || registration.state() == Registration.State.UNREGISTERED)) {
            owner.closed(this);
        }
    }
}
