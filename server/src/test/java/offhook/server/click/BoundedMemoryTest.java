package offhook.server.click;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the desk remembers: used things, shelves, rates. */
class BoundedMemoryTest {
    private static final int RUNS = 200;
    private static final long MINUTE = Rates.MINUTE_NANOS;

    @Test
    void whatWasUsedIsForgottenAfterItsExpiryAndNotBefore() {
        Uses uses = new Uses(2);
        assertTrue(uses.hasRoom("a", 100));
        uses.use("a", 110);
        uses.use("b", 120);
        assertFalse(uses.hasRoom("c", 110));
        assertTrue(uses.hasRoom("a", 110));
        assertEquals(1, uses.count("a"));
        assertTrue(uses.hasRoom("c", 111));
        assertEquals(0, uses.count("a"));
        assertEquals(1, uses.count("b"));
        assertEquals(1, uses.size());
    }

    @Test
    void usesAreCounted() {
        Uses uses = new Uses(1);
        for (int i = 0; i < 20; i++) {
            assertEquals(i, uses.count("a"));
            assertTrue(uses.hasRoom("a", 1));
            uses.use("a", 10);
        }
    }

    @Test
    void aFullShelfLosesItsOldestAndAnOwnersShareItsOwn() {
        Shelf<String> shelf = new Shelf<>(4, 2, 100);
        shelf.put("a1", "a", "1", 0);
        shelf.put("b1", "b", "1", 1);
        shelf.put("b2", "b", "2", 2);
        shelf.put("b3", "b", "3", 3);
        assertNull(shelf.find("b1", 3));
        assertEquals("1", shelf.find("a1", 3));
        shelf.put("c1", "c", "1", 4);
        shelf.put("d1", "d", "1", 5);
        assertEquals(4, shelf.size());
        assertNull(shelf.find("b2", 5), "asked for longest ago");
        assertNotNull(shelf.find("a1", 5));
    }

    @Test
    void whatLiesOnAShelfExpiresHoweverOftenItIsAskedFor() {
        Shelf<String> shelf = new Shelf<>(4, 4, 100);
        shelf.put("a", "o", "1", 0);
        shelf.put("b", "o", "2", 50);
        for (int now = 51; now < 100; now++) {
            assertEquals("1", shelf.find("a", now));
        }
        assertNull(shelf.find("a", 100));
        assertEquals("2", shelf.find("b", 149));
        shelf.remove("b");
        shelf.remove("b");
        assertEquals(0, shelf.size());
        shelf.put("c", "o", "3", 200);
        shelf.put("d", "p", "4", 300);
        assertEquals(1, shelf.size(), "what has expired makes room by itself");
    }

    @Test
    void inNoSixtySecondsMoreThanTheLimitAreBegun() {
        for (int seed = 1; seed <= RUNS; seed++) {
            Random random = new Random(seed);
            Rates rates = new Rates(1_000, 0);
            int most = 1 + random.nextInt(6);
            Map<String, List<Long>> begun = new HashMap<>();
            long now = random.nextLong();
            for (int i = 0; i < 300; i++) {
                now += random.nextInt(10) == 0 ? random.nextLong(2 * MINUTE) : random.nextLong(MINUTE / 10);
                String of = "line" + random.nextInt(3);
                List<Rates.Rule> rules = List.of(
                        new Rates.Rule(Limit.LINE_PER_MINUTE, of, most),
                        new Rates.Rule(Limit.ALL_PER_MINUTE, "all", 10));
                List<Long> mine = begun.computeIfAbsent(of, key -> new ArrayList<>());
                long from = now - MINUTE;
                long recent = mine.stream().filter(time -> time - from > 0).count();
                long recentOfAll = begun.values().stream()
                        .flatMap(List::stream)
                        .filter(time -> time - from > 0)
                        .count();
                boolean room = rates.full(rules, now).isEmpty();
                assertEquals(recent < most && recentOfAll < 10, room, "seed " + seed + " call " + i);
                if (room) {
                    rates.begin(rules, now);
                    mine.add(now);
                }
            }
        }
    }

    @Test
    void whoIsRefusedTakesNothingFromOthers() {
        Rates rates = new Rates(1_000, 0);
        Rates.Rule line = new Rates.Rule(Limit.LINE_PER_MINUTE, "sales", 5);
        List<Rates.Rule> flood = List.of(new Rates.Rule(Limit.CALLER_PER_MINUTE, "192.0.2.1", 2), line);
        int begun = 0;
        for (int i = 0; i < 1_000; i++) {
            if (rates.full(flood, i).isEmpty()) {
                rates.begin(flood, i);
                begun++;
            }
        }
        assertEquals(2, begun);
        assertTrue(rates.full(List.of(new Rates.Rule(Limit.CALLER_PER_MINUTE, "192.0.2.2", 2), line), 1_000)
                .isEmpty());
    }

    @Test
    void ratesRememberSoManyKeysAndNoMore() {
        Rates rates = new Rates(100, 0);
        int begun = 0;
        for (int i = 0; i < 1_000; i++) {
            List<Rates.Rule> rules = List.of(new Rates.Rule(Limit.CALLER_PER_MINUTE, "caller" + i, 2));
            if (rates.full(rules, i).isEmpty()) {
                rates.begin(rules, i);
                begun++;
            }
        }
        assertEquals(100, begun);
        assertEquals(100, rates.size());
        List<Rates.Rule> late = List.of(new Rates.Rule(Limit.CALLER_PER_MINUTE, "late", 2));
        assertEquals(Limit.MEMORY, rates.full(late, 1_000).orElseThrow().limit());
        assertTrue(rates.full(late, MINUTE + 1_000).isEmpty());
        assertEquals(0, rates.size());
    }

    @Test
    void callsAtOneTimeAreGivenBack() {
        Rates rates = new Rates(100, 0);
        List<Rates.Rule> rules = List.of(new Rates.Rule(Limit.LINE_AT_ONE_TIME, "sales", 2));
        rates.begin(rules, 0);
        rates.begin(rules, 0);
        assertTrue(rates.full(rules, 10 * MINUTE).isPresent());
        rates.end(rules);
        assertTrue(rates.full(rules, 10 * MINUTE).isEmpty());
        rates.end(rules);
        assertEquals(0, rates.size());
    }

    @Test
    void anIpv6NetworkIsOneCaller() {
        assertEquals(CallerAddress.of("2001:db8:1:2::1"), CallerAddress.of("2001:db8:1:2:ffff::9"));
        assertEquals(CallerAddress.of("fe80::1%eth0"), CallerAddress.of("fe80:0:0:0::2"));
        assertFalse(CallerAddress.of("2001:db8:1:2::1").equals(CallerAddress.of("2001:db8:1:3::1")));
        assertEquals("192.0.2.1", CallerAddress.of("::ffff:192.0.2.1"));
        assertFalse(CallerAddress.of("192.0.2.1").equals(CallerAddress.of("192.0.2.2")));
        assertEquals("unknown", CallerAddress.of("unknown"));
    }
}
