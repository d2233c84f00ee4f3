package offhook.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import offhook.call.offer.MediaEncryption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
    @TempDir
    Path folder;

    @Test
    void withoutAFileEverythingHasItsDefault() {
        Configuration standard = Configuration.standard();
        assertEquals(new Configuration.Web("127.0.0.1", 8080, "", "", List.of()), standard.web());
        assertEquals(
                new Configuration.Media("auto", "", 0, 0, 30_000, 39_999, Configuration.Driver.AUTO), standard.media());
        assertEquals(
                new Configuration.Sip(
                        "127.0.0.1",
                        5070,
                        "",
                        List.of(),
                        true,
                        List.of(Configuration.SipTransport.UDP, Configuration.SipTransport.TCP),
                        MediaEncryption.OFF,
                        Map.of(),
                        List.of(),
                        List.of(),
                        25,
                        "",
                        new Configuration.Tls(5_071, "", "", "", true, false)),
                standard.sip());
        assertEquals(
                new Configuration.Exchange(true, "127.0.0.1", 5060, Map.of(), ".offhook/exchange.properties"),
                standard.exchange());
        assertEquals(
                new Configuration.Limits(
                        2_000, 1_000, 10, 180, 20, 30, 60, 30, 5, 10, 65_536, 50, 256, 65_536, 8_192, 1_000, 5, 3_600,
                        512, 5),
                standard.limits());
        assertEquals(Map.of(), standard.lines());
        assertEquals(
                new Configuration.ClickToCall(
                        "", false, false, List.of(), List.of(), List.of(), "", Map.of(), 7_200, 20, 300, 30, 6, 10, 120,
                        2),
                standard.clickToCall());
    }

    @Test
    void aFileSetsWhatItNames() throws IOException {
        Configuration read = read("""
                # the office
                web: {address: 0.0.0.0, port: 8_443, certificate: /etc/offhook/cert.pem, privateKey: /etc/offhook/key.pem}
                media:
                  driver: NIO
                  publicAddress: 203.0.113.7
                sip:
                  allowedDomains: [pbx.example, "*.office.example"]
                  transports:
                    - udp
                  mediaEncryption: optional
                  mediaEncryptionByDomain:
                    pbx.example: mandatory
                    "*.office.example": off
                exchange:
                  enabled: false
                  users:
                    3000: 1234
                    3001: 0815
                limits:
                """, Map.of());
        assertEquals(8443, read.web().port());
        assertEquals(Configuration.Driver.NIO, read.media().driver());
        assertEquals("203.0.113.7", read.media().publicAddress());
        assertEquals(List.of("pbx.example", "*.office.example"), read.sip().allowedDomains());
        assertEquals(List.of(Configuration.SipTransport.UDP), read.sip().transports());
        assertEquals(MediaEncryption.OPTIONAL, read.sip().mediaEncryption());
        assertEquals(
                Map.of("pbx.example", MediaEncryption.MANDATORY, "*.office.example", MediaEncryption.OFF),
                read.sip().mediaEncryptionByDomain());
        assertFalse(read.exchange().enabled());
        assertEquals(Map.of("3000", "1234", "3001", "0815"), read.exchange().users());
        assertEquals(Configuration.standard().limits(), read.limits());
    }

    @Test
    void theEnvironmentHasTheLastWord() throws IOException {
        Configuration read = read(
                "web: {port: 1}",
                Map.of(
                        "OFFHOOK_WEB_PORT", "0",
                        "OFFHOOK_MEDIA_RTP_PORT_MIN", "20000",
                        "OFFHOOK_SIP_ALLOWED_DOMAINS", "a.example, b.example",
                        "OFFHOOK_SIP_MEDIA_ENCRYPTION_BY_DOMAIN", "pbx.example=Mandatory",
                        "OFFHOOK_EXCHANGE_USERS", "3000=12=34,3001=x",
                        "OFFHOOK_HOME", "somebody else's",
                        "PATH", "/bin"));
        assertEquals(0, read.web().port());
        assertEquals(20_000, read.media().rtpPortMin());
        assertEquals(List.of("a.example", "b.example"), read.sip().allowedDomains());
        assertEquals(
                Map.of("pbx.example", MediaEncryption.MANDATORY), read.sip().mediaEncryptionByDomain());
        assertEquals(Map.of("3000", "12=34", "3001", "x"), read.exchange().users());
    }

    @Test
    void aLineHasANameOfItsOwnAndTheEnvironmentHasItsPassword() throws IOException {
        Configuration read = read(
                """
                lines:
                  sales-night:
                    login: 1000
                    password: in the file
                    domain: pbx.example
                    destinations: ["+4930123456", 10*]
                    origins: [https://shop.example]
                    secrets: {k1: in the file}
                    visitors: work
                """, Map.of("OFFHOOK_LINES_SALES_NIGHT_PASSWORD", "secret", "OFFHOOK_CLICK_TO_CALL_LINK_USES", "1"));
        Configuration.Line line = read.lines().get("sales-night");
        assertEquals(
                new Configuration.Line(
                        "1000",
                        "",
                        "secret",
                        "pbx.example",
                        "",
                        "",
                        List.of("+4930123456", "10*"),
                        List.of("https://shop.example"),
                        "",
                        "UTC",
                        1_800,
                        5,
                        10,
                        Map.of("k1", "in the file"),
                        Map.of(),
                        Configuration.Visitors.WORK,
                        ""),
                line);
        assertEquals(1, read.clickToCall().linkUses());
        assertEquals(
                List.of("the environment variable OFFHOOK_LINES_SALES_PASWORD sets nothing; did you mean"
                        + " OFFHOOK_LINES_SALES_PASSWORD?"),
                assertThrows(
                                ConfigurationException.class,
                                () -> read(
                                        "lines: {sales: {login: a, domain: b, destinations: c}}",
                                        Map.of("OFFHOOK_LINES_SALES_PASWORD", "secret")))
                        .problems());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    web: {prot: 1}                      | FILE line 1: web.prot is not a setting; did you mean web.port?
                    wbe: {port: 1}                      | FILE line 1: wbe is not a setting; did you mean web?
                    colour: blue                        | FILE line 1: colour is not a setting
                    media: {rtpPortMaximum: 1}          | FILE line 1: media.rtpPortMaximum is not a setting; did you mean media.rtpPortMax?
                    web: {port: http}                   | FILE line 1: web.port must be a whole number from 0 to 65535, not "http"
                    web: {port: 70000}                  | FILE line 1: web.port must be a whole number from 0 to 65535, not "70000"
                    web: {port: [80]}                   | FILE line 1: web.port must be a whole number
                    limits: {sessions: 0}               | FILE line 1: limits.sessions must be a whole number from 1 on, not "0"
                    media: {driver: fast}               | FILE line 1: media.driver must be one of auto, nio, epoll, not "fast"
                    exchange: {enabled: maybe}          | FILE line 1: exchange.enabled must be true or false, not "maybe"
                    exchange: {users: secret}           | FILE line 1: exchange.users must be names with one value each, like "1000: secret"
                    sip: {mediaEncryption: yes}         | FILE line 1: sip.mediaEncryption must be one of off, optional, mandatory, not "yes"
                    sip: {mediaEncryptionByDomain: {a.example: must}} | FILE line 1: sip.mediaEncryptionByDomain must be one of off, optional, mandatory, not "must"
                    exchange: {users: {1000: [secret]}} | FILE line 1: exchange.users must be names with one value each
                    web: 8080                           | FILE line 1: web must hold settings, each on a line of its own
                    web: {port: 1, port: 2}             | FILE line 1: port is set twice
                    web: [1                             | FILE line 1: this is not YAML (while parsing a flow sequence)
                    web: {certificate: a.pem}           | web.certificate and web.privateKey belong together: set both or neither
                    media: {rtpPortMin: 40000}          | media.rtpPortMax (39999) must be above media.rtpPortMin (40000)
                    sip: {transports: tcp}              | sip.transports must have udp: every SIP element speaks it
                    sip: {tls: {vrify: false}}          | FILE line 1: sip.tls.vrify is not a setting; did you mean sip.tls.verify?
                    sip: {tls: true}                    | FILE line 1: sip.tls must hold settings, each on a line of its own
                    sip: {tls: {certificate: a.pem}}    | sip.tls.certificate and sip.tls.privateKey belong together: set both or neither
                    sip: {dnsServer: dns.example}       | sip.dnsServer must be an address with or without a port, like 192.0.2.53 or [2001:db8::53]:53, not "dns.example"
                    lines: {sales: {pasword: x}}        | FILE line 1: lines.sales.pasword is not a setting; did you mean lines.sales.password?
                    lines: {sales: {login: a, domain: b, destinations: c, calls: 0}} | FILE line 1: lines.sales.calls must be a whole number from 1 to 100000, not "0"
                    lines: {sales: 1000}                | FILE line 1: lines.sales must hold settings, each on a line of its own
                    lines: [sales]                      | FILE line 1: lines must hold names, each with its settings below it
                    lines: {Sales: {login: a, domain: b, destinations: c}} | lines.Sales: a line's name is of small letters, digits and hyphens, and has at most 40
                    lines: {echo-test: {login: a, domain: b, destinations: c}} | lines.echo-test is there already, for the echo test: give your line another name
                    lines: {sales: {domain: b, destinations: c}} | lines.sales.login is missing: it is the account that the line's calls are made with
                    lines: {sales: {login: a, destinations: c}} | lines.sales.domain is missing: it is the telephone system that the line's calls go to
                    lines: {sales: {login: a, domain: b}} | lines.sales.destinations is missing: nobody could be called
                    lines: {sales: {login: a, domain: b, destinations: c, visitors: work}} | lines.sales.visitors is work, but lines.sales.origins names no page whose visitors may call
                    lines: {sales: {login: a, domain: b, destinations: c, visitors: hook, origins: https://a.example}} | lines.sales.visitors is hook, so lines.sales.hook must be the URL to ask, like https://shop.example/may-call
                    lines: {sales: {login: a, domain: b, destinations: c, hook: https://a.example}} | lines.sales.hook is never asked: set lines.sales.visitors to hook, or leave it out
                    clickToCall: {links: {1000: x}}     | clickToCall.links: "1000" must be an account like 1000@pbx.example
                    clickToCall: {conutry: DE}          | FILE line 1: clickToCall.conutry is not a setting; did you mean clickToCall.country?
                    sip: {port: 5060}                   | sip.port and exchange.port are both 5060 on 127.0.0.1: give one of them another
                    """)
    void whatDoesNotFitIsSaidInPlainWords(String yaml, String problem) {
        assertEquals(
                List.of(problem.replace("FILE", folder.resolve("offhook.yaml").toString())),
                assertThrows(ConfigurationException.class, () -> read(yaml, Map.of()))
                        .problems());
    }

    @Test
    void theLineIsTheOneThatTheMistakeStandsOn() {
        List<String> problems = assertThrows(ConfigurationException.class, () -> read("""
                                web:
                                  port: 8080

                                  adress: 127.0.0.1
                                limits:
                                  sessions: many
                                """, Map.of()))
                .problems();
        assertTrue(
                problems.get(0).contains(" line 4: web.adress is not a setting; did you mean web.address?"),
                problems::toString);
        assertTrue(problems.get(1).contains(" line 6: limits.sessions must be"), problems::toString);
        assertEquals(2, problems.size());
    }

    @Test
    void aMistypedVariableIsNamed() {
        assertEquals(
                List.of("the environment variable OFFHOOK_WEB_PROT sets nothing; did you mean OFFHOOK_WEB_PORT?"),
                assertThrows(ConfigurationException.class, () -> read("", Map.of("OFFHOOK_WEB_PROT", "1")))
                        .problems());
        assertEquals(
                List.of("the environment variable OFFHOOK_WEB_PORT must be a whole number from 0 to 65535, not \"x\""),
                assertThrows(ConfigurationException.class, () -> read("", Map.of("OFFHOOK_WEB_PORT", "x")))
                        .problems());
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("missing.yaml");
        assertEquals(
                List.of(missing + ": there is no such file"),
                assertThrows(ConfigurationException.class, () -> Configuration.read(missing, Map.of()))
                        .problems());
    }

    @Test
    void noPasswordIsEverPrinted() throws IOException {
        String secret = "Xyzzy-42";
        Configuration read = read("exchange: {users: {1000: " + secret + "}}", Map.of());
        assertFalse(read.toString().contains(secret));
        assertTrue(read.toString().contains("users=[1000]"));
        Configuration lines = read(
                "lines: {sales: {login: a, domain: b, destinations: c, password: %s, secrets: {k: %s}}}\n"
                                .formatted(secret, secret)
                        + "clickToCall: {apiKeys: [%s%s%s%s], links: {a@b: %s}}"
                                .formatted(secret, secret, secret, secret, secret),
                Map.of());
        assertFalse(lines.toString().contains(secret), lines::toString);
        String problems = assertThrows(
                        ConfigurationException.class, () -> read("", Map.of("OFFHOOK_EXCHANGE_USERS", secret)))
                .getMessage();
        assertFalse(problems.contains(secret), problems);
    }

    @Test
    void everyKeyHasAVariableOfItsOwn() {
        assertEquals("OFFHOOK_MEDIA_RTP_PORT_MIN", Binder.variable("media.rtpPortMin"));
        assertEquals(
                Binder.keys().size(),
                Binder.keys().stream().map(Binder::variable).distinct().count());
    }

    private Configuration read(String yaml, Map<String, String> environment) throws IOException {
        Path file = folder.resolve("offhook.yaml");
        Files.writeString(file, yaml);
        return Configuration.read(file, environment);
    }
}
