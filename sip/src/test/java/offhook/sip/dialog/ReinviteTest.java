package offhook.sip.dialog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import offhook.sip.VirtualNetwork;
import offhook.sip.message.Headers;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import org.junit.jupiter.api.Test;

/** Changes of an established call between two phones; a message takes 10 ms. */
class ReinviteTest {
    private final VirtualNetwork network = new VirtualNetwork(1);
    private final Phone a = new Phone(network, "a", SipMethod.UPDATE);
    private final Phone b = new Phone(network, "b", SipMethod.UPDATE);

    private UacSession caller;
    private UasSession called;

    private void establish() {
        b.habit = session -> session.answer(Headers.NONE, Phone.ANSWER, b.now());
        caller = a.call(b);
        network.until(1_000);
        called = b.incoming.getLast();
        assertTrue(caller.established());
        assertTrue(called.established());
        a.log.clear();
        b.log.clear();
        network.trace.clear();
    }

    private void pass(long millis) {
        network.until(network.nowMillis() + millis);
    }

    private void assertIdleAtLast() {
        pass(200_000);
        a.assertIdle();
        b.assertIdle();
    }

    private static boolean is(SipMessage message, String what) {
        return VirtualNetwork.describe(message).equals(what);
    }

    @Test
    void eitherSideOffersAndThePeerAnswers() {
        establish();
        a.offer(caller);
        assertTrue(caller.offering());
        assertThrows(IllegalStateException.class, () -> a.offer(caller));
        pass(1_000);
        assertFalse(caller.offering());
        assertEquals(List.of("1020 offer answered v=0 answer"), a.log);
        assertEquals(List.of("1010 in INVITE", "1030 in acknowledged"), b.log);
        b.offer(called);
        pass(1_000);
        assertEquals(List.of("2010 out INVITE", "2030 out acknowledged"), a.log.subList(1, 3));
        assertEquals("2020 offer answered v=0 answer", b.log.getLast());
        assertEquals(List.of("INVITE", "ACK", "200/INVITE"), network.sentBy("a"));
        caller.hangUp(network.now());
        assertIdleAtLast();
    }

    @Test
    void aRefusedOfferLeavesTheCallAsItWas() {
        establish();
        b.requestHabit = request -> request.respond(488, b.now());
        a.offer(caller);
        pass(1_000);
        assertEquals(List.of("1020 offer refused 488"), a.log);
        assertTrue(caller.established());
        caller.hangUp(network.now());
        assertIdleAtLast();
    }

    @Test
    void theAckIsRepeatedForEachRepeatedAnswer() {
        establish();
        AtomicInteger acks = new AtomicInteger();
        network.swallowed = message -> is(message, "ACK") && acks.incrementAndGet() <= 2;
        a.offer(caller);
        pass(10_000);
        assertEquals(List.of("INVITE", "ACK", "ACK", "ACK"), network.sentBy("a"));
        assertEquals(List.of("1020 offer answered v=0 answer"), a.log);
        assertEquals("2530 in acknowledged", b.log.getLast());
    }

    @Test
    void offersThatCrossAreBothRefusedAndBothComeAboutAfterTheRandomPauses() {
        establish();
        a.offer(caller);
        b.offer(called);
        pass(10);
        assertEquals(List.of("INVITE", "491/INVITE"), network.sentBy("a"));
        pass(10_000);
        assertEquals(
                1,
                a.log.stream().filter(line -> line.contains("offer answered")).count(),
                a.log.toString());
        assertEquals(
                1,
                b.log.stream().filter(line -> line.contains("offer answered")).count(),
                b.log.toString());
        List<Long> again = network.trace.stream()
                .filter(line -> line.endsWith(" INVITE") && !line.startsWith("1000 "))
                .map(line -> Long.valueOf(line.substring(0, line.indexOf(' '))))
                .toList();
        assertEquals(2, again.size(), network.trace.toString());
        long called = again.getFirst() - 1_020;
        long caller = again.getLast() - 1_020;
        assertTrue(called >= 0 && called <= 2_000 && called % 10 == 0, "0 to 2 s: " + called);
        assertTrue(caller >= 2_100 && caller <= 4_000 && caller % 10 == 0, "2.1 to 4 s: " + caller);
    }

    @Test
    void anOfferWaitsUntilThePeersIsAnsweredAndAcknowledged() {
        establish();
        b.requestHabit = request -> {};
        a.offer(caller);
        pass(100);
        b.offer(called);
        pass(1_000);
        assertTrue(called.offering());
        assertEquals(
                List.of(), network.sentBy("b").stream().filter("INVITE"::equals).toList());
        b.requests.getLast().respond(200, Headers.NONE, Phone.ANSWER, b.now());
        pass(100);
        assertEquals(List.of("2100 b 200/INVITE", "2110 a ACK", "2120 b INVITE"), network.trace.subList(2, 5));
        pass(100);
        assertEquals("2140 offer answered v=0 answer", b.log.getLast());
    }

