package offhook.server.app;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import offhook.call.Account;
import offhook.call.EndReason;
import offhook.server.click.CallDesk;
import offhook.server.click.ChallengeHook;
import offhook.server.click.DeskSettings;
import offhook.server.click.Destinations;
import offhook.server.click.Hours;
import offhook.server.click.Line;
import offhook.server.click.NumberPlan;
import offhook.server.click.NumberRules;
import offhook.server.click.Origins;
import offhook.server.click.TokenKey;
import offhook.server.config.Configuration;
import offhook.server.config.ConfigurationException;
import offhook.server.metrics.Metrics;
import offhook.server.signalling.DomainPolicy;
import offhook.server.signalling.GrantRefused;
import offhook.server.signalling.OutgoingAccount;
import offhook.server.web.LoginAccounts;
import org.jspecify.annotations.Nullable;

/** Makes the desk of click to call, and the accounts that it calls with, of the settings. */
final class ClickToCall implements LoginAccounts {
    private static final String SECTION = "clickToCall";
    private static final String ECHO = "echo";
    private static final Duration ECHO_LONGEST = Duration.ofSeconds(30);
    private static final int ECHO_CALLS = 20;
    private static final int ECHO_CALLS_PER_MINUTE = 60;

    private final Configuration configuration;
    private final DomainPolicy browsers;
    private final DomainPolicy operator;
    private final @Nullable EchoTest echoTest;

    /**
     * The exchange's user for the echo test.
     *
     * @param domain where the exchange is, its address and port
     */
    record EchoTest(String domain, String user, String password) {
        /** Without the password, which must reach no log. */
        @Override
        public String toString() {
            return "EchoTest[" + user + "@" + domain + "]";
        }
    }

    /**
     * @param browsers which domains people may log in to
     * @param operator the same for what stands in the configuration
     * @param echoTest null when there is no exchange
     */
    ClickToCall(
            Configuration configuration, DomainPolicy browsers, DomainPolicy operator, @Nullable EchoTest echoTest) {
        this.configuration = configuration;
        this.browsers = browsers;
        this.operator = operator;
        this.echoTest = echoTest;
    }

    /** @throws ConfigurationException with everything that the desk cannot use */
    CallDesk desk(ChallengeHook hook, Metrics metrics) {
        Configuration.ClickToCall settings = configuration.clickToCall();
        NumberPlan plan = at(SECTION + ".country", () -> NumberPlan.of(settings.country()));
        NumberRules rules = at(
                SECTION,
                () -> new NumberRules(
                        plan, settings.international(), settings.premium(), settings.allow(), settings.deny()));
        List<String> problems = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        configuration.lines().forEach((name, line) -> {
            try {
                lines.add(line(name, line, plan));
            } catch (ConfigurationException e) {
                problems.addAll(e.problems());
            }
        });
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        EchoTest test = echoTest;
        if (test != null) {
            lines.add(echoTest(test, plan));
        }
        DeskSettings desk = at(
                SECTION,
                () -> new DeskSettings(
                        rules,
                        links(settings.links()),
                        settings.linkSeconds(),
                        settings.linkUses(),
                        settings.apiKeys(),
                        settings.tokenSeconds(),
                        Duration.ofDays(settings.rememberDays()),
                        settings.callsPerAddressPerMinute(),
                        settings.callsPerAddress(),
                        settings.callsPerDestinationPerMinute(),
                        settings.callsPerMinute()));
        return new CallDesk(desk, lines, hook, Clock.systemUTC(), System::nanoTime, new SecureRandom(), metrics);
    }

    private Line line(String name, Configuration.Line line, NumberPlan plan) {
        String key = "lines." + name;
        return at(
                key,
                () -> new Line(
                        name,
                        account(key, line),
                        line.callerName(),
                        at(key + ".destinations", () -> Destinations.of(plan, line.destinations())),
                        at(key + ".origins", () -> Origins.of(line.origins())),
                        hours(key, line),
                        Duration.ofSeconds(line.longestSeconds()),
                        line.calls(),
                        line.callsPerMinute(),
                        keys(key, line),
                        Line.Visitors.valueOf(line.visitors().name()),
                        at(key + ".hook", () -> URI.create(line.hook()).toString())));
    }

