package offhook.sip.transaction;

import static offhook.sip.transaction.Bench.TCP_ARRIVAL;
import static offhook.sip.transaction.Bench.UDP_ARRIVAL;
import static offhook.sip.transaction.Bench.address;
import static offhook.sip.transaction.Bench.answer;
import static offhook.sip.transaction.Bench.request;
import static offhook.sip.transaction.Bench.theirs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.sip.message.HeaderName;
import offhook.sip.message.SipRequest;
import offhook.sip.message.ViaHeader;
import org.junit.jupiter.api.Test;

/** Timers G, H, I, J and L, each at its instant (RFC 3261 table 4, RFC 6026), and how requests are matched. */
class ServerTransactionTest {
    private final Bench bench = new Bench();
    private final SipRequest invite = theirs("INVITE", "z9hG4bKi1");

    private InviteServerTransaction opened() {
        return (InviteServerTransaction) bench.opened.getLast();
    }

    private SipRequest ack(SipRequest invite) {
        return new SipRequest(
                "ACK",
                invite.uri(),
                invite.headers()
                        .with(HeaderName.CSEQ, "3 ACK")
                        .with(HeaderName.TO, invite.headers().to().withTag("b2")),
                new byte[0]);
    }

    private SipRequest cancel(SipRequest invite) {
        return new SipRequest("CANCEL", invite.uri(), invite.headers().with(HeaderName.CSEQ, "3 CANCEL"), new byte[0]);
    }

    @Test
    void tryingIsSentWhenTheUserSaysNothingFor200Milliseconds() {
        bench.receive(invite, UDP_ARRIVAL);
        bench.until(199);
        bench.receive(invite, UDP_ARRIVAL);
        assertEquals("", bench.sentLog());
        bench.until(200);
        assertEquals("200 100", bench.sentLog());
        assertEquals("", bench.lastResponse().headers().to().tag());
        bench.until(300);
        bench.receive(invite, UDP_ARRIVAL);
        assertEquals("200 100, 300 100", bench.sentLog());
    }

    @Test
    void noTryingAfterAResponseOfTheUser() {
        bench.receive(invite, UDP_ARRIVAL);
        bench.until(150);
        opened().respond(answer(invite, 180), bench.now());
        bench.until(500);
        bench.receive(invite, UDP_ARRIVAL);
        assertEquals("150 180, 500 180", bench.sentLog());
        assertEquals("0 INVITE", bench.heardLog());
    }

    @Test
    void timersGandHoverUdp() {
        List<Long> unacknowledged = new ArrayList<>();
        bench.receive(invite, UDP_ARRIVAL);
        opened().listen(new InviteServerTransaction.Listener() {
            @Override
            public void cancelled(SipRequest cancel, long nowNanos) {}

            @Override
            public void unacknowledged(long nowNanos) {
                unacknowledged.add(nowNanos / Bench.MS);
            }
        });
        opened().respond(answer(invite, 486), bench.now());
        bench.until(31_999);
        assertEquals(
                "0 486, 500 486, 1500 486, 3500 486, 7500 486, 11500 486, 15500 486, 19500 486, 23500 486, 27500 486, "
                        + "31500 486",
                bench.sentLog());
        assertEquals(List.of(), unacknowledged);
        bench.until(32_000);
        assertEquals(List.of(32_000L), unacknowledged);
        assertEquals(InviteServerTransaction.State.TERMINATED, opened().state());
        assertEquals(0, bench.deadlines.size());
        assertEquals(0, bench.layer.serverTransactions());
    }

    @Test
    void timerHaloneOverTcp() {
        bench.receive(invite, TCP_ARRIVAL);
        opened().respond(answer(invite, 486), bench.now());
        bench.until(31_999);
        assertEquals("0 486", bench.sentLog());
        assertEquals(InviteServerTransaction.State.COMPLETED, opened().state());
        bench.until(32_000);
        assertEquals(InviteServerTransaction.State.TERMINATED, opened().state());
    }

    @Test
    void theAckStopsTimerGandTimerIsoaksUpItsRepetitions() {
        bench.receive(invite, UDP_ARRIVAL);
        opened().respond(answer(invite, 486), bench.now());
        bench.until(600);
        bench.receive(ack(invite), UDP_ARRIVAL);
        assertEquals(InviteServerTransaction.State.CONFIRMED, opened().state());
        bench.receive(ack(invite), UDP_ARRIVAL);
        bench.receive(invite, UDP_ARRIVAL);
        bench.until(5_599);
        assertEquals(InviteServerTransaction.State.CONFIRMED, opened().state());
        bench.until(5_600);
        assertEquals(InviteServerTransaction.State.TERMINATED, opened().state());
        assertEquals("0 486, 500 486", bench.sentLog());
        assertEquals("0 INVITE", bench.heardLog());
    }

