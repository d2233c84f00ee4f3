package offhook.sip.dialog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
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

/** RFC 4028 in both roles; a message takes 10 ms, and calls are answered at 10. */
class SessionTimerTest {
    private static final long HOUR = 3_600_000;

    private final VirtualNetwork network = new VirtualNetwork(1);

    private static UserAgentSettings timed(String name) {
        return Phone.plain(name).withMethods(SipMethod.UPDATE).withExtensions("timer");
    }

    private Phone phone(UserAgentSettings settings) {
        Phone phone = new Phone(network, settings.mark().substring(0, 1), settings);
        phone.habit = session -> session.answer(Headers.NONE, Phone.ANSWER, network.now());
        return phone;
    }

    private List<String> sent(String name, String what) {
        return network.trace.stream()
                .filter(line -> line.endsWith(" " + name + " " + what))
                .map(line -> line.split(" ", 2)[0])
                .toList();
    }

    private void assertIdleAtLast(Phone... phones) {
        network.until(network.nowMillis() + HOUR);
        for (Phone phone : phones) {
            phone.assertIdle();
        }
    }

    private static String said(SipMessage message) {
        return message.headers().first(HeaderName.SESSION_EXPIRES).orElse("nothing");
    }

    // ---- two phones ----

    @Test
    void anHourLongCallIsRefreshedByTheCalledSide() {
        Phone a = phone(timed("a"));
        Phone b = phone(timed("b"));
        UacSession call = a.call(b);
        network.until(HOUR + 60_000);
        assertEquals("1800", said(b.incoming.getLast().request()));
        assertEquals("1800;refresher=uas", said(a.responses.getLast()));
        assertFalse(a.responses.getLast().headers().has(HeaderName.REQUIRE));
        assertEquals(List.of("900010", "1800030", "2700050", "3600070"), sent("b", "UPDATE"));
        assertEquals(List.of(), sent("a", "UPDATE"));
        assertTrue(call.established());
        call.hangUp(network.now());
        assertIdleAtLast(a, b);
    }

    @Test
    void anHourLongCallIsRefreshedByTheCallerWhenThatIsAgreed() {
        Phone a = phone(timed("a").withSessionTimer(600, 90));
        Phone b = phone(timed("b"));
        network.mangler = bytes -> new String(bytes, StandardCharsets.UTF_8)
                .replace("Session-Expires: 600\r", "Session-Expires: 600;refresher=uac\r")
                .getBytes(StandardCharsets.UTF_8);
        UacSession call = a.call(b);
        network.until(HOUR);
        assertEquals("600;refresher=uac", said(a.responses.getLast()));
        assertTrue(a.responses.getLast().headers().lists(HeaderName.REQUIRE, "timer"));
        assertEquals(11, sent("a", "UPDATE").size());
        assertEquals("300020", sent("a", "UPDATE").getFirst());
        SipRequest update = b.requests.getLast().request();
        assertEquals("600;refresher=uac", said(update));
        assertTrue(update.headers().lists(HeaderName.SUPPORTED, "timer"));
        assertTrue(call.established());
        call.hangUp(network.now());
        assertIdleAtLast(a, b);
    }

    @Test
    void aPeerWithoutUpdateIsRefreshedByTheSameDescription() {
        Phone a = phone(Phone.plain("a").withExtensions("timer").withSessionTimer(90, 90));
        Phone b = phone(timed("b"));
        a.call(b);
        network.until(100_000);
        assertEquals(List.of("45010", "90030"), sent("b", "INVITE"));
        assertEquals(Phone.OFFER, Body.of(a.requests.getLast().request()));
        assertEquals(
                2, b.log.stream().filter(line -> line.endsWith("in refreshed")).count(), b.log.toString());
    }

    @Test
    void anOfferMayBeMadeWhileARefreshIsUnderWay() {
        Phone a = phone(Phone.plain("a").withExtensions("timer").withSessionTimer(90, 90));
        Phone b = phone(timed("b"));
        a.call(b);
        a.requestHabit = request -> {};
        network.until(45_500);
        UasSession called = b.incoming.getLast();
        assertFalse(called.offering());
        b.offer(called);
        network.until(46_000);
        a.requests.getLast().respond(200, Headers.NONE, Phone.ANSWER, network.now());
        a.requestHabit = request -> request.respond(200, Headers.NONE, Phone.ANSWER, network.now());
        network.until(47_000);
        assertEquals(List.of("46010 in refreshed", "46030 offer answered v=0 answer"), b.log.subList(1, 3));
    }

    @Test
    void whoNeitherTakesUpdateNorCanBeOfferedAnythingExpires() {
        Phone a = phone(Phone.plain("a").withExtensions("timer").withSessionTimer(90, 90));
        Phone b = phone(timed("b"));
        b.current = Body.NONE;
        a.call(b);
        assertIdleAtLast(a, b);
        assertEquals("60010 in ended expired", b.log.getLast());
        assertEquals("60020 out ended bye", a.log.getLast());
    }

