package offhook.sip.dialog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import offhook.sip.VirtualNetwork;
import offhook.sip.digest.Credentials;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;
import offhook.sip.transaction.Transport;

/** A user agent on the virtual network that writes down what its sessions tell it. */
final class Phone implements UserAgentCore.Newcomers {
    static final Body OFFER = Body.of("application/sdp", "v=0 offer".getBytes(StandardCharsets.UTF_8));
    static final Body ANSWER = Body.of("application/sdp", "v=0 answer".getBytes(StandardCharsets.UTF_8));

    /** Does not want to know what comes of a request. */
    static final ResponseHandler NOBODY = new ResponseHandler() {
        @Override
        public void onResponse(SipResponse response, long nowNanos) {}

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {}
    };

    final VirtualNetwork network;
    final VirtualNetwork.Host host;
    final List<String> log = new ArrayList<>();
    final List<UasSession> incoming = new ArrayList<>();
    final List<InDialogRequest> requests = new ArrayList<>();
    final List<SipRequest> acks = new ArrayList<>();
    final List<SipResponse> responses = new ArrayList<>();

    /** What it does with a call that comes in, once it is open. */
    Consumer<UasSession> habit = session -> {};
    /** What it does with requests within a call. */
    Consumer<InDialogRequest> requestHabit = request -> request.respond(200, Headers.NONE, ANSWER, now());

    final List<IncomingReferral> referrals = new ArrayList<>();
    /** What it does when it is asked to call somebody else. */
    Consumer<IncomingReferral> referralHabit = referral -> {};
    /** Whether it knows of transfers at all. */
    boolean transfers = true;

    final List<SipRequest> byes = new ArrayList<>();
    /** What it says when a session is to be refreshed. */
    Body current = OFFER;
    /** Whether calls are opened as they come. */
    boolean opens = true;

    Transport transport = Transport.UDP;

    /** What {@code phone name} says of itself when it knows nothing beyond RFC 3261. */
    static UserAgentSettings plain(String name) {
        return UserAgentSettings.of(name + "-", "phone " + name);
    }

    Phone(VirtualNetwork network, String name, String... methods) {
        this(network, name, plain(name).withMethods(methods));
    }

    /** What it says when it knows everything that the gateway does; its session timer is as short as may be. */
    static UserAgentSettings modern(String name) {
        return plain(name)
                .withMethods(SipMethod.INFO, SipMethod.UPDATE, SipMethod.REFER, SipMethod.NOTIFY)
                .withExtensions("100rel", "timer", "replaces")
                .withSessionTimer(90, 90);
    }

    static Phone modern(VirtualNetwork network, String name) {
        return new Phone(network, name, modern(name));
    }

    Phone(VirtualNetwork network, String name, UserAgentSettings settings) {
        this.network = network;
        this.host = network.host(name, settings, this);
    }

    long now() {
        return network.now();
    }

    NameAddress contact() {
        return NameAddress.of(SipUri.of(host.name, host.ip(), 5060));
    }

    UacSession call(Phone other) {
        return call(other, Optional.empty());
    }

    UacSession call(Phone other, Optional<Credentials> credentials) {
        SipUri target = SipUri.of(other.host.name, other.host.ip(), 5060);
        return host.core.invite(
                new OutgoingInvite(
                        target,
                        NameAddress.of(SipUri.of(host.name, "example.com")),
                        NameAddress.of(target),
                        contact(),
                        new Hop(transport, other.host.ip(), 5060),
                        List.of(),
                        Headers.NONE,
                        credentials,
                        OFFER),
                listener("out"),
                now());
    }

    @Override
    public void onInvite(UasSession session, long nowNanos) {
        incoming.add(session);
        if (opens) {
            session.open(contact(), Optional.empty(), listener("in"));
        }
        habit.accept(session);
    }

