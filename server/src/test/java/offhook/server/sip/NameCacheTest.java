package offhook.server.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NameCacheTest {
    private static final InetAddress V6 = InetAddress.ofLiteral("2001:db8::1");
    private static final InetAddress V4 = InetAddress.ofLiteral("192.0.2.1");

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger lookups = new AtomicInteger();

    private final NameCache names = new NameCache(
            name -> {
                lookups.incrementAndGet();
                if (name.equals("missing.example")) {
                    throw new UnknownHostException(name);
                }
                return name.equals("v6.example") ? List.of(V6) : List.of(V6, V4);
            },
            address -> address.getAddress().length == 4,
            now::get);

    private String find(String host) throws Exception {
        CompletableFuture<String> found = new CompletableFuture<>();
        names.find(host, address -> found.complete(address.getHostAddress()), found::complete);
        return found.get(5, TimeUnit.SECONDS);
    }

    @Test
    void addressesNeedNoLookup() throws Exception {
        assertEquals("192.0.2.9", find("192.0.2.9"));
        assertEquals("0:0:0:0:0:0:0:1", find("::1"));
        assertEquals(0, lookups.get());
    }

    @Test
    void theFirstAddressThatOurSocketsReachIsTakenAndKeptForAWhile() throws Exception {
        assertEquals("192.0.2.1", find("pbx.example"));
        assertEquals("192.0.2.1", find("pbx.example"));
        assertEquals(1, lookups.get());
        now.addAndGet(NameCache.KEPT_NANOS);
        assertEquals("192.0.2.1", find("pbx.example"));
        assertEquals(2, lookups.get());
    }

    @Test
    void failuresAreKeptForAShorterWhile() throws Exception {
        assertEquals("the name missing.example has no address", find("missing.example"));
        assertEquals("the name v6.example has no address", find("v6.example"));
        find("missing.example");
        assertEquals(2, lookups.get());
        now.addAndGet(NameCache.FAILURE_KEPT_NANOS);
        find("missing.example");
        assertEquals(3, lookups.get());
    }

    @Test
    void lookupsAtOneTimeAreLimited() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        NameCache slow = new NameCache(
                name -> {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        throw new UnknownHostException(name);
                    }
                    return List.of(V4);
                },
                address -> true,
                now::get);
        CountDownLatch found = new CountDownLatch(NameCache.LOOKUPS);
        for (int i = 0; i < NameCache.LOOKUPS; i++) {
            slow.find("host" + i, address -> found.countDown(), why -> {});
        }
        CompletableFuture<String> refused = new CompletableFuture<>();
        slow.find("one-too-many", address -> refused.complete("found"), refused::complete);
        assertEquals("too many names are being looked up", refused.get(5, TimeUnit.SECONDS));
        release.countDown();
        assertTrue(found.await(5, TimeUnit.SECONDS));
    }
}
