package offhook.media.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import offhook.media.Fuzz;
import org.junit.jupiter.api.Test;

class RtpContinuityTest {
    private static final int OUR_SSRC = 0x0FF0_0C0C;
    private static final int A = 0xAAAA_AAAA;
    private static final int B = 0xBBBB_BBBB;
    private static final int OFFSET = 3;
    private static final int LENGTH = 12 + 4;
    private static final int CLOCK_RATE = 8_000;
    private static final int FRAME = 160;
    private static final long FRAME_NANOS = 20_000_000L;
    private static final long SECOND = 1_000_000_000L;

    private final RtpContinuity continuity = new RtpContinuity(OUR_SSRC, CLOCK_RATE, new Random(1));
    private final byte[] packet = new byte[OFFSET + LENGTH];
    private long now = 77;

    @Test
    void aStreamKeepsItsStepsAndLosesItsNames() {
        pass(A, 65_534, -FRAME);
        int sequence = outSequence();
        int timestamp = outTimestamp();
        assertTrue(outMarker());
        for (int i = 1; i <= 5; i++) {
            now += FRAME_NANOS;
            pass(A, 65_534 + i, -FRAME + i * FRAME);
            assertEquals(sequence + i, outSequence());
            assertEquals(timestamp + i * FRAME, outTimestamp());
            assertFalse(outMarker());
        }
    }

    @Test
    void packetsOfOurOwnStandInOneStreamWithThoseOfTheSource() {
        pass(A, 10, 0);
        int sequence = outSequence();
        int timestamp = outTimestamp();
        now += 3 * FRAME_NANOS;
        assertEquals(timestamp + 3 * FRAME, continuity.takeOver(now));
        for (int i = 1; i <= 5; i++) {
            continuity.write(packet, OFFSET, i == 1, 101, timestamp + 3 * FRAME, now);
            assertEquals(sequence + i, outSequence());
            assertEquals(OUR_SSRC, RtpHeader.ssrc(packet, OFFSET));
            now += FRAME_NANOS;
        }
        pass(A, 18, 8 * FRAME);
        assertEquals(sequence + 6, outSequence());
        assertEquals(timestamp + 8 * FRAME, outTimestamp());
        assertTrue(outMarker());
        now += FRAME_NANOS;
        pass(A, 19, 9 * FRAME);
        assertEquals(sequence + 7, outSequence());
        assertEquals(timestamp + 9 * FRAME, outTimestamp());
    }

    @Test
    void aPacketThatWeOvertookStillGetsTheNumberLeftForIt() {
        pass(A, 10, 0);
        int sequence = outSequence();
        pass(A, 12, 2 * FRAME);
        continuity.takeOver(now);
        continuity.write(packet, OFFSET, true, 101, 0, now);
        pass(A, 11, FRAME);
        assertEquals(sequence + 1, outSequence());
        assertEquals(RtpDrop.DUPLICATE, drop(A, 12, 2 * FRAME));
        pass(A, 13, 3 * FRAME);
        assertEquals(sequence + 4, outSequence());
    }

    @Test
    void ourOwnPacketMayBeTheFirst() {
        int timestamp = continuity.takeOver(now);
        continuity.write(packet, OFFSET, true, 101, timestamp, now);
        int sequence = outSequence();
        assertTrue(sequence < 1 << 15);
        now += FRAME_NANOS;
        pass(A, 7_000, 123);
        assertEquals(sequence + 1, outSequence());
        assertEquals(timestamp + FRAME, outTimestamp());
        assertEquals(RtpDrop.DUPLICATE, drop(A, 7_000, 123));
    }

    @Test
    void aMarkerOfTheSourceStays() {
        pass(A, 1, 0);
        now += FRAME_NANOS;
        write(A, 2, FRAME);
        RtpHeader.marker(packet, OFFSET, true);
        assertEquals(0, continuity.rewrite(packet, OFFSET, LENGTH, now));
        assertTrue(outMarker());
    }

