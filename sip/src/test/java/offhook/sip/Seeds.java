package offhook.sip;

import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Runs a scenario for many seeds: {@code -Doffhook.seeds=5000} for more of them, {@code -Doffhook.seed=17} for that one. */
public final class Seeds {
    private Seeds() {}

    /**
     * @param trace what to print beside the seed when a scenario fails
     * @return how many ran
     */
    public static long each(int usualCount, LongConsumer scenario, Supplier<String> trace) {
        Long only = Long.getLong("offhook.seed");
        long first = only == null ? 0 : only;
        long count = only == null ? Integer.getInteger("offhook.seeds", usualCount) : 1;
        for (long seed = first; seed < first + count; seed++) {
            try {
                scenario.accept(seed);
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError("-Doffhook.seed=" + seed + ":\n" + trace.get(), failed);
            }
        }
        return count;
    }
}
