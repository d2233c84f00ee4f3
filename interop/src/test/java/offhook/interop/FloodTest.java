package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Baresip.Answering;
import offhook.interop.peer.Lab;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Shop;
import offhook.interop.peer.TokenClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Call tokens without a browser: what is not good rings nobody, and what is good rings no more than the limits allow. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class FloodTest {
    private static final int ATTEMPTS = 1000;
    private static final int AT_ONCE = 20;

    /** The default of {@code clickToCall.callsPerAddress}: none of the calls is answered, so no more can begin. */
    private static final int CALLS_PER_ADDRESS = 2;

    @Test
    @Tried(
            what = "1,000 attempts from one address, each with a good token: 2 ring, as many as one address may have",
            with = {Peer.BARESIP})
    void aThousandAttemptsFromOneAddressRingTwice(Lab lab) throws Exception {
        Shop shop = Shop.open(lab, Shop.LIMITED);
        Baresip phone = phone(shop, lab);
        List<Callable<String>> attempts = new ArrayList<>();
        for (int i = 0; i < ATTEMPTS; i++) {
            attempts.add(() -> {
                // Left open: a call that nobody gives up would make room for the next.
                TokenClient client = lab.keep(TokenClient.connect(shop, shop.token()));
                return client.answer();
            });
        }
        Map<String, Integer> answers = new TreeMap<>();
        try (ExecutorService visitors =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            for (Future<String> answer : visitors.invokeAll(attempts)) answers.merge(answer.get(), 1, Integer::sum);
        }
        phone.awaitIncoming();
        assertEquals(Map.of("ringing", CALLS_PER_ADDRESS, "too-many-calls", ATTEMPTS - CALLS_PER_ADDRESS), answers);
        assertTrue(phone.calls() < CALLS_PER_ADDRESS, () -> phone.calls() + " more than the limit rang");
    }

    @Test
    @Tried(
            what =
                    "call tokens that are expired, not good yet, used, altered, unsigned, of another key, for another page or"
                            + " destination: each refused with its own reason, nobody rung; clocks 20 s apart are no matter",
            with = {Peer.BARESIP})
    void aTokenThatIsNotGoodRingsNobody(Shop shop, Lab lab) {
        Baresip phone = phone(shop, lab);
        long now = java.time.Instant.now().getEpochSecond();

        assertEquals("token-expired", answer(shop, lab, "iat", now - 120, "exp", now - 60));
        assertEquals("token-expired", answer(shop, lab, "nbf", now + 50));
        assertEquals("token-expired", answer(shop, lab, "iat", now + 100, "exp", now + 160));
        assertEquals("token-invalid", answer(shop, lab, "exp", now + 3600)); // longer than the server allows
        assertEquals("token-invalid", answer(shop, lab, "jti", ""));
        assertEquals("token-invalid", answer(shop, lab, "line", "another"));
        assertEquals("destination-not-allowed", answer(shop, lab, "sub", "1003"));
        assertEquals("destination-not-allowed", answer(shop, lab, "sub", "+491903456789"));
        assertEquals("origin-not-allowed", answer(shop, lab, "origin", "https://another.example"));
        assertEquals("token-invalid", answer(shop, lab, shop.unsigned()));
        assertEquals("token-invalid", answer(shop, lab, shop.forged()));
        assertEquals("token-invalid", answer(shop, lab, altered(shop.token())));
        assertEquals("token-invalid", answer(shop, lab, altered(shop.token("es", shop.claims()))));
        assertEquals("token-invalid", answer(shop, lab, "x".repeat(100)));
        assertEquals(
                "origin-not-allowed",
                lab.keep(TokenClient.connect(shop, shop.token(), "https://another.example"))
                        .answer());
        assertEquals(0, phone.calls());

        assertEquals("ringing", answer(shop, lab, "iat", now - 25, "exp", now - 20));
        assertEquals("ringing", answer(shop, lab, "iat", now + 20, "exp", now + 80));
        String once = shop.token("es", shop.claims());
        assertEquals("ringing", answer(shop, lab, once));
        assertEquals("token-used", answer(shop, lab, once));
        for (int i = 0; i < 3; i++) phone.awaitIncoming();
        assertEquals(0, phone.calls());
    }

    private static Baresip phone(Shop shop, Lab lab) {
        return lab.phone(shop.phone().answering(Answering.BY_HAND));
    }

    /** What becomes of a good token in which these claims are others. */
    private static String answer(Shop shop, Lab lab, Object... others) {
        if (others.length == 1)
            return lab.keep(TokenClient.connect(shop, (String) others[0])).answer();
        Map<String, Object> claims = shop.claims();
        for (int i = 0; i < others.length; i += 2) claims.put((String) others[i], others[i + 1]);
        return answer(shop, lab, shop.token("hs", claims));
    }

    /** The same token for another number. */
    private static String altered(String token) {
        String[] parts = token.split("\\.");
        String claims =
                new String(java.util.Base64.getUrlDecoder().decode(parts[1]), java.nio.charset.StandardCharsets.UTF_8);
        String others = claims.replace("\"" + Shop.PHONE + "\"", "\"1002\"");
        return parts[0] + "."
                + java.util.Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(others.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                + "." + parts[2];
    }
}
