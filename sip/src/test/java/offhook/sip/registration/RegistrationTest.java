package offhook.sip.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import offhook.sip.VirtualNetwork;
import offhook.sip.dialog.UasSession;
import offhook.sip.dialog.UserAgentCore;
import offhook.sip.dialog.UserAgentSettings;
import offhook.sip.digest.Credentials;
import offhook.sip.digest.DigestServer;
import offhook.sip.message.HeaderName;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import offhook.sip.registration.Registration.State;
import offhook.sip.registration.RegistrationFailure.Reason;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.Test;

/** A registration against a registrar that says exactly what the test says; a message takes 10 ms. */
class RegistrationTest {
    private final VirtualNetwork network = new VirtualNetwork(1);
    private final VirtualNetwork.Host host =
            network.host("a", UserAgentSettings.of("o1.", "Offhook"), new UserAgentCore.Newcomers() {
                @Override
                public void onInvite(UasSession session, long nowNanos) {}

                @Override
                public void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos) {}
            });
    private final VirtualNetwork.Script registrar = network.script("registrar");
    private final DigestServer digest = new DigestServer("example.com", new Random(3));
    private final List<String> log = new ArrayList<>();
    private final List<Registration.Binding> bindings = new ArrayList<>();
    private final List<RegistrationFailure> failures = new ArrayList<>();

    private Registration registration = registration(11);

    private Registration registration(long seed) {
        return registration(seed, Transport.UDP);
    }

    private Registration registration(long seed, Transport transport) {
        return new Registration(
                new RegistrationSettings(
                        SipUri.parse("sip:example.com"),
                        NameAddress.of(SipUri.parse("sip:1000@example.com")),
                        NameAddress.of(SipUri.parse("sip:o1.1000@10.0.0.1:5060")),
                        new Hop(transport, registrar.ip(), 5060),
                        List.of(),
                        Optional.of(new Credentials("1000", "secret")),
                        600,
                        "Offhook"),
                host.core.transactions(),
                new Random(seed),
                new Registration.Listener() {
                    @Override
                    public void registered(Registration.Binding binding, long nowNanos) {
                        log.add(network.nowMillis() + " registered");
                        bindings.add(binding);
                    }

                    @Override
                    public void failed(RegistrationFailure failure, long nowNanos) {
                        log.add(network.nowMillis() + " failed " + failure.reason());
                        failures.add(failure);
                    }

                    @Override
                    public void unregistered(long nowNanos) {
                        log.add(network.nowMillis() + " unregistered");
                    }
                });
    }

    private void start() {
        registration.start(network.now());
        pass();
    }

    private void pass() {
        network.until(network.nowMillis() + 10);
    }

    private void say(SipResponse response) {
        registrar.send(host, response);
        pass();
        pass();
    }

    private SipResponse response(int status) {
        return SipResponse.answering(registrar.lastRequest(), status, "r1");
    }

    private void accept(String expires) {
        SipResponse ok = response(200);
        say(ok.with(ok.headers()
                .append(HeaderName.CONTACT, "<sip:other@10.9.9.9>;expires=9999")
                .append(HeaderName.CONTACT, "<sip:o1.1000@10.0.0.1:5060>" + expires)));
    }

    private void registered() {
        start();
        accept(";expires=600");
        assertEquals(State.REGISTERED, registration.state());
    }

    /** Distinct REGISTERs, retransmissions left out. */
    private List<SipRequest> registers() {
        List<SipRequest> distinct = new ArrayList<>();
        registrar.received.forEach(message -> {
            if (message instanceof SipRequest request && !distinct.contains(request)) {
                distinct.add(request);
            }
        });
        return distinct;
    }

    private SipRequest last() {
        return registrar.lastRequest();
    }

    @Test
    void theFirstRegisterIsAsTheRfcHasIt() {
        start();
        SipRequest register = last();
        assertEquals("REGISTER sip:example.com SIP/2.0", register.startLine());
        assertEquals("sip:1000@example.com", register.headers().to().uri().toString());
        assertEquals("", register.headers().to().tag());
        assertEquals("sip:1000@example.com", register.headers().from().uri().toString());
        assertTrue(register.headers().from().tag().startsWith("o1."));
        assertEquals("1 REGISTER", register.headers().cseq().toString());
        assertEquals(600, register.headers().expires().orElseThrow());
        assertEquals(
                "<sip:o1.1000@10.0.0.1:5060>",
                register.headers().first(HeaderName.CONTACT).orElseThrow());
        assertTrue(register.headers().first(HeaderName.AUTHORIZATION).isEmpty());
        assertEquals(State.REGISTERING, registration.state());
    }

    @Test
    void aChallengeIsMetOnceWithTheSameCallIdAndTheNextNumber() {
        start();
        SipRequest first = last();
        say(digest.challenge(first, 401, false, "r", network.now()));
        SipRequest second = last();
        assertEquals("2 REGISTER", second.headers().cseq().toString());
        assertEquals(first.headers().callId(), second.headers().callId());
        assertNotEquals(first.headers().via().branch(), second.headers().via().branch());
        assertEquals(
                new DigestServer.Verdict.Accepted("1000"),
                digest.verify(second, 401, user -> Optional.of("secret"), network.now()));
        accept(";expires=60");
        assertEquals(List.of("40 registered"), log);
        assertEquals(60, bindings.getLast().expiresSeconds());
    }

    @Test
    void aRefreshIsAuthorizedAtOnceAndKeepsTheCallId() {
        start();
        say(digest.challenge(last(), 401, false, "r", network.now()));
        accept(";expires=600");
        String callId = last().headers().callId();
        network.until(600_000);
        assertEquals("3 REGISTER", registers().get(2).headers().cseq().toString());
        assertEquals(callId, registers().get(2).headers().callId());
        assertEquals(
                new DigestServer.Verdict.Accepted("1000"),
                digest.verify(registers().get(2), 401, user -> Optional.of("secret"), 20_000_000));
    }

    @Test
    void wrongPasswordIsNamedAndNotTriedForEver() {
        start();
        say(digest.challenge(last(), 401, false, "r", network.now()));
        say(digest.challenge(last(), 401, false, "r", network.now()));
        assertEquals(List.of("40 failed WRONG_CREDENTIALS"), log);
        assertEquals(401, failures.getLast().status());
        network.until(10_000_000);
        assertEquals(2, registers().size());
        assertEquals(State.FAILED, registration.state());
        registration.refresh(network.now());
        pass();
        assertEquals(2, registers().size());
        registration.unregister(network.now());
        assertEquals("10000010 unregistered", log.getLast());
        assertEquals(2, registers().size());
    }

    @Test
    void aRegistrarThatInventsEverNewRealmsIsNotFollowed() {
        start();
        for (int i = 0; i < 30; i++) {
            DigestServer other = new DigestServer("realm" + i, new Random(i));
            say(other.challenge(last(), 401, false, "r", network.now()));
        }
        assertEquals(State.FAILED, registration.state());
        assertTrue(registers().size() <= 10, registers().size() + " requests");
    }

    @Test
    void refusalsForGoodAreNamed() {
        for (int status : new int[] {301, 403, 404, 410, 488, 603}) {
            RegistrationTest own = new RegistrationTest();
            own.start();
            own.say(own.response(status));
            Reason reason = switch (status) {
                case 403 -> Reason.FORBIDDEN;
                case 404, 410 -> Reason.NOT_FOUND;
                default -> Reason.REFUSED;
            };
            assertEquals(List.of("20 failed " + reason), own.log);
            assertEquals(status, own.failures.getLast().status());
            own.network.until(10_000_000);
            assertEquals(1, own.registers().size());
        }
    }

    @Test
    void whatMayPassIsTriedAgainWithGrowingWaits() {
        start();
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            say(response(500));
            assertEquals(State.WAITING, registration.state());
            assertTrue(failures.getLast().retrying());
            long before = network.nowMillis();
            int count = registers().size();
            while (registers().size() == count) {
                network.until(network.nowMillis() + 100);
            }
            waits.add((network.nowMillis() - before) / 1_000);
        }
        for (int i = 0; i < waits.size(); i++) {
            long most = Math.min((long) Registration.FIRST_RETRY_SECONDS << i, Registration.LONGEST_RETRY_SECONDS);
            assertTrue(waits.get(i) >= most / 2 - 1 && waits.get(i) <= most + 1, waits.toString());
        }
        accept(";expires=600");
        assertEquals(State.REGISTERED, registration.state());
    }

    @Test
    void retryAfterIsObeyedWithinBounds() {
        start();
        SipResponse busy = response(503);
        say(busy.with(busy.headers().with(HeaderName.RETRY_AFTER, "100 (later)")));
        assertEquals("20 failed SERVER_ERROR", log.getLast());
        network.until(99_000);
        assertEquals(1, registers().size());
        network.until(100_500);
        assertEquals(2, registers().size());
        SipResponse never = response(503);
        say(never.with(never.headers().with(HeaderName.RETRY_AFTER, "99999999")));
        network.until(network.nowMillis() + 3_601_000);
        assertEquals(3, registers().size());
    }

    @Test
    void silenceIsATimeoutAndTriedAgain() {
        registration.start(network.now());
        network.until(32_000);
        assertEquals(List.of("32000 failed TIMEOUT"), log);
        assertEquals(0, failures.getLast().status());
        network.until(37_000);
        assertEquals(2, registers().size());
        assertEquals(
                registers().get(0).headers().callId(),
                registers().get(1).headers().callId());
    }

    @Test
    void anUnreachableRegistrarIsATransportErrorAndToldWhenTheNetworkIsBackItIsTriedAtOnce() {
        registration.start(network.now());
        host.core.onTransportError(new Hop(Transport.UDP, registrar.ip(), 5060), network.now());
        assertEquals(List.of("0 failed TRANSPORT_ERROR"), log);
        network.until(500);
        registration.refresh(network.now());
        registration.refresh(network.now());
        pass();
        assertEquals(2, registers().size(), "one at a time");
        accept(";expires=600");
        assertEquals(State.REGISTERED, registration.state());
        registration.refresh(network.now());
        pass();
        assertEquals(3, registers().size(), "an existing binding is refreshed");
    }

    @Test
    void theGrantedTimeCountsWhereverItIsSaid() {
        start();
        accept(";expires=120");
        assertEquals(120, bindings.getLast().expiresSeconds());

        RegistrationTest header = new RegistrationTest();
        header.start();
        SipResponse ok = header.response(200);
        header.say(ok.with(ok.headers()
                .append(HeaderName.CONTACT, "<sip:o1.1000@10.0.0.1:5060>")
                .append(HeaderName.EXPIRES, "90")));
        assertEquals(90, header.bindings.getLast().expiresSeconds());

        RegistrationTest nothing = new RegistrationTest();
        nothing.start();
        nothing.say(nothing.response(200));
        assertEquals(600, nothing.bindings.getLast().expiresSeconds());

        RegistrationTest rewritten = new RegistrationTest();
        rewritten.start();
        SipResponse one = rewritten.response(200);
        rewritten.say(one.with(one.headers().append(HeaderName.CONTACT, "<sip:o1.1000@203.0.113.1:9>;expires=45")));
        assertEquals(45, rewritten.bindings.getLast().expiresSeconds());

        RegistrationTest zero = new RegistrationTest();
        zero.start();
        zero.accept(";expires=0");
        assertEquals(1, zero.bindings.getLast().expiresSeconds());

        RegistrationTest eternal = new RegistrationTest();
        eternal.start();
        eternal.accept(";expires=4294967295");
        assertEquals(
                RegistrationSettings.MAX_EXPIRES_SECONDS,
                eternal.bindings.getLast().expiresSeconds());
    }

    @Test
    void aRefreshComesInGoodTimeForAnyGrantedTime() {
        for (long granted : new long[] {1, 2, 10, 30, 60, 120, 200, 600, 3_600, 86_400}) {
            for (int seed = 0; seed < 5; seed++) {
                RegistrationTest own = new RegistrationTest();
                own.registration = own.registration(seed);
                own.start();
                own.accept(";expires=" + granted);
                long before = own.network.nowMillis() - 10;
                own.network.until(before + granted * 1_000 + 1_000);
                String refresh = own.network.trace.stream()
                        .filter(line -> line.contains(" a REGISTER"))
                        .skip(1)
                        .findFirst()
                        .orElseThrow();
                long delay = Long.parseLong(refresh.split(" ")[0]) - before;
                assertTrue(delay >= Math.max(granted * 500, 1_000) - 1, granted + " s: " + delay);
                assertTrue(delay <= Math.max(granted * 900, 1_000) + 1, granted + " s: " + delay);
                if (granted >= 200) {
                    assertTrue(delay <= granted * 1_000 - 64_000, "time for two timeouts: " + delay);
                }
            }
        }
    }

    @Test
    void tooBriefIsAskedAgainWithTheTimeThatTheRegistrarWants() {
        start();
        SipResponse brief = response(423);
        say(brief.with(brief.headers().with(HeaderName.MIN_EXPIRES, "1800")));
        assertEquals(1800, last().headers().expires().orElseThrow());
        assertEquals("2 REGISTER", last().headers().cseq().toString());
        accept(";expires=1800");
        assertEquals(State.REGISTERED, registration.state());
        registration.refresh(network.now());
        pass();
        assertEquals(1800, last().headers().expires().orElseThrow(), "remembered");
    }

    @Test
    void tooBriefWithoutReasonIsARefusal() {
        start();
        say(response(423));
        assertEquals("20 failed REFUSED", log.getLast());

        RegistrationTest greedy = new RegistrationTest();
        greedy.start();
        SipResponse brief = greedy.response(423);
        greedy.say(brief.with(brief.headers().with(HeaderName.MIN_EXPIRES, "999999999")));
        assertEquals("20 failed REFUSED", greedy.log.getLast());
    }

    @Test
    void theAddressThatTheRegistrarSawIsTold() {
        start();
        SipResponse ok = response(200);
        say(ok.with(ok.headers()
                .with(HeaderName.VIA, ok.headers().via().seenFrom("203.0.113.77", 41_234))
                .append(HeaderName.CONTACT, "<sip:o1.1000@10.0.0.1:5060>;expires=60")));
        assertEquals("203.0.113.77", bindings.getLast().seenHost());
        assertEquals(41_234, bindings.getLast().seenPort());
    }

    @Test
    void aFailedRefreshIsToldAndTheNextSuccessToo() {
        registered();
        registration.refresh(network.now());
        pass();
        say(response(500));
        assertEquals(State.WAITING, registration.state());
        network.until(network.nowMillis() + 5_000);
        accept(";expires=600");
        assertEquals(
                List.of("registered", "failed SERVER_ERROR", "registered"),
                log.stream().map(line -> line.split(" ", 2)[1]).toList());
    }

    @Test
    void unregisteringWithdrawsTheBinding() {
        registered();
        registration.unregister(network.now());
        registration.unregister(network.now());
        pass();
        assertEquals(0, last().headers().expires().orElseThrow());
        assertEquals(
                "<sip:o1.1000@10.0.0.1:5060>",
                last().headers().first(HeaderName.CONTACT).orElseThrow());
        assertEquals("2 REGISTER", last().headers().cseq().toString());
        say(digest.challenge(last(), 401, false, "r", network.now()));
        assertEquals("3 REGISTER", last().headers().cseq().toString());
        assertEquals(0, last().headers().expires().orElseThrow());
        say(response(200));
        assertEquals(State.UNREGISTERED, registration.state());
        assertEquals("70 unregistered", log.getLast());
        network.until(10_000_000);
        assertEquals(3, registers().size());
        assertEquals(0, host.deadlines.size());
    }

    @Test
    void unregisteringFromASilentRegistrarIsGivenUpAfterFiveSeconds() {
        registered();
        long before = network.nowMillis();
        registration.unregister(network.now());
        network.until(before + 100_000);
        assertEquals((before + 5_000) + " unregistered", log.getLast());
        assertEquals(2, log.size());
        assertEquals(0, host.deadlines.size());
    }

    @Test
    void unregisteringWaitsForTheRegisterUnderWay() {
        start();
        registration.unregister(network.now());
        pass();
        assertEquals(1, registers().size());
        accept(";expires=600");
        assertEquals(2, registers().size());
        assertEquals(0, last().headers().expires().orElseThrow());
        say(response(200));
        assertEquals(List.of("50 unregistered"), log);
    }

    @Test
    void aBindingThatComesAfterGivingUpIsWithdrawnInPassing() {
        start();
        registration.unregister(network.now());
        network.until(6_000);
        assertEquals(List.of("5010 unregistered"), log);
        accept(";expires=600");
        assertEquals(0, last().headers().expires().orElseThrow());
        say(response(200));
        network.until(100_000);
        assertEquals(1, log.size());
        assertEquals(0, host.deadlines.size());
    }

    @Test
    void unregisteringBeforeTheStartOrWhileWaitingIsDoneAtOnce() {
        registration.unregister(network.now());
        assertEquals(List.of("0 unregistered"), log);
        assertEquals(List.of(), registers());

        RegistrationTest waiting = new RegistrationTest();
        waiting.start();
        waiting.say(waiting.response(500));
        waiting.registration.unregister(waiting.network.now());
        assertEquals("30 unregistered", waiting.log.getLast());
        waiting.network.until(60_000);
        assertEquals(1, waiting.registers().size());
    }

    @Test
    void anOldBindingIsWithdrawnEvenWhenItsRefreshFailed() {
        registered();
        registration.refresh(network.now());
        pass();
        say(response(500));
        registration.unregister(network.now());
        pass();
        assertEquals(0, last().headers().expires().orElseThrow());
    }

    @Test
    void pathIsOfferedAndTheServiceRouteIsKept() {
        start();
        assertEquals("path", last().headers().first(HeaderName.SUPPORTED).orElseThrow());
        SipResponse ok = response(200);
        say(ok.with(ok.headers()
                .append(HeaderName.CONTACT, "<sip:o1.1000@10.0.0.1:5060>;expires=600")
                .append(HeaderName.PATH, "<sip:edge.example;lr>")
                .append(HeaderName.SERVICE_ROUTE, "<sip:one.example;lr>, <sip:two.example;lr>")));
        assertEquals(
                List.of("<sip:one.example;lr>", "<sip:two.example;lr>"),
                bindings.getLast().serviceRoute().stream()
                        .map(NameAddress::toString)
                        .toList());
        assertEquals(Optional.of(new Hop(Transport.UDP, registrar.ip(), 5060)), registration.flow());
    }

    @Test
    void theContactIsFoundByItsUserWhateverTheAddressThatTheRegistrarSaw() {
        start();
        SipResponse ok = response(200);
        say(ok.with(ok.headers()
                .append(HeaderName.CONTACT, "<sip:other@10.9.9.9>;expires=9999")
                .append(HeaderName.CONTACT, "<sip:o1.1000@203.0.113.77:40123;transport=udp>;expires=77")));
        assertEquals(77, bindings.getLast().expiresSeconds());
    }

    @Test
    void overAConnectionTheFlowIsAskedForAndNotInsistedOn() {
        registration = registration(11, Transport.TCP);
        start();
        SipRequest first = last();
        assertEquals(
                "path, outbound", first.headers().first(HeaderName.SUPPORTED).orElseThrow());
        NameAddress contact = first.headers().contacts().getFirst();
        assertEquals("sip:o1.1000@10.0.0.1:5060;ob;transport=tcp", contact.uri().toString());
        assertTrue(contact.parameters()
                .value("+sip.instance")
                .matches("\"<urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}>\""));
        assertEquals("1", contact.parameters().value("reg-id"));
        say(response(439));
        SipRequest second = last();
        assertEquals("path", second.headers().first(HeaderName.SUPPORTED).orElseThrow());
        assertEquals(
                "<sip:o1.1000@10.0.0.1:5060;transport=tcp>",
                second.headers().first(HeaderName.CONTACT).orElseThrow());
        accept(";expires=600");
        assertEquals(State.REGISTERED, registration.state());
    }

    @Test
    void aLostFlowIsRegisteredAgainSoonAndNotByAllAtOnce() {
        List<Long> delays = new ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            RegistrationTest one = new RegistrationTest();
            one.registration = one.registration(seed, Transport.TCP);
            one.registered();
            long before = one.network.nowMillis();
            one.registration.onFlowLost(one.network.now());
            while (one.registers().size() < 2) {
                one.pass();
            }
            delays.add(one.network.nowMillis() - before);
        }
        assertTrue(delays.stream().allMatch(delay -> delay <= 2_020), delays::toString);
        assertTrue(delays.stream().distinct().count() > 10, delays::toString);
    }

    @Test
    void aFlowThatIsLostWhileNobodyIsRegisteredChangesNothing() {
        registration.onFlowLost(network.now());
        assertEquals(State.NEW, registration.state());
        start();
        registration.onFlowLost(network.now());
        pass();
        assertEquals(1, registers().size());
        assertEquals(Optional.empty(), registration.flow());
    }
}
