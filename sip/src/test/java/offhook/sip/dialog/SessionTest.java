package offhook.sip.dialog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import offhook.sip.VirtualNetwork;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipResponse;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.Test;

/** Whole calls between two phones; a message takes 10 ms. */
class SessionTest {
    private final VirtualNetwork network = new VirtualNetwork(1);
    private final Phone a = new Phone(network, "a");
    private final Phone b = new Phone(network, "b", "INFO");

    private void assertIdleAtLast() {
        network.until(network.nowMillis() + 200_000);
        a.assertIdle();
        b.assertIdle();
    }

    private UasSession calledSession() {
        return b.incoming.getLast();
    }

    /** A call of a to b, answered at 1000 and acknowledged at 1020. */
    private UacSession established() {
        UacSession call = a.call(b);
        network.until(100);
        calledSession().progress(180, network.now());
        network.until(1_000);
        calledSession().answer(Headers.NONE, Phone.ANSWER, network.now());
        network.until(2_000);
        assertTrue(call.established());
        assertTrue(calledSession().established());
        return call;
    }

    private static boolean is(SipMessage message, String what) {
        return VirtualNetwork.describe(message).equals(what);
    }

    @Test
    void aCallRingsIsAnsweredAndHungUpByTheCaller() {
        UacSession call = established();
        assertEquals(List.of("110 out ringing 180", "1010 out answered"), a.log);
        assertEquals(List.of("1020 in acknowledged"), b.log);
        assertArrayEquals(
                Phone.OFFER.bytes(), Body.of(calledSession().request()).bytes());
        assertArrayEquals(Phone.ANSWER.bytes(), Body.of(a.responses.getLast()).bytes());
        call.hangUp(network.now());
        assertTrue(call.over());
        network.until(3_000);
        assertEquals(List.of("2000 out ended hung up"), a.endings());
        assertEquals(List.of("2010 in ended bye"), b.endings());
        assertEquals(List.of("INVITE", "ACK", "BYE"), network.sentBy("a"));
        assertEquals(List.of("180/INVITE", "200/INVITE", "200/BYE"), network.sentBy("b"));
        assertIdleAtLast();
    }

    @Test
    void theCalledSideHangsUp() {
        established();
        calledSession().hangUp(Headers.NONE.with(HeaderName.REASON, "Q.850;cause=16"), network.now());
        network.until(3_000);
        assertEquals(List.of("2010 out ended bye"), a.endings());
        assertEquals(List.of("2000 in ended hung up"), b.endings());
        assertIdleAtLast();
    }

    @Test
    void byesThatCrossAreBothAnswered() {
        UacSession call = established();
        call.hangUp(network.now());
        calledSession().hangUp(network.now());
        network.until(3_000);
        assertEquals(List.of("2000 out ended hung up"), a.endings());
        assertEquals(List.of("2000 in ended hung up"), b.endings());
        assertEquals(List.of("INVITE", "ACK", "BYE", "200/BYE"), network.sentBy("a"));
        assertIdleAtLast();
    }

    @Test
    void theCallerGivesUpWhileItRings() {
        UacSession call = a.call(b);
        network.until(100);
        calledSession().progress(180, network.now());
        network.until(1_000);
        call.hangUp(Headers.NONE.with(HeaderName.REASON, "SIP;cause=487"), network.now());
        assertIdleAtLast();
        assertEquals(List.of("1000 out ended hung up"), a.endings());
        assertEquals(List.of("1010 in ended cancelled"), b.endings());
        assertEquals(List.of("INVITE", "CANCEL", "ACK"), network.sentBy("a"));
        assertEquals(List.of("180/INVITE", "200/CANCEL", "487/INVITE"), network.sentBy("b"));
    }

    @Test
    void theCallerGivesUpBeforeAnyResponse() {
        UacSession call = a.call(b);
        call.hangUp(network.now());
        assertIdleAtLast();
        assertEquals(List.of("0 out ended hung up"), a.endings());
        // The CANCEL waits for the 100 that the silent phone's transaction sends after 200 ms.
        assertEquals("230 in ended cancelled", b.log.getLast());
        assertEquals(List.of("INVITE", "CANCEL", "ACK"), network.sentBy("a"));
    }

