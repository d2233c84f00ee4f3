package offhook.server.click;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import offhook.call.Account;
import offhook.call.EndReason;
import offhook.call.offer.MediaEncryption;
import offhook.server.metrics.Metrics;
import offhook.server.signalling.GrantRefused;
import offhook.sip.transaction.Hop;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;

/** A shop with a line and a call window, at a time that the test moves. */
final class Shop {
    static final String ORIGIN = "https://shop.example";
    static final String WINDOW = "https://phone.example";
    static final String API_KEY = "key-of-the-shops-backend";
    static final String USER = "1000@pbx.example";

    /** 2026-11-25, a Wednesday, 12:00 in Berlin. */
    static final long NOON = Instant.parse("2026-11-25T11:00:00Z").getEpochSecond();

    final NumberPlan plan = NumberPlan.of("DE");
    final Metrics metrics = new Metrics();
    final AtomicLong seconds = new AtomicLong(NOON);
    final List<String> asked = new ArrayList<>();

    String hours = "";
    int calls = 1_000;
    int callsPerMinute = 1_000;
    int perAddressPerMinute = 1_000;
    int perAddress = 1_000;
    int perDestination = 10_000;
    int perMinute = 10_000;
    int linkUses = 20;
    Line.Visitors visitors = Line.Visitors.OFF;
    List<String> destinations = List.of("+49 30 123456", "1001", "+4940*");
    List<TokenKey> keys = List.of(TokenKey.secret("k1", Jwt.SECRET));
    boolean hookSaysYes = true;

    private final AtomicInteger ids = new AtomicInteger();

    CallDesk open() {
        return new CallDesk(
                new DeskSettings(
                        new NumberRules(plan, false, false, List.of(), List.of("+4940666")),
                        Map.of(USER, account("1000", "secret")),
                        7_200,
                        linkUses,
                        List.of(API_KEY),
                        300,
                        Duration.ofDays(30),
                        perAddressPerMinute,
                        perAddress,
                        perDestination,
                        perMinute),
                List.of(line("sales", visitors), line("own", Line.Visitors.OWN_PAGES)),
                (line, address, answer) -> {
                    asked.add(line.name() + " " + address + " " + answer);
                    return hookSaysYes;
                },
                () -> Instant.ofEpochSecond(seconds.get()),
                () -> seconds.get() * 1_000_000_000L,
                new Random(1),
                metrics);
    }

    Line line(String name, Line.Visitors visitorsOfLine) {
        return new Line(
                name,
                account("900", "of the line"),
                "Visitor of the shop",
                Destinations.of(plan, destinations),
                Origins.of(List.of(ORIGIN)),
                Hours.of(hours, ZoneId.of("Europe/Berlin")),
                Duration.ofMinutes(30),
                calls,
                callsPerMinute,
                keys,
                visitorsOfLine,
                "");
    }

    static Account account(String login, String password) {
        return new Account(
                login, login, password, "pbx.example", Hop.open("pbx.example", 0), "", false, MediaEncryption.OFF);
    }

    /** A token that the shop's backend signs now. */
    String token(String destination) {
        return Jwt.hs256(claims(destination));
    }

    String claims(String destination) {
        return claims("sales", destination, ORIGIN, seconds.get(), seconds.get() + 300);
    }

    String claims(String line, String destination, String origin, long issued, long expires) {
        return "{\"line\":\"%s\",\"sub\":\"%s\",\"origin\":\"%s\",\"iat\":%d,\"exp\":%d,\"jti\":\"id-%d\"}"
                .formatted(line, destination, origin, issued, expires, ids.incrementAndGet());
    }

    static GrantRefused refused(EndReason reason, Executable attempt) {
        GrantRefused refused = Assertions.assertThrows(GrantRefused.class, attempt);
        Assertions.assertEquals(reason, refused.reason(), refused.text());
        return refused;
    }
}
