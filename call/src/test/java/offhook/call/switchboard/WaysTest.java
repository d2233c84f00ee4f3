package offhook.call.switchboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import offhook.call.Account;
import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.call.offer.MediaEncryption;
import offhook.sip.message.SipRequest;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.Test;

/** By which ways a user reaches its telephone system, and what it hears when there is none. */
class WaysTest {
    private static final Hop PBX = new Hop(Transport.UDP, "203.0.113.5", 5060);
    private static final Hop NAME = new Hop(Transport.TLS, "pbx.example", 0);

    private final Bench bench = new Bench();

    private static Account account(Hop registrar, boolean register) {
        return new Account("1000", "1000", "secret", "pbx.example", registrar, "", register, MediaEncryption.OFF);
    }

    private void accept(String further) {
        String ok = bench.response(bench.lastRequest("REGISTER"), 200, "r", "");
        bench.receive(ok.replace("Contact:", further + "Contact:"));
    }

    private static Hop located(String address) {
        return NAME.at(Transport.TLS, InetAddress.ofLiteral(address), 5061);
    }

    @Test
    void aRegistrarIsLookedUpAndItsTargetsAreTriedInTurn() {
        bench.located = true;
        bench.switchboard.open(Bench.AGENT, account(NAME, true), 0);
        assertEquals(List.of(NAME), bench.asked);
        assertEquals(List.of(), bench.sent);
        bench.switchboard.onSipLocated(NAME, List.of(located("192.0.2.51"), located("2001:db8::52")), 0);
        SipRequest first = bench.lastRequest("REGISTER");
        assertEquals("192.0.2.1:5071", first.headers().via().sentBy());
        assertTrue(first.headers().contacts().getFirst().uri().toString().endsWith("@192.0.2.1:5071;ob;transport=tls"));
        bench.switchboard.onSipFailure(located("192.0.2.51"), "no connection", 0);
        SipRequest second = bench.lastRequest("REGISTER");
        assertEquals(
                "[2001:db8::1]:5071", second.headers().via().sentBy().replace("2001:db8:0:0:0:0:0:1", "2001:db8::1"));
        assertEquals(located("2001:db8::52"), bench.hops.getLast());
        accept("");
        assertEquals(1, bench.told(Bench.AGENT, AgentEvent.Registered.class).size());
    }

    @Test
    void whyNobodyIsReachedIsToldInWords() {
        bench.located = true;
        bench.switchboard.open(Bench.AGENT, account(NAME, true), 0);
        bench.switchboard.onSipNotLocated(NAME, "the name pbx.example has no address", 0);
        AgentEvent.RegistrationFailed failed = bench.event(AgentEvent.RegistrationFailed.class);
        assertEquals(EndReason.TRANSPORT_ERROR, failed.reason());
        assertEquals("The telephone system cannot be reached. (the name pbx.example has no address)", failed.text());
        assertTrue(failed.retrying());
        bench.dial("call");
        bench.switchboard.onSipLocated(NAME, List.of(located("192.0.2.51")), 0);
        bench.switchboard.onSipFailure(located("192.0.2.51"), "the certificate of pbx.example has expired", 0);
        assertEquals(
                "The telephone system cannot be reached. (the certificate of pbx.example has expired)",
                bench.event(AgentEvent.Ended.class).ending().text());
    }

    @Test
    void theWayToARegistrarIsKeptOpenOnceForAllWhoShareItAndNoLonger() {
        bench.switchboard.open("one", account(PBX, true), 0);
        accept("");
        bench.switchboard.open(
                "two", new Account("1001", "", "x", "pbx.example", PBX, "", true, MediaEncryption.OFF), 0);
        accept("");
        bench.pass(3 * Bench.KEEP_ALIVE_NANOS);
        assertEquals(List.of(PBX, PBX, PBX), bench.kept);
        bench.switchboard.close("one", bench.now);
        accept("");
        bench.switchboard.close("two", bench.now);
        accept("");
        bench.pass(10 * Bench.KEEP_ALIVE_NANOS);
        assertEquals(3, bench.kept.size());
        assertEquals(0, bench.switchboard.agents());
    }

    @Test
    void whoRegisteredOverALostConnectionRegistersAgainAndNobodyElse() {
        Hop tcp = new Hop(Transport.TCP, "203.0.113.5", 5060);
        bench.switchboard.open(Bench.AGENT, account(tcp, true), 0);
        accept("");
        bench.switchboard.onSipFlowLost(Transport.TCP, Bench.address("203.0.113.6", 5060), bench.now);
        bench.switchboard.onSipFlowLost(Transport.UDP, Bench.address("203.0.113.5", 5060), bench.now);
        bench.pass(10_000_000_000L);
        assertEquals(1, bench.requests("REGISTER"));
        bench.switchboard.onSipFlowLost(Transport.TCP, Bench.address("203.0.113.5", 5060), bench.now);
        bench.pass(2_000_000_000L);
        assertEquals(2, bench.requests("REGISTER"));
        assertEquals(
                0, bench.told(Bench.AGENT, AgentEvent.RegistrationFailed.class).size());
    }

    @Test
    void aServiceRouteIsFollowedAndAnOutboundProxyComesBeforeIt() {
        bench.switchboard.open(Bench.AGENT, account(new Hop(Transport.UDP, "pbx.example", 0), true), 0);
        accept("Service-Route: <sip:192.0.2.77:5088;lr>\r\n");
        bench.dial("direct");
        assertEquals(
                "<sip:192.0.2.77:5088;lr>",
                bench.lastRequest("INVITE").headers().first("Route").orElseThrow());
        assertEquals("192.0.2.77", bench.hops.getLast().host());

        Bench proxied = new Bench();
        proxied.switchboard.open(Bench.AGENT, account(PBX, true), 0);
        String ok = proxied.response(proxied.lastRequest("REGISTER"), 200, "r", "");
        proxied.receive(ok.replace("Contact:", "Service-Route: <sip:192.0.2.77:5088;lr>\r\nContact:"));
        proxied.dial("proxied");
        assertEquals(
                "<sip:192.0.2.77:5088;lr>",
                proxied.lastRequest("INVITE").headers().first("Route").orElseThrow());
        assertEquals(PBX, proxied.hops.getLast());
    }

    @Test
    void aPeerIsToldTheAddressOfItsOwnFamily() {
        Hop ipv6 = new Hop(Transport.UDP, "2001:db8::5", 5060);
        bench.switchboard.open(Bench.AGENT, account(ipv6, false), 0);
        bench.dial("six");
        SipRequest invite = bench.lastRequest("INVITE");
        String own = "[" + InetAddress.ofLiteral("2001:db8::1").getHostAddress() + "]:5070";
        assertEquals(own, invite.headers().via().sentBy());
        assertTrue(invite.headers().contacts().getFirst().uri().toString().endsWith(own));
        assertTrue(new String(invite.body(), java.nio.charset.StandardCharsets.UTF_8).contains("c=IN IP6 2001:db8:"));

        Bench four = new Bench();
        four.switchboard.open(Bench.AGENT, account(PBX, false), 0);
        four.dial("four");
        assertEquals(
                "192.0.2.1:5070", four.lastRequest("INVITE").headers().via().sentBy());
        assertTrue(new String(four.lastRequest("INVITE").body(), java.nio.charset.StandardCharsets.UTF_8)
                .contains("c=IN IP4 192.0.2.1"));
    }
}