    @Test
    void a200ThatCrossesTheCancelIsAcknowledgedAndHungUp() {
        UacSession call = a.call(b);
        network.until(100);
        calledSession().progress(180, network.now());
        network.until(1_000);
        call.hangUp(network.now());
        calledSession().answer(Headers.NONE, Phone.ANSWER, network.now());
        assertIdleAtLast();
        assertEquals(List.of("110 out ringing 180", "1000 out ended hung up"), a.log);
        assertEquals(List.of("1020 in acknowledged", "1020 in ended bye"), b.log);
        assertEquals(List.of("INVITE", "CANCEL", "ACK", "BYE"), network.sentBy("a"));
        assertEquals(List.of("180/INVITE", "200/INVITE", "200/CANCEL", "200/BYE"), network.sentBy("b"));
    }

    @Test
    void theCalledSideRefuses() {
        b.habit = session -> session.refuse(486, Headers.NONE, b.now());
        UacSession call = a.call(b);
        assertIdleAtLast();
        assertEquals(List.of("20 out ended refused 486"), a.log);
        assertEquals(List.of("10 in ended hung up"), b.log);
        assertTrue(call.over());
        assertThrows(
                IllegalStateException.class,
                () -> call.send("INFO", Headers.NONE, Body.NONE, new Outcome(), network.now()));
    }

    @Test
    void aCallIsRefusedWithoutBeingOpened() {
        b.opens = false;
        b.habit = session -> session.refuse(404, Headers.NONE, b.now());
        a.call(b);
        assertIdleAtLast();
        assertEquals(List.of("20 out ended refused 404"), a.log);
    }

    @Test
    void redirectsAreReportedAndNotFollowed() {
        b.habit = session ->
                session.refuse(302, Headers.NONE.with(HeaderName.CONTACT, "<sip:c@elsewhere.example>"), b.now());
        a.call(b);
        assertIdleAtLast();
        assertEquals(List.of("20 out ended refused 302"), a.log);
    }

    @Test
    void hangingUpAnIncomingCallDeclinesIt() {
        a.call(b);
        network.until(100);
        calledSession().hangUp(network.now());
        assertIdleAtLast();
        assertEquals(List.of("110 out ended refused 603"), a.log);
    }

    @Test
    void nobodyThereIsATimeout() {
        b.host.down = true;
        a.call(b);
        assertIdleAtLast();
        assertEquals(List.of("32000 out ended TIMEOUT"), a.log);
    }

    @Test
    void anUnreachableHopIsATransportError() {
        b.host.down = true;
        a.transport = Transport.TCP;
        a.call(b);
        a.host.core.onTransportError(new Hop(Transport.TCP, b.host.ip(), 5060), network.now());
        assertIdleAtLast();
        assertEquals(List.of("0 out ended TRANSPORT_ERROR"), a.log);
    }

    @Test
    void theAnswerIsRepeatedOverUdpAndTcpUntilItsAck() {
        for (Transport transport : new Transport[] {Transport.UDP, Transport.TCP}) {
            VirtualNetwork own = new VirtualNetwork(2);
            Phone caller = new Phone(own, "a");
            Phone called = new Phone(own, "b");
            caller.transport = transport;
            AtomicInteger acks = new AtomicInteger();
            own.swallowed = message -> is(message, "ACK") && acks.incrementAndGet() <= 3;
            called.habit = session -> session.answer(Headers.NONE, Phone.ANSWER, called.now());
            caller.call(called);
            own.until(60_000);
            assertEquals(
                    List.of("10 b 200/INVITE", "510 b 200/INVITE", "1510 b 200/INVITE", "3510 b 200/INVITE"),
                    own.trace.stream()
                            .filter(line -> line.contains("200/INVITE"))
                            .toList());
            assertEquals(List.of("20 out answered"), caller.log);
            assertEquals(List.of("3530 in acknowledged"), called.log);
        }
    }

