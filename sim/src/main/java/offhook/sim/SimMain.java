package offhook.sim;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Replays seeds: {@code SimMain SEED [COUNT]}. Exits with 0 when all went well, 1 when not, 2 when misunderstood. */
public final class SimMain {
    private static final int MISUNDERSTOOD = 2;

    private SimMain() {}

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        long first;
        long count;
        try {
            first = Long.parseLong(arguments[0]);
            count = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            count = 0;
            first = 0;
        }
        if (count < 1 || arguments.length > 2) {
            out.println("usage: sim SEED [COUNT]   replays COUNT scenarios from SEED on (1 unless told)");
            System.exit(MISUNDERSTOOD);
        }
        long failed = 0;
        for (long seed = first; seed < first + count; seed++) {
            Simulation.Outcome outcome = Simulation.play(seed);
            if (count == 1 || !outcome.violations().isEmpty()) {
                tell(outcome, out);
            }
            failed += outcome.violations().isEmpty() ? 0 : 1;
        }
        out.println(count - failed + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    private static void tell(Simulation.Outcome outcome, PrintStream out) {
        out.println(outcome.scenario().words());
        outcome.story().forEach(out::println);
        outcome.violations().forEach(violation -> out.println("  VIOLATION  " + violation));
    }
}
