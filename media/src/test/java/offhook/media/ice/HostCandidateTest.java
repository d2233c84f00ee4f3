package offhook.media.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostCandidateTest {
    @Test
    void theFirstAddressIsPreferred() {
        List<HostCandidate> candidates = HostCandidate.of(
                List.of(new InetSocketAddress("192.0.2.1", 40_000), new InetSocketAddress("2001:db8::1", 40_001)));
        assertEquals(
                List.of(
                        "candidate:1 1 udp 2130706431 192.0.2.1 40000 typ host",
                        "candidate:2 1 udp 2130706175 2001:db8:0:0:0:0:0:1 40001 typ host"),
                candidates.stream().map(HostCandidate::toString).toList());
    }

    @Test
    void thePriorityIsThatOfRfc8445() {
        HostCandidate candidate = new HostCandidate(new InetSocketAddress("192.0.2.1", 1), 1, 65_535);
        assertEquals((1 << 24) * 126 + (1 << 8) * 65_535 + 256 - 1, candidate.priority());
        assertEquals("1 1 udp 2130706431 192.0.2.1 1 typ host", candidate.attributeValue());
    }
}
