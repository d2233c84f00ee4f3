package offhook.sim;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import offhook.sip.transaction.Deadlines;
import org.jspecify.annotations.Nullable;

/**
 * Time and datagrams of one simulation. Whatever happens, happens at an instant of virtual time, in an order that the
 * seed decides. Not thread-safe.
 */
public final class VirtualNetwork {
    /** Bytes behind each datagram in its array, as the media loop has them. */
    private static final int SPARE_BYTES = 32;

    /** Somebody who receives datagrams at an address. */
    public interface Receiver {
        void onDatagram(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos);
    }

    /** Somebody who sees every datagram that is sent. */
    interface Watcher {
        /** The array is the watcher's to keep. */
        void onSend(InetSocketAddress from, InetSocketAddress to, byte[] datagram);
    }

    /** Somebody with deadlines of their own. */
    public interface Node {
        long deadlineNanos();

        void onDeadline(long nowNanos);
    }

    /**
     * How the network treats datagrams.
     *
     * @param lossPercent how many of a hundred are lost
     * @param duplicatePercent how many of a hundred arrive twice
     * @param delayNanos the shortest time under way
     * @param jitterNanos up to how much longer it may take: more than the time between two datagrams reorders them
     */
    public record Weather(int lossPercent, int duplicatePercent, long delayNanos, long jitterNanos) {
        /** 10 ms, nothing lost. */
        public static final Weather FAIR = new Weather(0, 0, 10_000_000L, 1_000_000L);
    }

    private final SplittableRandom random;
    private final Deadlines events = new Deadlines();
    private final Map<InetSocketAddress, Receiver> receivers = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private Weather weather = Weather.FAIR;
    private @Nullable Watcher watcher;
    private long nowNanos;
    private long delivered;
    private long lost;

    public VirtualNetwork(long seed) {
        this.random = new SplittableRandom(seed);
    }

    public long nowNanos() {
        return nowNanos;
    }

    /** Datagrams that arrived. */
    public long delivered() {
        return delivered;
    }

    /** Datagrams that did not. */
    public long lost() {
        return lost;
    }

    public void weather(Weather next) {
        weather = next;
    }

    /** Shows every datagram that is sent from now on, lost ones too. */
    void watch(Watcher all) {
        watcher = all;
    }

    public void join(Node node) {
        nodes.add(node);
    }

    public void bind(InetSocketAddress address, Receiver receiver) {
        if (receivers.putIfAbsent(address, receiver) != null) {
            throw new IllegalStateException(address + " is taken");
        }
    }

    public void unbind(InetSocketAddress address) {
        receivers.remove(address);
    }

    /** Runs something later. */
    public void after(long delayNanos, Deadlines.Action action) {
        events.at(nowNanos + delayNanos, action);
    }

    /** Sends a datagram, which arrives later, twice, or never. */
    public void send(InetSocketAddress from, InetSocketAddress to, byte[] bytes, int offset, int length) {
        Watcher all = watcher;
        if (all != null) {
            all.onSend(from, to, Arrays.copyOfRange(bytes, offset, offset + length));
        }
        if (random.nextInt(100) < weather.lossPercent()) {
            lost++;
            return;
        }
        int copies = random.nextInt(100) < weather.duplicatePercent() ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            byte[] datagram = Arrays.copyOf(Arrays.copyOfRange(bytes, offset, offset + length), length + SPARE_BYTES);
            long jitter = weather.jitterNanos() == 0 ? 0 : random.nextLong(weather.jitterNanos());
            after(weather.delayNanos() + jitter, now -> deliver(from, to, datagram, length, now));
        }
    }

    /** Hands over a datagram at once, whatever the weather. The array has 32 free bytes behind it. */
    void deliver(InetSocketAddress from, InetSocketAddress to, byte[] datagram, int length, long now) {
        Receiver receiver = receivers.get(to);
        if (receiver != null) {
            delivered++;
            receiver.onDatagram(from, datagram, 0, length, now);
        }
    }

    /** Lets time pass. */
    public void run(long nanos) {
        long end = nowNanos + nanos;
        while (true) {
            long next = events.deadlineNanos();
            for (Node node : nodes) {
                next = Math.min(next, node.deadlineNanos());
            }
            if (next > end) {
                nowNanos = end;
                return;
            }
            nowNanos = Math.max(nowNanos, next);
            for (Node node : nodes) {
                if (node.deadlineNanos() <= nowNanos) {
                    node.onDeadline(nowNanos);
                    if (node.deadlineNanos() <= nowNanos) {
                        throw new IllegalStateException(node + " does not move its deadline");
                    }
                }
            }
            events.onDeadline(nowNanos);
        }
    }
}
