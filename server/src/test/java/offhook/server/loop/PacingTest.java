package offhook.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PacingTest {
    private static final long MILLISECOND = 1_000_000;

    @Test
    void aLoopWithFewPacketsNeverPauses() {
        Pacing pacing = new Pacing(0);
        for (long now = 0; now < 1_000 * MILLISECOND; now += MILLISECOND) {
            assertEquals(0, pacing.pauseNanos(1, now, now + 10_000));
        }
    }

    @Test
    void aBusyLoopLooksOnceAMillisecond() {
        Pacing pacing = new Pacing(0);
        long now = 0;
        int turns = 0;
        for (; now < 1_000 * MILLISECOND; turns++) {
            int packets = 10;
            long start = now;
            now += 100_000;
            now += pacing.pauseNanos(packets, start, now);
        }
        assertTrue(pacing.busy());
        assertTrue(turns > 950 && turns < 1_200, turns + " turns in a second");
    }

    @Test
    void aTurnLongerThanThePeriodIsFollowedByTheNextAtOnce() {
        Pacing pacing = new Pacing(0);
        for (long now = 0; now < 100 * MILLISECOND; now += 2 * MILLISECOND) {
            assertEquals(0, pacing.pauseNanos(100, now, now + 2 * MILLISECOND));
        }
    }

    @Test
    void whenTheLoadGoesTheLoopIsIdleWithinTwoWindows() {
        Pacing pacing = new Pacing(0);
        for (long now = 0; now < 20 * MILLISECOND; now += MILLISECOND) {
            pacing.pauseNanos(10, now, now + 100_000);
        }
        assertTrue(pacing.busy());
        pacing.pauseNanos(1, 30 * MILLISECOND, 30 * MILLISECOND);
        pacing.pauseNanos(1, 40 * MILLISECOND, 40 * MILLISECOND);
        assertFalse(pacing.busy());
    }

    @Test
    void aLoadBetweenTheTwoMarksChangesNothing() {
        Pacing idle = new Pacing(0);
        Pacing busy = new Pacing(0);
        busy.pauseNanos(1_000, 0, Pacing.WINDOW_NANOS);
        for (long now = 2 * Pacing.WINDOW_NANOS; now < 50 * Pacing.WINDOW_NANOS; now += Pacing.WINDOW_NANOS) {
            int between = (Pacing.BUSY + Pacing.IDLE) / 2;
            idle.pauseNanos(between, now, now);
            busy.pauseNanos(between, now, now);
        }
        assertFalse(idle.busy());
        assertTrue(busy.busy());
    }
}
