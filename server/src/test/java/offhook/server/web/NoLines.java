package offhook.server.web;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import offhook.server.click.CallDesk;
import offhook.server.click.DeskSettings;
import offhook.server.click.NumberPlan;
import offhook.server.click.NumberRules;
import offhook.server.metrics.Metrics;

/** A server where nobody can click to call. */
final class NoLines {
    static final CallDesk DESK = new CallDesk(
            new DeskSettings(
                    new NumberRules(NumberPlan.of(""), false, false, List.of(), List.of()),
                    Map.of(),
                    1,
                    1,
                    List.of(),
                    300,
                    Duration.ZERO,
                    1,
                    1,
                    1,
                    1),
            List.of(),
            (line, address, answer) -> false,
            Clock.systemUTC(),
            System::nanoTime,
            new SecureRandom(),
            new Metrics());
    static final LoginAccounts ACCOUNTS = (typed, password) -> {
        throw new IllegalStateException("nobody logs in here");
    };

    private NoLines() {}
}
