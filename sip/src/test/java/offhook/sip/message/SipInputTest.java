package offhook.sip.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SipInputTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Ralf C12441         | has a space
            <1000>              | has a bracket (<)
            a[b                 | has a bracket ([)
            (030)5              | has a bracket (()
            1000@pbx.example    | has an @: give the part before it only
            a:b                 | has the character :, which is not allowed there
            a"b                 | has the character ", which is not allowed there
            a%20b               | has the character %, which is not allowed there
            a\\b                | has the character \\, which is not allowed there
            """)
    void aLoginThatIsNoUserPartIsRefusedInWords(String login, String reason) {
        var refusal = assertThrows(InvalidFieldException.class, () -> SipInput.user("sipLogin", login));
        assertEquals("sipLogin", refusal.field());
        assertEquals(reason, refusal.reason());
        assertEquals("sipLogin " + reason, refusal.getMessage());
    }

    @Test
    void controlCharactersAndOddSpacesAreRefusedEverywhere() {
        assertEquals("has a line break", reasonOfUser("a\r\nVia: x"));
        assertEquals("has a control character", reasonOfUser("a\0b"));
        assertEquals("has a control character", reasonOfUser("a\tb"));
        assertEquals("has a control character", reasonOfUser("a\u0085b"));
        assertEquals("has a space", reasonOfUser("a\u00a0b"));
        assertEquals("has half of a character", reasonOfUser("a\ud800b"));
        assertEquals("is empty", reasonOfUser(""));
        assertEquals("is longer than 256 characters", reasonOfUser("x".repeat(257)));
        assertThrows(InvalidFieldException.class, () -> SipInput.displayName("visibleName", "a\nb"));
        assertThrows(InvalidFieldException.class, () -> SipInput.password("sipPassword", "a\0b"));
        assertThrows(InvalidFieldException.class, () -> SipInput.headerValue("X", "a\rb"));
    }

    private static String reasonOfUser(String value) {
        return assertThrows(InvalidFieldException.class, () -> SipInput.user("sipLogin", value))
                .reason();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1000", "Ralf_C12441", "+49-30.1234", "*72#", "#31#030", "анна", "o'neill", "a&b=c$d,e;f?g/h"})
    void whatPhonesDialIsAccepted(String login) {
        assertEquals(login, SipInput.user("callee", login));
        assertEquals(login, SipUri.parse(SipUri.of(login, "host").toString()).user());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ralf C", "<ralf>", "a\"b", "a\\b", "", "a\nb"})
    void anAuthenticationNameThatCannotBeIsRefused(String name) {
        assertThrows(InvalidFieldException.class, () -> SipInput.authenticationName("sipAuthenticationName", name));
    }

    @Test
    void anAuthenticationNameMayHaveAnAt() {
        assertEquals("ralf@pbx", SipInput.authenticationName("sipAuthenticationName", "ralf@pbx"));
    }

    @Test
    void aDisplayNameMayHaveQuotesAndBracketsAndComesBackWhole() {
        String name = SipInput.displayName("visibleName", "Анна \"<A>\" \\ B., Jr. \ud83d\ude00");
        NameAddress address = NameAddress.of(name, SipUri.parse("sip:a@b"));
        assertEquals(name, NameAddress.parse(address.toString()).displayName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pbx example", "pbx>", "a@b", "http://x", "::1", "a:5060", ""})
    void aHostThatIsNoneIsRefused(String host) {
        assertThrows(InvalidFieldException.class, () -> SipInput.host("sipDomain", host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pbx.example.com", "192.0.2.1", "[2001:db8::1]", "my_pbx"})
    void aHostIsAccepted(String host) {
        assertEquals(host, SipInput.host("sipDomain", host));
    }

    @Test
    void aPasswordIsNeverRepeated() {
        var refusal = assertThrows(InvalidFieldException.class, () -> SipInput.password("sipPassword", "secret\nword"));
        assertFalse(refusal.getMessage().contains("secret"));
    }
}
