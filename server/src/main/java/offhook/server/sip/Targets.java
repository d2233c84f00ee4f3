package offhook.server.sip;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import offhook.server.sip.ServerLocator.NoServer;
import offhook.server.sip.ServerLocator.Server;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Hops to the targets that they mean, in the order in which they are to be tried: looked up on virtual threads, remembered
 * for a little while, drawn by their weights anew each time, and those that failed lately last. Thread-safe.
 */
final class Targets {
    /** How hops are looked up; blocks. */
    @FunctionalInterface
    interface Lookup {
        List<Server> locate(Hop hop) throws NoServer;
    }

    /** How long an answer is good for: the JDK does not tell how long its owner would have it. */
    static final long KEPT_NANOS = 30_000_000_000L;

    /** How long a failure is good for. */
    static final long FAILURE_KEPT_NANOS = 3_000_000_000L;

    /** How long a target that failed comes last. */
    static final long AVOIDED_NANOS = 30_000_000_000L;

    /** Hops remembered, and targets avoided; the oldest goes first. */
    static final int REMEMBERED = 1_000;

    /** Look-ups at one time. */
    static final int LOOKUPS = 64;

    private final Lookup lookup;
    private final RandomGenerator random;
    private final LongSupplier clock;
    private final Semaphore running = new Semaphore(LOOKUPS);
    private final Map<Hop, Answer> answers = bounded();
    private final Map<Place, Long> avoidedUntil = bounded();

    private record Place(Transport transport, InetSocketAddress address) {}

    /** @param random draws among servers of one priority; thread-safe */
    Targets(Lookup lookup, RandomGenerator random, LongSupplier clock) {
        this.lookup = lookup;
        this.random = random;
        this.clock = clock;
    }

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > REMEMBERED;
            }
        };
    }

    /**
     * Finds the targets of a hop: at once, on the caller's thread, when it is an address or remembered; else on a virtual
     * thread.
     *
     * @param found is given one at least
     * @param failed is told why there are none
     */
    void find(Hop hop, Consumer<List<Hop>> found, Consumer<String> failed) {
        if (hop.isAddress()) {
            found.accept(List.of(hop));
            return;
        }
        Answer known = remembered(hop);
        if (known != null) {
            tell(known, hop, found, failed);
            return;
        }
        if (!running.tryAcquire()) {
            failed.accept("too many names are being looked up");
            return;
        }
        Thread.ofVirtual().name("lookup-" + hop.host()).start(() -> {
            Answer answer;
            try {
                answer = ask(hop);
            } finally {
                running.release();
            }
            synchronized (answers) {
                answers.remove(hop);
                answers.put(hop, answer);
            }
            tell(answer, hop, found, failed);
        });
    }

    /** A target did not take a request: for a while it comes last. */
    void avoid(Hop target) {
        if (!target.isAddress()) {
            return;
        }
        Place place = new Place(target.transport(), target.address());
        synchronized (avoidedUntil) {
            avoidedUntil.remove(place);
            avoidedUntil.put(place, clock.getAsLong() + AVOIDED_NANOS);
        }
    }

    private Answer ask(Hop hop) {
        try {
            return new Answer(lookup.locate(hop), "", clock.getAsLong() + KEPT_NANOS);
        } catch (NoServer e) {
            return new Answer(List.of(), String.valueOf(e.getMessage()), clock.getAsLong() + FAILURE_KEPT_NANOS);
        }
    }

    private @Nullable Answer remembered(Hop hop) {
        synchronized (answers) {
            Answer known = answers.get(hop);
            return known == null || known.goodUntilNanos - clock.getAsLong() <= 0 ? null : known;
        }
    }

    private void tell(Answer answer, Hop hop, Consumer<List<Hop>> found, Consumer<String> failed) {
        if (answer.servers.isEmpty()) {
            failed.accept(answer.why);
        } else {
            found.accept(inOrder(hop, answer.servers));
        }
    }

    private List<Hop> inOrder(Hop hop, List<Server> servers) {
        List<Hop> targets = new ArrayList<>();
        for (Server server : drawn(servers)) {
            server.addresses().forEach(address -> targets.add(hop.at(server.transport(), address, server.port())));
        }
        synchronized (avoidedUntil) {
            targets.sort(Comparator.comparing(this::isAvoided));
        }
        return targets;
    }

    private boolean isAvoided(Hop target) {
        Long until = avoidedUntil.get(new Place(target.transport(), target.address()));
        return until != null && until - clock.getAsLong() > 0;
    }

    /** By rank and priority, and within one priority drawn by weight (RFC 2782). */
    private List<Server> drawn(List<Server> servers) {
        List<Server> left = new ArrayList<>(servers);
        // Those without weight stand first, so that they are drawn with the little chance that the RFC leaves them.
        left.sort(Comparator.comparingInt(Server::rank)
                .thenComparingInt(Server::priority)
                .thenComparingInt(Server::weight));
        List<Server> drawn = new ArrayList<>();
        while (!left.isEmpty()) {
            Server first = left.getFirst();
            List<Server> equals = left.stream()
                    .filter(server -> server.rank() == first.rank() && server.priority() == first.priority())
                    .toList();
            int sum = equals.stream().mapToInt(Server::weight).sum();
            int chance = random.nextInt(sum + 1);
            int reached = 0;
            for (Server server : equals) {
                reached += server.weight();
                if (reached >= chance) {
                    drawn.add(server);
                    left.remove(server);
                    break;
                }
            }
        }
        return drawn;
    }

    private record Answer(List<Server> servers, String why, long goodUntilNanos) {}
}
