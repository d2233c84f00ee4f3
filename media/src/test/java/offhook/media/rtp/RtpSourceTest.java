package offhook.media.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RtpSourceTest {
    private static final long SECOND = 1_000_000_000L;

    private final RtpSource source = new RtpSource(new Random(4));
    private final byte[] packet = new byte[20];

    @Test
    void packetsAreNumberedAndTheFirstIsMarked() {
        assertEquals(12, source.writeHeader(packet, 1, 8));
        assertTrue(RtpHeader.marker(packet, 1));
        assertEquals(8, RtpHeader.payloadType(packet, 1));
        assertEquals(source.ssrc(), RtpHeader.ssrc(packet, 1));
        int sequence = RtpHeader.sequenceNumber(packet, 1);
        int timestamp = RtpHeader.timestamp(packet, 1);
        assertTrue(sequence < 1 << 15);
        source.advance(160);
        source.writeHeader(packet, 1, 8);
        assertEquals(sequence + 1, RtpHeader.sequenceNumber(packet, 1));
        assertEquals(timestamp + 160, RtpHeader.timestamp(packet, 1));
        assertEquals(false, RtpHeader.marker(packet, 1));
        source.writeHeader(packet, 1, 101, true, 12345);
        assertEquals(sequence + 2, RtpHeader.sequenceNumber(packet, 1));
        assertEquals(12345, RtpHeader.timestamp(packet, 1));
        assertTrue(RtpHeader.marker(packet, 1));
        assertEquals(timestamp + 160, source.timestamp());
    }

    @Test
    void whatIsSentIsCountedAndItsClockRunsOn() {
        SendingStatistics statistics = new SendingStatistics(8_000);
        source.writeHeader(packet, 0, 0);
        int timestamp = source.timestamp();
        statistics.onRtp(packet, 0, 20, 3 * SECOND);
        statistics.onRtp(packet, 0, 20, 4 * SECOND); // a telephone event's second packet
        assertEquals(2, statistics.packets());
        assertEquals(16, statistics.octets());
        assertEquals(timestamp + 2 * 8_000 + 4_000, statistics.rtpTimestampAt(5 * SECOND + SECOND / 2));
    }
}
