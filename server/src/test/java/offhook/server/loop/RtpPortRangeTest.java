package offhook.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import offhook.call.leg.RtpPorts;
import offhook.server.metrics.Metrics;
import offhook.server.udp.DriverChoice;
import offhook.server.udp.PacketDriver;
import offhook.server.udp.SocketBuffers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RtpPortRangeTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final EventLoop loop =
            new EventLoop("test", PacketDriver.open(DriverChoice.AUTO, SocketBuffers.STANDARD), 8, new Metrics());

    @AfterEach
    void close() {
        loop.close();
    }

    /** A range of so many pairs that nobody uses now: the system names its first port. */
    private RtpPortRange range(int pairs) {
        for (int i = 0; i < 100; i++) {
            int port = loop.open(new InetSocketAddress(LOOPBACK, 0), (from, b, o, l, n) -> {})
                            .localAddress()
                            .getPort()
                    + 1;
            int first = port + (port & 1);
            RtpPortRange range = new RtpPortRange(loop, LOOPBACK, first, first + 2 * pairs - 1);
            List<RtpPorts.Pair> all = new ArrayList<>();
            for (RtpPorts.Pair pair = range.open(); pair != null; pair = range.open()) {
                all.add(pair);
            }
            all.forEach(RtpPorts.Pair::close);
            if (all.size() == pairs) {
                return range;
            }
        }
        throw new AssertionError("no free ports in a row");
    }

    @Test
    void aPairIsEvenAndTheOddOneAboveIt() {
        RtpPorts.Pair pair = range(2).open();
        assertEquals(0, pair.rtpPort() % 2);
        assertEquals(pair.rtpPort() + 1, pair.rtcpPort());
    }

    @Test
    void portsAreGivenOutInTurnAndOneThatIsClosedRests() {
        RtpPortRange range = range(3);
        RtpPorts.Pair first = range.open();
        int port = first.rtpPort();
        first.close();
        assertNotEquals(port, range.open().rtpPort());
        assertNotEquals(port, range.open().rtpPort());
        assertEquals(port, range.open().rtpPort());
    }

    @Test
    void aFullRangeHasNoPairAndOneThatComesBackServesAgain() {
        RtpPortRange range = range(2);
        RtpPorts.Pair first = range.open();
        assertNotNull(range.open());
        assertNull(range.open());
        first.close();
        assertNotNull(range.open());
    }

    @Test
    void eachPortIsHeardByItsOwnReceiver() throws Exception {
        RtpPorts.Pair near = range(1).open();
        RtpPorts.Pair far = range(1).open();
        CompletableFuture<String> rtp = new CompletableFuture<>();
        CompletableFuture<String> rtcp = new CompletableFuture<>();
        far.sendRtp(new InetSocketAddress(LOOPBACK, near.rtpPort()), new byte[] {1}, 0, 1);
        near.listen(new RtpPorts.Receiver() {
            @Override
            public void onRtp(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
                rtp.complete(from.getPort() + " " + bytes[offset]);
            }

            @Override
            public void onRtcp(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
                rtcp.complete(from.getPort() + " " + bytes[offset]);
            }
        });
        far.sendRtcp(new InetSocketAddress(LOOPBACK, near.rtcpPort()), new byte[] {3}, 0, 1);
        loop.start(new Engine() {
            @Override
            public long deadlineNanos() {
                return Long.MAX_VALUE;
            }

            @Override
            public void onDeadline(long nowNanos) {}
        });
        loop.post(() -> {});
        assertEquals(far.rtcpPort() + " 3", rtcp.get(5, TimeUnit.SECONDS));
        assertEquals(far.rtpPort() + " 1", rtp.get(5, TimeUnit.SECONDS));
    }

    @Test
    void aRangeWithoutAPairIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new RtpPortRange(loop, LOOPBACK, 30_001, 30_002));
    }
}
