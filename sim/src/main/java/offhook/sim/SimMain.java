package offhook.sim;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Replays seeds: {@code SimMain SEED [COUNT]}. */
public final class SimMain {
    private SimMain() {}

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (arguments.length < 1 || arguments.length > 2) {
            out.println("usage: sim SEED [COUNT]   replays COUNT scenarios from SEED on (1 unless told)");
            System.exit(2);
        }
        long first = Long.parseLong(arguments[0]);
        long count = arguments.length == 2 ? Long.parseLong(arguments[1]) : 1;
        int failed = 0;
        for (long seed = first; seed < first + count; seed++) {
            Simulation.Outcome outcome = Simulation.play(seed);
            if (count == 1 || !outcome.violations().isEmpty()) {
                out.println(outcome.scenario());
                outcome.story().forEach(out::println);
                outcome.violations().forEach(violation -> out.println("VIOLATION: " + violation));
            }
            failed += outcome.violations().isEmpty() ? 0 : 1;
        }
        out.println(count - failed + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }
}
