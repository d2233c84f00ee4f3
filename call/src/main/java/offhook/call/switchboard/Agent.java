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
import offhook.call.offer.BrowserDescription;
import offhook.call.offer.BrowserSdp;
import offhook.call.offer.MediaEncryption;
import offhook.call.offer.OfferRejected;
import offhook.sip.dialog.Body;
import offhook.sip.dialog.OutgoingInvite;
import offhook.sip.message.Headers;
import offhook.sip.message.InvalidFieldException;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Transport;
import org.jspecify.annotations.Nullable;

/** One session's share in a {@link SipUser}: its calls. Not thread-safe: it belongs to its switchboard. */
final class Agent {
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
    private final Owner owner;
    private final Map<String, Call> calls = new HashMap<>();
    private boolean closing;

    /** @param callLimit of calls at one time */
    Agent(String id, Account account, SipUser user, int callLimit, Owner owner) {
        this.id = id;
        this.account = account;
        this.user = user;
        this.callLimit = callLimit;
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
            report(new AgentEvent.Refused(
                    call.callId(), request, EndReason.BAD_REQUEST, 0, "This server cannot do that yet."));
        }
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
        OutgoingInvite invite = new OutgoingInvite(
                target,
                NameAddress.of(name, SipUri.of(account.login(), account.domain())),
                NameAddress.of(target),
                user.contact(),
                user.firstHop(),
                user.serviceRoute(),
                Headers.NONE,
                Optional.of(user.credentials()),
                Body.NONE);
        Call call = open(dial.callId(), user.isIpv6(), nowNanos);
        if (call == null) {
            refuse(dial, Ending.of(EndReason.LIMIT_REACHED, By.SERVER));
            return;
        }
        call.dial(user.core(), invite, offer, dial.answerAtOnce(), nowNanos);
    }

    private void refuse(AgentCommand.Dial dial, Ending ending) {
        report(new AgentEvent.Ended(dial.callId(), ending));
    }
}
