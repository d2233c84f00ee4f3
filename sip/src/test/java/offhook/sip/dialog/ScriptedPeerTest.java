package offhook.sip.dialog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import offhook.sip.VirtualNetwork;
import offhook.sip.digest.Credentials;
import offhook.sip.digest.DigestServer;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import offhook.sip.message.ViaHeader;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.Test;

/** One phone against a peer that says exactly what the test says; a message takes 10 ms. */
class ScriptedPeerTest {
    private final VirtualNetwork network = new VirtualNetwork(1);
    private final Phone phone = new Phone(network, "phone", "INFO", "NOTIFY");
    private final VirtualNetwork.Script peer = network.script("peer");

    private int branches;

    // ---- the peer calls the phone ----

    private SipRequest request(String method, int sequence, String toTag) {
        String to = "<sip:phone@example.com>" + (toTag.isEmpty() ? "" : ";tag=" + toTag);
        Headers headers = Headers.NONE
                .append(HeaderName.VIA, ViaHeader.of("UDP", peer.ip(), 5060, "z9hG4bKp" + branches++))
                .append(HeaderName.RECORD_ROUTE, "<sip:10.0.0.2;lr;side=out>")
                .append(HeaderName.RECORD_ROUTE, "<sip:10.0.0.2;lr;side=in>")
                .append(HeaderName.MAX_FORWARDS, "70")
                .append(HeaderName.FROM, "<sip:peer@example.com>;tag=p1")
                .append(HeaderName.TO, to)
                .append(HeaderName.CALL_ID, "scripted")
                .append(HeaderName.CSEQ, sequence + " " + method)
                .append(HeaderName.CONTACT, "<sip:peer@10.0.0.2>");
        return SipRequest.of(method, SipUri.parse("sip:phone@10.0.0.1"), headers);
    }

    private void pass() {
        network.until(network.nowMillis() + 100);
    }

    private SipResponse say(SipRequest request) {
        peer.send(phone.host, request);
        pass();
        return peer.lastResponse();
    }

    /** Calls the phone, which answers; gives back its tag. */
    private String called() {
        phone.habit = session -> session.answer(Headers.NONE, Phone.ANSWER, phone.now());
        String tag = say(request("INVITE", 1, "")).headers().to().tag();
        peer.send(phone.host, request("ACK", 1, tag));
        pass();
        assertEquals("110 in acknowledged", phone.log.getLast());
        return tag;
    }

    private UasSession session() {
        return phone.incoming.getLast();
    }

    @Test
    void responsesThatMakeTheDialogCarryRecordRouteContactAndOneTag() {
        phone.habit = session -> {
            session.progress(180, phone.now());
            session.answer(Headers.NONE.with("X-Test", "1"), Phone.ANSWER, phone.now());
        };
        peer.send(phone.host, request("INVITE", 1, ""));
        pass();
        SipResponse ringing = (SipResponse) peer.received.get(0);
        SipResponse success = (SipResponse) peer.received.get(1);
        assertEquals(180, ringing.status());
        assertEquals(200, success.status());
        for (SipResponse response : List.of(ringing, success)) {
            assertEquals(
                    List.of("<sip:10.0.0.2;lr;side=out>", "<sip:10.0.0.2;lr;side=in>"),
                    response.headers().all(HeaderName.RECORD_ROUTE));
            assertEquals(List.of(phone.contact()), response.headers().contacts());
            assertTrue(response.headers().to().tag().startsWith("phone-"));
            assertEquals(
                    "phone phone", response.headers().first(HeaderName.SERVER).orElseThrow());
        }
        assertEquals(ringing.headers().to(), success.headers().to());
        assertEquals("1", success.headers().first("X-Test").orElseThrow());
        assertTrue(success.headers().lists(HeaderName.ALLOW, "INFO"));
    }

    @Test
    void aNotifyThatDoesNotSayWhichReferralItMeansIsAboutTheOneWhoseEndIsAwaited() {
        String tag = called();
        refer();
        say(notify(2, tag, "active", "404 Not Found"));
        assertTrue(phone.log.getLast().endsWith("transfer ended 404 Not Found"), phone.log::toString);
        refer();
        say(notify(3, tag, "active", "180 Ringing"));
        assertTrue(phone.log.getLast().endsWith("transfer 180 Ringing"), phone.log::toString);
        assertEquals(200, say(notify(4, tag, "terminated", "200 OK")).status());
        assertTrue(phone.log.getLast().endsWith("transfer ended 200 OK"), phone.log::toString);
    }

