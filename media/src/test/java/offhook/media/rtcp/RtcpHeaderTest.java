package offhook.media.rtcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import offhook.media.Fuzz;
import offhook.media.Hex;
import offhook.media.rtp.ReceptionStatistics;
import offhook.media.rtp.SendingStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RtcpHeaderTest {
    private static final int OFFSET = 5;
    private static final int MALFORMED = RtcpDrop.MALFORMED.code();

    /** A sender report with a block, a source description, picture loss (skipped), and a goodbye with a reason. */
    private static final String COMPOUND = """
            81 c8 000c 01020304 e0000001 80000000 000000a0 ffffffff 00000010
            0a0b0c0d 40 fffffe 00010005 00000011 aabbccdd 00010000
            81 ca 0004 01020304 02 01 78 01 04 6e616d65 00 00 00
            81 ce 0002 01020304 0a0b0c0d
            82 cb 0004 01020304 05060708 03 627965 00000000
            """;

    @Test
    void everyFieldIsReadAtAnOffset() {
        byte[] bytes = at(OFFSET, COMPOUND);
        assertEquals(0, RtcpHeader.check(bytes, OFFSET, bytes.length - OFFSET));
        assertEquals(RtcpHeader.SENDER_REPORT, RtcpHeader.type(bytes, OFFSET));
        assertEquals(1, RtcpHeader.count(bytes, OFFSET));
        assertEquals(52, RtcpHeader.length(bytes, OFFSET));
        assertEquals(0x01020304, SenderReport.ssrc(bytes, OFFSET));
        assertEquals(0xE000_0001_8000_0000L, SenderReport.ntpTimestamp(bytes, OFFSET));
        assertEquals(160, SenderReport.rtpTimestamp(bytes, OFFSET));
        assertEquals(0xFFFF_FFFFL, SenderReport.packetCount(bytes, OFFSET));
        assertEquals(16, SenderReport.octetCount(bytes, OFFSET));
        int block = SenderReport.block(OFFSET, 0);
        assertEquals(0x0A0B0C0D, ReportBlock.ssrc(bytes, block));
        assertEquals(64, ReportBlock.fractionLost(bytes, block));
        assertEquals(-2, ReportBlock.cumulativeLost(bytes, block));
        assertEquals(0x10005, ReportBlock.extendedHighest(bytes, block));
        assertEquals(17, ReportBlock.jitter(bytes, block));
        assertEquals(0xAABBCCDD, ReportBlock.lastSenderReport(bytes, block));
        assertEquals(65_536, ReportBlock.delaySinceLastSenderReport(bytes, block));
        int description = OFFSET + 52;
        assertEquals(0x01020304, SourceDescription.ssrc(bytes, description));
        assertEquals("name", SourceDescription.cname(bytes, description));
        int goodbye = description + 20 + 12;
        assertTrue(Goodbye.names(bytes, goodbye, 0x05060708));
        assertFalse(Goodbye.names(bytes, goodbye, 0x03627965));
    }

    @Test
    void everyFieldIsWrittenAsItIsRead() {
        byte[] bytes = new byte[OFFSET + 52];
        SenderReport.write(bytes, OFFSET, 1, 0x01020304, 0xE000_0001_8000_0000L, 160, -1L, 16);
        ReportBlock.write(bytes, SenderReport.block(OFFSET, 0), 0x0A0B0C0D, 64, -2, 0x10005, 17, 0xAABBCCDD, 65_536);
        byte[] expected = Arrays.copyOfRange(at(OFFSET, COMPOUND), OFFSET, OFFSET + 52);
        assertEquals(0, Arrays.compare(expected, Arrays.copyOfRange(bytes, OFFSET, OFFSET + 52)));
    }

    @Test
    void whatDoesNotFillItsLengthIsMalformed() {
        byte[] bytes = at(OFFSET, COMPOUND);
        for (int length = 0; length < bytes.length - OFFSET; length++) {
            boolean wholePackets = length == 52 || length == 72 || length == 84;
            assertEquals(wholePackets ? 0 : MALFORMED, RtcpHeader.check(bytes, OFFSET, length), "length " + length);
        }
    }

    @Test
    void aCountThatTheLengthCannotHoldIsMalformed() {
        for (String packet : List.of(
                "82 c8 000c" + " 00000000".repeat(12),
                "81 c9 0001 00000000",
                "9f c9 0007" + " 00000000".repeat(7),
                "80 c8 0001 00000000",
                "82 cb 0001 00000000",
                "a1 cb 0001 000000ff",
                "a1 cb 0001 00000004")) {
            byte[] bytes = Hex.bytes(packet);
            assertEquals(MALFORMED, RtcpHeader.check(bytes, 0, bytes.length), packet);
        }
    }

    @Test
    void otherVersionsAndTypesAreMalformed() {
        for (String packet : List.of("41 c9 0001 00000000", "80 00 0001 00000000", "80 bf 0000", "80 e0 0000")) {
            byte[] bytes = Hex.bytes(packet);
            assertEquals(MALFORMED, RtcpHeader.check(bytes, 0, bytes.length), packet);
        }
    }

    @Test
    void moreThanThirtyTwoPacketsAreMalformed() {
        byte[] most = Hex.bytes("80 c9 0001 00000000".repeat(RtcpHeader.MAX_PACKETS));
        byte[] more = Hex.bytes("80 c9 0001 00000000".repeat(RtcpHeader.MAX_PACKETS + 1));
        assertEquals(0, RtcpHeader.check(most, 0, most.length));
        assertEquals(MALFORMED, RtcpHeader.check(more, 0, more.length));
    }

    @Test
    void aDescriptionWithoutANameTellsNone() {
        for (String packet : List.of(
                "80 ca 0000",
                "81 ca 0001 00000001",
                "81 ca 0002 00000001 00000000",
                "81 ca 0002 00000001 01ff6162",
                "81 ca 0002 00000001 02 02 6162")) {
            assertNull(SourceDescription.cname(Hex.bytes(packet), 0), packet);
        }
    }

    @Test
    void namesOfEveryLengthSurvive() {
        for (int length = 0; length <= SourceDescription.MAX_CNAME_LENGTH; length++) {
            byte[] name = new byte[length];
            Arrays.fill(name, (byte) 'n');
            byte[] bytes = new byte[SourceDescription.length(length)];
            Arrays.fill(bytes, (byte) 0x5A);
            assertEquals(bytes.length, SourceDescription.write(bytes, 0, 7, name));
            assertEquals(0, RtcpHeader.check(bytes, 0, bytes.length));
            assertEquals("n".repeat(length), SourceDescription.cname(bytes, 0));
            assertEquals(0, bytes[bytes.length - 1]);
        }
    }

    static List<Path> kept() {
        return Hex.files("/corpus/rtcp", ".hex");
    }

    @ParameterizedTest
    @MethodSource("kept")
    void keptInputsAreReadOrRefused(Path file) {
        byte[] bytes = Hex.read(file);
        readAll(bytes, 0, bytes.length);
    }

    @Test
    void wrongDatagramsAreReadOrRefused() {
        Fuzz.run(3552, 60_000, List.of(Hex.bytes(COMPOUND)), this::readAll);
    }

    private final RtcpReporter reporter = new RtcpReporter(
            0x0A0B0C0D,
            "fuzz",
            new SendingStatistics(8_000),
            new ReceptionStatistics(8_000),
            0,
            new Random(1),
            (bytes, offset, length) -> {});

    private void readAll(byte[] bytes, int offset, int length) {
        int result = reporter.onRtcp(bytes, offset, length, 1);
        if (result < 0) {
            RtcpDrop.ofCode(result);
            return;
        }
        for (int packet = offset; packet < offset + length; packet += RtcpHeader.length(bytes, packet)) {
            if (RtcpHeader.type(bytes, packet) == RtcpHeader.SOURCE_DESCRIPTION) {
                SourceDescription.ssrc(bytes, packet);
                SourceDescription.cname(bytes, packet);
            }
        }
        assertTrue(reporter.peerFractionLost() <= 255);
        assertTrue(reporter.roundTripNanos() <= RtcpReporter.MAX_ROUND_TRIP_NANOS);
    }

    private static byte[] at(int offset, String hex) {
        byte[] packet = Hex.bytes(hex);
        byte[] bytes = new byte[offset + packet.length];
        Arrays.fill(bytes, (byte) 0x5A);
        System.arraycopy(packet, 0, bytes, offset, packet.length);
        return bytes;
    }
}
