package offhook.sip.transaction;

import static offhook.sip.transaction.Bench.MS;
import static offhook.sip.transaction.Bench.TCP_HOP;
import static offhook.sip.transaction.Bench.UDP_ARRIVAL;
import static offhook.sip.transaction.Bench.UDP_HOP;
import static offhook.sip.transaction.Bench.answer;
import static offhook.sip.transaction.Bench.ours;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.SipRequest;
import offhook.sip.message.ViaHeader;
import org.junit.jupiter.api.Test;

/** Timers A, B, D, E, F, K and M, each at its instant (RFC 3261 table 4, RFC 6026). */
class ClientTransactionTest {
    private final Bench bench = new Bench();

    private InviteClientTransaction invite(Hop hop) {
        return (InviteClientTransaction) bench.layer
                .send(ours("INVITE"), hop, bench.handler, bench.now())
                .transaction();
    }

    private NonInviteClientTransaction bye(Hop hop) {
        return (NonInviteClientTransaction)
                bench.layer.send(ours("BYE"), hop, bench.handler, bench.now()).transaction();
    }

    @Test
    void timersAandBoverUdp() {
        InviteClientTransaction transaction = invite(UDP_HOP);
        bench.until(31_999);
        assertEquals(
                "0 INVITE, 500 INVITE, 1500 INVITE, 3500 INVITE, 7500 INVITE, 15500 INVITE, 31500 INVITE",
                bench.sentLog());
        assertEquals("", bench.heardLog());
        bench.until(32_000);
        assertEquals("32000 TIMEOUT", bench.heardLog());
        assertEquals(InviteClientTransaction.State.TERMINATED, transaction.state());
        bench.until(200_000);
        assertEquals(7, bench.sent.size());
        assertEquals(0, bench.layer.clientTransactions());
        assertEquals(0, bench.deadlines.size());
    }

    @Test
    void timerBaloneOverTcp() {
        invite(TCP_HOP);
        bench.until(31_999);
        assertEquals("0 INVITE", bench.sentLog());
        bench.until(32_000);
        assertEquals("32000 TIMEOUT", bench.heardLog());
        assertEquals(0, bench.deadlines.size());
    }

    @Test
    void aProvisionalResponseStopsTimersAandB() {
        invite(UDP_HOP);
        bench.until(600);
        bench.respond("INVITE", 100);
        bench.respond("INVITE", 180);
        bench.until(500_000);
        assertEquals("0 INVITE, 500 INVITE", bench.sentLog());
        assertEquals("600 100, 600 180", bench.heardLog());
        assertEquals(1, bench.layer.clientTransactions());
    }

    @Test
    void aRefusalIsAcknowledgedAndItsRepetitionsTooUntilTimerD() {
        InviteClientTransaction transaction = invite(UDP_HOP);
        SipRequest sent = bench.lastRequest("INVITE");
        bench.until(100);
        bench.respond("INVITE", 486);
        SipRequest ack = bench.lastRequest("ACK");
        assertEquals(sent.uri(), ack.uri());
        assertEquals(sent.headers().via(), ack.headers().via());
        assertEquals(1, ack.headers().vias().size());
        assertEquals("b2", ack.headers().to().tag());
        assertEquals("7 ACK", ack.headers().cseq().toString());
        assertEquals(sent.headers().routes(), ack.headers().routes());
        bench.until(600);
        bench.respond("INVITE", 486);
        bench.until(32_099);
        assertEquals(InviteClientTransaction.State.COMPLETED, transaction.state());
        bench.respond("INVITE", 486);
        assertEquals("0 INVITE, 100 ACK, 600 ACK, 32099 ACK", bench.sentLog());
        assertEquals("100 486", bench.heardLog());
        bench.until(32_100);
        assertEquals(InviteClientTransaction.State.TERMINATED, transaction.state());
        bench.respond("INVITE", 486);
        assertEquals(4, bench.sent.size());
        assertEquals(1, bench.layer.strayResponses());
    }

    @Test
    void timerDisZeroOverTcp() {
        InviteClientTransaction transaction = invite(TCP_HOP);
        bench.respond("INVITE", 603);
        assertEquals("0 INVITE, 0 ACK", bench.sentLog());
        assertEquals(InviteClientTransaction.State.TERMINATED, transaction.state());
        assertEquals(0, bench.deadlines.size());
    }

    @Test
    void every2xxReachesTheUserUntilTimerM() {
        for (Hop hop : new Hop[] {UDP_HOP, TCP_HOP}) {
            Bench own = new Bench();
            InviteClientTransaction transaction = (InviteClientTransaction)
                    own.layer.send(ours("INVITE"), hop, own.handler, own.now()).transaction();
            own.until(200);
            own.respond("INVITE", 200);
            own.until(700);
            own.respond("INVITE", 200);
            own.respond("INVITE", 180);
            own.respond("INVITE", 486);
            own.until(32_199);
            own.respond("INVITE", 200);
            assertEquals(InviteClientTransaction.State.ACCEPTED, transaction.state());
            own.until(32_200);
            own.respond("INVITE", 200);
            assertEquals("200 200, 700 200, 32199 200", own.heardLog());
            assertEquals("0 INVITE", own.sentLog());
            assertEquals(0, own.deadlines.size());
        }
    }

