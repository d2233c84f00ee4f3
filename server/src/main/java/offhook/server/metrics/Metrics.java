package offhook.server.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Everything that is counted. Names and labels are ours and few, so nothing here grows with traffic. Safe from any
 * thread; {@link #text()} is a snapshot of each number by itself.
 */
public final class Metrics {
    private static final String PREFIX = "offhook_";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z_]*");

    private final Map<String, Family> families = new ConcurrentSkipListMap<>();

    /**
     * The counter of this name and labels, made at the first call.
     *
     * @param name words joined by underscores, without prefix and {@code _total}
     * @param help what it counts, one sentence
     * @param labels names and values in turn
     */
    public Counter counter(String name, String help, String... labels) {
        Family family = family(name + "_total", help, "counter");
        return family.counters.computeIfAbsent(label(labels), key -> {
            Counter counter = new Counter();
            family.series.put(key, counter::value);
            return counter;
        });
    }

    /** A number that goes up and down, asked for when somebody looks. */
    public void gauge(String name, String help, LongSupplier value, String... labels) {
        family(name, help, "gauge").series.put(label(labels), value);
    }

    /** All of it in Prometheus's text format 0.0.4. */
    public String text() {
        StringBuilder text = new StringBuilder(4096);
        families.forEach((name, family) -> {
            text.append("# HELP ").append(name).append(' ').append(family.help).append('\n');
            text.append("# TYPE ").append(name).append(' ').append(family.type).append('\n');
            family.series.forEach((labels, value) -> text.append(name)
                    .append(labels)
                    .append(' ')
                    .append(value.getAsLong())
                    .append('\n'));
        });
        return text.toString();
    }

    private Family family(String name, String help, String type) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a metric's name: " + name);
        }
        return families.computeIfAbsent(PREFIX + name, key -> new Family(help, type));
    }

    private static String label(String... labels) {
        if (labels.length == 0) {
            return "";
        }
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < labels.length; i += 2) {
            text.append(i == 0 ? "" : ",")
                    .append(labels[i])
                    .append("=\"")
                    .append(labels[i + 1])
                    .append('"');
        }
        return text.append('}').toString();
    }

    private static final class Family {
        private final String help;
        private final String type;
        private final Map<String, LongSupplier> series = new ConcurrentSkipListMap<>();
        private final Map<String, Counter> counters = new ConcurrentSkipListMap<>();

        Family(String help, String type) {
            this.help = help;
            this.type = type;
        }
    }
}