    @Test
    void aPeerThatNeverSaysMoreThan100IsGivenUp() {
        establish();
        b.requestHabit = request -> {};
        a.offer(caller);
        pass(60_000);
        assertEquals(List.of("33020 offer failed TIMEOUT"), a.log);
        assertTrue(caller.established(), "the peer has given the re-INVITE up as asked, so it is there");
        assertFalse(caller.offering());
        assertTrue(network.trace.contains("33000 a CANCEL"), network.trace.toString());
        caller.hangUp(network.now());
        assertIdleAtLast();
    }

    @Test
    void aSilentPeerEndsTheCall() {
        establish();
        b.host.down = true;
        a.offer(caller);
        pass(60_000);
        assertEquals(List.of("33000 offer failed TIMEOUT", "33000 out ended TIMEOUT"), a.log);
    }

    @Test
    void a481EndsTheCall() {
        establish();
        b.requestHabit = request -> request.respond(481, b.now());
        a.offer(caller);
        pass(100);
        assertEquals(List.of("1020 offer refused 481", "1020 out ended lost 481"), a.log);
    }

    @Test
    void hangingUpCancelsTheOffer() {
        establish();
        b.requestHabit = request -> {};
        a.offer(caller);
        pass(1_000);
        caller.hangUp(network.now());
        assertIdleAtLast();
        assertEquals(List.of("2000 out ended hung up"), a.log);
        assertEquals(List.of("1010 in INVITE", "2010 in ended bye"), b.log);
        assertEquals(List.of("INVITE", "CANCEL", "BYE", "ACK"), network.sentBy("a"));
    }

    @Test
    void aByeThatCrossesTheOfferEndsBothSides() {
        establish();
        a.offer(caller);
        called.hangUp(network.now());
        assertIdleAtLast();
        assertEquals(List.of("1010 out ended bye"), a.log);
        assertEquals(List.of("1000 in ended hung up"), b.log);
    }

    @Test
    void anAnswerThatCrossesTheByeIsAcknowledged() {
        establish();
        a.offer(caller);
        pass(15);
        caller.hangUp(network.now());
        assertIdleAtLast();
        assertEquals(List.of("1015 out ended hung up"), a.log);
        assertEquals(List.of("INVITE", "BYE", "ACK"), network.sentBy("a"));
    }

    @Test
    void aFloodOfOffersIsPutOffAndCountedAndTheCallGoesOn() {
        establish();
        for (int i = 0; i < 3 * InviteUsage.MAX_CHANGES; i++) {
            if (!caller.offering()) {
                a.offer(caller);
            }
            pass(50);
        }
        pass(20_000);
        assertTrue(b.host.core.refusedForFlood() > 0);
        assertTrue(b.requests.size() <= 2 * InviteUsage.MAX_CHANGES, "requests: " + b.requests.size());
        assertTrue(caller.established());
        assertTrue(called.established());
        caller.hangUp(network.now());
        assertIdleAtLast();
    }

    @Test
    void anUpdateWithoutAnOfferIsShownToo() {
        establish();
        caller.send(SipMethod.UPDATE, Headers.NONE, Body.NONE, Phone.NOBODY, a.now());
        pass(100);
        assertEquals(List.of("1000 a UPDATE", "1010 b 200/UPDATE"), network.trace);
        assertEquals(List.of("1010 in UPDATE"), b.log, "it may say who is there");
    }

    @Test
    void anUpdateWithAnOfferIsTheOwnersToAnswer() {
        establish();
        caller.send(SipMethod.UPDATE, Headers.NONE, Phone.OFFER, Phone.NOBODY, a.now());
        pass(100);
        assertEquals(List.of("1010 in UPDATE"), b.log);
        SipRequest update = b.requests.getLast().request();
        assertEquals(Phone.OFFER, Body.of(update));
        assertEquals(List.of("1000 a UPDATE", "1010 b 200/UPDATE"), network.trace);
    }

    @Test
    void anUpdateWithAnOfferThatCrossesOursIs491() {
        establish();
        a.offer(caller);
        called.send(SipMethod.UPDATE, Headers.NONE, Phone.OFFER, Phone.NOBODY, b.now());
        pass(100);
        assertTrue(network.sentBy("a").contains("491/UPDATE"), network.trace.toString());
        assertEquals(List.of("1020 offer answered v=0 answer"), a.log);
    }

    @Test
    void anUpdateWithAnOfferBeforeTheOneBeforeIsAnsweredIs500WithRetryAfter() {
        establish();
        b.requestHabit = request -> {};
        caller.send(SipMethod.UPDATE, Headers.NONE, Phone.OFFER, Phone.NOBODY, a.now());
        caller.send(SipMethod.UPDATE, Headers.NONE, Phone.OFFER, Phone.NOBODY, a.now());
        pass(100);
        assertEquals(List.of("500/UPDATE"), network.sentBy("b"));
        assertEquals(1, b.requests.size());
    }
}