    @Test
    void anOfferIsARefreshToo() {
        Phone a = phone(timed("a").withSessionTimer(90, 90));
        Phone b = phone(timed("b"));
        UacSession call = a.call(b);
        network.until(30_000);
        a.offer(call);
        network.until(80_000);
        assertEquals("75010", sent("b", "UPDATE").getFirst());
    }

    @Test
    void whoCannotRefreshInTimeHangsUpAndSaysWhy() {
        Phone a = phone(timed("a").withSessionTimer(90, 90));
        Phone b = phone(timed("b"));
        a.call(b);
        network.swallowed = message -> message instanceof SipRequest request && request.is(SipMethod.UPDATE);
        network.until(70_000);
        assertEquals("60010 in ended expired", b.log.getLast(), "90 - 90 / 3 s");
        assertEquals("60020 out ended bye", a.log.getLast());
        assertEquals(
                "SIP;cause=408;text=\"Session timer expired\"",
                a.byes.getLast().headers().first(HeaderName.REASON).orElseThrow());
        assertIdleAtLast(a, b);
    }

    @Test
    void aRefreshThatIsNotAnsweredEndsTheCall() {
        Phone a = phone(timed("a").withSessionTimer(200, 90));
        Phone b = phone(timed("b"));
        a.call(b);
        network.until(1_000);
        a.host.down = true;
        network.until(133_000);
        assertEquals("132010 in ended TIMEOUT", b.log.getLast(), "100 s, and 32 s without a response");
    }

    @Test
    void tooSmallAnIntervalIsRefusedAndAskedAgainWithWhatThePeerWants() {
        Phone a = phone(timed("a").withSessionTimer(90, 90));
        Phone b = phone(timed("b").withSessionTimer(1_800, 600));
        UacSession call = a.call(b);
        network.until(1_000);
        assertTrue(call.established());
        assertEquals(List.of("422/INVITE", "200/INVITE"), network.sentBy("b"));
        SipRequest second = b.incoming.getLast().request();
        assertEquals("600", said(second));
        assertEquals("600", second.headers().first(HeaderName.MIN_SE).orElseThrow());
        assertEquals("2 INVITE", second.headers().cseq().toString());
        assertEquals(call.callId(), second.headers().callId());
        network.until(400_000);
        assertEquals(List.of("300030"), sent("b", "UPDATE"));
        call.hangUp(network.now());
        assertIdleAtLast(a, b);
    }

    @Test
    void withoutTheExtensionOnEitherSideNobodySpeaksOfIt() {
        Phone a = phone(timed("a"));
        Phone b = phone(Phone.plain("b").withMethods(SipMethod.UPDATE));
        a.call(b);
        network.until(1_000);
        assertEquals("nothing", said(a.responses.getLast()));
        network.until(HOUR);
        assertEquals(List.of(), sent("b", "UPDATE"));
        assertEquals(List.of("900020", "1800040", "2700060"), sent("a", "UPDATE"), "the caller refreshes alone");
        Phone c = phone(Phone.plain("c"));
        c.call(b);
        network.until(2 * HOUR);
        assertEquals(List.of(), sent("c", "UPDATE"));
    }

    // ---- one phone against a peer that says exactly what the test says ----

    private final VirtualNetwork.Script peer = network.script("peer");
    private final Phone phone = phone(timed("p"));
    private int branches;

    private SipRequest request(String method, int sequence, String toTag, Body body) {
        String to = "<sip:p@example.com>" + (toTag.isEmpty() ? "" : ";tag=" + toTag);
        Headers headers = Headers.NONE
                .append(HeaderName.VIA, ViaHeader.of("UDP", peer.ip(), 5060, "z9hG4bKt" + branches++))
                .append(HeaderName.FROM, "<sip:peer@example.com>;tag=p1")
                .append(HeaderName.TO, to)
                .append(HeaderName.CALL_ID, "timed")
                .append(HeaderName.CSEQ, sequence + " " + method)
                .append(HeaderName.CONTACT, "<sip:peer@" + peer.ip() + ">");
        return body.in(SipRequest.of(method, SipUri.parse("sip:p@" + phone.host.ip()), headers));
    }

