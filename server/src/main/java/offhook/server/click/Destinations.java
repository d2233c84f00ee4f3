package offhook.server.click;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whom a line may call: single destinations, and prefixes with a star at their end. */
public final class Destinations {
    private static final Prefix EVERYTHING = new Prefix("");

    private final Map<String, Destination> named = new LinkedHashMap<>();
    private final List<Prefix> prefixes = new ArrayList<>();

    private Destinations() {}

    /**
     * @param plan by which national numbers are read
     * @param written numbers, extensions, names or SIP URIs; a prefix with {@code *} at its end; {@code *} for whatever
     *     the rules for all lines allow
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public static Destinations of(NumberPlan plan, List<String> written) {
        Destinations destinations = new Destinations();
        for (String one : written) {
            if (one.strip().equals("*")) {
                destinations.prefixes.add(EVERYTHING);
            } else if (one.strip().endsWith("*")) {
                destinations.prefixes.add(Prefix.of(one));
            } else {
                Destination destination = plan.read(one);
                destinations.named.putIfAbsent(destination.matched(), destination);
            }
        }
        if (written.isEmpty()) {
            throw new IllegalArgumentException("a line needs a destination at least");
        }
        return destinations;
    }

    /** Whom to call when nobody says: the first that is no prefix, as it is dialled; empty when all are prefixes. */
    public String standard() {
        return named.isEmpty() ? "" : named.values().iterator().next().dialled();
    }

    /** The destination as the operator wrote it, null when it is not among the single ones. */
    @Nullable
    Destination named(Destination wanted) {
        return named.get(wanted.matched());
    }

    boolean covered(Destination wanted) {
        return prefixes.stream().anyMatch(prefix -> prefix.covers(wanted));
    }
}