    @Test
    void withoutAnAckTheCalledSideGivesUpAndSaysBye() {
        network.swallowed = message -> is(message, "ACK");
        b.habit = session -> session.answer(Headers.NONE, Phone.ANSWER, b.now());
        a.call(b);
        network.until(32_009);
        assertEquals(List.of(), b.log);
        assertIdleAtLast();
        assertEquals(List.of("32010 in ended not acknowledged"), b.log);
        assertEquals(List.of("20 out answered", "32020 out ended bye"), a.log);
        long answers = network.sentBy("b").stream().filter("200/INVITE"::equals).count();
        assertEquals(11, answers, "0, .5, 1.5, 3.5, then every 4 s to 31.5");
    }

    @Test
    void theCalledSidesByeWaitsForTheAck() {
        AtomicInteger acks = new AtomicInteger();
        network.swallowed = message -> is(message, "ACK") && acks.incrementAndGet() <= 1;
        b.habit = session -> session.answer(Headers.NONE, Phone.ANSWER, b.now());
        a.call(b);
        network.until(100);
        calledSession().hangUp(network.now());
        assertEquals(List.of("100 in ended hung up"), b.log);
        network.until(500);
        assertFalse(network.sentBy("b").contains("BYE"));
        assertIdleAtLast();
        assertTrue(network.trace.contains("530 b BYE"), network.trace.toString());
        assertEquals(List.of("20 out answered", "540 out ended bye"), a.log);
    }

    @Test
    void aByeThatOvertakesTheAckEndsTheCall() {
        network.swallowed = message -> is(message, "ACK");
        b.habit = session -> session.answer(Headers.NONE, Phone.ANSWER, b.now());
        UacSession call = a.call(b);
        network.until(100);
        call.hangUp(network.now());
        assertIdleAtLast();
        assertEquals(List.of("110 in ended bye"), b.log);
        assertEquals(
                1, network.sentBy("b").stream().filter("200/INVITE"::equals).count());
    }

    @Test
    void theLastProvisionalResponseIsRepeatedEveryMinute() {
        UacSession call = a.call(b);
        network.until(100);
        calledSession().progress(180, network.now());
        network.until(1_000);
        calledSession().progress(183, Headers.NONE, Phone.ANSWER, network.now());
        network.until(130_000);
        assertEquals(
                List.of("100 b 180/INVITE", "1000 b 183/INVITE", "61000 b 183/INVITE", "121000 b 183/INVITE"),
                network.trace.stream().filter(line -> line.contains(" b ")).toList());
        call.hangUp(network.now());
        assertIdleAtLast();
    }

    @Test
    void unknownMethodsAndOptionsWithinACallAreAnsweredHere() {
        UacSession call = established();
        Outcome update = new Outcome();
        call.send("UPDATE", Headers.NONE, Body.NONE, update, network.now());
        Outcome strange = new Outcome();
        call.send("FROB", Headers.NONE, Body.NONE, strange, network.now());
        Outcome options = new Outcome();
        call.send("OPTIONS", Headers.NONE, Body.NONE, options, network.now());
        Outcome info = new Outcome();
        call.send("INFO", Headers.NONE, Body.of("application/dtmf", new byte[] {'5'}), info, network.now());
        network.until(2_100);
        assertEquals("405", update.said);
        assertEquals(
                "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO",
                update.response.headers().first("Allow").orElseThrow());
        assertEquals("501", strange.said);
        assertEquals("200", options.said);
        assertEquals("200", info.said);
        assertEquals("2010 in INFO", b.log.getLast());
        assertTrue(call.established());
    }

    @Test
    void aSilentPeerEndsTheCallWhenARequestTimesOut() {
        UacSession call = established();
        b.host.down = true;
        Outcome info = new Outcome();
        call.send("INFO", Headers.NONE, Body.NONE, info, network.now());
        network.until(40_000);
        assertEquals("TIMEOUT", info.said);
        assertEquals("34000 out ended TIMEOUT", a.log.getLast());
    }

    /** What came of a request. */
    private static final class Outcome implements ResponseHandler {
        String said = "";
        SipResponse response;

        @Override
        public void onResponse(SipResponse response, long nowNanos) {
            said = Integer.toString(response.status());
            this.response = response;
        }

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {
            said = failure.name();
        }
    }
}
