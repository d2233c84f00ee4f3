package offhook.interop.peer;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for a condition that nobody announces (a growing file, a page's value): asked again and again until a deadline. */
public final class Waiting {
    private static final long PAUSE_NANOS = Duration.ofMillis(25).toNanos();

    private Waiting() {}

    /** Waits until {@code condition} holds, or fails with what {@code state} says then. */
    public static void until(String wanted, Duration patience, BooleanSupplier condition, Supplier<?> state) {
        until(wanted, patience, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty(), state);
    }

    /** Waits until {@code attempt} yields a value and returns it. */
    public static <T> T until(String wanted, Duration patience, Supplier<Optional<T>> attempt, Supplier<?> state) {
        for (long deadline = System.nanoTime() + patience.toNanos(); ; LockSupport.parkNanos(PAUSE_NANOS)) {
            Optional<T> result = attempt.get();
            if (result.isPresent()) return result.get();
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + patience + " for " + wanted + "; now: " + state.get());
            }
        }
    }
}
