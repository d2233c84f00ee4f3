package offhook.call.switchboard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.Call;
import offhook.call.EndReason;
import offhook.call.Ending;
import offhook.call.Ending.By;
import offhook.call.Line;
import offhook.call.TargetPolicy;
import offhook.call.offer.BrowserDescription;
import offhook.call.offer.BrowserSdp;
import offhook.call.offer.MediaEncryption;
import offhook.call.offer.OfferRejected;
import offhook.sip.dialog.Body;
import offhook.sip.dialog.InviteSession;
import offhook.sip.dialog.OutgoingInvite;
import offhook.sip.dialog.UserAgentCore;
import offhook.sip.digest.Credentials;
import offhook.sip.message.Headers;
import offhook.sip.message.InvalidFieldException;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Transport;
import org.jspecify.annotations.Nullable;

/** One session's share in a {@link SipUser}: its calls. Not thread-safe: it belongs to its switchboard. */
final class Agent implements Line {
    /** What an agent asks of its switchboard. */
    interface Owner {
        /**
         * A call that will be driven and demultiplexed; null when there is no room or no port for it.
         *
         * @param ipv6 whether the SIP peer is told an IPv6 address for its media, if we have one
         */
        @Nullable
        Call openCall(Agent agent, String callId, boolean ipv6, long nowNanos);

        /** A new call's id for a call that comes in. */
        String newCallId();

        void report(Agent agent, AgentEvent event);

        /** Closed for good. */
        void closed(Agent agent);
    }

    private final String id;
    private final Account account;
    private final SipUser user;
    private final int callLimit;
    private final TargetPolicy targets;
    private final Owner owner;
    private final Map<String, Call> calls = new HashMap<>();
    private boolean closing;

    /**
     * @param callLimit of calls at one time
     * @param targets where calls may be sent that somebody else asks for
     */
    Agent(String id, Account account, SipUser user, int callLimit, TargetPolicy targets, Owner owner) {
        this.id = id;
        this.account = account;
        this.user = user;
        this.callLimit = callLimit;
        this.targets = targets;
        this.owner = owner;
    }

    String id() {
        return id;
    }

    SipUser user() {
        return user;
    }

    /** Whether media towards its telephone system is encrypted. */
    MediaEncryption encryption() {
        return account.encryption();
    }

    @Nullable
    Call call(String callId) {
        return calls.get(callId);
    }

