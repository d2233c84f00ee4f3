package offhook.server.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import offhook.call.Account;
import offhook.call.EndReason;
import offhook.server.config.Configuration;
import offhook.server.config.ConfigurationException;
import offhook.server.metrics.Metrics;
import offhook.server.signalling.DomainPolicy;
import offhook.server.signalling.GrantRefused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Click to call as its operator sets it up, on a whole server with its exchange. */
class ClickToCallTest {
    private static final DomainPolicy ANY = new DomainPolicy(List.of("*"));

    @TempDir
    Path folder;

    // ---- a whole server

    @Test
    void theEchoTestIsThereWithoutAnySetting() throws Exception {
        try (OffhookServer server = start("");
                HttpClient http = HttpClient.newHttpClient()) {
            String page = server.pageAddress();
            String own = page.substring(0, page.length() - 1);
            String token = token(http, page, "{\"line\":\"echo-test\"}", "Origin", own);
            Ear ear = new Ear();
            WebSocket socket = call(http, page, own, token, ear);
            ear.await("\"talk\"");
            assertFalse(server.exchangeUsersForTheConsole().keySet().stream().anyMatch(user -> user.contains("echo")));
            assertTrue(server.metrics().contains("offhook_click_calls 1"), server.metrics());
            socket.abort(); // the client would wait for it
        }
    }

    @Test
    void aCallOverALineEndsWhenItsTimeIsUp() throws Exception {
        try (OffhookServer server = start("""
                        exchange: {users: {1000: of the line}}
                        clickToCall: {apiKeys: [a key for the shop's backend]}
                        lines:
                          shop:
                            login: 1000
                            domain: 127.0.0.1
                            destinations: music
                            origins: https://shop.example
                            longestSeconds: 1
                        """, "OFFHOOK_LINES_SHOP_PASSWORD", "of the line");
                HttpClient http = HttpClient.newHttpClient()) {
            String page = server.pageAddress();
            String token = token(
                    http,
                    page,
                    "{\"line\":\"shop\",\"origin\":\"https://shop.example\"}",
                    "Authorization",
                    "Bearer a key for the shop's backend");
            Ear ear = new Ear();
            WebSocket socket = call(http, page, "https://shop.example", token, ear);
            ear.await("\"talk\"");
            String end = ear.await("\"finish\"");
            assertTrue(end.contains("\"reason\":\"longest-reached\"") && end.contains("\"by\":\"server\""), end);
            assertTrue(server.metrics().contains("offhook_click_calls 0"), server.metrics());
            socket.abort();
        }
    }

