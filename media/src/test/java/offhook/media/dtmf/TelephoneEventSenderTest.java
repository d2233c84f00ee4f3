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

    record Packet(long millis, boolean marker, int sincePress, char key, boolean end, int duration) {}

    private final List<Packet> packets = new ArrayList<>();
    private final TelephoneEventSender sender =
            new TelephoneEventSender((payload, marker, sincePress) -> packets.add(new Packet(
                    (this.now - START) / MILLI,
                    marker,
                    sincePress,
                    TelephoneEvent.keyOf(TelephoneEvent.event(payload, 0)),
                    TelephoneEvent.end(payload, 0),
                    TelephoneEvent.duration(payload, 0))));
    private long now = START;

    @Test
    void aKeyIsToldEveryTwentyMillisecondsAndItsEndThreeTimes() {
        assertEquals(Long.MAX_VALUE, sender.deadlineNanos());
        sender.press('5', 100, 8_000, START);
        assertTrue(sender.sending());
        run(Long.MAX_VALUE);
        assertEquals(
                List.of(
                        new Packet(0, true, 0, '5', false, 160),
                        new Packet(20, false, 0, '5', false, 320),
                        new Packet(40, false, 0, '5', false, 480),
                        new Packet(60, false, 0, '5', false, 640),
                        new Packet(80, false, 0, '5', true, 800),
                        new Packet(100, false, 0, '5', true, 800),
                        new Packet(120, false, 0, '5', true, 800)),
                packets);
        assertFalse(sender.sending());
    }

    @Test
    void aKeyThatIsHeldLastsUntilItIsReleased() {
        sender.press('#', TelephoneEventSender.UNTIL_RELEASED, 8_000, START);
        run(START + 1_000 * MILLI);
        assertEquals(51, packets.size());
        assertTrue(packets.stream().noneMatch(Packet::end));
        sender.last(1_005);
        run(Long.MAX_VALUE);
        assertEquals(54, packets.size());
        assertEquals(new Packet(1_060, false, 0, '#', true, 1_020 * 8), packets.getLast());
    }

    @Test
    void whoReleasesLateTakesNothingBack() {
        sender.press('1', TelephoneEventSender.UNTIL_RELEASED, 8_000, START);
        run(START + 100 * MILLI);
        sender.last(10);
        sender.last(5_000);
        run(Long.MAX_VALUE);
        assertEquals(120 * 8, packets.getLast().duration());
        assertEquals(3, packets.stream().filter(Packet::end).count());
    }

    @Test
    void aDurationBetweenTwoStepsEndsExactly() {
        sender.press('1', 50, 8_000, START);
        run(Long.MAX_VALUE);
        assertEquals(
                List.of(160, 320, 400, 400, 400),
                packets.stream().map(Packet::duration).toList());
    }

    @Test
    void aLongPressGoesOutInSegments() {
        sender.press('0', 3_000, 48_000, START);
        run(Long.MAX_VALUE);
        assertEquals(
                List.of(0, 0xFFFF, 2 * 0xFFFF),
                packets.stream().map(Packet::sincePress).distinct().toList());
        assertEquals(
                2,
                packets.stream().filter(packet -> packet.duration() == 0xFFFF).count());
        assertEquals(1, packets.stream().filter(Packet::marker).count());
        assertEquals(3, packets.stream().filter(Packet::end).count());
        assertEquals(3_000 * 48 - 2 * 0xFFFF, packets.getLast().duration());
    }

    @Test
    void whatIsOverdueGoesOutAtOnce() {
        sender.press('5', 100, 8_000, START);
        now = START + 1_000 * MILLI;
        sender.onDeadline(now);
        assertEquals(7, packets.size());
        assertFalse(sender.sending());
    }

    @Test
    void aKeyThatIsStoppedIsNotToldAnyMore() {
        sender.press('5', 100, 8_000, START);
        run(START + 20 * MILLI);
        sender.stop();
        run(Long.MAX_VALUE);
        assertEquals(2, packets.size());
    }

    @Test
    void whatIsNoKeyIsAnErrorOfTheCaller() {
        assertThrows(IllegalArgumentException.class, () -> sender.press('E', 100, 8_000, START));
        assertFalse(sender.sending());
    }

    private void run(long untilNanos) {
        while (sender.sending() && sender.deadlineNanos() <= untilNanos) {
            now = sender.deadlineNanos();
            sender.onDeadline(now);
        }
    }
}
