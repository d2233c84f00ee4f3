package offhook.server.click;

import static offhook.server.click.Shop.refused;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.Random;
import offhook.call.EndReason;
import offhook.server.signalling.GrantRefused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallTokensTest {
    private static final int MUTANTS = 3_000;
    private static final KeyPair PAIR = Jwt.keyPair("secp256r1");
    private static final String ES = "{\"alg\":\"ES256\",\"kid\":\"k2\"}";

    private final Shop shop = new Shop();

    CallTokensTest() {
        shop.keys = List.of(TokenKey.secret("k1", Jwt.SECRET), TokenKey.publicKey("k2", Jwt.pem(PAIR)));
    }

    private CallTokens tokens() {
        return new CallTokens(
                Map.of("sales", shop.line("sales", Line.Visitors.OFF), "own", shop.line("own", Line.Visitors.OFF)),
                300,
                30,
                0,
                new Random(1));
    }

    private CallToken read(String token) {
        return tokens().read(token, Shop.NOON);
    }

    @Test
    void bothAlgorithmsAreTaken() {
        assertEquals("1001", read(shop.token("1001")).destination());
        assertEquals(
                "1001",
                read(Jwt.es256(ES, shop.claims("1001"), PAIR.getPrivate())).destination());
    }

    @Test
    void withoutAKeysNameTheOnlyOneOfTheAlgorithmCounts() {
        byte[] secret = Jwt.bytes(Jwt.SECRET);
        String token = Jwt.hs256("{\"alg\":\"HS256\"}", shop.claims("1001"), secret);
        assertEquals("1001", read(token).destination());
        shop.keys = List.of(TokenKey.secret("k1", Jwt.SECRET), TokenKey.secret("k3", "another" + Jwt.SECRET));
        refused(EndReason.TOKEN_INVALID, () -> read(token));
    }

    @Test
    void anAlteredTokenIsRefused() {
        String[] parts = shop.token("1001").split("\\.");
        String other = Jwt.part(shop.claims("1002"));
        refused(EndReason.TOKEN_INVALID, () -> read(parts[0] + "." + other + "." + parts[2]));
        refused(EndReason.TOKEN_INVALID, () -> read(parts[0] + "." + parts[1] + "."));
        refused(EndReason.TOKEN_INVALID, () -> read(parts[0] + "." + parts[1]));
        String[] signed = Jwt.es256(ES, shop.claims("1001"), PAIR.getPrivate()).split("\\.");
        refused(EndReason.TOKEN_INVALID, () -> read(signed[0] + "." + other + "." + signed[2]));
        // the signature of zeros that some verifiers took (CVE-2022-21449)
        refused(EndReason.TOKEN_INVALID, () -> read(signed[0] + "." + signed[1] + "." + Jwt.part(new byte[64])));
    }

    @Test
    void noneIsNoAlgorithm() {
        for (String none : List.of("none", "None", "NONE", "nOnE")) {
            String head = Jwt.part("{\"alg\":\"" + none + "\",\"kid\":\"k1\"}") + "." + Jwt.part(shop.claims("1001"));
            refused(EndReason.TOKEN_INVALID, () -> read(head + "."));
            refused(EndReason.TOKEN_INVALID, () -> read(head + "." + Jwt.part("x")));
        }
    }

    @Test
    void aPublicKeyIsNoSecret() {
        String claims = shop.claims("1001");
        for (byte[] guess : List.of(Jwt.bytes(Jwt.pem(PAIR)), PAIR.getPublic().getEncoded())) {
            refused(
                    EndReason.TOKEN_INVALID,
                    () -> read(Jwt.hs256("{\"alg\":\"HS256\",\"kid\":\"k2\"}", claims, guess)));
        }
        refused(
                EndReason.TOKEN_INVALID,
                () -> read(Jwt.es256("{\"alg\":\"ES256\",\"kid\":\"k1\"}", claims, PAIR.getPrivate())));
    }

    @Test
    void otherAlgorithmsAndKeysAreRefused() {
        byte[] secret = Jwt.bytes(Jwt.SECRET);
        for (String header : List.of(
                "{\"alg\":\"HS512\",\"kid\":\"k1\"}",
                "{\"alg\":\"RS256\",\"kid\":\"k1\"}",
                "{\"alg\":\"HS256\",\"kid\":\"unknown\"}",
                "{\"alg\":\"HS256\",\"kid\":\"offhook\"}",
                "{\"alg\":\"HS256\",\"kid\":\"k1\",\"crit\":[\"b64\"],\"b64\":false}",
                "{\"alg\":\"HS256\",\"kid\":7}",
                "{\"kid\":\"k1\"}",
                "[]",
                "")) {
            refused(EndReason.TOKEN_INVALID, () -> read(Jwt.hs256(header, shop.claims("1001"), secret)));
        }
        refused(
                EndReason.TOKEN_INVALID,
                () -> read(Jwt.hs256(
                        "{\"alg\":\"HS256\",\"kid\":\"k1\"}", shop.claims("1001"), Jwt.bytes("x" + Jwt.SECRET))));
        refused(
                EndReason.TOKEN_INVALID,
                () -> read(Jwt.es256(
                        ES, shop.claims("1001"), Jwt.keyPair("secp256r1").getPrivate())));
    }

    @Test
    void oneLinesKeySignsForThatLineAlone() {
        Line sales = shop.line("sales", Line.Visitors.OFF);
        shop.keys = List.of(TokenKey.secret("k1", "other" + Jwt.SECRET));
        CallTokens tokens = new CallTokens(
                Map.of("sales", sales, "own", shop.line("own", Line.Visitors.OFF)), 300, 30, 0, new Random(1));
        String claims = shop.claims("own", "1001", Shop.ORIGIN, Shop.NOON, Shop.NOON + 300);
        GrantRefused wrong = refused(EndReason.TOKEN_INVALID, () -> tokens.read(Jwt.hs256(claims), Shop.NOON));
        String unknown = shop.claims("nobody", "1001", Shop.ORIGIN, Shop.NOON, Shop.NOON + 300);
        assertEquals(
                wrong.text(),
                refused(EndReason.TOKEN_INVALID, () -> tokens.read(Jwt.hs256(unknown), Shop.NOON))
                        .text());
    }

    @Test
    void timesCountWithinTheSkewOfClocks() {
        long now = Shop.NOON;
        assertDoesNotThrow(() -> read(timed(now - 300, now)));
        assertDoesNotThrow(() -> read(timed(now - 329, now - 29)));
        refused(EndReason.TOKEN_EXPIRED, () -> read(timed(now - 330, now - 30)));
        assertDoesNotThrow(() -> read(timed(now + 30, now + 60)));
        refused(EndReason.TOKEN_EXPIRED, () -> read(timed(now + 31, now + 60)));
        String later = shop.claims("1001").replace("{", "{\"nbf\":" + (now + 31) + ",");
        refused(EndReason.TOKEN_EXPIRED, () -> read(Jwt.hs256(later)));
        String soon = shop.claims("1001").replace("{", "{\"nbf\":" + (now + 30) + ",");
        assertDoesNotThrow(() -> read(Jwt.hs256(soon)));
    }

    @Test
    void aTokenMayNotLiveLong() {
        refused(EndReason.TOKEN_INVALID, () -> read(timed(Shop.NOON, Shop.NOON + 301)));
        refused(EndReason.TOKEN_INVALID, () -> read(timed(Shop.NOON, Shop.NOON)));
        refused(EndReason.TOKEN_INVALID, () -> read(timed(Shop.NOON + 10, Shop.NOON)));
    }

    private String timed(long issued, long expires) {
        return Jwt.hs256(shop.claims("sales", "1001", Shop.ORIGIN, issued, expires));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iat", "exp", "jti", "line"})
    void aClaimThatIsNeededMayNotBeMissingOrOfAnotherKind(String claim) {
        String claims = shop.claims("1001");
        refused(EndReason.TOKEN_INVALID, () -> read(Jwt.hs256(claims.replace("\"" + claim + "\"", "\"x\""))));
        for (String odd : List.of("null", "[]", "{}", "true", "\"\"", "-1", "1e300", "9223372036854775807")) {
            String replaced = claims.replaceAll("\"" + claim + "\":[^,}]*", "\"" + claim + "\":" + odd);
            refused(EndReason.TOKEN_INVALID, () -> read(Jwt.hs256(replaced)));
        }
    }

    @Test
    void claimsHaveBounds() {
        String claims = shop.claims("1001");
        refused(
                EndReason.TOKEN_INVALID,
                () -> read(Jwt.hs256(claims.replace("id-", "x".repeat(CallTokens.ID_CHARACTERS)))));
        refused(EndReason.TOKEN_INVALID, () -> read(Jwt.hs256(shop.claims("1".repeat(CallTokens.CHARACTERS)))));
    }

    @Test
    void whateverComesIsRefusedAndNothingElse() {
        String good = shop.token("1001");
        CallTokens tokens = tokens();
        for (int seed = 1; seed <= MUTANTS; seed++) {
            Random random = new Random(seed);
            StringBuilder mutant = new StringBuilder(good);
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                int at = random.nextInt(mutant.length());
                switch (random.nextInt(3)) {
                    case 0 -> mutant.setCharAt(at, (char) random.nextInt(0x20, 0x7f));
                    case 1 -> mutant.deleteCharAt(at);
                    default -> mutant.insert(at, (char) random.nextInt(0x250));
                }
            }
            // base64 that differs only in bits that count for nothing is the same token
            if (!mutant.toString().equals(good)) {
                try {
                    assertEquals(
                            "1001", tokens.read(mutant.toString(), Shop.NOON).destination(), "seed " + seed);
                } catch (GrantRefused refused) {
                    assertEquals(EndReason.TOKEN_INVALID, refused.reason(), "seed " + seed);
                }
            }
        }
    }

    @Test
    void whatWeSignWeTake() {
        CallTokens tokens = tokens();
        Line line = shop.line("sales", Line.Visitors.OFF);
        IssuedToken issued = tokens.issue(line, "1001", Shop.ORIGIN, "Zoë \"Z\"", 60, Shop.NOON);
        assertEquals(Shop.NOON + 60, issued.expires());
        CallToken read = tokens.read(issued.token(), Shop.NOON);
        assertEquals("sales", read.line().name());
        assertEquals("Zoë \"Z\"", read.name());
        assertEquals(Shop.ORIGIN, read.origin());
        assertEquals(
                Shop.NOON + 300,
                tokens.issue(line, "1001", Shop.ORIGIN, "", 9_999, Shop.NOON).expires());
        assertFalse(tokens.issue(line, "1001", Shop.ORIGIN, "", 60, Shop.NOON)
                .token()
                .equals(issued.token()));
    }

    @Test
    void keysThatAreTooWeakAreRefusedInWords() {
        String weak = assertThrows(IllegalArgumentException.class, () -> TokenKey.secret("k", "x".repeat(31)))
                .getMessage();
        assertTrue(weak.contains("32") && !weak.contains("xxx"), weak);
        assertDoesNotThrow(() -> TokenKey.secret("k", "ü".repeat(16)));
        assertThrows(IllegalArgumentException.class, () -> TokenKey.secret("offhook", Jwt.SECRET));
        assertThrows(IllegalArgumentException.class, () -> TokenKey.secret("two words", Jwt.SECRET));
        for (String pem : List.of(
                "", "secret", Jwt.pem(Jwt.keyPair("secp384r1")), Jwt.pem(PAIR).replace("M", "N"))) {
            String said = assertThrows(IllegalArgumentException.class, () -> TokenKey.publicKey("k", pem))
                    .getMessage();
            assertTrue(said.contains("openssl"), said);
        }
    }

    @Test
    void twoKeysMayNotHaveOneName() {
        shop.keys = List.of(TokenKey.secret("k2", Jwt.SECRET), TokenKey.publicKey("k2", Jwt.pem(PAIR)));
        assertThrows(IllegalArgumentException.class, () -> shop.line("sales", Line.Visitors.OFF));
    }
}
