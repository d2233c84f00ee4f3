package offhook.media.dtmf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TelephoneEventSenderTest {
    private static final long MILLI = 1_000_000L;
    private static final long START = -50 * MILLI;

    record Packet(long millis, boolean marker, int timestamp, char key, boolean end, int duration) {}

    private final List<Packet> packets = new ArrayList<>();
    private final TelephoneEventSender sender = sender(8_000);
    private long now = START;

    private TelephoneEventSender sender(int clockRate) {
        return new TelephoneEventSender(
                clockRate,
                (payload, marker, rtpTimestamp) -> packets.add(new Packet(
                        (now - START) / MILLI,
                        marker,
                        rtpTimestamp,
                        TelephoneEvent.keyOf(TelephoneEvent.event(payload, 0)),
                        TelephoneEvent.end(payload, 0),
                        TelephoneEvent.duration(payload, 0))));
    }

    @Test
    void aKeyIsToldEveryTwentyMillisecondsAndItsEndThreeTimes() {
        assertEquals(Long.MAX_VALUE, sender.deadlineNanos());
        assertTrue(sender.press('5', 100, 7_000, START));
        assertTrue(sender.sending());
        run(sender);
        assertEquals(
                List.of(
                        new Packet(0, true, 7_000, '5', false, 160),
                        new Packet(20, false, 7_000, '5', false, 320),
                        new Packet(40, false, 7_000, '5', false, 480),
                        new Packet(60, false, 7_000, '5', false, 640),
                        new Packet(80, false, 7_000, '5', true, 800),
                        new Packet(100, false, 7_000, '5', true, 800),
                        new Packet(120, false, 7_000, '5', true, 800)),
                packets);
        assertFalse(sender.sending());
    }

    @Test
    void keysFollowEachOtherAfterAPauseOnOneClock() {
        sender.press('1', 100, -1_000, START);
        sender.press('#', 40, -1_000, START);
        run(sender);
        List<Packet> second = packets.subList(7, packets.size());
        assertEquals(new Packet(160, true, -1_000 + 160 * 8, '#', false, 160), second.getFirst());
        assertEquals(new Packet(180, false, -1_000 + 160 * 8, '#', true, 320), second.get(1));
        assertEquals(4, second.size());
    }

    @Test
    void aKeyRightAfterTheLastOneWaitsForThePause() {
        sender.press('1', 100, 0, START);
        run(sender);
        sender.press('2', 100, 125 * 8, START + 125 * MILLI);
        assertEquals(START + 160 * MILLI, sender.deadlineNanos());
        run(sender);
        assertEquals(160 * 8, packets.getLast().timestamp());
    }

    @Test
    void aDurationBetweenTwoStepsEndsExactly() {
        sender.press('1', 50, 0, START);
        run(sender);
        assertEquals(
                List.of(160, 320, 400, 400, 400),
                packets.stream().map(Packet::duration).toList());
    }

    @Test
    void durationsAreBroughtIntoTheirLimits() {
        sender.press('1', -5, 0, START);
        run(sender);
        assertEquals(320, packets.getLast().duration());
    }

    @Test
    void aLongPressGoesOutInSegments() {
        TelephoneEventSender wide = sender(48_000);
        wide.press('0', 3_000, 10, START);
        run(wide);
        List<Integer> timestamps =
                packets.stream().map(Packet::timestamp).distinct().toList();
        assertEquals(List.of(10, 10 + 0xFFFF, 10 + 2 * 0xFFFF), timestamps);
        assertEquals(
                2,
                packets.stream().filter(packet -> packet.duration() == 0xFFFF).count());
        assertEquals(1, packets.stream().filter(Packet::marker).count());
        assertEquals(3, packets.stream().filter(Packet::end).count());
        assertEquals(3_000 * 48 - 2 * 0xFFFF, packets.getLast().duration());
    }

    @Test
    void whatIsOverdueGoesOutAtOnce() {
        sender.press('5', 100, 0, START);
        now = START + 1_000 * MILLI;
        sender.onDeadline(now);
        assertEquals(7, packets.size());
        assertFalse(sender.sending());
    }

    @Test
    void tooManyKeysAreRefusedUntilSomeWereSent() {
        for (int i = 0; i < TelephoneEventSender.MAX_WAITING; i++) {
            assertTrue(sender.press('1', 100, 0, START));
        }
        assertFalse(sender.press('2', 100, 0, START));
        sender.onDeadline(START);
        assertTrue(sender.press('2', 100, 0, START));
        run(sender);
        assertEquals(7 * (TelephoneEventSender.MAX_WAITING + 1), packets.size());
        assertEquals('2', packets.getLast().key());
    }

    @Test
    void whatIsNoKeyIsAnErrorOfTheCaller() {
        assertThrows(IllegalArgumentException.class, () -> sender.press('E', 100, 0, START));
        assertFalse(sender.sending());
    }

    private void run(TelephoneEventSender which) {
        while (which.sending()) {
            now = which.deadlineNanos();
            which.onDeadline(now);
        }
    }
}
