package offhook.media.rtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import offhook.media.Fuzz;
import offhook.media.Hex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RtpHeaderTest {
    private static final int OFFSET = 5;
    private static final int MALFORMED = RtpDrop.MALFORMED.code();

    /** Two CSRCs, an extension of two words, three bytes of payload, five of padding. */
    private static final String FULL = """
            b2 e3 fffe 89abcdef 01234567
            11111111 22222222
            bede 0002 10ff2200 00000000
            0a0b0c
            0000000005
            """;

    private static final String PLAIN = "80 00 0001 000000a0 deadbeef 7f7f7f7f";

    @Test
    void everyFieldIsReadAtAnOffset() {
        byte[] bytes = at(OFFSET, FULL);
        int length = bytes.length - OFFSET;
        assertEquals(12 + 8 + 12, RtpHeader.headerLength(bytes, OFFSET, length));
        assertEquals(3, RtpHeader.payloadLength(bytes, OFFSET, length));
        assertEquals(2, RtpHeader.version(bytes, OFFSET));
        assertTrue(RtpHeader.padding(bytes, OFFSET));
        assertTrue(RtpHeader.extension(bytes, OFFSET));
        assertEquals(2, RtpHeader.csrcCount(bytes, OFFSET));
        assertEquals(0x11111111, RtpHeader.csrc(bytes, OFFSET, 0));
        assertEquals(0x22222222, RtpHeader.csrc(bytes, OFFSET, 1));
        assertTrue(RtpHeader.marker(bytes, OFFSET));
        assertEquals(0x63, RtpHeader.payloadType(bytes, OFFSET));
        assertEquals(0xFFFE, RtpHeader.sequenceNumber(bytes, OFFSET));
        assertEquals(0x89ABCDEF, RtpHeader.timestamp(bytes, OFFSET));
        assertEquals(0x01234567, RtpHeader.ssrc(bytes, OFFSET));
    }

    @Test
    void everyFieldIsWrittenAtAnOffsetAndTouchesNoOther() {
        byte[] bytes = at(OFFSET, FULL);
        RtpHeader.marker(bytes, OFFSET, false);
        RtpHeader.payloadType(bytes, OFFSET, 8);
        RtpHeader.sequenceNumber(bytes, OFFSET, 0x1_0002);
        RtpHeader.timestamp(bytes, OFFSET, -1);
        RtpHeader.ssrc(bytes, OFFSET, 0x0BADCAFE);
        assertArrayEquals(
                at(OFFSET, FULL.replace("b2 e3 fffe 89abcdef 01234567", "b2 08 0002 ffffffff 0badcafe")), bytes);
        RtpHeader.marker(bytes, OFFSET, true);
        assertEquals(8, RtpHeader.payloadType(bytes, OFFSET));
        assertTrue(RtpHeader.marker(bytes, OFFSET));
    }

    @Test
    void aPlainHeaderHasTwelveBytes() {
        byte[] bytes = at(OFFSET, PLAIN);
        assertEquals(12, RtpHeader.headerLength(bytes, OFFSET, 16));
        assertEquals(4, RtpHeader.payloadLength(bytes, OFFSET, 16));
        assertFalse(RtpHeader.extension(bytes, OFFSET));
        assertFalse(RtpHeader.padding(bytes, OFFSET));
    }

    @Test
    void anEmptyPayloadIsAPacketToo() {
        assertEquals(12, RtpHeader.headerLength(at(OFFSET, PLAIN), OFFSET, 12));
        assertEquals(0, RtpHeader.payloadLength(at(OFFSET, PLAIN), OFFSET, 12));
    }

    @Test
    void whatDoesNotFitIsMalformed() {
        byte[] full = at(OFFSET, FULL);
        for (int length = 0; length < 12 + 8 + 12; length++) {
            assertEquals(MALFORMED, RtpHeader.headerLength(full, OFFSET, length), "length " + length);
            assertEquals(MALFORMED, RtpHeader.payloadLength(full, OFFSET, length), "length " + length);
        }
        for (String first : List.of("40", "00", "c0")) {
            byte[] version = at(OFFSET, first + PLAIN.substring(2));
            assertEquals(MALFORMED, RtpHeader.headerLength(version, OFFSET, 16));
        }
        for (String padding : List.of("00", "05", "ff")) {
            byte[] padded = at(OFFSET, "a0 00 0001 000000a0 deadbeef 7f7f7f" + padding);
            assertEquals(MALFORMED, RtpHeader.headerLength(padded, OFFSET, 16));
        }
        byte[] extension = at(OFFSET, "90 00 0001 000000a0 deadbeef bede ffff");
        assertEquals(MALFORMED, RtpHeader.headerLength(extension, OFFSET, 16));
    }

    @Test
    void paddingMayBeAllThereIs() {
        byte[] bytes = at(OFFSET, "a0 00 0001 000000a0 deadbeef 00000004");
        assertEquals(12, RtpHeader.headerLength(bytes, OFFSET, 16));
        assertEquals(0, RtpHeader.payloadLength(bytes, OFFSET, 16));
    }

    @Test
    void aStrippedExtensionLeavesTheRestAsItWas() {
        byte[] bytes = at(OFFSET, FULL);
        int moved = RtpHeader.stripExtension(bytes, OFFSET);
        assertEquals(12, moved);
        byte[] expected = Hex.bytes("a2 e3 fffe 89abcdef 01234567 11111111 22222222 0a0b0c 0000000005");
        assertArrayEquals(expected, Arrays.copyOfRange(bytes, OFFSET + moved, bytes.length));
        assertEquals(20, RtpHeader.headerLength(bytes, OFFSET + moved, expected.length));
    }

    @Test
    void withoutAnExtensionNothingIsStripped() {
        byte[] bytes = at(OFFSET, PLAIN);
        assertEquals(0, RtpHeader.stripExtension(bytes, OFFSET));
        assertArrayEquals(at(OFFSET, PLAIN), bytes);
    }

    @Test
    void whatIsWrittenIsRead() {
        long seed = 3550;
        Random random = new Random(seed);
        byte[] bytes = new byte[40];
        for (int i = 0; i < 5_000; i++) {
            random.nextBytes(bytes);
            int offset = random.nextInt(28);
            boolean marker = random.nextBoolean();
            int payloadType = random.nextInt(128);
            int sequence = random.nextInt(1 << 16);
            int timestamp = random.nextInt();
            int ssrc = random.nextInt();
            RtpHeader.write(bytes, offset, marker, payloadType, sequence, timestamp, ssrc);
            assertEquals(12, RtpHeader.headerLength(bytes, offset, 12), "seed " + seed);
            assertEquals(marker, RtpHeader.marker(bytes, offset));
            assertEquals(payloadType, RtpHeader.payloadType(bytes, offset));
            assertEquals(sequence, RtpHeader.sequenceNumber(bytes, offset));
            assertEquals(timestamp, RtpHeader.timestamp(bytes, offset));
            assertEquals(ssrc, RtpHeader.ssrc(bytes, offset));
        }
    }

    static List<Path> kept() {
        return Hex.files("/corpus/rtp", ".hex");
    }

    @ParameterizedTest
    @MethodSource("kept")
    void keptInputsAreReadOrRefused(Path file) {
        byte[] bytes = Hex.read(file);
        readAll(bytes, 0, bytes.length);
    }

    @Test
    void wrongDatagramsAreReadOrRefused() {
        Fuzz.run(3550, 60_000, List.of(Hex.bytes(FULL), Hex.bytes(PLAIN)), RtpHeaderTest::readAll);
    }

    private static void readAll(byte[] bytes, int offset, int length) {
        int header = RtpHeader.headerLength(bytes, offset, length);
        int payload = RtpHeader.payloadLength(bytes, offset, length);
        assertEquals(header < 0, payload < 0);
        if (header >= 0) {
            assertTrue(header >= 12 && header + payload <= length);
            for (int i = 0; i < RtpHeader.csrcCount(bytes, offset); i++) {
                RtpHeader.csrc(bytes, offset, i);
            }
            int moved = RtpHeader.stripExtension(bytes, offset);
            assertEquals(header - moved, RtpHeader.headerLength(bytes, offset + moved, length - moved));
            assertEquals(payload, RtpHeader.payloadLength(bytes, offset + moved, length - moved));
        }
    }

    private static byte[] at(int offset, String hex) {
        byte[] packet = Hex.bytes(hex);
        byte[] bytes = new byte[offset + packet.length];
        Arrays.fill(bytes, (byte) 0x5A);
        System.arraycopy(packet, 0, bytes, offset, packet.length);
        return bytes;
    }
}