    private void refer() {
        session()
                .refer(
                        NameAddress.of(SipUri.parse("sip:c@10.0.0.3")),
                        Headers.NONE,
                        phone.referralListener(),
                        network.now());
        pass();
        peer.send(phone.host, SipResponse.answering(peer.lastRequest(), 202, ""));
        pass();
    }

    private SipRequest notify(int sequence, String tag, String state, String status) {
        SipRequest notify = request("NOTIFY", sequence, tag);
        return notify.with(
                        notify.headers().append(HeaderName.EVENT, "refer").append(HeaderName.SUBSCRIPTION_STATE, state))
                .withBody("message/sipfrag", "SIP/2.0 " + status + "\r\n");
    }

    @Test
    void theCalledSidesRequestsTakeTheRecordedRouteInItsOrder() {
        called();
        session().hangUp(network.now());
        pass();
        SipRequest bye = peer.lastRequest();
        assertEquals("sip:peer@10.0.0.2", bye.uri().toString());
        assertEquals(
                List.of("<sip:10.0.0.2;lr;side=out>", "<sip:10.0.0.2;lr;side=in>"),
                bye.headers().all(HeaderName.ROUTE));
        assertEquals("1 BYE", bye.headers().cseq().toString());
        assertEquals("p1", bye.headers().to().tag());
        assertTrue(bye.headers().contacts().isEmpty());
    }

    @Test
    void aReinviteIsTheOwnersToAnswerAndItsAnswerIsRepeatedUntilTheAck() {
        String tag = called();
        phone.requestHabit = request -> request.respond(200, Headers.NONE, Phone.ANSWER, phone.now());
        SipRequest reinvite = request("INVITE", 2, tag);
        SipResponse success = say(reinvite.with(reinvite.headers().with(HeaderName.CONTACT, "<sip:moved@10.0.0.2>")));
        assertEquals(200, success.status());
        assertEquals(Phone.ANSWER, Body.of(success));
        assertEquals(List.of(phone.contact()), success.headers().contacts());
        int before = peer.received.size();
        network.until(network.nowMillis() + 600);
        assertEquals(before + 1, peer.received.size(), "repeated after T1");
        peer.send(phone.host, request("ACK", 2, tag));
        network.until(network.nowMillis() + 10_000);
        assertEquals(before + 1, peer.received.size());
        assertTrue(phone.log.getLast().endsWith("in acknowledged"));
        session().hangUp(network.now());
        pass();
        assertEquals("sip:moved@10.0.0.2", peer.lastRequest().uri().toString());
    }

    @Test
    void aRefusedReinviteLeavesTheCallAsItWas() {
        String tag = called();
        phone.requestHabit = request -> assertTrue(request.respond(488, phone.now()));
        SipRequest reinvite = request("INVITE", 2, tag);
        assertEquals(
                488,
                say(reinvite.with(reinvite.headers().with(HeaderName.CONTACT, "<sip:moved@10.0.0.2>")))
                        .status());
        assertTrue(session().established());
        session().hangUp(network.now());
        pass();
        assertEquals("sip:peer@10.0.0.2", peer.lastRequest().uri().toString());
    }

    @Test
    void aReinviteDuringAnotherIs500WithRetryAfter() {
        String tag = called();
        phone.requestHabit = request -> {};
        peer.send(phone.host, request("INVITE", 2, tag));
        pass();
        SipResponse refusal = say(request("INVITE", 3, tag));
        assertEquals(500, refusal.status());
        assertTrue(refusal.headers().retryAfter().orElseThrow() <= 10);
        assertEquals(1, phone.requests.size());
    }