    @Test
    void aGapStaysAGapThatALatePacketFills() {
        pass(A, 100, 0);
        int sequence = outSequence();
        int timestamp = outTimestamp();
        pass(A, 103, 3 * FRAME);
        assertEquals(sequence + 3, outSequence());
        pass(A, 101, FRAME);
        assertEquals(sequence + 1, outSequence());
        assertEquals(timestamp + FRAME, outTimestamp());
        pass(A, 102, 2 * FRAME);
        assertEquals(sequence + 2, outSequence());
    }

    @Test
    void whatOvertookTheFirstPacketComesBeforeIt() {
        pass(A, 100, 0);
        int sequence = outSequence();
        pass(A, 99, -FRAME);
        assertEquals(sequence - 1, outSequence());
    }

    @Test
    void aDuplicateIsDropped() {
        pass(A, 100, 0);
        pass(A, 102, 2 * FRAME);
        pass(A, 101, FRAME);
        for (int sequence = 100; sequence <= 102; sequence++) {
            assertEquals(RtpDrop.DUPLICATE, drop(A, sequence, 0));
        }
    }

    @Test
    void duplicatesAreKnownAcrossTheWholeWindowHoweverItMoved() {
        for (int step : new int[] {1, 2, 5, 31, 63, 64, 65, 100, 127}) {
            RtpContinuity stream = new RtpContinuity(OUR_SSRC, CLOCK_RATE, new Random(step));
            int highest = 0;
            for (int i = 0; i < 140; i++) {
                highest = 1_000 + i * step;
                write(A, highest, i * FRAME);
                assertEquals(0, stream.rewrite(packet, OFFSET, LENGTH, now));
            }
            for (int sequence = highest - RtpContinuity.WINDOW + 1; sequence <= highest; sequence++) {
                boolean seen = (highest - sequence) % step == 0;
                write(A, sequence, 0);
                int first = stream.rewrite(packet, OFFSET, LENGTH, now);
                assertEquals(seen ? RtpDrop.DUPLICATE.code() : 0, first, step + ": " + sequence);
                write(A, sequence, 0);
                assertEquals(RtpDrop.DUPLICATE.code(), stream.rewrite(packet, OFFSET, LENGTH, now));
            }
        }
    }

    @Test
    void whatComesFromBehindTheWindowIsDropped() {
        for (int i = 0; i <= 200; i++) {
            if (i != 72 && i != 73) {
                pass(A, i, i * FRAME);
            }
        }
        assertEquals(RtpDrop.UNCONFIRMED_JUMP, drop(A, 72, 72 * FRAME));
        pass(A, 73, 73 * FRAME);
    }

    @Test
    void anotherSourceGoesOnWhereTheFirstOneStopped() {
        pass(A, 100, 5_000);
        int sequence = outSequence();
        int timestamp = outTimestamp();
        now += 3 * SECOND;
        pass(B, 40_000, -77);
        assertEquals(sequence + 1, outSequence());
        assertEquals(timestamp + 3 * CLOCK_RATE, outTimestamp());
        assertTrue(outMarker());
        now += FRAME_NANOS;
        pass(B, 40_001, -77 + FRAME);
        assertEquals(sequence + 2, outSequence());
        assertEquals(timestamp + 3 * CLOCK_RATE + FRAME, outTimestamp());
        assertFalse(outMarker());
    }

    @Test
    void aSourceThatTakesOverWithinAFrameStillMovesTheTimestamp() {
        pass(A, 100, 0);
        now += FRAME_NANOS;
        pass(A, 101, FRAME);
        int timestamp = outTimestamp();
        pass(B, 7, 0);
        assertEquals(timestamp + FRAME, outTimestamp());
    }

    @Test
    void latePacketsOfTheSourceBeforeKeepTheirNumbers() {
        pass(A, 100, 0);
        int sequence = outSequence();
        int timestamp = outTimestamp();
        pass(A, 103, 3 * FRAME);
        now += FRAME_NANOS;
        pass(B, 9, 90_000);
        assertEquals(sequence + 4, outSequence());
        pass(A, 102, 2 * FRAME);
        assertEquals(sequence + 2, outSequence());
        assertEquals(timestamp + 2 * FRAME, outTimestamp());
        assertEquals(RtpDrop.DUPLICATE, drop(A, 102, 2 * FRAME));
        assertEquals(RtpDrop.DUPLICATE, drop(A, 103, 3 * FRAME));
        now += FRAME_NANOS;
        pass(B, 10, 90_000 + FRAME);
        assertEquals(sequence + 5, outSequence());
    }