    @Test
    void timersEandFoverUdp() {
        NonInviteClientTransaction transaction = bye(UDP_HOP);
        bench.until(31_999);
        assertEquals(
                "0 BYE, 500 BYE, 1500 BYE, 3500 BYE, 7500 BYE, 11500 BYE, 15500 BYE, 19500 BYE, 23500 BYE, 27500 BYE, "
                        + "31500 BYE",
                bench.sentLog());
        bench.until(32_000);
        assertEquals("32000 TIMEOUT", bench.heardLog());
        assertEquals(NonInviteClientTransaction.State.TERMINATED, transaction.state());
        assertEquals(0, bench.deadlines.size());
    }

    @Test
    void timerEisT2AfterAProvisionalResponse() {
        bye(UDP_HOP);
        bench.until(600);
        bench.respond("BYE", 100);
        bench.until(32_000);
        assertEquals(
                "0 BYE, 500 BYE, 1500 BYE, 5500 BYE, 9500 BYE, 13500 BYE, 17500 BYE, 21500 BYE, 25500 BYE, 29500 BYE",
                bench.sentLog());
        assertEquals("600 100, 32000 TIMEOUT", bench.heardLog());
    }

    @Test
    void timerFaloneOverTcp() {
        bye(TCP_HOP);
        bench.until(32_000);
        assertEquals("0 BYE", bench.sentLog());
        assertEquals("32000 TIMEOUT", bench.heardLog());
    }

    @Test
    void timerKsoaksUpRepeatedResponsesOverUdpAlone() {
        NonInviteClientTransaction transaction = bye(UDP_HOP);
        bench.until(10);
        bench.respond("BYE", 200);
        bench.respond("BYE", 200);
        bench.until(5_009);
        assertEquals(NonInviteClientTransaction.State.COMPLETED, transaction.state());
        bench.until(5_010);
        assertEquals(NonInviteClientTransaction.State.TERMINATED, transaction.state());
        assertEquals("10 200", bench.heardLog());

        NonInviteClientTransaction overTcp = bye(TCP_HOP);
        bench.respond("BYE", 200);
        assertEquals(NonInviteClientTransaction.State.TERMINATED, overTcp.state());
        assertEquals(0, bench.layer.clientTransactions());
    }

    @Test
    void ourViaIsOnTopWithABranchOfOursAndAsksForTheSourcePort() {
        bye(TCP_HOP);
        ViaHeader via = bench.lastRequest("BYE").headers().via();
        assertEquals("TCP", via.transport());
        assertEquals("gateway.example:5070", via.sentBy());
        assertTrue(via.branch().startsWith("z9hG4bKo3."), via.branch());
        assertTrue(via.asksForRport());
        bye(TCP_HOP);
        assertNotEquals(via.branch(), bench.lastRequest("BYE").headers().via().branch());
    }

    @Test
    void aResponseIsMatchedByBranchSentByAndMethod() {
        invite(UDP_HOP);
        SipRequest sent = bench.lastRequest("INVITE");
        Headers headers = answer(sent, 200).headers();
        ViaHeader via = headers.via();
        bench.receive(answer(sent, 200).with(headers.with(HeaderName.CSEQ, "7 BYE")), UDP_ARRIVAL);
        bench.receive(
                answer(sent, 200)
                        .with(headers.with(HeaderName.VIA, ViaHeader.of("UDP", "elsewhere", 5070, via.branch()))),
                UDP_ARRIVAL);
        bench.receive(
                answer(sent, 200)
                        .with(headers.with(HeaderName.VIA, ViaHeader.of("UDP", via.host(), 5070, "z9hG4bKother"))),
                UDP_ARRIVAL);
        bench.receive(
                answer(sent, 200).with(headers.append(HeaderName.VIA, "SIP/2.0/UDP behind.us;branch=z9hG4bKq")),
                UDP_ARRIVAL);
        assertEquals("", bench.heardLog());
        assertEquals(4, bench.layer.strayResponses());
        // The host's case, and what the peer adds, do not count.
        ViaHeader seen = new ViaHeader(
                "UDP", "GATEWAY.example", 5070, via.seenFrom("203.0.113.5", 999).parameters());
        bench.receive(answer(sent, 200).with(headers.with(HeaderName.VIA, seen)), UDP_ARRIVAL);
        assertEquals("0 200", bench.heardLog());
    }

