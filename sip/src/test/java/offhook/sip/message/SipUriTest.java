package offhook.sip.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SipUriTest {
    /** RFC 3261 19.1.4. */
    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '\0', textBlock = """
            sip:%61lice@atlanta.com;transport=TCP sip:alice@AtLanTa.CoM;Transport=tcp
            sip:carol@chicago.com sip:carol@chicago.com;newparam=5
            sip:carol@chicago.com sip:carol@chicago.com;security=on
            sip:carol@chicago.com;newparam=5 sip:carol@chicago.com;security=on
            sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com
            sip:alice@atlanta.com?subject=project%20x&priority=urgent sip:alice@atlanta.com?priority=urgent&subject=project%20x
            sip:a%3bb@host sip:a%3Bb@host
            SIP:a@host;lr sip:a@HOST
            """)
    void urisThatMeanTheSameMatch(String one, String other) {
        assertTrue(SipUri.parse(one).matches(SipUri.parse(other)));
        assertTrue(SipUri.parse(other).matches(SipUri.parse(one)));
    }

    /** RFC 3261 19.1.4. */
    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '\0', textBlock = """
            SIP:ALICE@AtLanTa.CoM;Transport=udp sip:alice@AtLanTa.CoM;Transport=UDP
            sip:bob@biloxi.com sip:bob@biloxi.com:5060
            sip:bob@biloxi.com sip:bob@biloxi.com;transport=udp
            sip:bob@biloxi.com sip:bob@biloxi.com:6000;transport=tcp
            sip:carol@chicago.com sip:carol@chicago.com?Subject=next%20meeting
            sip:bob@phone21.boxesbybob.com sip:bob@192.0.2.4
            sip:carol@chicago.com;security=on sip:carol@chicago.com;security=off
            sip:a@host sips:a@host
            sip:a;b@host sip:a%3Bb@host
            sip:a@host sip:a:@host
            sip:a@host tel:123
            """)
    void urisThatMeanDifferentThingsDoNotMatch(String one, String other) {
        assertFalse(SipUri.parse(one).matches(SipUri.parse(other)));
        assertFalse(SipUri.parse(other).matches(SipUri.parse(one)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sip:alice@example.com",
                "sips:alice:secret@example.com:5061;transport=tcp;lr?Subject=a%20b&x=",
                "sip:[2001:db8::1]:5070",
                "sip:+49-30(1)@192.0.2.1;user=phone",
                "tel:+1-201-555-0123;ext=5",
                "sip:a;b;c=d?e@host;x",
                "urn:service:sos"
            })
    void printingGivesBackWhatWasRead(String text) {
        assertEquals(text, SipUri.parse(text).toString());
        assertEquals(SipUri.parse(text), SipUri.parse(SipUri.parse(text).toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sip:",
                ":a@b",
                "sip:@host",
                "sip:a@",
                "sip:a@b@c",
                "sip:a b@host",
                "sip:a@ho st",
                "sip:a@host:0x",
                "sip:a@host:",
                "sip:a@host:65536",
                "sip:a%4@host",
                "sip:a%gg@host",
                "sip:a@[::1",
                "sip:a@[1]",
                "sip:a@[g::1]",
                "sip:a@host;=x",
                "sip:a@host;x=",
                "sip:a@host;x=\"y\"",
                "sip:a@host\r\n",
                "sip:a<@host",
                "1sip:a@host",
                "tel:",
                "http://a b",
                "sip:a@host?<x>",
                "<sip:a@host>",
                "sip:a@::1"
            })
    void whatIsNoUriIsRefused(String text) {
        var refusal = assertThrows(SipSyntaxException.class, () -> SipUri.parse(text));
        assertEquals(400, refusal.status());
    }

    @Test
    void aUserInPlainCharactersIsEscapedAsNeeded() {
        SipUri uri = SipUri.of("Анна @#%\"", "example.com");
        assertEquals("sip:%D0%90%D0%BD%D0%BD%D0%B0%20%40%23%25%22@example.com", uri.toString());
        assertEquals("Анна @#%\"", uri.user());
        assertEquals(uri, SipUri.parse(uri.toString()));
    }

    @Test
    void aStarCodeDialledUnescapedIsUnderstood() {
        SipUri uri = SipUri.parse("sip:*72#5@pbx");
        assertEquals("*72#5", uri.user());
        assertEquals("sip:*72%235@pbx", uri.toString());
    }

    @Test
    void noPartLetsAnotherLineIn() {
        assertThrows(IllegalArgumentException.class, () -> SipUri.of("a", "host\r\nX: y"));
        SipUri uri = SipUri.of("a", "host");
        assertThrows(IllegalArgumentException.class, () -> uri.withParameter("x", "y\r\nX: y"));
        assertThrows(IllegalArgumentException.class, () -> uri.withParameter("x;lr", "y"));
        assertEquals("sip:a%0D%0AX@host", SipUri.of("a\r\nX", "host").toString());
    }

    @Test
    void partsAreThere() {
        SipUri uri = SipUri.parse("sips:bob:pw@[::1]:5061;transport=tcp;lr;method=INVITE?a=b");
        assertEquals("::1", uri.bareHost());
        assertEquals("[::1]:5061", uri.hostPort());
        assertEquals("TCP", uri.transport());
        assertTrue(uri.isLooseRouter());
        assertEquals(
                "sips:bob:pw@[::1]:5061;transport=tcp;lr", uri.asRequestUri().toString());
        assertEquals("sips:bob@[::1]:5061", uri.addressOfRecord().toString());
    }
}
