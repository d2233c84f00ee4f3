package offhook.sip.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class HeadersTest {
    private static final Headers INVITE = Headers.NONE
            .append("v", "SIP/2.0/UDP [2001:db8::1]:5070;branch=z9hG4bKabc;rport, SIP/2.0/TCP far.example.org")
            .append("f", "\"A \\\"quoted\\\" name\" <sip:alice@example.com>;tag=1")
            .append("to", "<sip:bob@example.com>")
            .append("i", "a84b4c76e66710@pc33")
            .append("CSEQ", "314159 INVITE")
            .append("m", "<sip:alice@192.0.2.1:5060;transport=tcp>;q=0.7, sip:a@b.example")
            .append("max-forwards", "070")
            .append("c", "Application/SDP ; charset=utf-8")
            .append("Expires", "99999999999999999999");

    @Test
    void compactAndOddlySpelledNamesAreKeptLong() {
        assertEquals(
                List.of(
                        "Via",
                        "Via",
                        "From",
                        "To",
                        "Call-ID",
                        "CSeq",
                        "Contact",
                        "Contact",
                        "Max-Forwards",
                        "Content-Type",
                        "Expires"),
                INVITE.fields().stream().map(Headers.Field::name).toList());
    }

    @Test
    void viewsReadWhatStandsThere() {
        assertEquals("[2001:db8::1]:5070", INVITE.via().sentBy());
        assertTrue(INVITE.via().asksForRport());
        assertEquals(2, INVITE.vias().size());
        assertEquals("A \"quoted\" name", INVITE.from().displayName());
        assertEquals("1", INVITE.from().tag());
        assertEquals("", INVITE.to().tag());
        assertEquals(new CSeq(314159, "INVITE"), INVITE.cseq());
        assertEquals("0.7", INVITE.contacts().getFirst().parameters().value("Q"));
        assertEquals(70, INVITE.maxForwards().orElseThrow());
        assertEquals("application/sdp", INVITE.contentType().orElseThrow());
        assertEquals(Headers.MAX_SECONDS, INVITE.expires().orElseThrow());
    }

    @Test
    void aPrintedRequestIsReadBackTheSame() {
        SipRequest request = new SipRequest(
                "INVITE", SipUri.parse("sip:bob@example.com"), INVITE, "v=0\r\n".getBytes(StandardCharsets.UTF_8));
        byte[] bytes = request.toBytes();
        assertEquals(request, SipParser.parse(bytes, 0, bytes.length));
        SipMessage again = SipParser.parse(bytes, 0, bytes.length);
        assertArrayEquals(bytes, again.toBytes());
    }

    @Test
    void aLineBreakInAValueIsRefusedByTheHeadersName() {
        var refusal =
                assertThrows(IllegalArgumentException.class, () -> INVITE.with("Subject", "hello\r\nX-Injected: yes"));
        assertEquals("Subject: a line break inside", refusal.getMessage());
    }

    @Test
    void aNameCannotBringALineAlong() {
        for (String name : List.of("", "X Y", "X:", "X\r\nY", "Ж")) {
            assertThrows(IllegalArgumentException.class, () -> INVITE.append(name, "value"), name);
        }
    }

    @Test
    void aValueThatAViewCouldNotReadIsNotTakenIn() {
        assertEquals(
                "Contact: URI: no scheme",
                assertThrows(IllegalArgumentException.class, () -> INVITE.append("Contact", "<alice>"))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> INVITE.with("CSeq", "1"));
        assertThrows(IllegalArgumentException.class, () -> INVITE.with("Call-ID", "a b"));
        assertThrows(IllegalArgumentException.class, () -> INVITE.with("Content-Length", 5));
    }

    @Test
    void copiesKeepTheOrder() {
        Headers headers = Headers.NONE.append("X-A", "1").append("X-B", "2").append("X-a", "3");
        assertEquals(
                "X-A: 1\r\nX-B: 0\r\nX-B: 2\r\nX-a: 3\r\n",
                headers.prepend("X-B", "0").toString());
        assertEquals("X-A: 9\r\nX-B: 2\r\n", headers.with("X-A", 9).toString());
        assertEquals("X-B: 2\r\n", headers.without("X-A").toString());
        assertEquals("X-B: 2\r\nX-a: 3\r\n", headers.withoutFirst("X-A").toString());
        assertEquals(
                "X-C: 0\r\nX-A: 1\r\nX-B: 2\r\nX-a: 3\r\n",
                headers.prepend("X-C", "0").toString());
        assertEquals(
                "X-B: 2\r\nX-A: 7\r\n",
                headers.withAllOf("X-a", Headers.NONE.append("X-A", 7)).toString());
    }

    @Test
    void aTopmostViaIsPutBeforeTheOthersAndTakenOffAgain() {
        ViaHeader ours = ViaHeader.of("UDP", "192.0.2.9", 5070, "z9hG4bKnew");
        Headers sent = INVITE.prepend("Via", ours);
        assertEquals(ours, sent.via());
        assertEquals(3, sent.vias().size());
        assertEquals(INVITE, sent.withoutFirst("v"));
    }

    @Test
    void commaListsAreReadElementByElementAndKeptLineByLine() {
        Headers headers = Headers.NONE
                .append("k", "timer, 100rel")
                .append("Supported", "path")
                .append("Allow", "");
        assertEquals(List.of("timer", "100rel", "path"), headers.all("supported"));
        assertTrue(headers.lists("Supported", "100REL"));
        assertEquals(List.of(), headers.all("Allow"));
        Headers challenge = Headers.NONE.append("WWW-Authenticate", "Digest realm=\"a\", nonce=\"b\"");
        assertEquals(1, challenge.all("WWW-Authenticate").size());
    }

    @Test
    void secondsAreMadeFitToUse() {
        assertEquals(60, Headers.readSeconds("60"));
        assertEquals(0, Headers.readSeconds("0"));
        assertEquals(18000, Headers.readSeconds("18000;duration=3600"));
        assertEquals(120, Headers.readSeconds("120 (I'm in a meeting)"));
        assertEquals(Headers.DEFAULT_EXPIRES_SECONDS, Headers.readSeconds(""));
        assertEquals(Headers.DEFAULT_EXPIRES_SECONDS, Headers.readSeconds("-1"));
        assertEquals(Headers.DEFAULT_EXPIRES_SECONDS, Headers.readSeconds("1h"));
    }

    @Test
    void aStarIsNoContact() {
        Headers star = Headers.NONE.append("m", "*");
        assertTrue(star.contactIsStar());
        assertEquals(List.of(), star.contacts());
    }

    @Test
    void aMissingMandatoryHeaderIsNamed() {
        var missing = assertThrows(NoSuchElementException.class, Headers.NONE::callId);
        assertEquals("the message has no Call-ID header", missing.getMessage());
    }

    @Test
    void aViaTellsWhereItWasSeenFrom() {
        ViaHeader via =
                ViaHeader.parse("SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx").seenFrom("192.0.2.1", 9988);
        assertEquals("SIP/2.0/UDP 10.0.0.1;rport=9988;branch=z9hG4bKx;received=192.0.2.1", via.toString());
        assertEquals(9988, via.rport().orElseThrow());
        assertEquals("192.0.2.1", via.received());
        assertTrue(via.hasUniqueBranch());
    }
}
