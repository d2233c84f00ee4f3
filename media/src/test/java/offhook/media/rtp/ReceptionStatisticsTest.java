package offhook.media.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceptionStatisticsTest {
    private static final int A = 0xAAAA_AAAA;
    private static final int B = 0xBBBB_BBBB;
    private static final int OFFSET = 3;
    private static final int FRAME = 160;
    private static final long FRAME_NANOS = 20_000_000L;
    private static final long START = -5_000_000_000L;

    private final ReceptionStatistics statistics = new ReceptionStatistics(8_000);
    private final byte[] packet = new byte[OFFSET + 12];

    @Test
    void beforeThereIsAnythingAllIsZero() {
        assertFalse(statistics.heard());
        assertEquals(0, statistics.cumulativeLost());
        assertEquals(0, statistics.takeFractionLost());
        assertEquals(0, statistics.jitter());
        assertEquals(0, statistics.received());
    }

    @Test
    void anEvenStreamHasNoLossAndNoJitter() {
        for (int i = 0; i < 100; i++) {
            arrive(A, 65_500 + i, i, 0);
        }
        assertTrue(statistics.heard());
        assertEquals(A, statistics.ssrc());
        assertEquals(100, statistics.received());
        assertEquals(0, statistics.cumulativeLost());
        assertEquals(0, statistics.takeFractionLost());
        assertEquals(0, statistics.jitter());
        assertEquals((1 << 16) + 63, statistics.extendedHighest());
    }

    @Test
    void aQuarterLostIsSixtyFourOfTwoHundredAndFiftySix() {
        for (int i = 0; i < 400; i++) {
            if (i % 4 != 3) {
                arrive(A, i, i, 0);
            }
        }
        arrive(A, 400, 400, 0);
        assertEquals(100, statistics.cumulativeLost());
        assertEquals(100 * 256 / 401, statistics.takeFractionLost());
        for (int i = 401; i < 500; i++) {
            arrive(A, i, i, 0);
        }
        assertEquals(0, statistics.takeFractionLost());
        assertEquals(100, statistics.cumulativeLost());
    }

    @Test
    void duplicatesMakeTheLossNegativeAndTheFractionZero() {
        for (int i = 0; i < 10; i++) {
            arrive(A, i, i, 0);
            arrive(A, i, i, 0);
        }
        assertEquals(-10, statistics.cumulativeLost());
        assertEquals(0, statistics.takeFractionLost());
    }

    @Test
    void aLatePacketIsNotLost() {
        arrive(A, 10, 0, 0);
        arrive(A, 12, 2, 0);
        assertEquals(1, statistics.cumulativeLost());
        arrive(A, 11, 1, 0);
        assertEquals(0, statistics.cumulativeLost());
        assertEquals(12, statistics.extendedHighest());
    }

    @Test
    void cyclesAreCountedOverManyRollovers() {
        for (int i = 0; i < 70_000 * 3; i++) {
            arrive(A, i, i, 0);
        }
        assertEquals(70_000 * 3 - 1, statistics.extendedHighest());
        assertEquals(0, statistics.cumulativeLost());
    }

    @Test
    void aJumpCountsWhenTheNextPacketConfirmsIt() {
        arrive(A, 10, 0, 0);
        arrive(A, 30_000, 1, 0);
        assertEquals(10, statistics.extendedHighest());
        arrive(A, 30_001, 2, 0);
        assertEquals(30_001, statistics.extendedHighest());
        assertEquals(0, statistics.cumulativeLost());
        assertEquals(3, statistics.received());
    }

    @Test
    void anotherSourceIsCountedAnew() {
        arrive(A, 10, 0, 0);
        arrive(A, 20, 10, 0);
        arrive(B, 5, 0, 0);
        assertEquals(B, statistics.ssrc());
        assertEquals(0, statistics.cumulativeLost());
        assertEquals(5, statistics.extendedHighest());
        assertEquals(3, statistics.received());
    }

    @Test
    void jitterFollowsTheRfc() {
        long seed = 3550;
        Random random = new Random(seed);
        double expected = 0;
        long lastDelay = 0;
        for (int i = 0; i < 500; i++) {
            long delayTicks = random.nextInt(200);
            arrive(A, i, i, delayTicks * 125_000L);
            if (i > 0) {
                expected += (Math.abs(delayTicks - lastDelay) - expected) / 16;
            }
            lastDelay = delayTicks;
        }
        assertEquals(expected, statistics.jitter(), 2, "seed " + seed);
        assertEquals(expected / 8, statistics.jitterMillis(), 0.25, "seed " + seed);
    }

    @Test
    void aTelephoneEventIsNoJitter() {
        for (int i = 0; i < 50; i++) {
            arrive(A, i, i, 0);
        }
        for (int i = 50; i < 100; i++) { // one second, all packets with the time of its start
            write(A, i, 50 * FRAME);
            statistics.onRtp(packet, OFFSET, START + i * FRAME_NANOS);
        }
        for (int i = 100; i < 150; i++) {
            arrive(A, i, i, 0);
        }
        assertEquals(0, statistics.jitter());
    }

    @Test
    void aNewBaseOfTimestampsIsNoJitter() {
        arrive(A, 0, 0, 0);
        write(A, 1, 1_000_000_000);
        statistics.onRtp(packet, OFFSET, START + FRAME_NANOS);
        write(A, 2, 1_000_000_000 + FRAME);
        statistics.onRtp(packet, OFFSET, START + 2 * FRAME_NANOS);
        assertEquals(0, statistics.jitter());
    }

    @Test
    void anotherClockIsNoJitter() {
        arrive(A, 0, 0, 0);
        arrive(A, 1, 1, 0);
        statistics.clockRate(48_000);
        for (int i = 2; i < 10; i++) {
            write(A, i, 960 * i);
            statistics.onRtp(packet, OFFSET, START + i * FRAME_NANOS);
        }
        assertEquals(0, statistics.jitter());
    }

    private void arrive(int ssrc, int sequence, int frame, long delayNanos) {
        write(ssrc, sequence, frame * FRAME);
        statistics.onRtp(packet, OFFSET, START + frame * FRAME_NANOS + delayNanos);
    }

    private void write(int ssrc, int sequence, int timestamp) {
        RtpHeader.write(packet, OFFSET, false, 0, sequence, timestamp, ssrc);
    }
}
