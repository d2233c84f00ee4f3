package offhook.sip.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import offhook.sip.message.SipUri;
import org.junit.jupiter.api.Test;

class HopTest {
    private static Hop hop(String uri) {
        return Hop.of(SipUri.parse(uri));
    }

    @Test
    void aUriNamesTransportHostAndPort() {
        assertEquals(Hop.open("pbx.example", 0), hop("sip:100@pbx.example"));
        assertEquals(Hop.open("192.0.2.1", 5080), hop("sip:192.0.2.1:5080;lr"));
        assertEquals(new Hop(Transport.TCP, "pbx.example", 0), hop("sip:pbx.example;transport=tcp"));
        assertEquals(new Hop(Transport.TLS, "pbx.example", 0), hop("sip:pbx.example;transport=TLS"));
        assertEquals(new Hop(Transport.TLS, "pbx.example", 0), hop("sips:100@pbx.example;transport=tcp"));
        assertEquals(Hop.open("2001:db8::1", 5060), hop("sip:[2001:db8::1]:5060"));
        assertEquals(Hop.open("192.0.2.9", 5060), hop("sip:pbx.example:5060;maddr=192.0.2.9"));
    }

    @Test
    void otherUrisNameNone() {
        assertThrows(IllegalArgumentException.class, () -> hop("tel:+493012345"));
    }

    @Test
    void aHopReadsLikeAnAddress() {
        assertEquals("udp:pbx.example", hop("sip:pbx.example").toString());
        assertEquals(
                "tcp:[2001:db8::1]:5060",
                hop("sip:[2001:db8::1]:5060;transport=tcp").toString());
    }

    @Test
    void tokensCarryTheirMarkAndDoNotRepeat() {
        Tokens tokens = new Tokens("o12.", new Random(4));
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String tag = tokens.tag();
            assertTrue(tag.matches("o12\\.[0-9a-z]{20}"), tag);
            assertTrue(seen.add(tag), tag);
        }
        assertTrue(tokens.branch().startsWith("z9hG4bKo12."));
    }
}