    @Test
    void timerIisZeroOverTcp() {
        bench.receive(invite, TCP_ARRIVAL);
        opened().respond(answer(invite, 486), bench.now());
        bench.receive(ack(invite), TCP_ARRIVAL);
        assertEquals(InviteServerTransaction.State.TERMINATED, opened().state());
        assertEquals(0, bench.layer.serverTransactions());
    }

    @Test
    void anAcceptedInviteSoaksUpRepetitionsAndHandsEachAckToTheUserUntilTimerL() {
        bench.receive(invite, UDP_ARRIVAL);
        assertTrue(opened().respond(answer(invite, 200), bench.now()));
        bench.until(500);
        bench.receive(invite, UDP_ARRIVAL);
        assertEquals("0 200", bench.sentLog(), "a 2xx is the user's to repeat");
        assertTrue(opened().respond(answer(invite, 200), bench.now()));
        assertFalse(opened().respond(answer(invite, 486), bench.now()));
        bench.receive(ack(invite), UDP_ARRIVAL);
        bench.receive(ack(invite), UDP_ARRIVAL);
        assertEquals("0 INVITE, 500 ACK, 500 ACK", bench.heardLog());
        bench.until(31_999);
        assertEquals(InviteServerTransaction.State.ACCEPTED, opened().state());
        bench.until(32_000);
        assertEquals(InviteServerTransaction.State.TERMINATED, opened().state());
        assertEquals("0 200, 500 200", bench.sentLog());
    }

    @Test
    void timerJrepeatsTheResponseOverUdp() {
        SipRequest bye = theirs("BYE", "z9hG4bKb1");
        bench.receive(bye, UDP_ARRIVAL);
        bench.receive(bye, UDP_ARRIVAL);
        assertEquals("", bench.sentLog());
        bench.until(100);
        bench.opened.getLast().respond(answer(bye, 200), bench.now());
        bench.until(32_099);
        bench.receive(bye, UDP_ARRIVAL);
        assertEquals("100 200, 32099 200", bench.sentLog());
        assertEquals("0 BYE", bench.heardLog());
        bench.until(32_100);
        assertEquals(0, bench.layer.serverTransactions());
    }

    @Test
    void timerJisZeroOverTcp() {
        SipRequest bye = theirs("BYE", "z9hG4bKb1");
        bench.receive(bye, TCP_ARRIVAL);
        bench.opened.getLast().respond(answer(bye, 200), bench.now());
        assertEquals(0, bench.layer.serverTransactions());
        assertEquals(0, bench.deadlines.size());
    }

    @Test
    void aRequestThatNobodyAnswersIsForgottenWhenItsSenderHasGivenUp() {
        bench.receive(theirs("BYE", "z9hG4bKb1"), UDP_ARRIVAL);
        bench.until(32_000);
        assertEquals(0, bench.layer.serverTransactions());
    }

    @Test
    void cancelIsAnsweredHereAndTheInviteByItsListener() {
        List<String> heard = new ArrayList<>();
        bench.receive(invite, UDP_ARRIVAL);
        InviteServerTransaction transaction = opened();
        transaction.respond(answer(invite, 180), bench.now());
        transaction.listen(new InviteServerTransaction.Listener() {
            @Override
            public void cancelled(SipRequest cancel, long nowNanos) {
                heard.add(cancel.method());
                transaction.respond(answer(invite, 487), nowNanos);
            }

            @Override
            public void unacknowledged(long nowNanos) {}
        });
        bench.receive(cancel(invite), UDP_ARRIVAL);
        bench.receive(cancel(invite), UDP_ARRIVAL);
        assertEquals(List.of("CANCEL"), heard);
        assertEquals("0 180, 0 200, 0 487, 0 200", bench.sentLog());
        assertEquals("b2", bench.lastResponse().headers().to().tag(), "the To tag of the INVITE's responses");
        assertEquals("0 INVITE", bench.heardLog());
    }

