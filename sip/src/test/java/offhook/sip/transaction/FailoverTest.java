package offhook.sip.transaction;

import static offhook.sip.transaction.Bench.MS;
import static offhook.sip.transaction.Bench.UDP_ARRIVAL;
import static offhook.sip.transaction.Bench.answer;
import static offhook.sip.transaction.Bench.ours;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.junit.jupiter.api.Test;

/** From one target to the next (RFC 3263 section 4.3), in virtual time; times are in milliseconds. */
class FailoverTest {
    private static final Hop NAME = Hop.open("pbx.example", 0);
    private static final Hop FIRST = target(Transport.UDP, "192.0.2.1", 5060);
    private static final Hop SECOND = target(Transport.TCP, "192.0.2.2", 5080);
    private static final Hop THIRD = target(Transport.UDP, "2001:db8::3", 5060);

    private final Deadlines deadlines = new Deadlines();
    private final List<Hop> asked = new ArrayList<>();
    private final List<Hop> avoided = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private final List<SipRequest> requests = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private long nowMillis;

    private final TransactionLayer layer = new TransactionLayer(
            new Tokens("o3.", new Random(1)),
            target -> new SentBy(target.isIpv6() ? "[2001:db8::9]" : "192.0.2.9", 5070),
            TimerSettings.DEFAULT,
            TransactionLimits.DEFAULT,
            deadlines,
            new TransactionLayer.Outbox() {
                @Override
                public void send(Hop hop, byte[] message) {
                    SipMessage parsed = Bench.parse(message);
                    requests.add((SipRequest) parsed);
                    sent.add(nowMillis + " " + ((SipRequest) parsed).method() + " " + hop.host());
                }

                @Override
                public void reply(Arrival to, byte[] message) {}

                @Override
                public boolean locate(Hop hop) {
                    asked.add(hop);
                    return true;
                }

                @Override
                public void avoid(Hop target) {
                    avoided.add(target);
                }
            },
            new TransactionLayer.RequestHandler() {
                @Override
                public void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos) {}

                @Override
                public void onAck(SipRequest ack, Arrival from, long nowNanos) {}
            });

    private final TransactionLayer.ResponseHandler handler = new TransactionLayer.ResponseHandler() {
        @Override
        public void onResponse(SipResponse response, long nowNanos) {
            heard.add(nowNanos / MS + " " + response.status());
        }

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {
            heard.add(nowNanos / MS + " " + failure);
        }
    };

    private static Hop target(Transport transport, String address, int port) {
        return NAME.at(transport, InetAddress.ofLiteral(address), port);
    }

    private ClientRequest send(String method, Hop... targets) {
        ClientRequest request = layer.send(ours(method), NAME, handler, now());
        layer.onLocated(NAME, List.of(targets), now());
        return request;
    }

    private long now() {
        return nowMillis * MS;
    }

    private void until(long millis) {
        while (deadlines.deadlineNanos() <= millis * MS) {
            nowMillis = deadlines.deadlineNanos() / MS;
            deadlines.onDeadline(now());
        }
        nowMillis = millis;
    }

    private void respond(SipRequest request, int status) {
        layer.onMessage(answer(request, status), UDP_ARRIVAL, now());
    }

    /** The last request of a method that went to a target. */
    private SipRequest last(String method, Hop target) {
        for (int i = sent.size() - 1; i >= 0; i--) {
            if (sent.get(i).endsWith(" " + method + " " + target.host())) {
                return requests.get(i);
            }
        }
        throw new AssertionError(method + " never went to " + target + ": " + sent);
    }

    private void assertQuiet() {
        until(nowMillis + 100_000);
        assertEquals(0, layer.clientTransactions());
        assertEquals(Long.MAX_VALUE, deadlines.deadlineNanos());
    }

    @Test
    void aNameIsLookedUpFirstAndAnAddressIsNot() {
        ClientRequest request = layer.send(ours("OPTIONS"), NAME, handler, 0);
        assertEquals(List.of(NAME), asked);
        assertEquals(List.of(), sent);
        assertEquals(NAME, request.target());
        layer.onLocated(NAME, List.of(FIRST), 0);
        assertEquals(List.of("0 OPTIONS 192.0.2.1"), sent);
        assertEquals(FIRST, request.target());
        layer.send(ours("OPTIONS"), THIRD, handler, 0);
        assertEquals(1, asked.size());
        assertEquals("[2001:db8::9]", requests.getLast().headers().via().host());
    }

    @Test
    void aTargetThatSaysNothingIsPassedOverAfterFourSeconds() {
        send("REGISTER", FIRST, SECOND);
        until(4_000);
        assertEquals(
                List.of(
                        "0 REGISTER 192.0.2.1",
                        "500 REGISTER 192.0.2.1",
                        "1500 REGISTER 192.0.2.1",
                        "3500 REGISTER 192.0.2.1",
                        "4000 REGISTER 192.0.2.2"),
                sent);
        assertEquals(List.of(FIRST), avoided);
        SipRequest second = requests.getLast();
        assertNotEquals(
                requests.getFirst().headers().via().branch(),
                second.headers().via().branch());
        assertEquals("TCP", second.headers().via().transport());
        assertEquals(requests.getFirst().headers().cseq(), second.headers().cseq());
        respond(requests.getFirst(), 200);
        assertEquals(List.of(), heard, "who was passed over is not heard any more");
        respond(second, 200);
        assertEquals(List.of("4000 200"), heard);
        assertQuiet();
    }

    @Test
    void theLastTargetHasAllTheTimeOfTheRfc() {
        send("REGISTER", FIRST, SECOND);
        until(35_999);
        assertEquals(List.of(), heard);
        until(36_000);
        assertEquals(List.of("36000 TIMEOUT"), heard);
        assertEquals(List.of(FIRST, SECOND), avoided);
        assertQuiet();
    }

    @Test
    void whereThereIsNoWayTheNextIsTriedAtOnce() {
        send("INVITE", FIRST, SECOND, THIRD);
        layer.onTransportError(FIRST, now());
        layer.onTransportError(SECOND, now());
        assertEquals(List.of("0 INVITE 192.0.2.1", "0 INVITE 192.0.2.2", "0 INVITE 2001:db8:0:0:0:0:0:3"), sent);
        layer.onTransportError(THIRD, now());
        assertEquals(List.of("0 TRANSPORT_ERROR"), heard);
        assertEquals(List.of(FIRST, SECOND, THIRD), avoided);
        assertQuiet();
    }

    @Test
    void a503IsAcknowledgedAndTheNextIsTried() {
        send("INVITE", FIRST, SECOND);
        respond(requests.getFirst(), 100);
        respond(requests.getFirst(), 503);
        assertEquals(List.of("0 INVITE 192.0.2.1", "0 ACK 192.0.2.1", "0 INVITE 192.0.2.2"), sent);
        respond(requests.getFirst(), 503);
        assertEquals("0 ACK 192.0.2.1", sent.getLast(), "a 503 that comes again gets its ACK again");
        respond(last("INVITE", SECOND), 503);
        assertEquals(List.of("0 100", "0 503"), heard, "the last target's word is the answer");
        assertQuiet();
    }

    @Test
    void aPhoneThatRangIsNotPassedOverForIts503() {
        send("INVITE", FIRST, SECOND);
        respond(requests.getFirst(), 180);
        until(60_000);
        respond(requests.getFirst(), 503);
        assertEquals(List.of("0 180", "60000 503"), heard);
        assertQuiet();
    }

    @Test
    void cancelGoesWhereTheInviteWent() {
        ClientRequest invite = send("INVITE", FIRST, SECOND);
        layer.onTransportError(FIRST, now());
        respond(last("INVITE", SECOND), 100);
        invite.cancel(now());
        assertEquals("0 CANCEL 192.0.2.2", sent.getLast());
        assertEquals(
                last("INVITE", SECOND).headers().via().branch(),
                requests.getLast().headers().via().branch());
        respond(last("INVITE", SECOND), 487);
        assertEquals("0 ACK 192.0.2.2", sent.getLast());
        assertEquals(List.of("0 100", "0 487"), heard);
    }

    @Test
    void whoGaveUpIsNotCarriedOnToTheNextTarget() {
        ClientRequest invite = send("INVITE", FIRST, SECOND);
        invite.cancel(now());
        until(40_000);
        assertEquals(List.of("32000 TIMEOUT"), heard);
        assertTrue(sent.stream().noneMatch(line -> line.endsWith(SECOND.host())), sent::toString);
        assertQuiet();
    }

    @Test
    void givenUpBeforeItsTargetsAreKnownNothingIsEverSent() {
        ClientRequest invite = layer.send(ours("INVITE"), NAME, handler, 0);
        invite.cancel(0);
        assertEquals(List.of(), heard, "not from within the call");
        until(0);
        layer.onLocated(NAME, List.of(FIRST), 0);
        assertEquals(List.of("0 TIMEOUT"), heard);
        assertEquals(List.of(), sent);
        assertQuiet();
    }

    @Test
    void aTargetThatWakesUpTooLateIsCancelled() {
        send("INVITE", FIRST, SECOND);
        until(5_000);
        respond(requests.getFirst(), 180);
        assertEquals("5000 CANCEL 192.0.2.1", sent.getLast());
        respond(requests.getFirst(), 487);
        respond(last("INVITE", SECOND), 200);
        assertEquals(List.of("5000 200"), heard);
        assertQuiet();
    }

    @Test
    void aLateAnswerWinsAndTheOtherTargetIsCancelled() {
        send("INVITE", FIRST, SECOND);
        until(5_000);
        respond(last("INVITE", SECOND), 180);
        respond(requests.getFirst(), 200);
        assertEquals("5000 CANCEL 192.0.2.2", sent.getLast());
        respond(last("INVITE", SECOND), 487);
        respond(requests.getFirst(), 200);
        assertEquals(
                List.of("5000 180", "5000 200", "5000 200"), heard, "each 2xx wants its ACK, and no 487 undoes it");
        assertQuiet();
    }

    @Test
    void aNameWithoutTargetsIsNoWayAndOneThatIsNeverAnsweredATimeout() {
        send("REGISTER");
        assertEquals(List.of("0 TRANSPORT_ERROR"), heard);
        layer.send(ours("REGISTER"), NAME, handler, now());
        until(32_000);
        assertEquals(List.of("0 TRANSPORT_ERROR", "32000 TIMEOUT"), heard);
        layer.onLocated(NAME, List.of(FIRST), now());
        assertEquals(List.of(), sent);
        assertQuiet();
    }

    @Test
    void theAckOfA2xxIsLookedUpToo() {
        layer.sendAck(ours("ACK"), layer.newBranch(), NAME);
        assertEquals(List.of(), sent);
        layer.onLocated(NAME, List.of(SECOND, FIRST), 0);
        assertEquals(List.of("0 ACK 192.0.2.2"), sent);
        assertEquals("TCP", requests.getLast().headers().via().transport());
    }
}