    @Override
    public void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos) {
        say("request " + request.method());
    }

    /** Offers a change within a call and writes down what comes of it. */
    void offer(InviteSession session) {
        session.offer(Headers.NONE, () -> OFFER, offerHandler(), now());
    }

    OfferHandler offerHandler() {
        return new OfferHandler() {
            @Override
            public void answered(SipResponse success, long nowNanos) {
                say("offer answered " + new String(success.body(), StandardCharsets.UTF_8));
            }

            @Override
            public void refused(SipResponse refusal, long nowNanos) {
                say("offer refused " + refusal.status());
            }

            @Override
            public void failed(TransactionFailure failure, long nowNanos) {
                say("offer failed " + failure);
            }
        };
    }

    ReferralListener referralListener() {
        return new ReferralListener() {
            @Override
            public void accepted(long nowNanos) {
                say("transfer accepted");
            }

            @Override
            public void progress(int status, String reason, long nowNanos) {
                say("transfer " + status + " " + reason);
            }

            @Override
            public void ended(ReferralEnd end, long nowNanos) {
                say("transfer ended " + words(end));
            }
        };
    }

    private static String words(ReferralEnd end) {
        return switch (end) {
            case ReferralEnd.Reported(int status, String reason) -> status + " " + reason;
            case ReferralEnd.NotReported() -> "not reported";
            case ReferralEnd.Unknown() -> "unknown";
            case ReferralEnd.Refused(SipResponse response) -> "refused " + response.status();
            case ReferralEnd.Failed(TransactionFailure failure) -> failure.name();
        };
    }

    private void say(String what) {
        log.add(network.nowMillis() + " " + what);
    }

    SessionListener listener(String name) {
        return new SessionListener() {
            @Override
            public void ringing(SipResponse provisional, long nowNanos) {
                say(name + " ringing " + provisional.status());
                responses.add(provisional);
            }

            @Override
            public void answered(SipResponse success, long nowNanos) {
                say(name + " answered");
                responses.add(success);
            }

            @Override
            public void acknowledged(SipRequest ack, long nowNanos) {
                say(name + " acknowledged");
                acks.add(ack);
            }

            @Override
            public void requested(InDialogRequest request, long nowNanos) {
                say(name + " " + request.request().method());
                requests.add(request);
                requestHabit.accept(request);
            }

            @Override
            public Body currentOffer() {
                return current;
            }

            @Override
            public void refreshed(SipResponse success, long nowNanos) {
                say(name + " refreshed");
            }

            @Override
            public void referred(IncomingReferral referral, long nowNanos) {
                if (transfers) {
                    referrals.add(referral);
                    referralHabit.accept(referral);
                } else {
                    SessionListener.super.referred(referral, nowNanos);
                }
            }

            @Override
            public void ended(SessionEnd end, long nowNanos) {
                say(name + " ended " + words(end));
                if (end instanceof SessionEnd.ByeReceived(SipRequest bye)) {
                    byes.add(bye);
                }
            }
        };
    }

    static String words(SessionEnd end) {
        return switch (end) {
            case SessionEnd.HungUp() -> "hung up";
            case SessionEnd.ByeReceived ignored -> "bye";
            case SessionEnd.Cancelled ignored -> "cancelled";
            case SessionEnd.Refused refused -> "refused " + refused.response().status();
            case SessionEnd.CredentialsRefused refused ->
                "credentials " + refused.response().status();
            case SessionEnd.Failed failed -> failed.failure().name();
            case SessionEnd.PeerLost lost -> "lost " + lost.response().status();
            case SessionEnd.Expired() -> "expired";
            case SessionEnd.NotAcknowledged() -> "not acknowledged";
        };
    }

    /** How the only call ended; empty when it did not. */
    List<String> endings() {
        return log.stream()
                .filter(line -> line.contains(" ended ") && !line.contains(" transfer "))
                .toList();
    }

    void assertIdle() {
        if (host.core.dialogs() != 0
                || host.core.transactions().clientTransactions() != 0
                || host.core.transactions().serverTransactions() != 0
                || host.deadlines.size() != 0) {
            throw new AssertionError(host.name + " still has " + host.core.dialogs() + " dialogs, "
                    + host.core.transactions().clientTransactions() + " client and "
                    + host.core.transactions().serverTransactions() + " server transactions, "
                    + host.deadlines.size() + " deadlines");
        }
    }
}