    @Test
    void cancelWithoutAListenerEndsTheInvite() {
        bench.receive(invite, UDP_ARRIVAL);
        bench.receive(cancel(invite), UDP_ARRIVAL);
        assertEquals("0 200, 0 487", bench.sentLog());
        assertFalse(opened().respond(answer(invite, 200), bench.now()));
    }

    @Test
    void cancelAfterTheAnswerHasNoEffect() {
        bench.receive(invite, UDP_ARRIVAL);
        opened().respond(answer(invite, 200), bench.now());
        bench.receive(cancel(invite), UDP_ARRIVAL);
        assertEquals("0 200, 0 200", bench.sentLog());
        assertEquals("3 CANCEL", bench.lastResponse().headers().cseq().toString());
        assertEquals(InviteServerTransaction.State.ACCEPTED, opened().state());
    }

    @Test
    void cancelOfNothingIs481() {
        bench.receive(cancel(invite), UDP_ARRIVAL);
        assertEquals("0 481", bench.sentLog());
        assertEquals("", bench.heardLog());
    }

    @Test
    void twoInvitesOfOneCallIdAreTwoTransactions() {
        bench.receive(invite, UDP_ARRIVAL);
        SipRequest other = theirs("INVITE", "z9hG4bKi2");
        bench.receive(other.with(other.headers().with(HeaderName.CSEQ, "4 INVITE")), UDP_ARRIVAL);
        assertEquals("0 INVITE, 0 INVITE", bench.heardLog());
    }

    @Test
    void oneBranchOfTwoSendersIsTwoTransactions() {
        bench.receive(theirs("BYE", "z9hG4bKsame"), UDP_ARRIVAL);
        SipRequest other = theirs("BYE", "z9hG4bKsame");
        bench.receive(
                other.with(other.headers()
                        .with(HeaderName.VIA, ViaHeader.of("UDP", "192.0.2.8", 5060, "z9hG4bKsame"))
                        .with(HeaderName.CALL_ID, "another")),
                UDP_ARRIVAL);
        assertEquals("0 BYE, 0 BYE", bench.heardLog());
    }

    @Test
    void aCopyThatComesByAnotherWayIs482() {
        bench.receive(invite, UDP_ARRIVAL);
        SipRequest copy = theirs("INVITE", "z9hG4bKi2");
        bench.receive(copy, UDP_ARRIVAL);
        assertEquals("0 482", bench.sentLog());
        assertNotEquals("", bench.lastResponse().headers().to().tag());
        assertEquals("0 INVITE", bench.heardLog());
    }

    @Test
    void aForkToAnotherUserOfOursIsNoCopy() {
        bench.receive(invite, UDP_ARRIVAL);
        SipRequest fork = theirs("INVITE", "z9hG4bKi2");
        bench.receive(fork.withUri(fork.uri().withParameter("line", "2")), UDP_ARRIVAL);
        assertEquals("0 INVITE, 0 INVITE", bench.heardLog());
    }

    @Test
    void aCopyAfterTheEndOfTheFirstIsNewAgain() {
        bench.receive(invite, TCP_ARRIVAL);
        opened().respond(answer(invite, 486), bench.now());
        bench.receive(ack(invite), TCP_ARRIVAL);
        bench.receive(theirs("INVITE", "z9hG4bKi2"), TCP_ARRIVAL);
        assertEquals("0 INVITE, 0 INVITE", bench.heardLog());
    }

    @Test
    void aPeerFromBeforeRfc3261IsMatchedByAllThatItSends() {
        SipRequest old = request("""
                INVITE sip:1000@gateway.example SIP/2.0
                Via: SIP/2.0/UDP 192.0.2.7:5062
                From: <sip:carol@example.com>;tag=c9
                To: <sip:1000@example.com>
                Call-ID: old-1
                CSeq: 3 INVITE
                Contact: <sip:carol@192.0.2.7:5062>
                """);
        bench.receive(old, UDP_ARRIVAL);
        bench.receive(old, UDP_ARRIVAL);
        opened().respond(answer(old, 486), bench.now());
        bench.receive(ack(old), UDP_ARRIVAL);
        assertEquals(InviteServerTransaction.State.CONFIRMED, opened().state());
        SipRequest next = old.with(old.headers().with(HeaderName.CSEQ, "4 INVITE"));
        bench.receive(next, UDP_ARRIVAL);
        assertEquals("0 INVITE, 0 INVITE", bench.heardLog());
    }