    private static SipRequest with(SipRequest request, String... namesAndValues) {
        Headers headers = request.headers();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers = headers.append(namesAndValues[i], namesAndValues[i + 1]);
        }
        return request.with(headers);
    }

    private SipResponse say(SipRequest request) {
        peer.send(phone.host, request);
        network.until(network.nowMillis() + 100);
        return peer.lastResponse();
    }

    private SipResponse called(String... namesAndValues) {
        SipResponse answer = say(with(request("INVITE", 1, "", Phone.OFFER), namesAndValues));
        if (answer.isSuccess()) {
            peer.send(phone.host, request("ACK", 1, answer.headers().to().tag(), Body.NONE));
        }
        return answer;
    }

    @Test
    void tooSmallIs422WithMinSe() {
        SipResponse refusal = called("Supported", "timer", "Session-Expires", "60");
        assertEquals(422, refusal.status());
        assertEquals("90", refusal.headers().first(HeaderName.MIN_SE).orElseThrow());
        assertEquals(List.of(), phone.incoming);
    }

    @Test
    void theCallerMayChooseTheRefresherAndTheIntervalIsOnlyShortened() {
        assertEquals("1800;refresher=uac", said(called("Supported", "timer", "x", "7200 ; refresher=uac")));
        assertEquals(List.of("timer"), peer.lastResponse().headers().all(HeaderName.REQUIRE));
    }

    @Test
    void theIntervalIsNeverShortenedBelowTheCallersMinSe() {
        assertEquals(
                "3600;refresher=uas",
                said(called("Supported", "timer", "Session-Expires", "7200;refresher=uas", "Min-SE", "3600")));
    }

    @Test
    void aProxyThatWantsATimerForACallerWithoutGetsUsAsRefresher() {
        assertEquals("600;refresher=uas", said(called("Session-Expires", "600;refresher=uac")));
    }

    @Test
    void aMalformedIntervalCountsAsNone() {
        assertEquals("nothing", said(called("Session-Expires", "soon")));
    }

    @Test
    void thePeersRefreshSetsTheTimerAnew() {
        SipResponse answer = called("Supported", "timer", "Session-Expires", "90;refresher=uac");
        String tag = answer.headers().to().tag();
        network.until(50_000);
        SipResponse refreshed = say(with(
                request("UPDATE", 2, tag, Body.NONE), "Supported", "timer", "Session-Expires", "90;refresher=uac"));
        assertEquals(200, refreshed.status());
        assertEquals("90;refresher=uac", said(refreshed));
        assertEquals(
                422,
                say(with(request("UPDATE", 3, tag, Body.NONE), "Session-Expires", "30"))
                        .status());
        network.until(109_000);
        assertEquals(List.of(), phone.endings());
        network.until(111_000);
        assertEquals(List.of("110010 in ended expired"), phone.endings());
    }

    private SipRequest calling() {
        phone.host.core.invite(
                new OutgoingInvite(
                        SipUri.parse("sip:bob@example.com"),
                        NameAddress.of(SipUri.parse("sip:alice@example.com")),
                        NameAddress.of(SipUri.parse("sip:bob@example.com")),
                        phone.contact(),
                        new Hop(Transport.UDP, peer.ip(), 5060),
                        List.of(),
                        Headers.NONE,
                        Optional.empty(),
                        Phone.OFFER),
                phone.listener("out"),
                network.now());
        network.until(network.nowMillis() + 100);
        return peer.lastRequest();
    }

    private void answer(SipRequest request, int status, String... namesAndValues) {
        SipResponse response = SipResponse.answering(request, status, "b1");
        Headers headers = response.headers().append(HeaderName.CONTACT, "<sip:b1@" + peer.ip() + ">");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers = headers.append(namesAndValues[i], namesAndValues[i + 1]);
        }
        peer.send(phone.host, response.with(headers));
        network.until(network.nowMillis() + 100);
    }

    @Test
    void a422ThatAsksForEverMoreIsNotFollowedForEver() {
        calling();
        for (int i = 1; i <= 10 && phone.endings().isEmpty(); i++) {
            answer(peer.lastRequest(), 422, "Min-SE", Integer.toString(3_600 * i));
        }
        assertTrue(phone.log.getLast().endsWith("refused 422"));
        assertEquals("4 INVITE", peer.lastRequest().headers().cseq().toString().replace("ACK", "INVITE"));
    }

    @Test
    void a422WithoutAReasonIsARefusal() {
        answer(calling(), 422);
        assertTrue(phone.log.getLast().endsWith("refused 422"));
    }

    @Test
    void aRefreshThatIsRefusedIsTriedAgainAndUpdateIsNotInsistedOn() {
        SipRequest invite = calling();
        answer(invite, 200, "Session-Expires", "90;refresher=uac", "Allow", "INVITE, UPDATE", "Supported", "timer");
        network.until(45_200);
        SipRequest update = peer.lastRequest();
        assertEquals("UPDATE", update.method());
        answer(update, 500);
        network.until(55_400);
        SipRequest again = peer.lastRequest();
        assertEquals("UPDATE", again.method());
        answer(again, 405);
        SipRequest reinvite = peer.lastRequest();
        assertEquals("INVITE", reinvite.method());
        assertEquals(Phone.OFFER, Body.of(reinvite));
        answer(reinvite, 200, "Session-Expires", "90;refresher=uac");
        network.until(100_000);
        assertEquals(List.of(), phone.endings());
        assertEquals("ACK", peer.lastRequest().method());
    }

    @Test
    void aPeerThatWantsToBeRefreshedTooOftenIsNot() {
        SipRequest invite = calling();
        answer(invite, 200, "Session-Expires", "1;refresher=uac", "Allow", "UPDATE");
        network.until(9_000);
        assertEquals(List.of(), sent("p", "UPDATE"));
    }
}
