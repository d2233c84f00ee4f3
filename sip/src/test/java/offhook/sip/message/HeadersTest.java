package offhook.sip.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
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
}