    void report(AgentEvent event) {
        owner.report(this, event);
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
            case AgentCommand.End end -> {
                if (call != null) {
                    call.end(Ending.of(end.reason(), By.SERVER), nowNanos);
                }
            }
            case AgentCommand.Hold hold -> {
                if (call != null) {
                    call.hold(nowNanos);
                }
            }
            case AgentCommand.Resume resume -> {
                if (call != null) {
                    call.resume(nowNanos);
                }
            }
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
            case AgentCommand.Transfer transfer -> {
                if (call != null) {
                    transfer(call, transfer.target(), nowNanos);
                }
            }
            case AgentCommand.AttendedTransfer transfer -> {
                if (call != null) {
                    transfer(call, calls.get(transfer.consultCallId()), nowNanos);
                }
            }
        }
    }

    private void transfer(Call call, String typed, long nowNanos) {
        SipUri target;
        try {
            target = Callee.target(typed, account.domain());
        } catch (InvalidFieldException e) {
            refuseTransfer(call, EndReason.INVALID_FIELD, String.valueOf(e.getMessage()));
            return;
        }
        if (allows(target)) {
            call.transfer(target, nowNanos);
        } else {
            refuseTransfer(call, EndReason.DOMAIN_NOT_ALLOWED, EndReason.DOMAIN_NOT_ALLOWED.sentence());
        }
    }

    private void transfer(Call call, @Nullable Call consult, long nowNanos) {
        if (consult == null || consult.equals(call)) {
            refuseTransfer(call, EndReason.BAD_REQUEST, "A call is transferred to another call: name one that is up.");
        } else {
            call.transferTo(consult, nowNanos);
        }
    }

    private void refuseTransfer(Call call, EndReason reason, String text) {
        report(new AgentEvent.Refused(call.callId(), "transfer", reason, 0, text));
    }

    // ---- What its calls know of it ----

    @Override
    public UserAgentCore core() {
        return user.core();
    }

    @Override
    public NameAddress contact() {
        return user.contact();
    }

    @Override
    public Optional<Credentials> credentials() {
        return Optional.of(user.credentials());
    }

    @Override
    public OutgoingInvite invite(SipUri target, String displayName, Headers extra) {
        OutgoingInvite invite = new OutgoingInvite(
                target,
                NameAddress.of(displayName, SipUri.of(account.login(), account.domain())),
                NameAddress.of(target),
                user.contact(),
                user.firstHop(),
                user.serviceRoute(),
                extra,
                credentials(),
                Body.NONE);
        // A redirect leads no further than a transfer may, and by the same way.
        return invite.withRedirects(other -> allows(other) ? Optional.of(user.firstHop()) : Optional.empty());
    }

    @Override
    public String displayName() {
        return account.displayName();
    }

    /** The user's own domain and its server are allowed as they are for its own calls, and what the operator allows. */
    @Override
    public boolean allows(SipUri target) {
        if (target.scheme().equals("sips") && user.firstHop().transport() != Transport.TLS) {
            return false;
        }
        return target.host().equalsIgnoreCase(account.domain())
                || target.bareHost().equalsIgnoreCase(account.registrar().host())
                || targets.allows(target);
    }

    @Override
    public boolean trustsIdentities() {
        return user.trustsIdentities();
    }

    /** The call whose SIP session this is; null when it is none of this agent. */
    @Nullable
    Call callOf(InviteSession session) {
        for (Call call : calls.values()) {
            if (call.isOf(session)) {
                return call;
            }
        }
        return null;
    }

    /** A call that is to ring; null when this agent has as many as it may have, or the switchboard has. */
    @Nullable
    Call openIncoming(boolean ipv6, long nowNanos) {
        return calls.size() < callLimit ? open(owner.newCallId(), ipv6, nowNanos) : null;
    }

    private @Nullable Call open(String callId, boolean ipv6, long nowNanos) {
        Call call = owner.openCall(this, callId, ipv6, nowNanos);
        if (call != null) {
            calls.put(callId, call);
        }
        return call;
    }

    /** A call of this agent can be forgotten. */
    void over(String callId) {
        calls.remove(callId);
        closeIfDone();
    }

    /** Hangs up everything and leaves its user, which withdraws the registration when nobody else is there. */
    void close(Ending ending, long nowNanos) {
        closing = true;
        user.leave(this, nowNanos);
        for (Call call : new ArrayList<>(calls.values())) {
            call.end(ending, nowNanos);
        }
        closeIfDone();
    }

    void closeIfDone() {
        if (closing && calls.isEmpty() && !user.holdsBack(this)) {
            owner.closed(this);
        }
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
            if (target.scheme().equals("sips") && user.firstHop().transport() != Transport.TLS) {
                throw new InvalidFieldException(
                        "callee",
                        "asks for TLS (sips), which the account does not use (;transport=tls behind its server)");
            }
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
        Headers extra = Headers.NONE;
        try {
            for (Map.Entry<String, String> header : dial.headers().entrySet()) {
                extra = extra.append(header.getKey(), header.getValue());
            }
        } catch (IllegalArgumentException e) {
            refuse(dial, new Ending(EndReason.INVALID_FIELD, By.SERVER, 0, String.valueOf(e.getMessage())));
            return;
        }
        Call call = open(dial.callId(), user.isIpv6(), nowNanos);
        if (call == null) {
            refuse(dial, Ending.of(EndReason.LIMIT_REACHED, By.SERVER));
            return;
        }
        call.dial(invite(target, name, extra), offer, dial.answerAtOnce(), nowNanos);
    }

    private void refuse(AgentCommand.Dial dial, Ending ending) {
        report(new AgentEvent.Ended(dial.callId(), ending));
    }
}
