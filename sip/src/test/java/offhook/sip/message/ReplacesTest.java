package offhook.sip.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Replaces, Refer-To with a Replaces inside, message/sipfrag, P-Asserted-Identity. */
class ReplacesTest {
    @Test
    void itIsReadAndPrinted() {
        Replaces replaces = Replaces.parse("425928@phone.example.org ; to-tag=7743;from-tag=6472");
        assertEquals(new Replaces("425928@phone.example.org", "7743", "6472", false), replaces);
        assertEquals("425928@phone.example.org;to-tag=7743;from-tag=6472", replaces.toString());
        assertTrue(Replaces.parse("a;from-tag=c;to-tag=b;early-only").earlyOnly());
        assertEquals("a;to-tag=b;from-tag=c;early-only", new Replaces("a", "b", "c", true).toString());
    }

    @Test
    void whatIsMissingOrNotAWordIsRefused() {
        for (String bad : new String[] {
            "",
            "a",
            "a;to-tag=b",
            "a;from-tag=b",
            "a b;to-tag=b;from-tag=c",
            "a;to-tag=b;from-tag=\"c d\"",
            "a;to-tag;from-tag=c",
            "a\r\nX: 1;to-tag=b;from-tag=c",
            "a;to-tag=b;from-tag=" + "c".repeat(Replaces.MAX_LENGTH)
        }) {
            assertThrows(SipSyntaxException.class, () -> Replaces.parse(bad), bad);
        }
    }

    @Test
    void aReferToCarriesItEscapedAndNothingElseIsTaken() {
        Replaces replaces = new Replaces("call@host", "b", "c", false);
        SipUri target = SipUri.parse("sip:bob@10.0.0.1:5070;transport=tcp").withHeader("Replaces", replaces.toString());
        assertEquals(
                "sip:bob@10.0.0.1:5070;transport=tcp?Replaces=call%40host%3Bto-tag%3Db%3Bfrom-tag%3Dc",
                target.toString());
        SipUri read = NameAddress.parse("<" + target + ">").uri();
        assertEquals(Optional.of(replaces), Replaces.in(read));
        assertEquals("sip:bob@10.0.0.1:5070;transport=tcp", read.asRequestUri().toString());
        assertEquals(Optional.empty(), Replaces.in(SipUri.parse("sip:bob@x?Subject=Replaces%3Da")));
        assertEquals(
                Optional.of("x y"), SipUri.parse("sip:b@x?a=1&subject=x%20y").header("Subject"));
    }

    private static Optional<StatusLine> fragment(String text) {
        return StatusLine.ofFragment(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theStatusLineOfAFragmentIsRead() {
        assertEquals(Optional.of(new StatusLine(180, "Ringing")), fragment("SIP/2.0 180 Ringing\r\nTo: x\r\n\r\n"));
        assertEquals(Optional.of(new StatusLine(200, "OK")), fragment("\r\nsip/2.0 200 OK"));
        assertEquals(Optional.of(new StatusLine(486, "")), fragment("SIP/2.0 486"));
        assertEquals(Optional.of(new StatusLine(486, "")), fragment("SIP/2.0 486 \n"));
        assertEquals(
                StatusLine.MAX_REASON_LENGTH,
                fragment("SIP/2.0 500 " + "x".repeat(1_000))
                        .orElseThrow()
                        .reason()
                        .length(),
                1);
        for (String bad :
                new String[] {"", "200 OK", "SIP/2.0 20", "SIP/2.0 2000", "SIP/2.0 700 X", "SIP/2.0 abc", "INVITE"}) {
            assertEquals(Optional.empty(), fragment(bad), bad);
        }
        assertEquals("SIP/2.0 603 Decline\r\n", new String(StatusLine.of(603).toFragment(), StandardCharsets.UTF_8));
    }

    @Test
    void theAssertedIdentityIsTheFirstThatNamesSomebody() {
        assertEquals(Optional.empty(), Headers.NONE.assertedIdentity());
        Headers headers = Headers.NONE
                .append("P-Asserted-Identity", "<nonsense")
                .append("P-Asserted-Identity", "<http://x>, \"Ann, Ltd\" <tel:+4930123>")
                .append("P-Asserted-Identity", "<sip:b@x>");
        NameAddress identity = headers.assertedIdentity().orElseThrow();
        assertEquals("Ann, Ltd", identity.displayName());
        assertEquals("tel:+4930123", identity.uri().toString());
    }

    @Test
    void wordsWithParametersAreReadOrLeft() {
        Headers headers = Headers.NONE.append("Event", "refer;id=93809824").append("Subscription-State", ";;");
        assertEquals(
                "93809824",
                headers.parameterized("o").orElseThrow().parameters().value("id"));
        assertEquals(Optional.empty(), headers.parameterized("Subscription-State"));
        assertEquals(Optional.empty(), headers.parameterized("Session-Expires"));
    }
}