    @Test
    void aPacketThatTheNewSourceLeftBehindAtTheSwitchIsDropped() {
        pass(A, 100, 0);
        pass(B, 9, 0);
        assertEquals(RtpDrop.TOO_LATE, drop(B, 8, -FRAME));
    }

    @Test
    void theOldSourceIsSilencedWhileTheNewOneTalks() {
        pass(A, 100, 0);
        int sequence = outSequence();
        for (int i = 0; i < 50; i++) {
            now += FRAME_NANOS;
            pass(B, 9 + i, i * FRAME);
            assertEquals(sequence + 1 + i, outSequence());
            assertEquals(RtpDrop.STALE_SOURCE, drop(A, 101 + i, (1 + i) * FRAME));
        }
        assertEquals(RtpDrop.STALE_SOURCE, drop(A, 151, 51 * FRAME));
        now += RtpContinuity.HOLD_NANOS;
        pass(A, 152, 52 * FRAME);
        assertEquals(sequence + 51, outSequence());
        assertTrue(outMarker());
    }

    @Test
    void aRestartOfTheSameSourceCountsWhenASecondPacketConfirmsIt() {
        pass(A, 100, 0);
        int sequence = outSequence();
        int timestamp = outTimestamp();
        now += FRAME_NANOS;
        assertEquals(RtpDrop.UNCONFIRMED_JUMP, drop(A, 30_000, 1_000_000_000));
        now += FRAME_NANOS;
        pass(A, 30_001, 1_000_000_000 + FRAME);
        assertEquals(sequence + 1, outSequence());
        assertEquals(timestamp + 2 * FRAME, outTimestamp());
        assertTrue(outMarker());
        pass(A, 99, -FRAME);
        assertEquals(sequence - 1, outSequence());
    }

    @Test
    void whatComesFromBeforeARestartThatIsPastHasNoNumber() {
        pass(A, 100, 0);
        pass(A, 101, FRAME);
        drop(A, 30_000, 0);
        pass(A, 30_001, FRAME);
        pass(B, 7, 0);
        assertEquals(RtpDrop.STALE_SOURCE, drop(A, 30_000, 0));
        assertEquals(RtpDrop.DUPLICATE, drop(A, 30_001, FRAME));
    }

    @Test
    void aSingleStrayPacketChangesNothing() {
        pass(A, 100, 0);
        int sequence = outSequence();
        assertEquals(RtpDrop.UNCONFIRMED_JUMP, drop(A, 30_000, 0));
        pass(A, 101, FRAME);
        assertEquals(sequence + 1, outSequence());
        assertEquals(RtpDrop.UNCONFIRMED_JUMP, drop(A, 30_001, 0));
        pass(A, 102, 2 * FRAME);
        assertEquals(sequence + 2, outSequence());
    }

    @Test
    void aNewBaseOfTimestampsGoesOnAsTimeDoes() {
        pass(A, 100, 0);
        now += FRAME_NANOS;
        pass(A, 101, FRAME);
        int timestamp = outTimestamp();
        int sequence = outSequence();
        now += FRAME_NANOS;
        pass(A, 102, 1_500_000_000);
        assertEquals(timestamp + FRAME, outTimestamp());
        assertEquals(sequence + 1, outSequence());
        assertTrue(outMarker());
        now += FRAME_NANOS;
        pass(A, 103, 1_500_000_000 + FRAME);
        assertEquals(timestamp + 2 * FRAME, outTimestamp());
        assertFalse(outMarker());
    }

    @Test
    void silenceIsNoNewBaseHoweverLong() {
        pass(A, 100, 0);
        int timestamp = outTimestamp();
        now += 600 * SECOND;
        pass(A, 101, 600 * CLOCK_RATE);
        assertEquals(timestamp + 600 * CLOCK_RATE, outTimestamp());
        now += 600 * SECOND;
        pass(A, 102, 600 * CLOCK_RATE + FRAME); // a clock that stood still on hold
        assertEquals(timestamp + 600 * CLOCK_RATE + FRAME, outTimestamp());
        assertFalse(outMarker());
    }

