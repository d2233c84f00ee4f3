package offhook.media.rtcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import offhook.media.rtp.ReceptionStatistics;
import offhook.media.rtp.RtpHeader;
import offhook.media.rtp.SendingStatistics;
import offhook.media.wire.NtpTime;
import org.junit.jupiter.api.Test;

class RtcpReporterTest {
    private static final int OURS = 0x0101_0101;
    private static final int THEIRS = 0x0202_0202;
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final long EPOCH_MILLIS = 1_767_225_600_000L;
    private static final long START = -3 * SECOND;

    private final SendingStatistics sending = new SendingStatistics(8_000);
    private final ReceptionStatistics reception = new ReceptionStatistics(8_000);
    private final List<byte[]> sent = new ArrayList<>();
    private final RtcpReporter reporter = reporter(1);
    private final byte[] rtp = new byte[12 + 160];

    private RtcpReporter reporter(long seed) {
        return new RtcpReporter(OURS, "name@host", sending, reception, EPOCH_MILLIS, new Random(seed), this::keep);
    }

    private void keep(byte[] bytes, int offset, int length) {
        assertEquals(0, RtcpHeader.check(bytes, offset, length));
        assertTrue(bytes.length >= offset + length + RtcpReporter.ROOM_BEHIND);
        sent.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Test
    void nothingIsSaidBeforeTheStart() {
        assertEquals(Long.MAX_VALUE, reporter.deadlineNanos());
        reporter.onDeadline(START);
        assertTrue(sent.isEmpty());
    }

    @Test
    void whoNeitherSendsNorHearsSaysAnEmptyReceiverReportAndItsName() {
        reporter.start(START);
        reporter.onDeadline(reporter.deadlineNanos());
        byte[] packet = sent.getFirst();
        assertEquals(RtcpHeader.RECEIVER_REPORT, RtcpHeader.type(packet, 0));
        assertEquals(0, RtcpHeader.count(packet, 0));
        assertEquals(OURS, ReceiverReport.ssrc(packet, 0));
        int description = RtcpHeader.length(packet, 0);
        assertEquals(RtcpHeader.SOURCE_DESCRIPTION, RtcpHeader.type(packet, description));
        assertEquals(OURS, SourceDescription.ssrc(packet, description));
        assertEquals("name@host", SourceDescription.cname(packet, description));
        assertEquals(packet.length, description + RtcpHeader.length(packet, description));
    }

    @Test
    void aSenderTellsWhatItSentAndWhen() {
        send(100, START);
        reporter.start(START);
        long when = reporter.deadlineNanos();
        reporter.onDeadline(when);
        byte[] packet = sent.getFirst();
        assertEquals(RtcpHeader.SENDER_REPORT, RtcpHeader.type(packet, 0));
        assertEquals(OURS, SenderReport.ssrc(packet, 0));
        assertEquals(100, SenderReport.packetCount(packet, 0));
        assertEquals(16_000, SenderReport.octetCount(packet, 0));
        long expected = NtpTime.ofEpochMillis(EPOCH_MILLIS + Math.floorDiv(when, MILLI));
        assertTrue(Math.abs(SenderReport.ntpTimestamp(packet, 0) - expected) < 1L << 23, "within 2 ms");
        int ticks = (int) ((when - START) * 8 / MILLI);
        assertTrue(Math.abs(SenderReport.rtpTimestamp(packet, 0) - ticks) <= 1);
    }

    @Test
    void whoStoppedSendingTwoReportsAgoIsAReceiver() {
        send(1, START);
        reporter.start(START);
        for (int i = 0; i < 4; i++) {
            reporter.onDeadline(reporter.deadlineNanos());
        }
        assertEquals(
                List.of(200, 200, 201, 201),
                sent.stream().map(packet -> RtcpHeader.type(packet, 0)).toList());
    }

    @Test
    void theBlockTellsLossJitterAndTheDelaySinceTheSendersReport() {
        for (int i = 0; i < 8; i++) {
            if (i != 3 && i != 5) {
                RtpHeader.write(rtp, 0, false, 0, 100 + i, 160 * i, THEIRS);
                reception.onRtp(rtp, 0, START + i * 20L * MILLI);
            }
        }
        reporter.start(START);
        long report = reporter.deadlineNanos() - 250 * MILLI;
        byte[] senderReport = new byte[SenderReport.length(0)];
        SenderReport.write(senderReport, 0, 0, THEIRS, 0x1122_3344_5566_7788L, 0, 0, 0);
        assertEquals(0, reporter.onRtcp(senderReport, 0, senderReport.length, report));
        reporter.onDeadline(report + 250 * MILLI);

        byte[] packet = sent.getFirst();
        assertEquals(1, RtcpHeader.count(packet, 0));
        int block = ReceiverReport.block(0, 0);
        assertEquals(THEIRS, ReportBlock.ssrc(packet, block));
        assertEquals(2 * 256 / 8, ReportBlock.fractionLost(packet, block));
        assertEquals(2, ReportBlock.cumulativeLost(packet, block));
        assertEquals(107, ReportBlock.extendedHighest(packet, block));
        assertEquals(0, ReportBlock.jitter(packet, block));
        assertEquals(0x3344_5566, ReportBlock.lastSenderReport(packet, block));
        assertTrue(Math.abs(ReportBlock.delaySinceLastSenderReport(packet, block) - 65_536 / 4) <= 1);
    }

    @Test
    void theReportOfAnotherSenderDatesNothing() {
        RtpHeader.write(rtp, 0, false, 0, 100, 0, THEIRS);
        reception.onRtp(rtp, 0, START);
        byte[] senderReport = new byte[SenderReport.length(0)];
        SenderReport.write(senderReport, 0, 0, THEIRS + 1, 0x1122_3344_5566_7788L, 0, 0, 0);
        reporter.onRtcp(senderReport, 0, senderReport.length, START);
        reporter.start(START);
        reporter.onDeadline(reporter.deadlineNanos());
        assertEquals(0, ReportBlock.lastSenderReport(sent.getFirst(), ReceiverReport.block(0, 0)));
    }

    @Test
    void twoReportersLearnTheRoundTripAndWhatTheOtherMissed() {
        SendingStatistics theirSending = new SendingStatistics(8_000);
        ReceptionStatistics theirReception = new ReceptionStatistics(8_000);
        List<byte[]> theirSent = new ArrayList<>();
        RtcpReporter other = new RtcpReporter(
                THEIRS,
                "other",
                theirSending,
                theirReception,
                EPOCH_MILLIS - 12_345_678,
                new Random(2),
                (bytes, offset, length) -> theirSent.add(Arrays.copyOfRange(bytes, offset, offset + length)));
        for (int i = 0; i < 10; i++) {
            RtpHeader.write(rtp, 0, false, 0, i, 160 * i, OURS);
            sending.onRtp(rtp, 0, rtp.length, START);
            if (i != 4) {
                theirReception.onRtp(rtp, 0, START);
            }
        }
        reporter.start(START);
        other.start(START);
        assertEquals(-1, reporter.roundTripNanos());
        assertEquals(-1, reporter.peerFractionLost());

        long oneWay = 70 * MILLI;
        long reported = reporter.deadlineNanos();
        reporter.onDeadline(reported);
        other.onRtcp(sent.getFirst(), 0, sent.getFirst().length, reported + oneWay);
        long answered = Math.max(other.deadlineNanos(), reported + oneWay + SECOND);
        other.onDeadline(answered);
        reporter.onRtcp(theirSent.getFirst(), 0, theirSent.getFirst().length, answered + oneWay);

        assertTrue(Math.abs(reporter.roundTripNanos() - 2 * oneWay) < 40_000);
        assertEquals(25, reporter.peerFractionLost());
        assertEquals(1, reporter.peerCumulativeLost());
        assertTrue(reporter.peerJitter() >= 0);
        assertEquals(-1, other.roundTripNanos());
    }

    @Test
    void anImpossibleRoundTripIsNotBelieved() {
        byte[] report = new byte[ReceiverReport.length(1)];
        ReceiverReport.write(report, 0, 1, THEIRS);
        ReportBlock.write(report, ReceiverReport.block(0, 0), OURS, 9, -5, 0, 77, 0x7FFF_FFFF, 0);
        reporter.onRtcp(report, 0, report.length, START);
        assertEquals(-1, reporter.roundTripNanos());
        assertEquals(9, reporter.peerFractionLost());
        assertEquals(-5, reporter.peerCumulativeLost());
        assertEquals(77, reporter.peerJitter());
    }

    @Test
    void blocksAboutOthersAreNotOurs() {
        byte[] report = new byte[ReceiverReport.length(2)];
        ReceiverReport.write(report, 0, 2, THEIRS);
        ReportBlock.write(report, ReceiverReport.block(0, 0), OURS + 1, 200, 0, 0, 0, 0, 0);
        ReportBlock.write(report, ReceiverReport.block(0, 1), OURS, 3, 0, 0, 0, 0, 0);
        reporter.onRtcp(report, 0, report.length, START);
        assertEquals(3, reporter.peerFractionLost());
    }

    @Test
    void reportsComeEveryFiveSecondsOnAverageAndNeverInStep() {
        reporter.start(START);
        long first = reporter.deadlineNanos() - START;
        assertTrue(first >= 1_026 * MILLI && first <= 3_080 * MILLI, "first after " + first);
        long last = reporter.deadlineNanos();
        reporter.onDeadline(last);
        long sum = 0;
        for (int i = 0; i < 1_000; i++) {
            long interval = reporter.deadlineNanos() - last;
            assertTrue(interval >= 2_052 * MILLI && interval <= 6_158 * MILLI, "interval " + interval);
            sum += interval;
            last = reporter.deadlineNanos();
            reporter.onDeadline(last);
        }
        // The variation of section 6.3.1 is divided by e - 3/2: 5 s become 4.1 s.
        assertEquals(4.1, sum / 1e12, 0.15);
    }

    @Test
    void theSameSeedGivesTheSameTimes() {
        RtcpReporter twin = reporter(1);
        twin.start(START);
        reporter.start(START);
        assertEquals(twin.deadlineNanos(), reporter.deadlineNanos());
        reporter.start(START + SECOND);
        assertEquals(twin.deadlineNanos(), reporter.deadlineNanos());
    }

    @Test
    void goodbyeIsSaidOnceAndIsTheLastWord() {
        send(1, START);
        reporter.start(START);
        reporter.bye(START);
        reporter.bye(START);
        assertEquals(1, sent.size());
        byte[] packet = sent.getFirst();
        int goodbye = packet.length - Goodbye.LENGTH;
        assertEquals(RtcpHeader.SENDER_REPORT, RtcpHeader.type(packet, 0));
        assertEquals(RtcpHeader.GOODBYE, RtcpHeader.type(packet, goodbye));
        assertTrue(Goodbye.names(packet, goodbye, OURS));
        assertEquals(Long.MAX_VALUE, reporter.deadlineNanos());
        reporter.start(START);
        assertEquals(Long.MAX_VALUE, reporter.deadlineNanos());
    }

    @Test
    void whoNeverSaidAThingLeavesInSilence() {
        reporter.start(START);
        reporter.bye(START);
        assertTrue(sent.isEmpty());
    }

    @Test
    void thePeerLeavesWithTheSourceThatIsHeard() {
        RtpHeader.write(rtp, 0, false, 0, 100, 0, THEIRS);
        reception.onRtp(rtp, 0, START);
        byte[] goodbye = new byte[Goodbye.LENGTH];
        Goodbye.write(goodbye, 0, THEIRS + 1);
        reporter.onRtcp(goodbye, 0, goodbye.length, START);
        assertFalse(reporter.peerLeft());
        Goodbye.write(goodbye, 0, THEIRS);
        reporter.onRtcp(goodbye, 0, goodbye.length, START);
        assertTrue(reporter.peerLeft());
    }

    @Test
    void theLongestNameFitsAndALongerOneIsRefused() {
        RtcpReporter longest =
                new RtcpReporter(OURS, "n".repeat(255), sending, reception, EPOCH_MILLIS, new Random(1), this::keep);
        send(1, START);
        RtpHeader.write(rtp, 0, false, 0, 100, 0, THEIRS);
        reception.onRtp(rtp, 0, START);
        longest.bye(START);
        byte[] packet = sent.getFirst();
        assertEquals(
                255,
                SourceDescription.cname(packet, RtcpHeader.length(packet, 0)).length());
        assertThrows(
                IllegalArgumentException.class,
                () -> new RtcpReporter(
                        OURS, "\u00e4".repeat(128), sending, reception, EPOCH_MILLIS, new Random(1), this::keep));
        assertEquals(256, "\u00e4".repeat(128).getBytes(UTF_8).length);
    }

    private void send(int packets, long nowNanos) {
        for (int i = 0; i < packets; i++) {
            RtpHeader.write(rtp, 0, false, 0, i, 0, OURS);
            sending.onRtp(rtp, 0, rtp.length, nowNanos);
        }
    }
}
