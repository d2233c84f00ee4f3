package offhook.server.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGeneratorFactory;
import offhook.server.sip.ServerLocator.NoServer;
import offhook.server.sip.ServerLocator.Server;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.Test;

class TargetsTest {
    private static final Hop PBX = Hop.open("pbx.example", 0);

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger lookups = new AtomicInteger();
    private final List<Server> servers = new ArrayList<>();

    private final Targets targets = new Targets(
            hop -> {
                lookups.incrementAndGet();
                if (servers.isEmpty()) {
                    throw new NoServer("the name " + hop.host() + " has no address");
                }
                return List.copyOf(servers);
            },
            RandomGeneratorFactory.of("L64X128MixRandom").create(5),
            now::get);

    private static Server server(int rank, int priority, int weight, String address) {
        return new Server(rank, priority, weight, Transport.UDP, 5060, List.of(InetAddress.ofLiteral(address)));
    }

    private String find(Hop hop) throws Exception {
        CompletableFuture<String> found = new CompletableFuture<>();
        targets.find(
                hop,
                hops -> found.complete(
                        String.join(" ", hops.stream().map(Hop::host).toList())),
                found::complete);
        return found.get(5, TimeUnit.SECONDS);
    }

    @Test
    void addressesNeedNoLookup() throws Exception {
        assertEquals("192.0.2.9", find(Hop.open("192.0.2.9", 0)));
        assertEquals("::1", find(Hop.open("::1", 0)));
        assertEquals(0, lookups.get());
    }

    @Test
    void answersAreKeptForAWhileAndFailuresForAShorterOne() throws Exception {
        assertEquals("the name pbx.example has no address", find(PBX));
        servers.add(server(0, 0, 0, "192.0.2.1"));
        assertEquals("the name pbx.example has no address", find(PBX));
        now.addAndGet(Targets.FAILURE_KEPT_NANOS);
        assertEquals("192.0.2.1", find(PBX));
        servers.set(0, server(0, 0, 0, "192.0.2.2"));
        assertEquals("192.0.2.1", find(PBX));
        now.addAndGet(Targets.KEPT_NANOS);
        assertEquals("192.0.2.2", find(PBX));
        assertEquals(3, lookups.get());
    }

    @Test
    void rankComesBeforePriorityAndPriorityBeforeWeight() throws Exception {
        servers.add(server(1, 0, 9, "192.0.2.3"));
        servers.add(server(0, 20, 9, "192.0.2.2"));
        servers.add(server(0, 10, 0, "192.0.2.1"));
        assertEquals("192.0.2.1 192.0.2.2 192.0.2.3", find(PBX));
    }

    @Test
    void weightsShareOutTheFirstPlaceAnewEachTime() throws Exception {
        servers.add(server(0, 1, 75, "192.0.2.1"));
        servers.add(server(0, 1, 25, "192.0.2.2"));
        servers.add(server(0, 1, 0, "192.0.2.3"));
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            first.merge(find(PBX).split(" ", -1)[0], 1, Integer::sum);
        }
        assertEquals(1, lookups.get());
        assertTrue(Math.abs(first.get("192.0.2.1") - 1_500) < 120, first::toString);
        assertTrue(Math.abs(first.get("192.0.2.2") - 500) < 120, first::toString);
    }

    @Test
    void whoFailedComesLastForAWhile() throws Exception {
        servers.add(server(0, 1, 0, "192.0.2.1"));
        servers.add(server(0, 2, 0, "192.0.2.2"));
        targets.avoid(new Hop(Transport.UDP, "192.0.2.1", 5060));
        targets.avoid(new Hop(Transport.UDP, "not-looked-up.example", 5060));
        assertEquals("192.0.2.2 192.0.2.1", find(PBX));
        targets.avoid(new Hop(Transport.UDP, "192.0.2.2", 5060));
        assertEquals("192.0.2.1 192.0.2.2", find(PBX), "when all failed, the order is what it was");
        now.addAndGet(Targets.AVOIDED_NANOS);
        assertEquals("192.0.2.1 192.0.2.2", find(PBX));
        targets.avoid(new Hop(Transport.TCP, "192.0.2.1", 5060));
        assertEquals("192.0.2.1 192.0.2.2", find(PBX), "another transport is another target");
    }

    @Test
    void lookupsAtOneTimeAreLimited() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Targets slow = new Targets(
                hop -> {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        throw new NoServer("interrupted");
                    }
                    return List.of(server(0, 0, 0, "192.0.2.1"));
                },
                RandomGeneratorFactory.of("L64X128MixRandom").create(5),
                now::get);
        CountDownLatch found = new CountDownLatch(Targets.LOOKUPS);
        for (int i = 0; i < Targets.LOOKUPS; i++) {
            slow.find(Hop.open("host" + i, 5060), hops -> found.countDown(), why -> {});
        }
        CompletableFuture<String> refused = new CompletableFuture<>();
        slow.find(Hop.open("one-too-many", 5060), hops -> refused.complete("found"), refused::complete);
        assertEquals("too many names are being looked up", refused.get(5, TimeUnit.SECONDS));
        release.countDown();
        assertTrue(found.await(5, TimeUnit.SECONDS));
    }
}
