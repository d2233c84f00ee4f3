package offhook.server.signalling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderPolicyTest {
    private static final HeaderPolicy POLICY = new HeaderPolicy(List.of("X-Shop-*", "User-to-User", "p-*"));

    @Test
    void whatTheOperatorNamedGoesInAnySpelling() {
        Map<String, String> wanted = Map.of("x-shop-Customer", " 4711 ", "USER-TO-USER", "56a3;encoding=hex");
        assertEquals(Map.of("x-shop-Customer", "4711", "USER-TO-USER", "56a3;encoding=hex"), POLICY.checked(wanted));
        assertEquals(Map.of(), new HeaderPolicy(List.of()).checked(Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "X-Other, This server does not let pages send the header X-Other. Its operator can allow it (sip.customHeaders).",
        "X-Shop, This server does not let pages send the header X-Shop. Its operator can allow it (sip.customHeaders).",
        "P-Asserted-Identity, This server does not let pages send the header P-Asserted-Identity.",
        "Via, This server does not let pages send the header Via.",
        "v, This server does not let pages send the header v.",
        "'X-Shop-A: 1', 'A header''s name is up to 64 letters, digits and hyphens.'",
        "'', 'A header''s name is up to 64 letters, digits and hyphens.'",
    })
    void othersAreRefused(String name, String text) {
        assertRefused(Map.of(name, "1"), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nVia: x", "a\nb", "a\u0000", "a\u0085b", "a\ud800"})
    void aValueIsOneLineOfText(String value) {
        assertRefused(
                Map.of("X-Shop-A", value),
                "The header X-Shop-A must not have line breaks or other control characters.");
    }

    @Test
    void thereIsAnEndToHeaders() {
        assertRefused(Map.of("X-Shop-A", ""), "The header X-Shop-A has 1 to 256 characters.");
        assertRefused(Map.of("X-Shop-A", "x".repeat(257)), "The header X-Shop-A has 1 to 256 characters.");
        assertRefused(
                Map.of("X-Shop-" + "x".repeat(58), "1"), "A header's name is up to 64 letters, digits and hyphens.");
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 17; i++) {
            many.put("X-Shop-" + i, "1");
        }
        assertRefused(many, "There are more than 16 headers.");
        many.remove("X-Shop-0");
        assertEquals(many, POLICY.checked(many));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "", "X-*-Y", "X Y", "X-Ä", "From", "f", "CONTACT", "Replaces", "P-Asserted-Identity"})
    void aListThatCannotBeMeantIsSaidAtTheStart(String pattern) {
        String said = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> new HeaderPolicy(List.of("X-A", pattern)))
                        .getMessage());
        assertTrue(said.contains(pattern), said);
        assertFalse(said.contains("X-A"), said);
    }

    @Test
    void headersOfIncomingCallsAreGivenByName() {
        assertEquals(
                List.of("X-Queue", "P-Asserted-Identity"),
                HeaderPolicy.incoming(List.of("X-Queue", "P-Asserted-Identity")));
        for (String odd : List.of("X-*", "", "X Y")) {
            assertThrows(IllegalArgumentException.class, () -> HeaderPolicy.incoming(List.of("X-A", odd)), odd);
        }
    }

    private static void assertRefused(Map<String, String> wanted, String text) {
        Refusal refusal =
                assertThrows(FieldRefused.class, () -> POLICY.checked(wanted)).refusal("call", "c-1");
        assertEquals("headers", refusal.field());
        assertEquals("invalid-field", refusal.reason().word());
        assertEquals(text, refusal.text());
    }
}
