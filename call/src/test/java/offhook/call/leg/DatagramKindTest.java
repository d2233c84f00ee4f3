package offhook.call.leg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DatagramKindTest {
    private static DatagramKind kind(int first, int second, int length) {
        byte[] bytes = new byte[length + 3];
        if (length > 0) {
            bytes[3] = (byte) first;
        }
        if (length > 1) {
            bytes[4] = (byte) second;
        }
        return DatagramKind.of(bytes, 3, length);
    }

    @Test
    void theFirstByteTellsTheProtocol() {
        for (int first = 0; first < 256; first++) {
            DatagramKind expected = DatagramKind.UNKNOWN;
            if (first < 4) {
                expected = DatagramKind.STUN;
            } else if (first >= 20 && first < 64) {
                expected = DatagramKind.DTLS;
            } else if (first >= 128 && first < 192) {
                expected = DatagramKind.RTP;
            }
            assertEquals(expected, kind(first, 0, 100), "first byte " + first);
        }
    }

    @Test
    void rtcpIsToldFromRtpByItsPacketType() {
        assertEquals(DatagramKind.RTCP, kind(0x80, 200, 28));
        assertEquals(DatagramKind.RTCP, kind(0x81, 206, 28));
        assertEquals(DatagramKind.RTP, kind(0x80, 111, 28));
        assertEquals(DatagramKind.RTP, kind(0x80, 0x80 | 111, 28));
        assertEquals(DatagramKind.RTP, kind(0x80, 96, 28));
    }

    @Test
    void whatIsTooShortForItsProtocolIsUnknown() {
        assertEquals(DatagramKind.UNKNOWN, kind(0x80, 0, 0));
        assertEquals(DatagramKind.UNKNOWN, kind(0x80, 0, 11));
        assertEquals(DatagramKind.UNKNOWN, kind(0, 1, 19));
        assertEquals(DatagramKind.UNKNOWN, kind(22, 254, 12));
        assertEquals(DatagramKind.RTCP, kind(0x80, 200, 8));
    }
}
