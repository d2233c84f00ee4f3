package offhook.server.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Carries numbers that one thread counts plainly over to counters that everybody can read. The thread calls
 * {@link #carry} now and then; an unchanged number costs a comparison.
 *
 * @param <T> what holds the numbers
 */
public final class CarriedCounts<T> {
    private final List<Carried<T>> carried = new ArrayList<>();

    /** Adds one number. */
    public CarriedCounts<T> with(Counter target, ToLongFunction<T> source) {
        carried.add(new Carried<>(target, source));
        return this;
    }

    /** Brings the counters up to what the source says now. */
    public void carry(T source) {
        for (int i = 0; i < carried.size(); i++) {
            carried.get(i).carry(source);
        }
    }

    private static final class Carried<T> {
        private final Counter target;
        private final ToLongFunction<T> source;
        private long seen;

        Carried(Counter target, ToLongFunction<T> source) {
            this.target = target;
            this.source = source;
        }

        void carry(T from) {
            long count = source.applyAsLong(from);
            if (count != seen) {
                target.add(count - seen);
                seen = count;
            }
        }
    }
}
