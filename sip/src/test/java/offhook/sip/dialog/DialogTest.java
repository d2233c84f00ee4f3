package offhook.sip.dialog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import offhook.sip.message.HeaderName;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipParser;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Hop;
import org.junit.jupiter.api.Test;

/** RFC 3261 section 12, and the examples of section 16.12.1 on routing. */
class DialogTest {
    private static SipMessage message(String text) {
        byte[] bytes = (text.stripIndent().strip().replace("\n", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
        return SipParser.parse(bytes, 0, bytes.length);
    }

    private static SipRequest invite() {
        return (SipRequest) message("""
                INVITE sip:callee@domain.example SIP/2.0
                Via: SIP/2.0/UDP u1.example.com;branch=z9hG4bKu1
                Contact: <sip:caller@u1.example.com>
                From: "Caller" <sip:caller@example.com>;tag=u1
                To: <sip:callee@domain.example>
                Call-ID: c1
                CSeq: 31 INVITE
                Max-Forwards: 70
                Authorization: Digest username="caller"
                Proxy-Authorization: Digest username="caller", realm="p1"
                """);
    }

    private static SipResponse response(int status, String recordRoutes, String contact) {
        return (SipResponse) message("""
                SIP/2.0 %d Whatever
                Via: SIP/2.0/UDP u1.example.com;branch=z9hG4bKu1
                %sFrom: "Caller" <sip:caller@example.com>;tag=u1
                To: <sip:callee@domain.example>;tag=u2
                Call-ID: c1
                CSeq: 31 INVITE
                Contact: <%s>
                """.formatted(status, recordRoutes, contact));
    }

    private static List<String> routes(SipRequest request) {
        return request.headers().all(HeaderName.ROUTE);
    }

    @Test
    void looseRoutersStandInRouteAndThePeerInTheRequestUri() {
        Dialog dialog = Dialog.ofResponse(
                invite(),
                response(
                        200,
                        "Record-Route: <sip:p2.domain.example;lr>\nRecord-Route: <sip:p1.example.com:5070;lr>\n",
                        "sip:callee@u2.domain.example"));
        SipRequest bye = dialog.request("BYE");
        assertEquals("sip:callee@u2.domain.example", bye.uri().toString());
        assertEquals(List.of("<sip:p1.example.com:5070;lr>", "<sip:p2.domain.example;lr>"), routes(bye));
        assertEquals(Hop.open("p1.example.com", 5070), dialog.nextHop());
    }

    @Test
    void aStrictRouterStandsInTheRequestUriAndThePeerLastInRoute() {
        Dialog dialog = Dialog.ofResponse(
                invite(),
                response(
                        200,
                        "Record-Route: <sip:p2.domain.example;lr>\nRecord-Route: <sip:p1.example.com;method=BYE>\n",
                        "sip:callee@u2.domain.example"));
        SipRequest bye = dialog.request("BYE");
        assertEquals("sip:p1.example.com", bye.uri().toString());
        assertEquals(List.of("<sip:p2.domain.example;lr>", "<sip:callee@u2.domain.example>"), routes(bye));
        assertEquals("p1.example.com", dialog.nextHop().host());
    }

    @Test
    void theRouteOfThe2xxCountsAndNotThatOfThe1xx() {
        Dialog dialog = Dialog.ofResponse(
                invite(), response(180, "Record-Route: <sip:early.example;lr>\n", "sip:early@u2.example"));
        assertFalse(dialog.confirmed());
        dialog.confirm(response(200, "", "sip:late@u2.example"));
        assertTrue(dialog.confirmed());
        assertEquals(List.of(), dialog.routeSet());
        assertEquals(Hop.open("u2.example", 0), dialog.nextHop());
        assertEquals("sip:late@u2.example", dialog.request("INFO").uri().toString());
    }

    @Test
    void requestsAreNumberedOnwardsFromTheInvite() {
        Dialog dialog = Dialog.ofResponse(invite(), response(200, "", "sip:callee@u2.example"));
        SipRequest info = dialog.request("INFO");
        assertEquals("32 INFO", info.headers().cseq().toString());
        assertEquals("33 INFO", dialog.again(info).headers().cseq().toString());
        assertEquals("34 BYE", dialog.request("BYE").headers().cseq().toString());
        assertEquals(
                "\"Caller\" <sip:caller@example.com>;tag=u1",
                info.headers().from().toString());
        assertEquals("u2", info.headers().to().tag());
        assertEquals("c1", info.headers().callId());
        assertEquals(new DialogId("c1", "u1", "u2"), dialog.id());
    }

    @Test
    void theAckHasTheInvitesNumberAndCredentials() {
        Dialog dialog = Dialog.ofResponse(invite(), response(200, "", "sip:callee@u2.example"));
        dialog.request("INFO");
        SipRequest ack = dialog.ack(invite());
        assertEquals("31 ACK", ack.headers().cseq().toString());
        assertEquals(
                "Digest username=\"caller\"",
                ack.headers().first(HeaderName.AUTHORIZATION).orElseThrow());
        assertTrue(ack.headers().has(HeaderName.PROXY_AUTHORIZATION));
        assertFalse(ack.headers().has(HeaderName.CONTACT));
    }

    @Test
    void onlyTargetRefreshRequestsCarryOurContact() {
        Dialog dialog = Dialog.ofResponse(invite(), response(200, "", "sip:callee@u2.example"));
        for (String method : List.of("INVITE", "UPDATE", "REFER", "SUBSCRIBE")) {
            assertEquals(
                    "<sip:caller@u1.example.com>",
                    dialog.request(method).headers().first(HeaderName.CONTACT).orElseThrow());
        }
        assertFalse(dialog.request("INFO").headers().has(HeaderName.CONTACT));
    }

    @Test
    void theCalledSideTakesTheRouteInOrderAndStartsItsOwnNumbers() {
        SipRequest invite = invite();
        SipRequest routed = invite.with(invite.headers()
                .append(HeaderName.RECORD_ROUTE, "<sip:p2.example;lr>")
                .append(HeaderName.RECORD_ROUTE, "<sip:p1.example;lr>"));
        Dialog dialog = Dialog.ofRequest(routed, "mine", NameAddress.of(SipUri.parse("sip:callee@here.example")));
        SipRequest bye = dialog.request("BYE");
        assertEquals(List.of("<sip:p2.example;lr>", "<sip:p1.example;lr>"), routes(bye));
        assertEquals("sip:caller@u1.example.com", bye.uri().toString());
        assertEquals(
                "<sip:callee@domain.example>;tag=mine", bye.headers().from().toString());
        assertEquals("u1", bye.headers().to().tag());
        assertEquals("1 BYE", bye.headers().cseq().toString());
        assertEquals(new DialogId("c1", "mine", "u1"), dialog.id());
    }

    @Test
    void whatComesMustBeNumberedUpwards() {
        Dialog dialog = Dialog.ofRequest(invite(), "mine", NameAddress.of(SipUri.parse("sip:callee@here.example")));
        SipRequest older = invite().with(invite().headers().with(HeaderName.CSEQ, "30 INFO"));
        SipRequest newer = invite().with(invite().headers().with(HeaderName.CSEQ, "40 INFO"));
        assertFalse(dialog.inOrder(older));
        assertTrue(dialog.inOrder(newer));
        assertFalse(dialog.inOrder(invite()));
    }

    @Test
    void addressesThatAreNotSipAreNotFollowed() {
        Dialog dialog = Dialog.ofResponse(invite(), response(200, "Record-Route: <tel:+4930>\n", "tel:+49301"));
        assertEquals(List.of(), dialog.routeSet());
        assertEquals("sip:callee@domain.example", dialog.remoteTarget().toString());
        dialog.refreshTarget(response(200, "", "sip:moved@u2.example"));
        assertEquals("sip:moved@u2.example", dialog.remoteTarget().toString());
    }
}
