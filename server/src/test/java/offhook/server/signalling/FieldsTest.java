package offhook.server.signalling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import offhook.call.Account;
import offhook.call.DtmfMethod;
import offhook.call.offer.MediaEncryption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
    private static final DomainPolicy POLICY =
            new DomainPolicy(List.of("pbx.example", "*.office.example", "192.0.2.10"));
    private static final ClientMessage.Connection GOOD = new ClientMessage.Connection(
            "defaultApp",
            false,
            "",
            "1000",
            "auth@1000",
            "p a\"ss",
            "pbx.example",
            "",
            "",
            true,
            "Anna \"A\"",
            "",
            "",
            Map.of());

    private static ClientMessage.Connection with(String field, String value) {
        return new ClientMessage.Connection(
                GOOD.appKey(),
                GOOD.keepAlive(),
                GOOD.authToken(),
                field.equals("login") ? value : GOOD.sipLogin(),
                field.equals("authenticationName") ? value : GOOD.sipAuthenticationName(),
                field.equals("password") ? value : GOOD.sipPassword(),
                field.equals("domain") ? value : GOOD.sipDomain(),
                field.equals("outboundProxy") ? value : GOOD.sipOutboundProxy(),
                field.equals("port") ? value : GOOD.sipPort(),
                GOOD.sipRegisterRequired(),
                field.equals("visibleName") ? value : GOOD.sipVisibleName(),
                GOOD.sdk(),
                GOOD.token(),
                GOOD.headers());
    }

    @Test
    void anAccountTakesEverythingOver() {
        Account account = Fields.account(GOOD, POLICY);
        assertEquals("1000", account.login());
        assertEquals("auth@1000", account.authenticationName());
        assertEquals("p a\"ss", account.password());
        assertEquals("pbx.example", account.domain());
        assertEquals("udp:pbx.example", account.registrar().toString());
        assertEquals("Anna \"A\"", account.displayName());
        assertTrue(account.register());
        assertEquals(
                "1000", Fields.account(with("authenticationName", ""), POLICY).authenticationName());
    }

    @Test
    void anIpv6DomainIsBracketedWhereAddressesAreMadeOfIt() {
        assertEquals("[::1]", Fields.account(with("domain", "::1"), POLICY).domain());
        assertEquals(
                "[::1]", Fields.account(with("domain", "[::1]:5062"), POLICY).domain());
        assertEquals("1001@[::1]", Fields.callee("1001@[::1]", "[::1]", new DomainPolicy(List.of(), false)));
    }

    @Test
    void mediaIsEncryptedAsTheOperatorSaysForTheDomain() {
        DomainPolicy policy = new DomainPolicy(
                List.of("*"),
                true,
                MediaEncryption.OPTIONAL,
                Map.of(
                        "*.example", MediaEncryption.OFF,
                        "*.Office.example", MediaEncryption.MANDATORY,
                        "old.office.example", MediaEncryption.OFF));
        Map.of(
                        "pbx.test", MediaEncryption.OPTIONAL,
                        "pbx.example", MediaEncryption.OFF,
                        "new.OFFICE.example", MediaEncryption.MANDATORY,
                        "old.office.example:5062", MediaEncryption.OFF)
                .forEach((domain, encryption) -> assertEquals(
                        encryption,
                        Fields.account(with("domain", domain), policy).encryption(),
                        domain));
        assertEquals(MediaEncryption.OFF, Fields.account(GOOD, POLICY).encryption());
    }

    @Test
    void halfACharacterIsRefusedBecauseItCannotBeSent() {
        for (String field : List.of("login", "authenticationName", "password", "visibleName", "domain")) {
            assertThrows(FieldRefused.class, () -> Fields.account(with(field, "a\ud800"), POLICY), field);
        }
    }

    @Test
    void hostsThatSipDoesNotKnowAreRefusedThoughEveryDomainIsAllowed() {
        DomainPolicy any = new DomainPolicy(List.of("*"));
        for (String host : List.of("a..b", ":::", "-", "[::1", "x y", "127.0.0.1/x", "[fe80::1%1]")) {
            assertThrows(FieldRefused.class, () -> Fields.account(with("domain", host), any), host);
            assertThrows(FieldRefused.class, () -> Fields.account(with("outboundProxy", host), any), host);
        }
    }

    @Test
    void loopbackIsAllowedUnlessTheOperatorSaysOtherwise() {
        DomainPolicy strict = new DomainPolicy(List.of("pbx.example"), false);
        for (String host :
                List.of("127.0.0.1", "127.1", "localhost", "LocalHost", "a.localhost", "::1", "::ffff:127.0.0.1")) {
            assertTrue(POLICY.allows(host), host);
            assertFalse(strict.allows(host), host);
        }
        assertTrue(strict.allows("PBX.example"));
    }

    @Test
    void theHopMustBeAllowedAsWellAsTheDomain() {
        for (String elsewhere : List.of(
                "evil.example",
                "pbx.example.evil.example",
                "pbx.example.",
                "192.0.2.11",
                "0.0.0.0",
                "[::]",
                "169.254.169.254",
                "office.example",
                "evil.example:5060;transport=tcp",
                "sip:evil.example;lr")) {
            FieldRefused refused = assertThrows(
                    FieldRefused.class, () -> Fields.account(with("outboundProxy", elsewhere), POLICY), elsewhere);
            assertEquals("outboundProxy", refused.refusal("", "").field());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "domain, pbx.example:5080, udp:pbx.example:5080",
        "domain, sip.office.example, udp:sip.office.example",
        "domain, PBX.example, udp:PBX.example",
        "domain, 127.0.0.2, udp:127.0.0.2",
        "domain, ::1, udp:[::1]",
        "domain, [::1]:5070, udp:[::1]:5070",
        "domain, localhost, udp:localhost",
        "port, 5062, udp:pbx.example:5062",
        "port, ' 0 ', udp:pbx.example",
        "outboundProxy, 192.0.2.10, udp:192.0.2.10",
        "outboundProxy, sip:192.0.2.10:5064;transport=tcp;lr, tcp:192.0.2.10:5064",
        "outboundProxy, pbx.example;transport=tls, tls:pbx.example",
        "outboundProxy, sips:pbx.example:5071, tls:pbx.example:5071",
    })
    void theNextHopIsTheProxyOrTheDomain(String field, String value, String hop) {
        assertEquals(hop, Fields.account(with(field, value), POLICY).registrar().toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    login | ''          | invalid-field      | The SIP login is missing.
                    login | 10 00       | invalid-field      | The SIP login must not have spaces.
                    login | <1000>      | invalid-field      | The SIP login must not have brackets or quotes (<).
                    login | 1000[1]     | invalid-field      | The SIP login must not have brackets or quotes ([).
                    login | 1000(home)  | invalid-field      | The SIP login must not have brackets or quotes (().
                    login | 1000@pbx    | invalid-field      | The SIP login has a character that SIP does not allow there: @.
                    login | жук         | invalid-field      | The SIP login has a character that SIP does not allow there: ж.
                    login | 10%0        | invalid-field      | The SIP login has a character that SIP does not allow there: %.
                    authenticationName | 10 00 | invalid-field | The SIP authentication name must not have spaces.
                    authenticationName | <10>  | invalid-field | The SIP authentication name must not have brackets or quotes (<).
                    domain | ''         | invalid-field      | The SIP domain is missing.
                    domain | pbx example | invalid-field     | The SIP domain is not the name or address of a server.
                    domain | <pbx.example> | invalid-field   | The SIP domain is not the name or address of a server.
                    domain | evil.test  | domain-not-allowed | This server may not be used for the SIP domain evil.test. Its operator can allow it (sip.allowedDomains).
                    domain | office.example | domain-not-allowed | This server may not be used for the SIP domain office.example. Its operator can allow it (sip.allowedDomains).
                    outboundProxy | 10.0.0.1 | domain-not-allowed | This server may not be used for the SIP domain 10.0.0.1. Its operator can allow it (sip.allowedDomains).
                    outboundProxy | pbx.example;transport=ws | invalid-field | The outbound proxy asks for a transport other than udp, tcp and tls.
                    port  | 65536       | invalid-field      | The SIP port is a number from 1 to 65535.
                    port  | sip         | invalid-field      | The SIP port is a number from 1 to 65535.
                    """)
    void whatCannotBeUsedIsNamedWithItsField(String field, String value, String reason, String text) {
        Refusal refusal = assertThrows(FieldRefused.class, () -> Fields.account(with(field, value), POLICY))
                .refusal("RegistrationStatusEvent", "");
        assertEquals(field, refusal.field());
        assertEquals(reason, refusal.reason().word());
        assertEquals(text, refusal.text());
    }

    @Test
    void controlCharactersAndEndlessTextAreRefusedInEveryField() {
        for (String field :
                List.of("login", "authenticationName", "password", "domain", "outboundProxy", "visibleName")) {
            for (String value : List.of("a\r\nb", "a\0b", "a\tb", "a".repeat(257))) {
                Refusal refusal = assertThrows(FieldRefused.class, () -> Fields.account(with(field, value), POLICY))
                        .refusal("", "");
                assertEquals(field, refusal.field());
                assertFalse(refusal.text().contains("\n"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1001, 1001",
        "' 1001 ', 1001",
        "+49 (30) 123-45.6/7, +49301234567",
        "echo, echo",
        "*43#, *43#",
        "anna.schmidt, anna.schmidt",
        "sip:1001@pbx.example, sip:1001@pbx.example",
        "1001@pbx.example;user=phone, 1001@pbx.example;user=phone",
        "sip:1001@own.test:5070, sip:1001@own.test:5070",
        "sip:1001@[::1], sip:1001@[::1]",
    })
    void aCalleeIsANumberAUserOrAUri(String typed, String callee) {
        assertEquals(callee, Fields.callee(typed, "own.test", POLICY));
    }

    @Test
    void aTransferGoesWhereACallMayGo() {
        assertEquals("+4930123", Fields.target("+49 30 123", "own.test", POLICY));
        assertEquals("sip:1001@own.test", Fields.target("sip:1001@own.test", "own.test", POLICY));
        Refusal elsewhere = assertThrows(
                        FieldRefused.class, () -> Fields.target("sip:1001@evil.test", "own.test", POLICY))
                .refusal("transfer", "c-1");
        assertEquals("target", elsewhere.field());
        assertEquals("domain-not-allowed", elsewhere.reason().word());
        for (String bad : List.of(
                "",
                "1001>;x=<y",
                "1001\r\nX-Evil: 1",
                "sip:1001@own.test?Replaces=x%0d%0aEvil: 1",
                "<sip:1001@own.test>",
                "1".repeat(257))) {
            assertEquals(
                    "target",
                    assertThrows(FieldRefused.class, () -> Fields.target(bad, "own.test", POLICY), bad)
                            .refusal("transfer", "c-1")
                            .field());
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 5", "0123456789*#ABCD, 0123456789*#ABCD", "a1d, A1D"})
    void keysAreThoseOfATelephone(String typed, String keys) {
        assertEquals(keys, Fields.dtmf(typed, 16));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "E", "1 2", "1,2", "٣", "12345678901234567", "1\n", "-1", "1.0"})
    void otherKeysAreRefused(String typed) {
        Refusal refusal =
                assertThrows(FieldRefused.class, () -> Fields.dtmf(typed, 16)).refusal("sendDtmf", "c-1");
        assertEquals("dtmf", refusal.field());
        assertEquals("invalid-field", refusal.reason().word());
        assertThrows(FieldRefused.class, () -> Fields.key(typed));
    }

    @Test
    void aHeldKeyIsOne() {
        assertEquals('D', Fields.key("d"));
        assertThrows(FieldRefused.class, () -> Fields.key("12"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', AUTO",
        "RFC2833, RFC4733",
        "rfc4733, RFC4733",
        "INFO, INFO",
        "INFO_RELAY, INFO_RELAY",
        "INBAND, IN_BAND",
        "auto, AUTO"
    })
    void howKeysTravelHasTheNamesOfWcs(String type, DtmfMethod method) {
        assertEquals(method, Fields.dtmfMethod(type, DtmfMethod.AUTO));
        assertThrows(FieldRefused.class, () -> Fields.dtmfMethod(type + "x", DtmfMethod.AUTO));
    }

    @Test
    void aKeyIsHeldForATimeThatPbxsHear() {
        assertEquals(100, Fields.dtmfMillis(""));
        assertEquals(40, Fields.dtmfMillis("40"));
        assertEquals(8_000, Fields.dtmfMillis("8000"));
        for (String bad : List.of("39", "8001", "-1", "1e3", "99999999999", "long")) {
            assertThrows(FieldRefused.class, () -> Fields.dtmfMillis(bad), bad);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    sip:1001@evil.test        | domain-not-allowed
                    1001@evil.test            | domain-not-allowed
                    sips:1001@evil.test       | domain-not-allowed
                    sip:1001@10.0.0.1:5060    | domain-not-allowed
                    sip:a@pbx.example@evil.test | invalid-field
                    sip:evil.test             | invalid-field
                    tel:+4930                 | invalid-field
                    10 01x                    | invalid-field
                    <sip:1001@pbx.example>    | invalid-field
                    sip:1001@pbx.example> x   | invalid-field
                    """)
    void aCalleeElsewhereOrMalformedIsRefused(String typed, String reason) {
        assertEquals(
                reason,
                assertThrows(FieldRefused.class, () -> Fields.callee(typed, "own.test", POLICY))
                        .refusal("", "")
                        .reason()
                        .word());
    }
}
