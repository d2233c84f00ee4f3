package offhook.media.dtls;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BiFunction;

/** Two associations and a network between them, in virtual time. */
@SuppressWarnings("ArrayRecordComponent") // Datagrams are compared by nobody.
final class VirtualNetwork {
    static final long MILLISECOND = 1_000_000L;
    static final long SECOND = 1_000 * MILLISECOND;
    private static final long LATENCY = 20 * MILLISECOND;

    /** What becomes of a datagram: one of these for each copy that arrives. */
    record Copy(byte[] bytes, long delayNanos) {
        static Copy prompt(byte[] bytes) {
            return new Copy(bytes, 0);
        }
    }

    private record InFlight(long arrivalNanos, int order, boolean toServer, byte[] bytes)
            implements Comparable<InFlight> {
        @Override
        public int compareTo(InFlight other) {
            int byTime = Long.compare(arrivalNanos, other.arrivalNanos);
            return byTime != 0 ? byTime : Integer.compare(order, other.order);
        }
    }

    final TestEndpoint clientSide = new TestEndpoint();
    final TestEndpoint serverSide = new TestEndpoint();
    final DtlsAssociation client;
    final DtlsAssociation server;
    final List<byte[]> sentByClient = new ArrayList<>();
    final List<byte[]> sentByServer = new ArrayList<>();
    private final BiFunction<Integer, byte[], List<Copy>> fate;
    private final PriorityQueue<InFlight> inFlight = new PriorityQueue<>();
    long now;
    private int sent;

    /** @param fate given a datagram and how many went before it, in either direction: what becomes of it */
    VirtualNetwork(long seed, BiFunction<Integer, byte[], List<Copy>> fate) {
        this.fate = fate;
        client = clientSide.association(TestEndpoint.ALICE, DtlsRole.CLIENT, TestEndpoint.BOB, seed);
        server = serverSide.association(TestEndpoint.BOB, DtlsRole.SERVER, TestEndpoint.ALICE, seed + 1);
    }

    static List<Copy> faithful(int number, byte[] datagram) {
        return List.of(Copy.prompt(datagram));
    }

    void start() {
        server.start(now);
        client.start(now);
        collect();
    }

    boolean bothDone() {
        return clientSide.done() && serverSide.done();
    }

    /** Goes on until nothing happens any more, or until that time. */
    void run(long untilNanos) {
        while (true) {
            long next = Math.min(client.deadlineNanos(), server.deadlineNanos());
            if (!inFlight.isEmpty()) {
                next = Math.min(next, inFlight.peek().arrivalNanos);
            }
            if (next == Long.MAX_VALUE || next > untilNanos) {
                return;
            }
            now = Math.max(now, next);
            if (!inFlight.isEmpty() && inFlight.peek().arrivalNanos <= now) {
                InFlight arrival = inFlight.remove();
                DtlsAssociation to = arrival.toServer ? server : client;
                to.onDatagram(arrival.bytes, 0, arrival.bytes.length, now);
            }
            client.onDeadline(now);
            server.onDeadline(now);
            collect();
        }
    }

    private void collect() {
        collect(clientSide, sentByClient, true);
        collect(serverSide, sentByServer, false);
    }

    private void collect(TestEndpoint from, List<byte[]> log, boolean toServer) {
        byte[] datagram;
        while ((datagram = from.sent.poll()) != null) {
            log.add(datagram);
            for (Copy copy : fate.apply(sent++, datagram)) {
                inFlight.add(new InFlight(now + LATENCY + copy.delayNanos, inFlight.size(), toServer, copy.bytes));
            }
        }
    }
}
