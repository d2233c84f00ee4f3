package offhook.sip.dialog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import offhook.sip.VirtualNetwork;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import offhook.sip.message.ViaHeader;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.Test;

/** RFC 3262 in both roles; a message takes 10 ms. */
class ReliableProvisionalTest {
    private final VirtualNetwork network = new VirtualNetwork(1);
    private final Phone a = phone("a");
    private final Phone b = phone("b");
    private final VirtualNetwork.Script peer = network.script("peer");

    private Phone phone(String name) {
        return new Phone(
                network, name, Phone.plain(name).withMethods(SipMethod.UPDATE).withExtensions("100rel"));
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

    // ---- two phones ----

    @Test
    void earlyMediaIsSaidReliablyAndOnlyThat() {
        UacSession call = a.call(b);
        pass(100);
        UasSession called = b.incoming.getLast();
        called.progress(180, network.now());
        called.progress(183, Headers.NONE, Phone.ANSWER, network.now());
        pass(100);
        called.answer(Headers.NONE, Body.NONE, network.now());
        pass(100);
        assertEquals(List.of("110 out ringing 180", "110 out ringing 183", "210 out answered"), a.log);
        assertEquals(List.of("INVITE", "PRACK", "ACK"), network.sentBy("a"));
        assertEquals(List.of("180/INVITE", "183/INVITE", "200/PRACK", "200/INVITE"), network.sentBy("b"));
        assertFalse(a.responses.get(0).headers().has(HeaderName.RSEQ));
        assertTrue(a.responses.get(1).headers().lists(HeaderName.REQUIRE, "100rel"));
        assertTrue(called.request().headers().lists(HeaderName.SUPPORTED, "100rel"));
        assertTrue(called.request().headers().lists(HeaderName.ALLOW, "PRACK"));
        call.hangUp(network.now());
        assertIdleAtLast();
    }

    @Test
    void aQuickAnswerWaitsForThePrack() {
        b.habit = session -> {
            session.progress(183, Headers.NONE, Phone.ANSWER, b.now());
            session.answer(Headers.NONE, Phone.ANSWER, b.now());
            assertFalse(session.established());
        };
        a.call(b);
        pass(100);
        assertEquals(
                List.of("0 a INVITE", "10 b 183/INVITE", "20 a PRACK", "30 b 200/PRACK", "30 b 200/INVITE", "40 a ACK"),
                network.trace);
        assertTrue(b.incoming.getLast().established());
    }

    @Test
    void whatIsNotAcknowledgedIsRepeatedInDoubledSteps() {
        AtomicInteger pracks = new AtomicInteger();
        network.swallowed = message -> is(message, "183/INVITE") && pracks.incrementAndGet() <= 4;
        b.habit = session -> {
            session.progress(180, b.now());
            session.progress(183, Headers.NONE, Phone.ANSWER, b.now());
            session.progress(183, Headers.NONE, Phone.OFFER, b.now());
        };
        a.call(b);
        pass(20_000);
        assertEquals(
                List.of("10", "510", "1510", "3510", "7510", "7530"),
                network.trace.stream()
                        .filter(line -> line.contains("183/INVITE"))
                        .map(line -> line.split(" ", 2)[0])
                        .toList());
        assertEquals(List.of("20 out ringing 180", "7520 out ringing 183", "7540 out ringing 183"), a.log);
        long first = a.responses.get(1).headers().rseq().getAsLong();
        assertEquals(first + 1, a.responses.get(2).headers().rseq().getAsLong());
    }

    @Test
    void withoutAPrackTheCallIsRefused() {
        network.swallowed = message -> is(message, "PRACK");
        b.habit = session -> {
            session.progress(183, Headers.NONE, Phone.ANSWER, b.now());
            session.answer(Headers.NONE, Phone.ANSWER, b.now());
        };
        a.call(b);
        network.until(32_009);
        assertEquals(List.of(), b.log);
        assertIdleAtLast();
        assertEquals(List.of("32010 in ended not acknowledged"), b.log);
        assertEquals("32020 out ended refused 504", a.log.getLast());
        assertEquals(
                1, a.log.stream().filter(line -> line.contains("ringing")).count(), "once, however often it comes");
    }

    @Test
    void aCallThatWaitsForThePrackCanBeCancelledAndHungUp() {
        network.swallowed = message -> is(message, "PRACK");
        b.habit = session -> {
            session.progress(183, Headers.NONE, Phone.ANSWER, b.now());
            session.answer(Headers.NONE, Phone.ANSWER, b.now());
        };
        UacSession call = a.call(b);
        pass(100);
        call.hangUp(network.now());
        pass(100);
        assertEquals("110 in ended cancelled", b.log.getLast());
        a.call(b);
        pass(100);
        b.incoming.getLast().hangUp(network.now());
        pass(100);
        assertEquals("310 out ended refused 603", a.log.getLast());
        assertIdleAtLast();
    }

    // ---- the peer calls ----

    private SipRequest request(String method, int sequence, String toTag, Body body) {
        String to = "<sip:b@example.com>" + (toTag.isEmpty() ? "" : ";tag=" + toTag);
        Headers headers = Headers.NONE
                .append(
                        HeaderName.VIA,
                        ViaHeader.of("UDP", peer.ip(), 5060, "z9hG4bKr" + network.trace.size() + sequence))
                .append(HeaderName.FROM, "<sip:peer@example.com>;tag=p1")
                .append(HeaderName.TO, to)
                .append(HeaderName.CALL_ID, "reliable")
                .append(HeaderName.CSEQ, sequence + " " + method)
                .append(HeaderName.CONTACT, "<sip:peer@" + peer.ip() + ">");
        return body.in(SipRequest.of(method, SipUri.parse("sip:b@10.0.0.2"), headers));
    }

    private SipResponse say(SipRequest request) {
        peer.send(b.host, request);
        pass(50);
        return peer.lastResponse();
    }

    private SipRequest requiring(SipRequest request) {
        return request.with(request.headers().append(HeaderName.REQUIRE, "100rel"));
    }

    private SipRequest prack(int sequence, SipResponse to, long offset, Body body) {
        SipRequest plain = request("PRACK", sequence, to.headers().to().tag(), body);
        long number = to.headers().rseq().orElseThrow() + offset;
        return plain.with(plain.headers().append(HeaderName.RACK, number + " 1 INVITE"));
    }

    @Test
    void whoeverRequiresItIsToldEverythingReliably() {
        b.habit = session -> session.progress(180, b.now());
        SipResponse ringing = say(requiring(request("INVITE", 1, "", Phone.OFFER)));
        assertEquals(180, ringing.status());
        long number = ringing.headers().rseq().orElseThrow();
        assertTrue(number >= 1 && number < 1L << 31);
        assertEquals(481, say(prack(2, ringing, 1, Body.NONE)).status());
        SipRequest good = prack(3, ringing, 0, Body.NONE);
        assertEquals(
                400, say(good.with(good.headers().with(HeaderName.RACK, "x"))).status());
        assertEquals(200, say(prack(4, ringing, 0, Body.NONE)).status());
        assertEquals(481, say(prack(5, ringing, 0, Body.NONE)).status(), "twice");
        pass(70_000);
        SipResponse again = peer.lastResponse();
        assertEquals(180, again.status());
        assertEquals(number + 1, again.headers().rseq().orElseThrow(), "said anew each minute");
    }

    @Test
    void anAnswerNeedNotWaitForThePrackOfMereRinging() {
        b.habit = session -> {
            session.progress(180, b.now());
            session.answer(Headers.NONE, Phone.ANSWER, b.now());
        };
        SipResponse answer = say(requiring(request("INVITE", 1, "", Phone.OFFER)));
        assertEquals(200, answer.status());
        SipResponse ringing = (SipResponse) peer.received.getFirst();
        assertEquals(200, say(prack(2, ringing, 0, Body.NONE)).status());
        peer.send(b.host, request("ACK", 1, answer.headers().to().tag(), Body.NONE));
        pass(60_000);
        assertEquals(1, peer.received.stream().filter(m -> is(m, "180/INVITE")).count());
    }

    @Test
    void aCallerWithoutAnOfferGetsOneInTheFirstReliableResponse() {
        List<Body> answers = new ArrayList<>();
        b.habit = session -> {
            assertTrue(session.requiresReliability());
            session.progress(180, b.now());
            session.progress(183, Headers.NONE, Phone.OFFER, b.now());
        };
        SipResponse offer = say(requiring(request("INVITE", 1, "", Body.NONE)));
        assertEquals(183, offer.status(), "the 180 would have had to make an offer");
        assertEquals(200, say(prack(2, offer, 0, Phone.ANSWER)).status());
        answers.add(Body.of(b.acks.getLast()));
        assertEquals(List.of(Phone.ANSWER), answers);
        b.incoming.getLast().answer(Headers.NONE, Body.NONE, network.now());
        pass(100);
        assertEquals(200, peer.lastResponse().status());
    }

    @Test
    void anOfferInThePrackIsTheOwnersToAnswerBeforeTheCallIs() {
        b.habit = session -> {
            session.progress(183, Headers.NONE, Phone.ANSWER, b.now());
            session.answer(Headers.NONE, Body.NONE, b.now());
        };
        SipResponse early = say(requiring(request("INVITE", 1, "", Phone.OFFER)));
        peer.received.clear();
        peer.send(b.host, prack(2, early, 0, Phone.OFFER));
        pass(50);
        assertEquals(Phone.ANSWER, Body.of(peer.received.getFirst()));
        assertEquals("200/PRACK", VirtualNetwork.describe(peer.received.getFirst()));
        assertEquals("200/INVITE", VirtualNetwork.describe(peer.received.getLast()));
    }

    @Test
    void theCallerOffersByUpdateOnceItsFirstOfferIsAnsweredReliably() {
        b.habit = session -> session.progress(180, b.now());
        SipRequest invite = request("INVITE", 1, "", Phone.OFFER);
        SipResponse ringing = say(invite.with(invite.headers().append(HeaderName.SUPPORTED, "100rel")));
        String tag = ringing.headers().to().tag();
        SipResponse early = say(request("UPDATE", 2, tag, Phone.OFFER));
        assertEquals(500, early.status());
        assertTrue(early.headers().retryAfter().isPresent());
        assertEquals(200, say(request("UPDATE", 3, tag, Body.NONE)).status());
        b.incoming.getLast().progress(183, Headers.NONE, Phone.ANSWER, network.now());
        pass(50);
        SipResponse answer = peer.lastResponse();
        assertEquals(200, say(prack(4, answer, 0, Body.NONE)).status());
        SipResponse updated = say(request("UPDATE", 5, tag, Phone.OFFER));
        assertEquals(200, updated.status());
        assertEquals(Phone.ANSWER, Body.of(updated));
        assertEquals(List.of(b.contact()), updated.headers().contacts());
    }

    @Test
    void theCalledSideOffersByUpdateOnceItHasAnsweredReliably() {
        SipRequest invite = call();
        early(invite, "one", 180, "1");
        assertEquals(491, update(invite, 1).status());
        SipResponse response = SipResponse.answering(invite, 183, "one");
        peer.send(
                a.host,
                Phone.ANSWER.in(response.with(
                        response.headers().append(HeaderName.REQUIRE, "100rel").append(HeaderName.RSEQ, "2"))));
        pass(50);
        assertEquals(200, update(invite, 2).status());
        assertEquals(Phone.OFFER, Body.of(a.requests.getLast().request()));
    }

    private SipResponse update(SipRequest invite, int sequence) {
        Headers headers = Headers.NONE
                .append(HeaderName.VIA, ViaHeader.of("UDP", peer.ip(), 5060, "z9hG4bKu" + sequence))
                .append(HeaderName.FROM, invite.headers().to().withTag("one"))
                .append(HeaderName.TO, invite.headers().from())
                .append(HeaderName.CALL_ID, invite.headers().callId())
                .append(HeaderName.CSEQ, sequence + " UPDATE")
                .append(HeaderName.CONTACT, "<sip:one@" + peer.ip() + ">");
        peer.send(a.host, Phone.OFFER.in(SipRequest.of("UPDATE", SipUri.parse("sip:a@10.0.0.1"), headers)));
        pass(50);
        return peer.lastResponse();
    }

    @Test
    void whoDoesNotKnowReliabilityIsNotToldReliably() {
        b.habit = session -> session.progress(183, Headers.NONE, Phone.ANSWER, b.now());
        SipResponse early = say(request("INVITE", 1, "", Phone.OFFER));
        assertFalse(early.headers().has(HeaderName.RSEQ));
        assertFalse(early.headers().has(HeaderName.REQUIRE));
        pass(2_000);
        assertEquals(1, peer.received.size());
    }

    // ---- the peer is called, and rings several phones ----

    private SipRequest call() {
        a.host.core.invite(
                new OutgoingInvite(
                        SipUri.parse("sip:bob@example.com"),
                        NameAddress.of(SipUri.parse("sip:alice@example.com")),
                        NameAddress.of(SipUri.parse("sip:bob@example.com")),
                        a.contact(),
                        new Hop(Transport.UDP, peer.ip(), 5060),
                        List.of(),
                        Headers.NONE,
                        Optional.empty(),
                        Phone.OFFER),
                a.listener("out"),
                network.now());
        pass(50);
        return peer.lastRequest();
    }

    private void early(SipRequest invite, String tag, int status, String rseq) {
        SipResponse response = SipResponse.answering(invite, status, tag);
        peer.send(
                a.host,
                response.with(response.headers()
                        .append(HeaderName.CONTACT, "<sip:" + tag + "@" + peer.ip() + ">")
                        .append(HeaderName.REQUIRE, "100rel")
                        .append(HeaderName.RSEQ, rseq)));
        pass(50);
    }

    private List<String> pracks() {
        return peer.received.stream()
                .filter(SipRequest.class::isInstance)
                .map(SipRequest.class::cast)
                .filter(request -> request.is("PRACK"))
                .map(SipRequest::headers)
                .map(headers -> headers.to().tag() + " "
                        + headers.first(HeaderName.RACK).orElse("") + " by "
                        + headers.cseq().number())
                .distinct()
                .toList();
    }

    @Test
    void eachForkHasNumbersOfItsOwnAndWhatComesOutOfOrderWaits() {
        SipRequest invite = call();
        early(invite, "one", 180, "7");
        early(invite, "two", 180, "900");
        early(invite, "one", 183, "9");
        early(invite, "one", 180, "7");
        early(invite, "one", 183, "8");
        early(invite, "two", 183, "901");
        early(invite, "one", 183, "9");
        early(invite, "three", 183, "x");
        assertEquals(
                List.of(
                        "one 7 1 INVITE by 2",
                        "two 900 1 INVITE by 2",
                        "one 8 1 INVITE by 3",
                        "two 901 1 INVITE by 3",
                        "one 9 1 INVITE by 4"),
                pracks());
        assertEquals(5, a.log.size(), a.log.toString());
        peer.send(a.host, SipResponse.answering(invite, 200, "two"));
        pass(50);
        assertEquals("1 ACK", peer.lastRequest().headers().cseq().toString());
        assertTrue(a.log.getLast().endsWith("out answered"));
    }

    @Test
    void aPrackThatIsRefusedOrUnansweredDoesNotEndTheCall() {
        SipRequest invite = call();
        early(invite, "one", 180, "1");
        peer.send(a.host, SipResponse.answering(peer.lastRequest(), 481, ""));
        pass(40_000);
        early(invite, "one", 183, "2");
        pass(40_000);
        SipResponse ok = SipResponse.answering(invite, 200, "one");
        peer.send(a.host, ok.with(ok.headers().append(HeaderName.CONTACT, "<sip:one@" + peer.ip() + ">")));
        pass(50);
        assertTrue(a.log.getLast().endsWith("out answered"), a.log.toString());
    }
}
