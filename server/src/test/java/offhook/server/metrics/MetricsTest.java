package offhook.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    @Test
    void readsAsPrometheusWantsIt() {
        metrics.counter("packets", "Packets.", "loop", "1").add(3);
        metrics.counter("packets", "Packets.", "loop", "0", "cause", "late").increment();
        metrics.gauge("calls", "Calls.", () -> 7);
        assertEquals("""
                # HELP offhook_calls Calls.
                # TYPE offhook_calls gauge
                offhook_calls 7
                # HELP offhook_packets_total Packets.
                # TYPE offhook_packets_total counter
                offhook_packets_total{loop="0",cause="late"} 1
                offhook_packets_total{loop="1"} 3
                """, metrics.text());
    }

    @Test
    void oneNameIsOneCounter() {
        assertSame(metrics.counter("calls", "Calls."), metrics.counter("calls", "Calls."));
        assertThrows(IllegalArgumentException.class, () -> metrics.counter("Calls made", ""));
    }

    @Test
    void carriedCountsFollowTheirSource() {
        Counter counter = metrics.counter("calls", "Calls.");
        CarriedCounts<AtomicLong> carried = new CarriedCounts<AtomicLong>().with(counter, AtomicLong::get);
        AtomicLong source = new AtomicLong(2);
        carried.carry(source);
        carried.carry(source);
        source.set(5);
        carried.carry(source);
        assertEquals(5, counter.value());
    }
}
