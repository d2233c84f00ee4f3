package offhook.server.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import offhook.server.click.TokenRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallTokenRoutesTest {
    private final HttpServer site = site();
    private final CountDownLatch testOver = new CountDownLatch(1);
    private final ClickBench bench =
            new ClickBench("http://127.0.0.1:" + site.getAddress().getPort() + "/may-call");

    private static HttpServer site() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
            server.setExecutor(task -> Thread.ofVirtual().start(task));
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        testOver.countDown();
        site.stop(0);
        bench.close();
    }

    // ---- the site's backend

    @Test
    void aTokenOfTheSitesBackendRingsItsDestinationOnce() throws Exception {
        String token = bench.token("backend");
        ClickBench.Browser browser = bench.call(token, ClickBench.SHOP);
        assertEquals(ClickBench.NUMBER, bench.loop.dialled());
        browser.leave();
        bench.call(token, ClickBench.SHOP).refused("token-used");
        assertTrue(bench.loop.asked.isEmpty());
    }

    @Test
    void aTokenOfAnotherPageOrTimeOrHandRingsNothing() throws Exception {
        bench.call(bench.token("backend"), "https://evil.example").refused("origin-not-allowed");
        bench.call(bench.token("backend") + "x", ClickBench.SHOP).refused("token-invalid");
        bench.call("no token", ClickBench.SHOP).refused("token-invalid");
        String late = bench.token("backend");
        bench.now.set(bench.now.get().plusSeconds(331));
        bench.call(late, ClickBench.SHOP).refused("token-expired");
        assertTrue(bench.loop.asked.isEmpty());
    }

    @Test
    void aBackendWithoutTheKeyGetsNothing() throws Exception {
        for (String wrong : List.of("Bearer guess", "Basic " + ClickBench.API_KEY, "Bearer", ClickBench.API_KEY)) {
            HttpResponse<String> answer = bench.post("/api/call-token", "{'line':'backend'}", "Authorization", wrong);
            assertEquals(401, answer.statusCode(), wrong);
            assertEquals("api-key-invalid", ClickBench.field(answer.body(), "reason"));
            assertEquals("Bearer", header(answer, "WWW-Authenticate"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'line':'backend','origin':'https://evil.example'}                                   | 403 | origin-not-allowed      | origin
            {'line':'backend','origin':'https://shop.example','destination':'2000'}              | 403 | destination-not-allowed | destination
            {'line':'backend','origin':'https://shop.example','seconds':'soon'}                  | 400 | invalid-field           | seconds
            {'line':'backend','origin':'https://shop.example','seconds':1e99}                    | 400 | invalid-field           | seconds
            {'line':['backend'],'origin':'https://shop.example'}                                 | 400 | invalid-field           | line
            {'line':'night','origin':'https://shop.example'}                                     | 403 | closed-now              | ''
            []                                                                                   | 400 | bad-request             | ''
            {'line':                                                                             | 400 | bad-request             | ''
            """)
    void whatALineDoesNotAllowIsSaidInJson(String body, int status, String reason, String field) throws Exception {
        HttpResponse<String> answer =
                bench.post("/api/call-token", body, "Authorization", "Bearer " + ClickBench.API_KEY);
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(reason, ClickBench.field(answer.body(), "reason"));
        assertTrue(ClickBench.field(answer.body(), "text").endsWith("."));
        assertEquals(field, field.isEmpty() ? "" : ClickBench.field(answer.body(), "field"));
        assertEquals("no-store", header(answer, "Cache-Control"));
    }

    @Test
    void aRequestThatIsTooLongOrNoJsonIsRefused() throws Exception {
        String[] key = {"Authorization", "Bearer " + ClickBench.API_KEY};
        assertEquals(
                400,
                bench.post("/api/call-token", "{'name':'" + "x".repeat(20_000) + "'}", key)
                        .statusCode());
        HttpRequest.Builder plain = HttpRequest.newBuilder(URI.create(bench.own() + "/api/call-token"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}"));
        HttpResponse<String> answer = bench.send(plain, key);
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("application/json"), answer.body());
    }

    // ---- visitors' browsers

    @Test
    void aVisitorWhoHasWorkedMayCall() throws Exception {
        HttpResponse<String> challenge = bench.get("/api/challenge?line=sales", "Origin", ClickBench.SHOP);
        assertEquals("work", ClickBench.field(challenge.body(), "kind"));
        String answer = solved(ClickBench.field(challenge.body(), "puzzle"));
        String body = "{'line':'sales','destination':'1002','challenge':" + answer + "}";
        HttpResponse<String> token = bench.post("/api/call-token", body, "Origin", ClickBench.SHOP);
        assertEquals(200, token.statusCode(), token.body());
        assertEquals("*", header(token, "Access-Control-Allow-Origin"));
        bench.call(ClickBench.field(token.body(), "token"), ClickBench.SHOP);
        assertEquals("1002", bench.loop.dialled());
        refused(bench.post("/api/call-token", body, "Origin", ClickBench.SHOP), 403, "challenge-failed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'line':'sales'}                                                 | https://shop.example | challenge-failed
            {'line':'sales','challenge':{'puzzle':'x','nonce':'0'}}          | https://shop.example | challenge-failed
            {'line':'sales','origin':'https://shop.example'}                 | https://evil.example | origin-not-allowed
            {'line':'sales','origin':'https://shop.example'}                 | null                 | origin-not-allowed
            {'line':'backend'}                                               | https://shop.example | challenge-failed
            {'line':'asking'}                                                | https://shop.example | challenge-failed
            {'line':'echo-test'}                                             | https://shop.example | origin-not-allowed
            {'line':'night'}                                                 | https://shop.example | closed-now
            {'line':'sales','destination':'0900123456'}                      | https://shop.example | destination-not-allowed
            """)
    void aVisitorIsRefused(String body, String origin, String reason) throws Exception {
        refused(bench.post("/api/call-token", body, "Origin", origin), 403, reason);
    }

    @Test
    void whoDoesNotSayWhichPageItIsGetsNothing() throws Exception {
        refused(bench.post("/api/call-token", "{'line':'sales'}"), 403, "origin-not-allowed");
        refused(bench.get("/api/challenge?line=sales"), 403, "origin-not-allowed");
        refused(bench.get("/api/challenge?line=sales", "Origin", "https://evil.example"), 403, "origin-not-allowed");
    }

    @Test
    void theSitesHookHasTheLastWord() throws Exception {
        List<String> asked = new ArrayList<>();
        site.createContext("/may-call", exchange -> {
            String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(question);
            if (question.contains("silence")) {
                await(testOver);
            }
            exchange.sendResponseHeaders(question.contains("right") ? 204 : 403, -1);
            exchange.close();
        });
        site.start();
        assertEquals(
                "{\"kind\":\"hook\"}",
                bench.get("/api/challenge?line=asking", "Origin", ClickBench.SHOP)
                        .body());
        String body = "{'line':'asking','challenge':{'answer':'%s'}}";
        assertEquals(
                200,
                bench.post("/api/call-token", body.formatted("right"), "Origin", ClickBench.SHOP)
                        .statusCode());
        assertEquals(List.of("{\"line\":\"asking\",\"address\":\"127.0.0.1\",\"answer\":\"right\"}"), asked);
        refused(
                bench.post("/api/call-token", body.formatted("wrong"), "Origin", ClickBench.SHOP),
                403,
                "challenge-failed");
        refused(
                bench.post("/api/call-token", body.formatted("silence"), "Origin", ClickBench.SHOP),
                403,
                "challenge-failed");
    }

    @Test
    void aHookThatIsNotThereSaysNo() throws Exception {
        site.stop(0);
        refused(
                bench.post(
                        "/api/call-token", "{'line':'asking','challenge':{'answer':'a'}}", "Origin", ClickBench.SHOP),
                403,
                "challenge-failed");
    }

    @Test
    void pagesMaySendJsonButNoApiKey() throws Exception {
        HttpRequest.Builder preflight = HttpRequest.newBuilder(URI.create(bench.own() + "/api/call-token"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody());
        HttpResponse<String> answer = bench.send(
                preflight,
                "Origin",
                ClickBench.SHOP,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "content-type");
        assertEquals(204, answer.statusCode());
        assertEquals("*", header(answer, "Access-Control-Allow-Origin"));
        assertEquals("POST", header(answer, "Access-Control-Allow-Methods"));
        assertEquals("content-type", header(answer, "Access-Control-Allow-Headers"));
        assertFalse(
                answer.headers().firstValue("Access-Control-Allow-Credentials").isPresent());
    }

    @Test
    void theEchoTestIsForOurOwnPagesWithoutAChallenge() throws Exception {
        assertEquals(
                "{\"kind\":\"none\"}",
                bench.get("/api/challenge?line=echo-test", "Sec-Fetch-Site", "same-origin")
                        .body());
        HttpResponse<String> token = bench.post("/api/call-token", "{'line':'echo-test'}", "Origin", bench.own());
        assertEquals(200, token.statusCode(), token.body());
        bench.call(ClickBench.field(token.body(), "token"), bench.own());
        assertEquals("echo", bench.loop.dialled());
    }

    // ---- floods

    @Test
    void aFloodFromOneAddressRingsWhatTheLimitsAllow() throws Exception {
        AtomicInteger rang = new AtomicInteger();
        List<Callable<Void>> attackers = new ArrayList<>();
        for (int attacker = 0; attacker < 10; attacker++) {
            String forged = "198.51.100." + attacker;
            attackers.add(() -> {
                for (int i = 0; i < 100; i++) {
                    String token = bench.desk
                            .tokenForSite(new TokenRequest(
                                    i % 2 == 0 ? "backend" : "sales", i % 3 == 0 ? "1002" : "", ClickBench.SHOP, "", 0))
                            .token();
                    ClickBench.Browser browser = bench.call(token, ClickBench.SHOP, "X-Forwarded-For", forged);
                    if (browser.first.contains("getUserData")) {
                        rang.incrementAndGet();
                        browser.leave();
                    } else {
                        browser.refused("too-many-calls");
                    }
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> attacker : threads.invokeAll(attackers)) {
                attacker.get();
            }
        }
        assertEquals(ClickBench.CALLS_PER_ADDRESS_PER_MINUTE, rang.get());
        for (int i = 0; i < rang.get(); i++) {
            bench.loop.dialled();
        }
        assertTrue(bench.loop.asked.isEmpty());
        HttpResponse<String> more = bench.post("/api/call-token", "{'line':'echo-test'}", "Origin", bench.own());
        refused(more, 429, "too-many-calls");
        assertEquals("60", header(more, "Retry-After"));
    }

    @Test
    void behindATrustedProxyEachVisitorHasLimitsOfHisOwn() throws Exception {
        try (ClickBench behind = new ClickBench("", InetAddress.ofLiteral("127.0.0.1"))) {
            for (String visitor : List.of("198.51.100.1", "198.51.100.2", "10.0.0.1, 198.51.100.3")) {
                for (int i = 0; i < 2; i++) {
                    behind.call(behind.token("backend"), ClickBench.SHOP, "X-Forwarded-For", visitor);
                    assertEquals(ClickBench.NUMBER, behind.loop.dialled());
                }
                behind.call(behind.token("backend"), ClickBench.SHOP, "X-Forwarded-For", visitor)
                        .refused("too-many-calls");
            }
            behind.call(behind.token("backend"), ClickBench.SHOP, "X-Forwarded-For", "10.0.0.2, 198.51.100.3")
                    .refused("too-many-calls");
        }
    }

    // ----

    private static void refused(HttpResponse<String> answer, int status, String reason) {
        assertEquals(reason, ClickBench.field(answer.body(), "reason"));
        assertEquals(status, answer.statusCode());
        assertEquals("*", header(answer, "Access-Control-Allow-Origin"), "the page may read why");
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String solved(String puzzle) throws GeneralSecurityException {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        for (int nonce = 0; ; nonce++) {
            byte[] hash = sha.digest((puzzle + nonce).getBytes(StandardCharsets.US_ASCII));
            if (hash[0] == 0 && hash[1] == 0 && (hash[2] & 0xc0) == 0) {
                return "{'puzzle':'" + puzzle + "','nonce':'" + nonce + "'}";
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
