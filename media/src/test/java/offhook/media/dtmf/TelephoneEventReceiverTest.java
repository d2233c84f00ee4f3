package offhook.media.dtmf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import offhook.media.Fuzz;
import offhook.media.Hex;
import offhook.media.rtp.RtpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TelephoneEventReceiverTest {
    private static final int SSRC = 0x0E0E_0E0E;
    private static final int OFFSET = 3;
    private static final int LENGTH = 12 + TelephoneEvent.LENGTH;
    private static final long MILLI = 1_000_000L;
    private static final long STEP = 20 * MILLI;

    private final List<String> heard = new ArrayList<>();
    private final TelephoneEventReceiver receiver = receiver(8_000);
    private final byte[] packet = new byte[OFFSET + LENGTH];
    private long now = -9;

    private TelephoneEventReceiver receiver(int clockRate) {
        return new TelephoneEventReceiver(clockRate, new TelephoneEventReceiver.Outbox() {
            @Override
            public void pressed(char key) {
                heard.add("+" + key);
            }

            @Override
            public void released(char key, int durationMillis) {
                heard.add("-" + key + durationMillis);
            }
        });
    }

    @Test
    void aKeyIsHeardOnceWithItsDuration() {
        press('5', 1000, 160, 320, 480);
        assertEquals(List.of("+5"), heard);
        end('5', 1000, 640);
        end('5', 1000, 640);
        end('5', 1000, 640);
        assertEquals(List.of("+5", "-580"), heard);
        assertEquals(Long.MAX_VALUE, receiver.deadlineNanos());
    }

    @Test
    void everyKeyHasItsEvent() {
        String keys = "0123456789*#ABCD";
        for (int i = 0; i < keys.length(); i++) {
            assertEquals(i, TelephoneEvent.eventOf(keys.charAt(i)));
            assertEquals(keys.charAt(i), TelephoneEvent.keyOf(i));
            end(keys.charAt(i), 1000 * i, 800);
            assertEquals("-" + keys.charAt(i) + 100, heard.getLast());
        }
        assertEquals(32, heard.size());
    }

    @Test
    void oneEndPacketIsEnough() {
        end('#', 1000, 800);
        assertEquals(List.of("+#", "-#100"), heard);
    }

    @Test
    void aKeyWithoutItsEndIsReleasedWhenItsPacketsStop() {
        press('7', 1000, 160, 320);
        assertEquals(now + TelephoneEventReceiver.RELEASE_NANOS, receiver.deadlineNanos());
        receiver.onDeadline(receiver.deadlineNanos() - 1);
        assertEquals(List.of("+7"), heard);
        receiver.onDeadline(receiver.deadlineNanos());
        assertEquals(List.of("+7", "-740"), heard);
        now += 400 * MILLI;
        end('7', 1000, 4_000);
        assertEquals(List.of("+7", "-740"), heard);
    }

    @Test
    void theNextKeyReleasesOneWhoseEndWasLost() {
        press('1', 1000, 160, 320);
        press('2', 2000, 160);
        assertEquals(List.of("+1", "-140", "+2"), heard);
    }

    @Test
    void theSameKeyTwiceIsTwoKeys() {
        end('1', 1000, 800);
        end('1', 2600, 800);
        assertEquals(List.of("+1", "-1100", "+1", "-1100"), heard);
        press('1', 4200, 160);
        press('1', 5800, 160);
        assertEquals(List.of("+1", "-120", "+1"), heard.subList(4, 7));
    }

    @Test
    void reorderedPacketsOfOneKeyAreOneKey() {
        press('9', 1000, 480);
        press('9', 1000, 160);
        end('9', 1000, 640);
        press('9', 1000, 320);
        assertEquals(List.of("+9", "-980"), heard);
    }

    @Test
    void latePacketsOfTheKeyBeforeAreIgnored() {
        end('1', 1000, 800);
        press('2', 3000, 160);
        assertEquals(DtmfDrop.TOO_LATE, DtmfDrop.ofCode(take('1', 1000, true, 800, false)));
        end('2', 3000, 800);
        assertEquals(List.of("+1", "-1100", "+2", "-2100"), heard);
    }

    @Test
    void anOlderTimestampAfterALongTimeIsANewBase() {
        end('1', 1_000_000, 800);
        now += TelephoneEventReceiver.FORGET_NANOS;
        end('2', 3000, 800);
        assertEquals(List.of("+1", "-1100", "+2", "-2100"), heard);
    }

    @Test
    void anotherSourceHasTimestampsOfItsOwn() {
        end('1', 1_000_000, 800);
        write('1', 5, true, 800, false);
        RtpHeader.ssrc(packet, OFFSET, SSRC + 1);
        assertEquals(0, receiver.onRtp(packet, OFFSET, LENGTH, now));
        assertEquals(List.of("+1", "-1100", "+1", "-1100"), heard);
    }

    @Test
    void aLongPressInSegmentsIsOneKey() {
        int start = 0x7FFF_F000;
        for (int segment = 0; segment < 3; segment++) {
            press('*', start + segment * 0xFFFF, 8_000, 40_000, 0xFFFF);
        }
        end('*', start + 3 * 0xFFFF, 1_600);
        end('*', start + 3 * 0xFFFF, 1_600);
        assertEquals(List.of("+*", "-*" + (3 * 0xFFFF + 1_600) / 8), heard);
    }

    @Test
    void aSegmentThatEndsAPacketEarlyIsFollowedToo() {
        press('*', 0, 160, 65_440);
        press('*', 65_440, 160);
        end('*', 65_440, 320);
        assertEquals(List.of("+*", "-*" + 65_760 / 8), heard);
    }

    @Test
    void aMarkedPacketIsAKeyOfItsOwnHoweverTheDistanceLooks() {
        press('*', 0, 160);
        take('*', 0xFFFF, false, 160, true);
        assertEquals(List.of("+*", "-*20", "+*"), heard);
    }

    @Test
    void otherClocksCountInMilliseconds() {
        TelephoneEventReceiver wide = receiver(48_000);
        write('4', 0, true, 4_800, true);
        wide.onRtp(packet, OFFSET, LENGTH, now);
        assertEquals(List.of("+4", "-4100"), heard);
    }

    @Test
    void whatIsNoKeyOrNoEventIsDropped() {
        write('1', 0, true, 800, false);
        packet[OFFSET + 12] = 16;
        assertEquals(DtmfDrop.NO_KEY, DtmfDrop.ofCode(receiver.onRtp(packet, OFFSET, LENGTH, now)));
        packet[OFFSET + 12] = 1;
        assertEquals(DtmfDrop.MALFORMED, DtmfDrop.ofCode(receiver.onRtp(packet, OFFSET, LENGTH - 1, now)));
        assertEquals(DtmfDrop.MALFORMED, DtmfDrop.ofCode(receiver.onRtp(packet, OFFSET, 3, now)));
        assertTrue(heard.isEmpty());
    }

    /** Keys sent over a line that loses, doubles and swaps packets: each of which anything arrived is heard once. */
    @Test
    void whateverTheLineDoesEachKeyIsHeardOnce() {
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            int clockRate = random.nextBoolean() ? 8_000 : 48_000;
            heard.clear();
            TelephoneEventReceiver far = receiver(clockRate);
            List<byte[]> line = new ArrayList<>();
            List<Long> times = new ArrayList<>();
            StringBuilder arrived = new StringBuilder();
            long[] clock = {random.nextInt()};
            int[] lastTimestamp = {0};
            int[] pressed = {random.nextInt()};
            TelephoneEventSender sender = new TelephoneEventSender((payload, marker, sincePress) -> {
                int rtpTimestamp = pressed[0] + sincePress;
                if (random.nextInt(100) < 30) {
                    return;
                }
                byte[] rtp = new byte[LENGTH];
                RtpHeader.write(rtp, 0, marker, 101, line.size(), rtpTimestamp, SSRC);
                System.arraycopy(payload, 0, rtp, 12, TelephoneEvent.LENGTH);
                char key = TelephoneEvent.keyOf(TelephoneEvent.event(payload, 0));
                if (arrived.isEmpty() || lastTimestamp[0] != rtpTimestamp) {
                    arrived.append(key);
                    lastTimestamp[0] = rtpTimestamp;
                }
                line.add(rtp);
                times.add(clock[0]);
                if (random.nextInt(10) == 0) {
                    line.add(rtp);
                    times.add(clock[0]);
                }
            });
            for (int i = 0; i < 10; i++) {
                char key = "0123456789*#ABCD".charAt(random.nextInt(16));
                sender.press(key, 60 + random.nextInt(300), clockRate, clock[0]);
                while (sender.sending()) {
                    clock[0] = sender.deadlineNanos();
                    sender.onDeadline(clock[0]);
                }
                pressed[0] += clockRate / 2;
                clock[0] += 60_000_000L;
            }
            for (int i = 0; i + 1 < line.size(); i += 2) { // neighbours of one key change places now and then
                byte[] first = line.get(i);
                if (random.nextInt(4) == 0
                        && RtpHeader.timestamp(first, 0) == RtpHeader.timestamp(line.get(i + 1), 0)) {
                    line.set(i, line.get(i + 1));
                    line.set(i + 1, first);
                }
            }
            for (int i = 0; i < line.size(); i++) {
                if (times.get(i) >= far.deadlineNanos()) {
                    far.onDeadline(times.get(i));
                }
                far.onRtp(line.get(i), 0, LENGTH, times.get(i));
            }
            far.onDeadline(Long.MAX_VALUE / 2);
            StringBuilder keys = new StringBuilder();
            heard.stream().filter(what -> what.startsWith("+")).forEach(what -> keys.append(what.charAt(1)));
            assertEquals(arrived.toString(), keys.toString(), "seed " + seed);
            assertEquals(2 * keys.length(), heard.size(), "seed " + seed);
        }
    }

    static List<Path> kept() {
        return Hex.files("/corpus/dtmf", ".hex");
    }

    @ParameterizedTest
    @MethodSource("kept")
    void keptInputsAreReadOrRefused(Path file) {
        byte[] bytes = Hex.read(file);
        receiver.onRtp(bytes, 0, bytes.length, now);
    }

    @Test
    void wrongDatagramsAreReadOrRefused() {
        List<byte[]> valid = List.of(
                Hex.bytes("80 e5 0001 000003e8 0e0e0e0e 05 0a 00a0"),
                Hex.bytes("80 65 0004 000003e8 0e0e0e0e 05 8a 0320"),
                Hex.bytes("80 65 0005 000103e7 0e0e0e0e 05 0a 0320"));
        Fuzz.run(4733, 40_000, valid, (bytes, offset, length) -> {
            now += MILLI;
            int result = receiver.onRtp(bytes, offset, length, now);
            if (result < 0) {
                DtmfDrop.ofCode(result);
            }
            if (now >= receiver.deadlineNanos()) {
                receiver.onDeadline(now);
            }
        });
        long presses = heard.stream().filter(what -> what.startsWith("+")).count();
        assertTrue(Math.abs(heard.size() - 2 * presses) <= 1, "each press has its release");
    }

    private void press(char key, int timestamp, int... durations) {
        for (int duration : durations) {
            now += STEP;
            assertEquals(0, take(key, timestamp, false, duration, false));
        }
    }

    private void end(char key, int timestamp, int duration) {
        now += STEP;
        assertEquals(0, take(key, timestamp, true, duration, false));
    }

    private int take(char key, int timestamp, boolean end, int duration, boolean marker) {
        write(key, timestamp, end, duration, marker);
        return receiver.onRtp(packet, OFFSET, LENGTH, now);
    }

    private void write(char key, int timestamp, boolean end, int duration, boolean marker) {
        RtpHeader.write(packet, OFFSET, marker, 101, 0, timestamp, SSRC);
        TelephoneEvent.write(packet, OFFSET + 12, TelephoneEvent.eventOf(key), end, 10, duration);
    }
}