    @Test
    void anInviteInAnEarlyDialogIs500ToTheCallerAnd491ToTheCalledSide() {
        phone.habit = session -> session.progress(180, phone.now());
        String tag = say(request("INVITE", 1, "")).headers().to().tag();
        assertEquals(500, say(request("INVITE", 2, tag)).status());

        call(Optional.empty());
        SipRequest invite = peer.lastRequest();
        answer(invite, 180, "one");
        SipRequest crossing = request("INVITE", 1, invite.headers().from().tag());
        assertEquals(
                491,
                say(crossing.with(crossing.headers()
                                .with(HeaderName.CALL_ID, invite.headers().callId())
                                .with(HeaderName.FROM, "<sip:bob@example.com>;tag=one")))
                        .status());
    }

    @Test
    void aCancelledReinviteIs487AndTheOwnersAnswerComesTooLate() {
        String tag = called();
        phone.requestHabit = request -> {};
        SipRequest reinvite = request("INVITE", 2, tag);
        peer.send(phone.host, reinvite);
        pass();
        SipRequest cancel =
                SipRequest.of("CANCEL", reinvite.uri(), reinvite.headers().with(HeaderName.CSEQ, "2 CANCEL"));
        peer.send(phone.host, cancel);
        pass();
        assertEquals(
                List.of("200/CANCEL", "487/INVITE"), network.sentBy("phone").subList(1, 3));
        assertFalse(phone.requests.getLast().respond(200, Headers.NONE, Phone.ANSWER, network.now()));
        assertTrue(session().established());
    }

    @Test
    void aByeDuringAReinviteEndsBoth() {
        String tag = called();
        phone.requestHabit = request -> {};
        peer.send(phone.host, request("INVITE", 2, tag));
        peer.send(phone.host, request("BYE", 3, tag));
        pass();
        assertTrue(phone.log.getLast().endsWith("in ended bye"));
        assertEquals(List.of("487/INVITE", "200/BYE"), network.sentBy("phone").subList(1, 3));
        assertFalse(phone.requests.getLast().respond(200, network.now()));
        assertEquals(481, say(request("BYE", 4, tag)).status());
    }

    @Test
    void anotherInviteMeansThatTheAnswerToTheOneBeforeHasArrived() {
        phone.habit = session -> session.answer(Headers.NONE, Phone.ANSWER, phone.now());
        String tag = say(request("INVITE", 1, "")).headers().to().tag();
        phone.requestHabit = request -> request.respond(488, phone.now());
        assertEquals(488, say(request("INVITE", 2, tag)).status());
        peer.send(phone.host, request("ACK", 1, tag));
        network.until(60_000);
        assertTrue(session().established(), phone.log.toString());
    }

    @Test
    void aRequestOfAnOldNumberIs500() {
        String tag = called();
        assertEquals(200, say(request("INFO", 7, tag)).status());
        assertEquals(500, say(request("INFO", 6, tag)).status());
        assertEquals(1, phone.requests.size());
    }

    @Test
    void theCallerMayEndAnEarlyDialogByBye() {
        phone.habit = session -> session.progress(180, phone.now());
        String tag = say(request("INVITE", 1, "")).headers().to().tag();
        peer.send(phone.host, request("BYE", 2, tag));
        pass();
        assertEquals(List.of("180/INVITE", "200/BYE", "487/INVITE"), network.sentBy("phone"));
        assertTrue(phone.log.getLast().endsWith("in ended bye"));
    }

    @Test
    void whatBelongsToNoDialogIs481AndItsAckIsIgnored() {
        String tag = called();
        assertEquals(481, say(request("BYE", 2, tag + "x")).status());
        SipRequest otherCaller = request("INFO", 2, tag);
        assertEquals(
                481,
                say(otherCaller.with(otherCaller.headers().with(HeaderName.FROM, "<sip:peer@example.com>;tag=p2")))
                        .status());
        int before = peer.received.size();
        peer.send(phone.host, request("ACK", 9, "nobody"));
        pass();
        assertEquals(before, peer.received.size());
        assertTrue(session().established());
    }