    @Test
    void cancelIsHeldBackUntilAProvisionalResponse() {
        InviteClientTransaction transaction = invite(UDP_HOP);
        bench.until(100);
        transaction.cancel(Headers.NONE.with(HeaderName.REASON, "SIP;cause=200"), bench.now());
        bench.until(1_000);
        assertEquals("0 INVITE, 500 INVITE", bench.sentLog());
        bench.respond("INVITE", 100);
        SipRequest cancel = bench.lastRequest("CANCEL");
        SipRequest sent = bench.lastRequest("INVITE");
        assertEquals(sent.uri(), cancel.uri());
        assertEquals(sent.headers().via(), cancel.headers().via());
        assertEquals(sent.headers().routes(), cancel.headers().routes());
        assertEquals(sent.headers().to(), cancel.headers().to());
        assertEquals("7 CANCEL", cancel.headers().cseq().toString());
        assertEquals("SIP;cause=200", cancel.headers().first(HeaderName.REASON).orElseThrow());
        bench.respond("INVITE", 180);
        bench.respond("CANCEL", 200);
        bench.respond("INVITE", 487);
        bench.until(40_000);
        assertEquals("0 INVITE, 500 INVITE, 1000 CANCEL, 1000 ACK", bench.sentLog());
        assertEquals("1000 100, 1000 180, 1000 487", bench.heardLog());
        assertEquals(0, bench.deadlines.size());
    }

    @Test
    void aCancelledInviteWithoutAFinalResponseTimesOut64T1AfterTheCancel() {
        InviteClientTransaction transaction = invite(TCP_HOP);
        bench.respond("INVITE", 180);
        bench.until(1_000);
        transaction.cancel(bench.now());
        transaction.cancel(bench.now());
        bench.respond("CANCEL", 200);
        bench.until(32_999);
        assertEquals("0 180", bench.heardLog());
        bench.until(33_000);
        assertEquals("0 180, 33000 TIMEOUT", bench.heardLog());
        assertEquals("0 INVITE, 1000 CANCEL", bench.sentLog());
        assertEquals(0, bench.layer.clientTransactions());
    }

    @Test
    void cancelAfterAFinalResponseDoesNothing() {
        InviteClientTransaction transaction = invite(UDP_HOP);
        bench.respond("INVITE", 200);
        transaction.cancel(bench.now());
        assertEquals("0 INVITE", bench.sentLog());
    }

    @Test
    void a2xxThatCrossesTheCancelReachesTheUser() {
        InviteClientTransaction transaction = invite(UDP_HOP);
        bench.respond("INVITE", 180);
        transaction.cancel(bench.now());
        bench.respond("INVITE", 200);
        bench.respond("CANCEL", 481);
        assertEquals("0 180, 0 200", bench.heardLog());
        assertEquals(InviteClientTransaction.State.ACCEPTED, transaction.state());
    }

    @Test
    void aTransportErrorEndsWhatWaitsForThatHopAlone() {
        invite(TCP_HOP);
        bye(TCP_HOP);
        InviteClientTransaction elsewhere = invite(UDP_HOP);
        InviteClientTransaction ringing = invite(TCP_HOP);
        bench.respond("INVITE", 180);
        bench.layer.onTransportError(TCP_HOP, 5 * MS);
        assertEquals("0 180, 5 TRANSPORT_ERROR, 5 TRANSPORT_ERROR", bench.heardLog());
        assertEquals(InviteClientTransaction.State.CALLING, elsewhere.state());
        assertEquals(InviteClientTransaction.State.PROCEEDING, ringing.state());
        assertEquals(2, bench.layer.clientTransactions());
    }

    @Test
    void beyondTheLimitNothingIsSentAndTheHandlerHearsOfItAtTheNextDeadline() {
        Bench small = new Bench(new TransactionLimits(1, 1, 10));
        small.layer.send(ours("OPTIONS"), UDP_HOP, small.handler, 0);
        small.layer.send(ours("OPTIONS"), UDP_HOP, small.handler, 0);
        ClientRequest invite = small.layer.send(ours("INVITE"), UDP_HOP, small.handler, 0);
        invite.cancel(0);
        assertEquals("", small.heardLog());
        small.until(0);
        assertEquals("0 OVERLOAD, 0 OVERLOAD", small.heardLog());
        assertEquals("0 OPTIONS", small.sentLog());
        assertEquals(2, small.layer.refusedForOverload());
    }

    @Test
    void theAckForA2xxIsNoTransaction() {
        bench.layer.sendAck(ours("ACK"), bench.layer.newBranch(), UDP_HOP);
        bench.until(60_000);
        assertEquals("0 ACK", bench.sentLog());
        assertFalse(bench.lastRequest("ACK").headers().via().branch().isEmpty());
        assertEquals(0, bench.layer.clientTransactions());
    }
}
