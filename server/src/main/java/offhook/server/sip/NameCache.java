package offhook.server.sip;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Host names to addresses (A and AAAA), remembered for a little while. Looks up on virtual threads. */
final class NameCache {
    /** How a name is looked up; blocks. */
    @FunctionalInterface
    interface Lookup {
        List<InetAddress> addresses(String name) throws UnknownHostException;
    }

    /** How long an answer is good for. */
    static final long KEPT_NANOS = 30_000_000_000L;

    /** How long a failure is good for. */
    static final long FAILURE_KEPT_NANOS = 3_000_000_000L;

    /** Names remembered; the one looked up longest ago goes first. */
    static final int NAMES = 1_000;

    /** Look-ups at one time. */
    static final int LOOKUPS = 64;

    private final Lookup lookup;
    private final Predicate<InetAddress> usable;
    private final LongSupplier clock;
    private final Semaphore running = new Semaphore(LOOKUPS);
    private final Map<String, Answer> answers = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
            return size() > NAMES;
        }
    };

    /** @param usable which addresses our sockets can reach */
    NameCache(Lookup lookup, Predicate<InetAddress> usable, LongSupplier clock) {
        this.lookup = lookup;
        this.usable = usable;
        this.clock = clock;
    }

    /**
     * Finds the address of a host: at once, on the caller's thread, when it is an address or remembered; else on a
     * virtual thread.
     */
    void find(String host, Consumer<InetAddress> found, Consumer<String> failed) {
        InetAddress literal = literal(host);
        if (literal != null) {
            found.accept(literal);
            return;
        }
        Answer known = remembered(host);
        if (known != null) {
            known.tell(host, found, failed);
            return;
        }
        if (!running.tryAcquire()) {
            failed.accept("too many names are being looked up");
            return;
        }
        Thread.ofVirtual().name("lookup-" + host).start(() -> {
            Answer answer;
            try {
                answer = ask(host);
            } finally {
                running.release();
            }
            remember(host, answer);
            answer.tell(host, found, failed);
        });
    }

    private Answer ask(String host) {
        try {
            Optional<InetAddress> first =
                    lookup.addresses(host).stream().filter(usable).findFirst();
            return new Answer(first, clock.getAsLong() + (first.isPresent() ? KEPT_NANOS : FAILURE_KEPT_NANOS));
        } catch (UnknownHostException e) {
            return new Answer(Optional.empty(), clock.getAsLong() + FAILURE_KEPT_NANOS);
        }
    }

    private @Nullable Answer remembered(String host) {
        synchronized (answers) {
            Answer known = answers.get(host);
            return known == null || known.goodUntilNanos - clock.getAsLong() <= 0 ? null : known;
        }
    }

    private void remember(String host, Answer answer) {
        synchronized (answers) {
            answers.remove(host);
            answers.put(host, answer);
        }
    }

    private static @Nullable InetAddress literal(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException aName) {
            return null;
        }
    }

    private record Answer(Optional<InetAddress> address, long goodUntilNanos) {
        void tell(String host, Consumer<InetAddress> found, Consumer<String> failed) {
            address.ifPresentOrElse(found, () -> failed.accept("the name " + host + " has no address"));
        }
    }
}