    @Test
    void requestsOutsideOfCalls() {
        SipResponse options = say(request("OPTIONS", 1, ""));
        assertEquals(200, options.status());
        assertEquals(
                "application/sdp", options.headers().first(HeaderName.ACCEPT).orElseThrow());
        assertEquals(405, say(request("SUBSCRIBE", 1, "")).status());
        assertEquals(501, say(request("FROB", 1, "")).status());
        assertEquals(481, say(request("BYE", 1, "")).status());
        SipRequest demanding = request("INVITE", 1, "");
        SipResponse refusal = say(demanding.with(demanding.headers().with(HeaderName.REQUIRE, "100rel, timer")));
        assertEquals(420, refusal.status());
        assertEquals(
                "100rel, timer", refusal.headers().first(HeaderName.UNSUPPORTED).orElseThrow());
        SipRequest number = request("INVITE", 2, "").withUri(SipUri.parse("tel:+4930123456"));
        assertEquals(416, say(number).status());
        SipRequest unreachable = request("INVITE", 3, "");
        assertEquals(
                400,
                say(unreachable.with(unreachable
                                .headers()
                                .without(HeaderName.CONTACT)
                                .with(HeaderName.FROM, "<tel:+4930123456>;tag=p1")))
                        .status());
        assertEquals(List.of(), phone.incoming);
    }

    // ---- the phone calls the peer ----

    private UacSession call(Optional<Credentials> credentials) {
        UacSession session = phone.host.core.invite(
                new OutgoingInvite(
                        SipUri.parse("sip:bob@example.com"),
                        NameAddress.of(SipUri.parse("sip:alice@example.com")),
                        NameAddress.of(SipUri.parse("sip:bob@example.com")),
                        phone.contact(),
                        new Hop(Transport.UDP, peer.ip(), 5060),
                        List.of(),
                        Headers.NONE.with("X-Extra", "yes"),
                        credentials,
                        Phone.OFFER),
                phone.listener("out"),
                network.now());
        pass();
        return session;
    }

    private void answer(SipRequest request, int status, String tag) {
        SipResponse response = SipResponse.answering(request, status, tag);
        Headers headers = response.headers()
                .append(HeaderName.RECORD_ROUTE, "<sip:10.0.0.2;lr;side=callee>")
                .append(HeaderName.RECORD_ROUTE, "<sip:10.0.0.2;lr;side=caller>");
        peer.send(phone.host, response.with(headers.with(HeaderName.CONTACT, "<sip:" + tag + "@10.0.0.2>")));
        pass();
    }

    private List<SipRequest> requests(String method) {
        return peer.received.stream()
                .filter(SipRequest.class::isInstance)
                .map(SipRequest.class::cast)
                .filter(request -> request.is(method))
                .toList();
    }

    @Test
    void theInviteSaysWhoWeAreAndWhatWeCan() {
        call(Optional.empty());
        SipRequest invite = peer.lastRequest();
        Headers headers = invite.headers();
        assertEquals("sip:bob@example.com", invite.uri().toString());
        assertTrue(headers.from().tag().startsWith("phone-"));
        assertEquals("", headers.to().tag());
        assertEquals("1 INVITE", headers.cseq().toString());
        assertEquals(70, headers.maxForwards().orElseThrow());
        assertEquals("phone phone", headers.first(HeaderName.USER_AGENT).orElseThrow());
        assertEquals("yes", headers.first("X-Extra").orElseThrow());
        assertEquals(Phone.OFFER, Body.of(invite));
        assertTrue(headers.lists(HeaderName.ALLOW, "INFO"));
    }

    @Test
    void theAckOfTheAnswerTakesTheRouteBackwardsWithTheInvitesNumber() {
        call(Optional.empty());
        answer(peer.lastRequest(), 200, "b1");
        SipRequest ack = requests("ACK").getFirst();
        assertEquals("sip:b1@10.0.0.2", ack.uri().toString());
        assertEquals(
                List.of("<sip:10.0.0.2;lr;side=caller>", "<sip:10.0.0.2;lr;side=callee>"),
                ack.headers().all(HeaderName.ROUTE));
        assertEquals("1 ACK", ack.headers().cseq().toString());
        assertEquals("b1", ack.headers().to().tag());
        answer(requests("INVITE").getFirst(), 200, "b1");
        assertEquals(2, requests("ACK").size(), "one for each 2xx that comes");
        assertArrayEquals(ack.toBytes(), requests("ACK").getLast().toBytes(), "known for a repetition");
        assertEquals(List.of("110 out answered"), phone.log);
    }