    @Test
    void theTopViaTellsWhereTheRequestCameFrom() {
        bench.receive(invite, new Arrival(Transport.UDP, address("203.0.113.9", 6000), 0));
        ViaHeader via = bench.opened.getLast().request().headers().via();
        assertEquals("203.0.113.9", via.received());
        assertEquals(6000, via.rport().orElseThrow());
        bench.opened.getLast().respond(answer(bench.opened.getLast().request(), 180), bench.now());
        assertEquals(via, bench.lastResponse().headers().via());
        assertEquals(
                address("203.0.113.9", 6000),
                bench.sent.getLast().arrival().orElseThrow().remote());
    }

    @Test
    void withoutRportTheResponseGoesToTheSentByPortOfTheSourceAddress() {
        SipRequest plain =
                invite.with(invite.headers().with(HeaderName.VIA, "SIP/2.0/UDP phone.local:5099;branch=z9hG4bKp1"));
        bench.receive(plain, new Arrival(Transport.UDP, address("203.0.113.9", 6000), 0));
        bench.opened.getLast().respond(answer(bench.opened.getLast().request(), 180), bench.now());
        assertEquals(
                address("203.0.113.9", 5099),
                bench.sent.getLast().arrival().orElseThrow().remote());
        SipRequest noPort = invite.with(invite.headers()
                .with(HeaderName.VIA, "SIP/2.0/UDP phone.local;branch=z9hG4bKp2")
                .with("Call-ID", "2"));
        bench.receive(noPort, new Arrival(Transport.UDP, address("203.0.113.9", 6000), 0));
        bench.opened.getLast().respond(answer(bench.opened.getLast().request(), 180), bench.now());
        assertEquals(
                address("203.0.113.9", 5060),
                bench.sent.getLast().arrival().orElseThrow().remote());
    }

    @Test
    void overTcpTheResponseGoesBackByItsConnectionAndByANewOneWhenThatIsGone() {
        bench.receive(invite, TCP_ARRIVAL);
        opened().respond(answer(invite, 180), bench.now());
        assertEquals(Optional.of(TCP_ARRIVAL), bench.sent.getLast().arrival());
        bench.layer.onConnectionLost(4);
        opened().respond(answer(invite, 181), bench.now());
        assertEquals(Optional.of(TCP_ARRIVAL), bench.sent.getLast().arrival());
        bench.layer.onConnectionLost(3);
        opened().respond(answer(invite, 486), bench.now());
        assertEquals(
                Optional.of(new Hop(Transport.TCP, "192.0.2.7", 5062)),
                bench.sent.getLast().hop());
    }

    @Test
    void beyondTheLimitRequestsAreRefusedWithoutATransactionButCallsCanStillEnd() {
        Bench small = new Bench(new TransactionLimits(9, 2, 17));
        small.receive(theirs("OPTIONS", "z9hG4bK1"), UDP_ARRIVAL);
        small.receive(withCallId(invite, "2"), UDP_ARRIVAL);
        SipRequest third = withCallId(theirs("INVITE", "z9hG4bK3"), "3");
        small.receive(third, UDP_ARRIVAL);
        small.receive(third, UDP_ARRIVAL);
        assertEquals("0 503, 0 503", small.sentLog());
        assertEquals(17, small.lastResponse().headers().retryAfter().orElseThrow());
        assertEquals(
                small.sent.get(0).message(), small.sent.get(1).message(), "the same To tag for each retransmission");
        assertEquals(2, small.layer.serverTransactions());
        small.receive(cancel(withCallId(invite, "2")), UDP_ARRIVAL);
        assertEquals("0 503, 0 503, 0 200, 0 487", small.sentLog());
        assertEquals(3, small.layer.serverTransactions());
        SipRequest bye = theirs("BYE", "z9hG4bK4");
        small.receive(
                bye.with(bye.headers().with(HeaderName.TO, bye.headers().to().withTag("b2"))), UDP_ARRIVAL);
        assertEquals(503, small.lastResponse().status(), "three is the most of all");
        assertEquals(3, small.layer.refusedForOverload());
        small.receive(ack(third), UDP_ARRIVAL);
        assertEquals("0 OPTIONS, 0 INVITE, 0 ACK", small.heardLog());
    }

    private static SipRequest withCallId(SipRequest request, String callId) {
        return request.with(request.headers().with(HeaderName.CALL_ID, callId));
    }
}