    private Account account(String key, Configuration.Line line) {
        return checked(
                key,
                new OutgoingAccount(
                        line.login(),
                        line.authenticationName(),
                        line.password(),
                        withExchangePort(line.domain()),
                        line.outboundProxy()));
    }

    private Account checked(String key, OutgoingAccount account) {
        try {
            return account.checked(operator);
        } catch (GrantRefused e) {
            throw new ConfigurationException(List.of(key + "." + e.field() + ": " + e.text()));
        }
    }

    private static Hours hours(String key, Configuration.Line line) {
        try {
            ZoneId zone = ZoneId.of(line.zone());
            return at(key + ".hours", () -> Hours.of(line.hours(), zone));
        } catch (DateTimeException e) {
            throw new ConfigurationException(
                    List.of(key + ".zone: \"" + line.zone() + "\" is no time zone like Europe/Berlin"));
        }
    }

    private static List<TokenKey> keys(String key, Configuration.Line line) {
        List<TokenKey> keys = new ArrayList<>();
        line.secrets().forEach((id, secret) -> keys.add(at(key + ".secrets", () -> TokenKey.secret(id, secret))));
        line.publicKeys().forEach((id, file) -> {
            String path = key + ".publicKeys." + id;
            keys.add(at(path + " (" + file + ")", () -> TokenKey.publicKey(id, text(path, file))));
        });
        return keys;
    }

    private static String text(String key, String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(List.of(key + ": there is no file " + file));
        } catch (IOException e) {
            throw new ConfigurationException(List.of(key + ": " + file + " cannot be read (" + e + ")"));
        }
    }

    private Line echoTest(EchoTest test, NumberPlan plan) {
        return new Line(
                Configuration.ECHO_TEST,
                checked("exchange.address", new OutgoingAccount(test.user(), "", test.password(), test.domain(), "")),
                "",
                Destinations.of(plan, List.of(ECHO)),
                Origins.any(),
                Hours.of("", ZoneOffset.UTC),
                ECHO_LONGEST,
                ECHO_CALLS,
                ECHO_CALLS_PER_MINUTE,
                List.of(),
                Line.Visitors.OWN_PAGES,
                "");
    }

    private Map<String, Account> links(Map<String, String> passwords) {
        Map<String, Account> links = new HashMap<>();
        passwords.forEach((typed, password) -> {
            int at = typed.lastIndexOf('@');
            OutgoingAccount account = new OutgoingAccount(
                    typed.substring(0, at), "", password, withExchangePort(typed.substring(at + 1)), "");
            links.put(typed, checked(SECTION + ".links." + typed, account));
        });
        return links;
    }

    @Override
    public Account of(String typed, String password) {
        int at = typed.lastIndexOf('@');
        String domain = at < 0 ? standardDomain() : typed.substring(at + 1);
        if (domain.isEmpty()) {
            throw new GrantRefused(
                    EndReason.INVALID_FIELD, "account", "The account needs its domain, like 1000@pbx.example.");
        }
        OutgoingAccount account = new OutgoingAccount(
                at < 0 ? typed : typed.substring(0, at), "", password, withExchangePort(domain), "");
        try {
            return account.checked(browsers);
        } catch (GrantRefused e) {
            throw new GrantRefused(e.reason(), e.field().equals("password") ? "password" : "account", e.text());
        }
    }

    private String standardDomain() {
        String configured = configuration.clickToCall().domain();
        EchoTest test = echoTest;
        return !configured.isEmpty() || test == null
                ? configured
                : configuration.exchange().address();
    }

    /** The exchange may listen on any port; who names it need not know. */
    private String withExchangePort(String domain) {
        EchoTest test = echoTest;
        return test != null && domain.equals(configuration.exchange().address()) ? test.domain() : domain;
    }

    /** Says which setting a part was made of that cannot be used. */
    private static <T> T at(String key, Supplier<T> part) {
        try {
            return part.get();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(List.of(key + ": " + e.getMessage()));
        }
    }
}
