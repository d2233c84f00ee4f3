package offhook.sip.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    @Test
    void nothingToWaitForIsNever() {
        assertEquals(Long.MAX_VALUE, new Deadlines().deadlineNanos());
    }

    @Test
    void equalDeadlinesFireInTheOrderInWhichTheyWereSet() {
        Deadlines deadlines = new Deadlines();
        List<Integer> fired = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            deadlines.at(7, now -> fired.add(number));
        }
        deadlines.onDeadline(7);
        List<Integer> inOrder = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            inOrder.add(i);
        }
        assertEquals(inOrder, fired);
    }

    @Test
    void whatAnActionSetsForNowFiresInTheSameCall() {
        Deadlines deadlines = new Deadlines();
        List<String> fired = new ArrayList<>();
        deadlines.at(5, now -> deadlines.at(now, later -> fired.add("second")));
        deadlines.onDeadline(5);
        assertEquals(List.of("second"), fired);
        assertEquals(0, deadlines.size());
    }

    @Test
    void cancellingTwiceOrAfterFiringIsNoMistake() {
        Deadlines deadlines = new Deadlines();
        Deadlines.Deadline cancelled = deadlines.at(1, now -> {});
        Deadlines.Deadline fired = deadlines.at(2, now -> {});
        deadlines.at(3, now -> {});
        deadlines.cancel(cancelled);
        deadlines.cancel(cancelled);
        deadlines.onDeadline(2);
        deadlines.cancel(fired);
        deadlines.cancel(null);
        assertEquals(1, deadlines.size());
        assertEquals(3, deadlines.deadlineNanos());
    }

    @Test
    void firesTheSameAsASortedMapWhateverIsSetAndCancelled() {
        long seed = 20260101;
        Random random = new Random(seed);
        Deadlines deadlines = new Deadlines();
        Map<Long, Deadlines.Deadline> handles = new TreeMap<>();
        TreeMap<Long, Long> model = new TreeMap<>();
        List<Long> fired = new ArrayList<>();
        List<Long> expected = new ArrayList<>();
        long now = 0;
        for (long id = 0; id < 20_000; id++) {
            // Distinct instants: the order of equal ones is tested above.
            long at = (now + random.nextInt(1_000)) * 100_000 + id % 100_000;
            long name = id;
            handles.put(name, deadlines.at(at, when -> fired.add(name)));
            model.put(at, name);
            if (random.nextInt(3) == 0) {
                Map.Entry<Long, Long> some = model.ceilingEntry(at - random.nextInt(50_000_000));
                deadlines.cancel(handles.get(some.getValue()));
                model.remove(some.getKey());
            }
            if (random.nextInt(4) == 0) {
                now += random.nextInt(20);
                long instant = now * 100_000;
                Map<Long, Long> due = model.headMap(instant, true);
                expected.addAll(due.values());
                due.clear();
                deadlines.onDeadline(instant);
            }
            assertEquals(model.size(), deadlines.size(), "seed " + seed);
            assertEquals(
                    model.isEmpty() ? Long.MAX_VALUE : model.firstKey(), deadlines.deadlineNanos(), "seed " + seed);
        }
        assertEquals(expected, fired, "seed " + seed);
    }
}