    @Test
    void aTelephoneEventKeepsTheTimestampOfItsStart() {
        pass(A, 100, 0);
        int timestamp = outTimestamp();
        for (int i = 1; i <= 50; i++) {
            now += FRAME_NANOS;
            pass(A, 100 + i, FRAME);
            assertEquals(timestamp + FRAME, outTimestamp());
        }
        now += FRAME_NANOS;
        pass(A, 151, 51 * FRAME);
        assertEquals(timestamp + 51 * FRAME, outTimestamp());
    }

    @Test
    void aSwitchDuringATelephoneEventCountsFromItsStart() {
        pass(A, 100, 0);
        int timestamp = outTimestamp();
        for (int i = 1; i <= 50; i++) {
            now += FRAME_NANOS;
            pass(A, 100 + i, FRAME);
        }
        now += FRAME_NANOS;
        pass(B, 1, 0);
        assertEquals(timestamp + 51 * FRAME, outTimestamp());
    }

    @Test
    void anotherClockBeginsAnew() {
        pass(A, 100, 0);
        int sequence = outSequence();
        int timestamp = outTimestamp();
        continuity.clockRate(48_000);
        now += FRAME_NANOS;
        pass(A, 101, 960);
        assertEquals(sequence + 1, outSequence());
        assertEquals(timestamp + 960, outTimestamp());
        now += FRAME_NANOS;
        pass(A, 102, 1920);
        assertEquals(timestamp + 1920, outTimestamp());
    }

    @Test
    void theFirstNumberIsSmallEnoughForSrtp() {
        for (int seed = 0; seed < 200; seed++) {
            RtpContinuity stream = new RtpContinuity(OUR_SSRC, CLOCK_RATE, new Random(seed));
            write(A, 5, 5);
            assertEquals(0, stream.rewrite(packet, OFFSET, LENGTH, 0));
            assertTrue(outSequence() < 1 << 15);
        }
    }

    @Test
    void numbersRollOverAndOver() {
        pass(A, 7, 0);
        int sequence = outSequence();
        for (int i = 1; i < 200_000; i++) {
            now += FRAME_NANOS;
            pass(A, 7 + i, i * FRAME);
            assertEquals((sequence + i) & 0xFFFF, outSequence());
        }
    }

    /**
     * A long random history of sources, restarts, losses, duplicates and reordering. No number may be given twice, and
     * within what the continuity takes for one run all distances must be those of the input.
     */
    @Test
    void noNumberIsGivenTwiceAndDistancesStay() {
        for (long seed = 1; seed <= 60; seed++) {
            new History(seed).play();
        }
    }

    private static final class History {
        private final long seed;
        private final Random random;
        private final RtpContinuity continuity;
        private final Set<Long> given = new HashSet<>();
        private final Map<String, Long> numberOf = new HashMap<>();
        private final Map<Long, Integer> timestampOf = new HashMap<>();
        private final byte[] packet = new byte[OFFSET + LENGTH];
        private long highest = -1;
        private long now = 1;

        record Incoming(int run, int ssrc, int index, int sequence, int timestamp) {}

        History(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.continuity = new RtpContinuity(OUR_SSRC, CLOCK_RATE, random);
        }

        void play() {
            List<Incoming> inFlight = new ArrayList<>();
            for (int run = 0; run < 12; run++) {
                int ssrc = random.nextBoolean() ? random.nextInt() : A;
                int firstSequence = random.nextInt(1 << 16);
                int firstTimestamp = random.nextInt();
                int count = 1 + random.nextInt(400);
                for (int i = 0; i < count; i++) {
                    now += FRAME_NANOS;
                    if (random.nextInt(10) > 0) {
                        inFlight.add(new Incoming(run, ssrc, i, firstSequence + i, firstTimestamp + i * FRAME));
                    }
                    while (inFlight.size() > 6 || (!inFlight.isEmpty() && random.nextInt(3) > 0)) {
                        int which = random.nextInt(Math.min(6, inFlight.size()));
                        Incoming next = random.nextInt(20) == 0 ? inFlight.get(which) : inFlight.remove(which);
                        take(next);
                    }
                }
            }
            assertTrue(given.size() > 100, "seed " + seed);
        }