    @Test
    void eachForkRingsOneAnswersAndALateAnswerIsHungUp() {
        UacSession session = call(Optional.empty());
        SipRequest invite = peer.lastRequest();
        answer(invite, 180, "one");
        answer(invite, 183, "two");
        assertEquals(2, phone.host.core.dialogs());
        answer(invite, 200, "two");
        assertTrue(session.established());
        assertEquals(1, phone.host.core.dialogs());
        answer(invite, 180, "one");
        answer(invite, 200, "one");
        answer(invite, 200, "one");
        assertEquals(List.of("110 out ringing 180", "210 out ringing 183", "310 out answered"), phone.log);
        List<SipRequest> acks = requests("ACK");
        assertEquals(
                List.of("two", "one", "one"),
                acks.stream().map(ack -> ack.headers().to().tag()).toList());
        assertEquals(1, requests("BYE").size());
        assertEquals("one", requests("BYE").getFirst().headers().to().tag());
        session.hangUp(network.now());
        pass();
        assertEquals("two", requests("BYE").getLast().headers().to().tag());
    }

    @Test
    void aFloodOfForksIsBounded() {
        call(Optional.empty());
        SipRequest invite = peer.lastRequest();
        for (int i = 0; i < 3 * UacSession.MAX_FORKS; i++) {
            peer.send(phone.host, SipResponse.answering(invite, 180, "early" + i));
        }
        pass();
        assertEquals(UacSession.MAX_FORKS, phone.host.core.dialogs());
        for (int i = 0; i < 3 * UacSession.MAX_FORKS; i++) {
            peer.send(phone.host, SipResponse.answering(invite, 200, "answer" + i));
        }
        pass();
        assertEquals(UacSession.MAX_FORKS, phone.host.core.dialogs());
    }

    @Test
    void aChallengeIsMetWithANewNumberAndBranchAndTheAckCarriesTheCredentials() {
        DigestServer digest = new DigestServer("example.com", new Random(5));
        call(Optional.of(new Credentials("alice", "secret")));
        SipRequest first = peer.lastRequest();
        peer.send(phone.host, digest.challenge(first, 407, false, "proxy", network.now()));
        pass();
        SipRequest second = requests("INVITE").getLast();
        assertEquals("2 INVITE", second.headers().cseq().toString());
        assertEquals(first.headers().callId(), second.headers().callId());
        assertEquals(first.headers().from(), second.headers().from());
        assertEquals("", second.headers().to().tag());
        assertNotEquals(first.headers().via().branch(), second.headers().via().branch());
        assertEquals(
                new DigestServer.Verdict.Accepted("alice"),
                digest.verify(second, 407, user -> Optional.of("secret"), network.now()));
        answer(second, 200, "b1");
        SipRequest ack = requests("ACK").getLast();
        assertEquals("2 ACK", ack.headers().cseq().toString());
        assertEquals(
                second.headers().first(HeaderName.PROXY_AUTHORIZATION),
                ack.headers().first(HeaderName.PROXY_AUTHORIZATION));
        assertEquals(List.of("210 out answered"), phone.log);
    }

    @Test
    void aByeIsChallengedToo() {
        DigestServer digest = new DigestServer("example.com", new Random(5));
        UacSession session = call(Optional.of(new Credentials("alice", "secret")));
        answer(peer.lastRequest(), 200, "b1");
        session.hangUp(network.now());
        pass();
        SipRequest bye = peer.lastRequest();
        peer.send(phone.host, digest.challenge(bye, 407, false, "proxy", network.now()));
        pass();
        SipRequest again = peer.lastRequest();
        assertEquals("3 BYE", again.headers().cseq().toString());
        assertEquals(
                new DigestServer.Verdict.Accepted("alice"),
                digest.verify(again, 407, user -> Optional.of("secret"), network.now()));
        peer.send(phone.host, SipResponse.answering(again, 200, ""));
        network.until(60_000);
        phone.assertIdle();
    }