    // ---- settings

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hours: Mo-Fr 9 to 5              | lines.shop.hours: hours look like "Mo-Fr 09:00-18:00, Sa 10:00-14:00"; this is none: "Mo-Fr 9 to 5"
            zone: Atlantis                   | lines.shop.zone: "Atlantis" is no time zone like Europe/Berlin
            origins: shop.example            | lines.shop.origins: an origin looks like https://shop.example or https://shop.example:8443, without a path, not "shop.example"
            secrets: {k1: Hush}              | lines.shop.secrets: the secret "k1" has 4 bytes; it needs 32 at least, made by: openssl rand -base64 32
            publicKeys: {k2: /nowhere.pem}   | lines.shop.publicKeys.k2: there is no file /nowhere.pem
            publicKeys: {k2: pom.xml}        | lines.shop.publicKeys.k2 (pom.xml): the key "k2" has no PUBLIC KEY block; make one by: openssl pkey -in KEY -pubout
            outboundProxy: a b               | lines.shop.outboundProxy: The outbound proxy is not the name or address of a server.
            hook: http://%, visitors: hook, origins: https://a.example | lines.shop.hook: Malformed escape pair at index 7: http://%
            login: 10 00                     | lines.shop.login: The SIP login must not have spaces.
            """)
    void whatTheDeskCannotUseIsSaidWithItsSetting(String setting, String problem) throws IOException {
        String line = "lines:\n  shop:\n    domain: pbx.example\n    destinations: 1001\n    "
                + setting.replace(", ", "\n    ") + "\n"
                + (setting.startsWith("login") ? "" : "    login: 1000\n");
        ConfigurationException wrong = assertThrows(
                ConfigurationException.class,
                () -> clickToCall(line).desk((asked, address, answer) -> false, new Metrics()));
        assertEquals(List.of(problem), wrong.problems());
        assertFalse(wrong.getMessage().contains("Hush"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            country: Germany           | clickToCall.country: a country is two letters
            apiKeys: [short]           | clickToCall: an API key needs 20 characters at least
            links: {1000@a b: x}       | clickToCall.links.1000@a b.domain: The SIP domain
            deny: [what ever]          | clickToCall:
            """)
    void soIsWhatHoldsForAllLines(String setting, String problem) throws IOException {
        String message = assertThrows(
                        ConfigurationException.class,
                        () -> clickToCall("clickToCall: {" + setting + "}")
                                .desk((asked, address, answer) -> false, new Metrics()))
                .getMessage();
        assertTrue(message.startsWith(problem), message);
    }

    @Test
    void whoLogsInAtTheCallWindowUsesTheDomainsThatBrowsersMay() throws IOException {
        ClickToCall none = clickToCall("");
        refused(none, "1000", EndReason.INVALID_FIELD, "account");
        refused(none, "1000@elsewhere.example", EndReason.DOMAIN_NOT_ALLOWED, "account");
        refused(none, "<1000>@pbx.example", EndReason.INVALID_FIELD, "account");
        Account typed = none.of("1000@pbx.example", "pa55");
        assertEquals("Account[1000@pbx.example via udp:pbx.example]", typed.toString());
        assertEquals("pa55", typed.password());
        assertEquals(
                "Account[1000@pbx.example via udp:pbx.example]",
                clickToCall("clickToCall: {domain: pbx.example}").of("1000", "").toString());
        assertEquals(
                "Account[1000@127.0.0.1 via udp:127.0.0.1:5066]",
                withExchange("").of("1000", "").toString());
    }

    private static void refused(ClickToCall at, String typed, EndReason reason, String field) {
        GrantRefused refused = assertThrows(GrantRefused.class, () -> at.of(typed, "pa55"));
        assertEquals(reason, refused.reason());
        assertEquals(field, refused.field());
    }

    private ClickToCall clickToCall(String yaml) throws IOException {
        return new ClickToCall(read(yaml, Map.of()), new DomainPolicy(List.of("pbx.example"), true), ANY, null);
    }

    private ClickToCall withExchange(String yaml) throws IOException {
        return new ClickToCall(
                read(yaml, Map.of()),
                new DomainPolicy(List.of(), true),
                ANY,
                new ClickToCall.EchoTest("127.0.0.1:5066", "tester", "secret"));
    }

    private Configuration read(String yaml, Map<String, String> environment) throws IOException {
        Path file = folder.resolve("offhook.yaml");
        Files.writeString(file, yaml);
        return Configuration.read(file, environment);
    }

    private OffhookServer start(String yaml, String... variable) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "OFFHOOK_WEB_PORT", "0",
                "OFFHOOK_SIP_PORT", "0",
                "OFFHOOK_EXCHANGE_PORT", "0",
                "OFFHOOK_EXCHANGE_STATE_FILE",
                        folder.resolve("exchange.properties").toString(),
                "OFFHOOK_LIMITS_SHUTDOWN_SECONDS", "1"));
        if (variable.length > 0) {
            environment.put(variable[0], variable[1]);
        }
        return OffhookServer.start(read(yaml, environment));
    }

    private static String token(HttpClient http, String page, String body, String... headers) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(page + "api/call-token"))
                        .header("Content-Type", "application/json")
                        .headers(headers)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.body().replaceAll(".*\"token\":\"([^\"]*)\".*", "$1");
    }

    private static WebSocket call(HttpClient http, String page, String origin, String token, Ear ear) {
        WebSocket socket = http.newWebSocketBuilder()
                .header("Origin", origin)
                .buildAsync(URI.create(page.replaceFirst("http", "ws")), ear)
                .join();
        socket.sendText(
                        "{\"message\":\"connection\",\"data\":[{\"offhook\":{\"sdk\":\"0.1.0\",\"token\":\"" + token
                                + "\"}}]}",
                        true)
                .join();
        socket.sendText(
                        "{\"message\":\"call\",\"data\":[{\"callId\":\"c1\",\"callee\":\"\",\"sdp\":\"" + Ear.OFFER
                                + "\"}]}",
                        true)
                .join();
        return socket;
    }
}
