package offhook.server.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.call.Ending;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MakecallRoutesTest {
    private static final String LOGIN = "{'destnumber':'1002','account':'1005','password':'his own','remember':true}";
    private static final String KNOWN = "{'destnumber':'1002'}";

    private final ClickBench bench = new ClickBench("");

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aStrangerIsAskedToLogIn() throws Exception {
        refused(ask("ticket", KNOWN), 401, "login-required");
        refused(ask("ticket", KNOWN, "Cookie", "offhook_makecall=guessed; other=1"), 401, "login-required");
    }

    @Test
    void aLoginCallsAndIsRememberedByACookieWithoutThePassword() throws Exception {
        HttpResponse<String> answer = ask("ticket", LOGIN);
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("1005@pbx.example", ClickBench.field(answer.body(), "account"));
        assertEquals("1002", ClickBench.field(answer.body(), "destination"));
        String set = answer.headers().firstValue("Set-Cookie").orElse("");
        assertTrue(
                set.matches("offhook_makecall=[\\w-]{43}; Path=/makecall; Max-Age=2592000; HttpOnly; SameSite=Strict"),
                set);
        bench.call(ClickBench.field(answer.body(), "ticket"), bench.own());
        assertEquals("1002", bench.loop.dialled());
        assertEquals("his own", bench.loop.accounts.get("1005"));

        HttpResponse<String> again = ask("ticket", "{'destnumber':'1003'}", "Cookie", cookie(answer));
        assertEquals(200, again.statusCode(), again.body());
        assertFalse(again.headers().firstValue("Set-Cookie").isPresent());
        bench.call(ClickBench.field(again.body(), "ticket"), bench.own());
        assertEquals("1003", bench.loop.dialled());
    }

    @Test
    void behindHttpsTheCookieIsForHttpsAlone() throws Exception {
        String host = bench.own().substring("http://".length());
        HttpResponse<String> answer = bench.post("/makecall/ticket", LOGIN, "Origin", "https://" + host);
        assertTrue(answer.headers().firstValue("Set-Cookie").orElse("").endsWith("; Secure"), answer::toString);
    }

    @Test
    void whoDoesNotWantToBeRememberedIsNot() throws Exception {
        HttpResponse<String> answer = ask("ticket", LOGIN.replace("true", "false"));
        assertEquals(200, answer.statusCode());
        assertFalse(answer.headers().firstValue("Set-Cookie").isPresent());
    }

    @Test
    void loggingOutForgetsTheLogin() throws Exception {
        String cookie = cookie(ask("ticket", LOGIN));
        HttpResponse<String> out = ask("logout", "{}", "Cookie", cookie);
        assertEquals(204, out.statusCode());
        assertTrue(out.headers()
                .firstValue("Set-Cookie")
                .orElse("")
                .startsWith("offhook_makecall=; Path=/makecall; Max-Age=0;"));
        refused(ask("ticket", KNOWN, "Cookie", cookie), 401, "login-required");
    }

    @Test
    void aLoginThatTheTelephoneSystemRefusesIsForgotten() throws Exception {
        HttpResponse<String> answer = ask("ticket", LOGIN);
        ClickBench.Browser browser = bench.call(ClickBench.field(answer.body(), "ticket"), bench.own());
        bench.loop.dialled();
        bench.loop
                .opened
                .poll(5, TimeUnit.SECONDS)
                .onEvent(new AgentEvent.Ended("c-1", new Ending(EndReason.WRONG_PASSWORD, Ending.By.PEER, 401, "No.")));
        assertTrue(browser.next().contains("\"reason\":\"wrong-password\""));
        refused(ask("ticket", KNOWN, "Cookie", cookie(answer)), 401, "login-required");
    }

    @Test
    void aTicketIsForOneCallOfOurOwnWindow() throws Exception {
        String ticket = ClickBench.field(ask("ticket", LOGIN).body(), "ticket");
        bench.call(ticket, "https://evil.example").refused("origin-not-allowed");
        bench.call(ticket, bench.own()).leave();
        bench.call(ticket, bench.own()).refused("token-used");
        String late = ClickBench.field(ask("ticket", LOGIN).body(), "ticket");
        bench.now.set(bench.now.get().plusSeconds(60));
        bench.call(late, bench.own()).refused("token-expired");
    }

    @Test
    void aNumberThatNobodyMayCallGetsNoTicket() throws Exception {
        refused(ask("ticket", LOGIN.replace("1002", "0900123456")), 403, "destination-not-allowed");
        refused(ask("ticket", LOGIN.replace("1005", "10 05")), 400, "invalid-field");
    }

    @Test
    void aSignedLinkCallsWithoutALoginAsOftenAsItMay() throws Exception {
        String link = link("s3cret");
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = ask("ticket", link);
            assertEquals(200, answer.statusCode(), answer.body());
            bench.call(ClickBench.field(answer.body(), "ticket"), bench.own()).leave();
            assertEquals("1002", bench.loop.dialled());
        }
        assertEquals("s3cret", bench.loop.accounts.get("1001"));
        refused(ask("ticket", link), 403, "link-used");
        refused(ask("ticket", link("a guess")), 403, "link-invalid");
        bench.now.set(bench.now.get().plusSeconds(3_601));
        refused(ask("ticket", link), 403, "link-expired");
    }

    private String link(String password) throws Exception {
        String time = String.valueOf(bench.now.get().getEpochSecond());
        byte[] hash = MessageDigest.getInstance("MD5")
                .digest(("1001@pbx.example" + password + "1002" + time + "3600").getBytes(StandardCharsets.US_ASCII));
        return "{'destnumber':'1002','user':'1001@pbx.example','pass':'%s','time':'%s','duration':'3600'}"
                .formatted(HexFormat.of().formatHex(hash), time);
    }

    @Test
    void pagesOfOthersGetNothingWhateverCookieComesAlong() throws Exception {
        String cookie = cookie(ask("ticket", LOGIN));
        String[][] strangers = {
            {"Origin", "https://evil.example"},
            {"Origin", "null"},
            {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
            {"Origin", bench.own(), "Sec-Fetch-Site", "same-site"},
            {"Origin", bench.own() + ".evil.example"},
            {"Accept", "*/*"},
        };
        for (String[] stranger : strangers) {
            for (String path : new String[] {"/makecall/ticket", "/makecall/logout"}) {
                HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(bench.own() + path))
                        .headers(stranger)
                        .header("Cookie", cookie)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"destnumber\":\"1002\"}"));
                HttpResponse<String> answer = bench.send(request);
                refused(answer, 403, "origin-not-allowed");
                assertFalse(answer.headers()
                        .firstValue("Access-Control-Allow-Origin")
                        .isPresent());
            }
        }
        assertEquals(200, ask("ticket", KNOWN, "Cookie", cookie).statusCode());
    }

    private HttpResponse<String> ask(String what, String body, String... headers) throws Exception {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Origin";
        all[1] = bench.own();
        return bench.post("/makecall/" + what, body, all);
    }

    private static String cookie(HttpResponse<String> answer) {
        return answer.headers().firstValue("Set-Cookie").orElse("").split(";", 2)[0];
    }

    private static void refused(HttpResponse<String> answer, int status, String reason) {
        assertEquals(reason, ClickBench.field(answer.body(), "reason"));
        assertEquals(status, answer.statusCode());
    }
}
