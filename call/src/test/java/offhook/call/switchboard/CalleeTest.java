package offhook.call.switchboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import offhook.sip.message.InvalidFieldException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalleeTest {
    private static final String DOMAIN = "pbx.example";

    @ParameterizedTest
    @CsvSource({
        "2000, sip:2000@pbx.example",
        "' 2000 ', sip:2000@pbx.example",
        "+49 (30) 123-45/6.7, sip:+49301234567@pbx.example",
        "tel:+49-30-1234, sip:+49301234@pbx.example",
        "TEL:110, sip:110@pbx.example",
        "*21*0049#, sip:*21*0049%23@pbx.example",
        "**1, sip:**1@pbx.example",
        "#31#110, sip:%2331%23110@pbx.example",
        "alice, sip:alice@pbx.example",
        "mary-ann.o'neil, sip:mary-ann.o'neil@pbx.example",
        "alice@other.example, sip:alice@other.example",
        "sip:alice@other.example, sip:alice@other.example",
        "SIP:alice@other.example:5080;transport=tcp, sip:alice@other.example:5080;transport=tcp",
        "sip:alice@[2001:db8::1], sip:alice@[2001:db8::1]",
    })
    void whatPeopleTypeBecomesAnAddress(String typed, String uri) {
        assertEquals(uri, Callee.target(typed, DOMAIN).toString());
    }

    @Test
    void headersInAnAddressAreLeftOut() {
        assertEquals(
                "sip:alice@other.example",
                Callee.target("sip:alice@other.example?Route=%3Csip:evil.example%3E", DOMAIN)
                        .toString());
    }

    @Test
    void whatLooksLikeParametersOfANumberStaysItsOwn() {
        assertEquals(
                "sip:2000;maddr=evil.example@pbx.example",
                Callee.target("2000;maddr=evil.example", DOMAIN).toString(),
                "before the @ it is a part of the user, and names no host");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "tel:",
                "sip:",
                "sip:@other.example",
                "alice@",
                "alice@a@b",
                "alice@two hosts",
                "alice smith",
                "1000\r\nVia: SIP/2.0/UDP evil.example",
                "sip:1000@pbx.example\r\nX: y",
                "1000 SIP/2.0",
                "1000>",
                "<sip:1000@pbx.example>",
                "\"Alice\" <sip:1000@pbx.example>",
                "1000\u0000",
                "10\u202800",
                "sip:1000@pbx.example;x=<y>",
            })
    void whatCannotBeAnAddressIsRefusedByItsField(String typed) {
        InvalidFieldException refusal = assertThrows(InvalidFieldException.class, () -> Callee.target(typed, DOMAIN));
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("callee"), refusal::getMessage);
    }

    @Test
    void anAddressMayAskForTls() {
        assertEquals(
                "sips:alice@other.example",
                Callee.target("sips:alice@other.example", DOMAIN).toString());
    }

    @Test
    void aVeryLongNumberIsRefused() {
        assertThrows(InvalidFieldException.class, () -> Callee.target("1".repeat(257), DOMAIN));
    }
}
