package offhook.server.click;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How many calls were begun in the last 60 s and how many there are, by caller, line, destination and in all. A call is
 * counted where all of its limits have room, and else nowhere: who is refused takes nothing from others. Owned by {@link
 * CallDesk}.
 */
final class Rates {
    /** Callers, lines and destinations that are counted at one time. */
    static final int KEYS = 65_536;

    static final long MINUTE_NANOS = 60_000_000_000L;

    private final int keys;
    private final Map<Key, ArrayDeque<Long>> begun = new HashMap<>();
    private final Map<Key, Integer> running = new HashMap<>();
    private long sweptNanos;

    Rates(int keys, long nowNanos) {
        this.keys = keys;
        sweptNanos = nowNanos;
    }

    /**
     * One limit of a call.
     *
     * @param limit which
     * @param of whose: the caller's, the line's or the destination's name
     * @param most calls
     */
    record Rule(Limit limit, String of, int most) {
        private Key key() {
            return new Key(limit, of);
        }
    }

    private record Key(Limit limit, String of) {}

    /** The first of these limits that has no room for another call. Counts nothing. */
    Optional<Rule> full(List<Rule> rules, long nowNanos) {
        for (Rule rule : rules) {
            if (count(rule, nowNanos) >= rule.most()) {
                return Optional.of(rule);
            }
        }
        if (begun.size() + running.size() + rules.size() > keys) {
            sweep(nowNanos);
            if (begun.size() + running.size() + rules.size() > keys) {
                return Optional.of(new Rule(Limit.MEMORY, "rates", keys));
            }
        }
        return Optional.empty();
    }

    /** Counts a call for which there is room. */
    void begin(List<Rule> rules, long nowNanos) {
        for (Rule rule : rules) {
            if (perMinute(rule.limit())) {
                begun.computeIfAbsent(rule.key(), key -> new ArrayDeque<>(1)).addLast(nowNanos);
            } else {
                running.merge(rule.key(), 1, Integer::sum);
            }
        }
    }

    /** A call that was begun is over. It stays counted among those of its minute. */
    void end(List<Rule> rules) {
        for (Rule rule : rules) {
            if (!perMinute(rule.limit())) {
                running.computeIfPresent(rule.key(), (key, calls) -> calls == 1 ? null : calls - 1);
            }
        }
    }

    /** How many are counted. */
    int size() {
        return begun.size() + running.size();
    }

    private int count(Rule rule, long nowNanos) {
        if (!perMinute(rule.limit())) {
            return running.getOrDefault(rule.key(), 0);
        }
        ArrayDeque<Long> times = begun.get(rule.key());
        if (times == null) {
            return 0;
        }
        forget(times, nowNanos);
        if (times.isEmpty()) {
            begun.remove(rule.key());
        }
        return times.size();
    }

    /** Once a second at most, so that a flood does not make us look through everything each time. */
    private void sweep(long nowNanos) {
        if (nowNanos - sweptNanos < MINUTE_NANOS / 60) {
            return;
        }
        sweptNanos = nowNanos;
        begun.values().removeIf(times -> {
            forget(times, nowNanos);
            return times.isEmpty();
        });
    }

    private static void forget(ArrayDeque<Long> times, long nowNanos) {
        while (!times.isEmpty() && nowNanos - times.getFirst() >= MINUTE_NANOS) {
            times.removeFirst();
        }
    }

    private static boolean perMinute(Limit limit) {
        return switch (limit) {
            case CALLER_PER_MINUTE,
                    LINE_PER_MINUTE,
                    DESTINATION_PER_MINUTE,
                    ALL_PER_MINUTE,
                    LOGINS_PER_MINUTE,
                    WRONG_PASSWORDS_PER_MINUTE,
                    ANSWERS_PER_MINUTE -> true;
            case CALLER_AT_ONE_TIME, LINE_AT_ONE_TIME, MEMORY -> false;
        };
    }
}