        private void take(Incoming in) {
            RtpHeader.write(packet, OFFSET, false, 0, in.sequence, in.timestamp, in.ssrc);
            if (continuity.rewrite(packet, OFFSET, LENGTH, now) < 0) {
                return;
            }
            String what = "seed " + seed + ", " + in;
            assertEquals(OUR_SSRC, RtpHeader.ssrc(packet, OFFSET), what);
            long number = extended(RtpHeader.sequenceNumber(packet, OFFSET));
            assertTrue(given.add(number), what);
            // Packets of one run of the input that stayed one run of the output keep their distance: those that lie
            // next to each other are compared.
            for (int near : new int[] {-1, 1}) {
                Long neighbour = numberOf.get(in.run + "/" + (in.index + near));
                if (neighbour != null && Math.abs(number - neighbour) < 3) {
                    assertEquals(near, neighbour - number, what);
                    assertEquals(near * FRAME, timestampOf.get(neighbour) - RtpHeader.timestamp(packet, OFFSET), what);
                }
            }
            timestampOf.put(number, RtpHeader.timestamp(packet, OFFSET));
            numberOf.put(in.run + "/" + in.index, number);
        }

        private long extended(int sequence) {
            long number = highest < 0 ? sequence : highest + (short) (sequence - highest);
            highest = Math.max(highest, number);
            return number;
        }
    }

    @Test
    void wrongDatagramsAreRewrittenOrRefused() {
        write(A, 100, 0);
        byte[] valid = new byte[LENGTH];
        System.arraycopy(packet, OFFSET, valid, 0, LENGTH);
        Fuzz.run(3551, 40_000, List.of(valid), (bytes, offset, length) -> {
            now += FRAME_NANOS;
            int result = continuity.rewrite(bytes, offset, length, now);
            if (result < 0) {
                RtpDrop.ofCode(result);
            } else {
                assertEquals(OUR_SSRC, RtpHeader.ssrc(bytes, offset));
            }
        });
    }

    @Test
    void rewritingAndCountingAllocateNothing() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        SendingStatistics sending = new SendingStatistics(CLOCK_RATE);
        ReceptionStatistics reception = new ReceptionStatistics(CLOCK_RATE);
        relay(sending, reception, 0, 20_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        relay(sending, reception, 20_000, 100_000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 10_000, allocated + " bytes for 100 000 packets");
    }

    private void relay(SendingStatistics sending, ReceptionStatistics reception, int first, int count) {
        for (int i = first; i < first + count; i++) {
            now += FRAME_NANOS;
            write(i % 1_000 == 0 ? i : i / 1_000, i, i * FRAME);
            reception.onRtp(packet, OFFSET, now);
            continuity.rewrite(packet, OFFSET, LENGTH, now);
            sending.onRtp(packet, OFFSET, LENGTH, now);
        }
    }

    private void pass(int ssrc, int sequence, int timestamp) {
        write(ssrc, sequence, timestamp);
        assertEquals(0, continuity.rewrite(packet, OFFSET, LENGTH, now));
        assertEquals(OUR_SSRC, RtpHeader.ssrc(packet, OFFSET));
    }

    private RtpDrop drop(int ssrc, int sequence, int timestamp) {
        write(ssrc, sequence, timestamp);
        return RtpDrop.ofCode(continuity.rewrite(packet, OFFSET, LENGTH, now));
    }

    private void write(int ssrc, int sequence, int timestamp) {
        RtpHeader.write(packet, OFFSET, false, 0, sequence, timestamp, ssrc);
    }

    private int outSequence() {
        return RtpHeader.sequenceNumber(packet, OFFSET);
    }

    private int outTimestamp() {
        return RtpHeader.timestamp(packet, OFFSET);
    }

    private boolean outMarker() {
        return RtpHeader.marker(packet, OFFSET);
    }
}