    @Test
    void the2xxToATargetRefreshMovesTheTarget() {
        UacSession session = call(Optional.empty());
        answer(peer.lastRequest(), 200, "b1");
        session.send("UPDATE", Headers.NONE, Body.NONE, new Nobody(), network.now());
        pass();
        SipRequest update = peer.lastRequest();
        assertEquals(List.of(phone.contact()), update.headers().contacts());
        SipResponse ok = SipResponse.answering(update, 200, "");
        peer.send(phone.host, ok.with(ok.headers().append(HeaderName.CONTACT, "<sip:moved@10.0.0.2>")));
        pass();
        session.hangUp(network.now());
        pass();
        assertEquals("sip:moved@10.0.0.2", peer.lastRequest().uri().toString());
    }

    @Test
    void wrongCredentialsEndTheCallAndAreNotTriedForEver() {
        DigestServer digest = new DigestServer("example.com", new Random(5));
        call(Optional.of(new Credentials("alice", "wrong")));
        peer.send(phone.host, digest.challenge(peer.lastRequest(), 401, false, "x", network.now()));
        pass();
        peer.send(phone.host, digest.challenge(requests("INVITE").getLast(), 401, false, "x", network.now()));
        pass();
        assertEquals(2, requests("INVITE").size());
        assertEquals(List.of("210 out ended credentials 401"), phone.log);
    }

    @Test
    void aChallengeWithoutCredentialsEndsTheCall() {
        DigestServer digest = new DigestServer("example.com", new Random(5));
        call(Optional.empty());
        peer.send(phone.host, digest.challenge(peer.lastRequest(), 407, false, "x", network.now()));
        pass();
        assertEquals(List.of("110 out ended credentials 407"), phone.log);
    }

    @Test
    void aPeerThatInventsEverNewRealmsIsNotFollowed() {
        call(Optional.of(new Credentials("alice", "secret")));
        for (int i = 0; i < 20; i++) {
            DigestServer digest = new DigestServer("realm" + i, new Random(i));
            SipRequest latest = requests("INVITE").getLast();
            peer.send(phone.host, digest.challenge(latest, 407, false, "x", network.now()));
            pass();
        }
        assertTrue(requests("INVITE").size() <= 1 + Challenges.MAX_CHALLENGES);
        assertTrue(phone.log.getLast().endsWith("credentials 407"));
    }

    @Test
    void aChallengeThatCrossesTheCancelIsNotMet() {
        DigestServer digest = new DigestServer("example.com", new Random(5));
        UacSession session = call(Optional.of(new Credentials("alice", "secret")));
        SipRequest invite = peer.lastRequest();
        session.hangUp(network.now());
        peer.send(phone.host, digest.challenge(invite, 407, false, "x", network.now()));
        network.until(60_000);
        assertEquals(1, requests("INVITE").stream().distinct().count());
        assertEquals(List.of("100 out ended hung up"), phone.log);
        phone.assertIdle();
    }

    @Test
    void aByeAgainstAnEarlyDialogOfOursIsAnswered() {
        call(Optional.empty());
        SipRequest invite = peer.lastRequest();
        answer(invite, 180, "one");
        SipRequest bye = SipRequest.of(
                "BYE",
                SipUri.parse("sip:phone@10.0.0.1"),
                Headers.NONE
                        .append(HeaderName.VIA, ViaHeader.of("UDP", peer.ip(), 5060, "z9hG4bKearly"))
                        .append(HeaderName.FROM, invite.headers().to().withTag("one"))
                        .append(HeaderName.TO, invite.headers().from())
                        .append(HeaderName.CALL_ID, invite.headers().callId())
                        .append(HeaderName.CSEQ, "1 BYE"));
        assertEquals(200, say(bye).status());
        answer(invite, 200, "two");
        assertEquals("out answered", phone.log.getLast().split(" ", 2)[1]);
    }

    @Test
    void aPeerThatKnowsTheCallNoMoreEndsIt() {
        UacSession session = call(Optional.empty());
        answer(peer.lastRequest(), 200, "b1");
        session.send("INFO", Headers.NONE, Body.NONE, new Nobody(), network.now());
        pass();
        peer.send(phone.host, SipResponse.answering(peer.lastRequest(), 481, ""));
        pass();
        assertTrue(phone.log.getLast().endsWith("out ended lost 481"));
    }

    private static final class Nobody implements ResponseHandler {
        @Override
        public void onResponse(SipResponse response, long nowNanos) {}

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {}
    }
}
