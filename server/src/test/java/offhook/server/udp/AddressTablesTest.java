package offhook.server.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class AddressTablesTest {
    private static long mapped(int address) {
        return PeerTable.MAPPED | Integer.toUnsignedLong(address);
    }

    @Test
    void aKnownPeerIsTheSameObject() {
        PeerTable peers = new PeerTable(64);
        InetSocketAddress first = peers.of(0, mapped(0x7F000001), 0, 5060);
        assertEquals(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5060), first);
        assertSame(first, peers.of(0, mapped(0x7F000001), 0, 5060));
        assertEquals(5061, peers.of(0, mapped(0x7F000001), 0, 5061).getPort());
    }

    @Test
    void ipv6IsToldFromIpv4AndKeepsItsScope() {
        PeerTable peers = new PeerTable(64);
        assertEquals(InetAddress.ofLiteral("::1"), peers.of(0, 1, 0, 1).getAddress());
        assertEquals(
                InetAddress.ofLiteral("2001:db8::7"),
                peers.of(0x20010DB800000000L, 7, 0, 1).getAddress());
        assertEquals(
                "/[fe80:0:0:0:0:0:0:1%7]:9",
                peers.of(0xFE80000000000000L, 1, 7, 9).toString());
    }

    @Test
    void aFullTableStillAnswersRightAndDoesNotGrow() {
        PeerTable peers = new PeerTable(64);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 10_000; i++) {
                InetSocketAddress peer = peers.of(0, mapped(0x0A000000 + i), 0, 1 + i);
                assertEquals(1 + i, peer.getPort());
                assertEquals(
                        "10.0." + (i >> 8) + "." + (i & 255), peer.getAddress().getHostAddress());
            }
        }
    }

    @Test
    void aFullTableOfTargetsStillWritesTheRightSockaddr() {
        try (Arena arena = Arena.ofConfined()) {
            TargetTable targets = new TargetTable(false, 64, arena);
            MemorySegment sockaddr = arena.allocate(TargetTable.STRIDE, 8);
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 5_000; i++) {
                    InetSocketAddress to =
                            new InetSocketAddress(InetAddress.ofLiteral("10.1." + (i >> 8) + "." + (i & 255)), 1 + i);
                    assertTrue(targets.write(to, sockaddr, 0));
                    assertEquals(LinuxCalls.AF_INET, sockaddr.get(ValueLayout.JAVA_SHORT, 0));
                    assertEquals(
                            1 + i,
                            (sockaddr.get(ValueLayout.JAVA_BYTE, 2) & 255) << 8
                                    | (sockaddr.get(ValueLayout.JAVA_BYTE, 3) & 255));
                    assertEquals((byte) (i >> 8), sockaddr.get(ValueLayout.JAVA_BYTE, 6));
                    assertEquals((byte) i, sockaddr.get(ValueLayout.JAVA_BYTE, 7));
                }
            }
            assertFalse(targets.write(new InetSocketAddress(InetAddress.ofLiteral("::1"), 9), sockaddr, 0));
        }
    }
}
