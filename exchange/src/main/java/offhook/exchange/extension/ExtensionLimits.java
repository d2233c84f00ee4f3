package offhook.exchange.extension;

import java.time.Duration;

/**
 * What calls to the extensions may cost, and when they end.
 *
 * @param calls at the same time; a further caller hears that it is busy
 * @param ring from the first ring to the answer
 * @param silence without any packet from the caller, who could send, until the call is ended
 * @param longest a call may last
 */
public record ExtensionLimits(int calls, Duration ring, Duration silence, Duration longest) {
    public static final ExtensionLimits DEFAULT =
            new ExtensionLimits(50, Duration.ofMillis(400), Duration.ofSeconds(30), Duration.ofHours(1));

    public ExtensionLimits {
        if (calls < 0 || ring.isNegative() || !silence.isPositive() || !longest.isPositive()) {
            throw new IllegalArgumentException("a limit below what makes sense");
        }
    }
}
