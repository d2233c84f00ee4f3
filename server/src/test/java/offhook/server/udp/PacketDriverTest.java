package offhook.server.udp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class PacketDriverTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PacketDriver.Receiver DEAF = (socket, from, bytes, offset, length) -> {};

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void echoesOverIpv4(DriverChoice choice) throws IOException {
        echo(choice, "127.0.0.1", "127.0.0.1");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void echoesOverIpv6(DriverChoice choice) throws IOException {
        assumeTrue(ipv6Works());
        echo(choice, "::1", "::1");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void anIpv6SocketServesIpv4PeersToo(DriverChoice choice) throws IOException {
        assumeTrue(ipv6Works());
        echo(choice, "::", "127.0.0.1");
    }

    private static void echo(DriverChoice choice, String local, String peerAddress) throws IOException {
        try (PacketDriver driver = driver(choice);
                DatagramSocket peer = new DatagramSocket(0, InetAddress.ofLiteral(peerAddress))) {
            peer.setSoTimeout(5_000);
            List<InetSocketAddress> sources = new ArrayList<>();
            UdpSocket socket = driver.open(at(local, 0), (self, from, bytes, offset, length) -> {
                sources.add(from);
                assertTrue(bytes.length - offset - length >= PacketDriver.HEADROOM, "room behind the datagram");
                Arrays.fill(bytes, offset + length, offset + length + 10, (byte) 0xAA);
                self.send(from, bytes, offset, length + 10);
            });
            int port = socket.localAddress().getPort();
            assertTrue(port > 0);
            for (int length : new int[] {1, 172, 1200, PacketDriver.MAX_DATAGRAM - 10}) {
                byte[] sent = new byte[length];
                Arrays.fill(sent, (byte) length);
                peer.send(new DatagramPacket(sent, length, at(peerAddress, port)));
                long echoes = driver.counters().sent() + 1;
                pollUntil(driver, () -> driver.counters().sent() == echoes);
                DatagramPacket back = new DatagramPacket(new byte[4096], 4096);
                peer.receive(back);
                assertEquals(length + 10, back.getLength());
                assertArrayEquals(sent, Arrays.copyOf(back.getData(), length));
                assertEquals((byte) 0xAA, back.getData()[length + 9]);
                assertEquals(port, back.getPort());
                assertEquals(peer.getLocalSocketAddress(), sources.getLast());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void deliversManyPeersOnOneSocketAndManySocketsOfOnePeer(DriverChoice choice) throws IOException {
        try (PacketDriver driver = driver(choice);
                DatagramSocket peer = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            Set<Integer> spokenTo = new HashSet<>();
            List<UdpSocket> sockets = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                sockets.add(driver.open(
                        at("127.0.0.1", 0),
                        (self, from, bytes, offset, length) ->
                                spokenTo.add(self.localAddress().getPort())));
            }
            for (UdpSocket socket : sockets) {
                peer.send(new DatagramPacket(new byte[8], 8, socket.localAddress()));
            }
            pollUntil(driver, () -> driver.counters().received() == 300);
            assertEquals(300, spokenTo.size());

            Set<InetSocketAddress> heard = new HashSet<>();
            UdpSocket shared = driver.open(at("127.0.0.1", 0), (self, from, bytes, offset, length) -> heard.add(from));
            for (UdpSocket socket : sockets) {
                socket.send(shared.localAddress(), new byte[8], 0, 8);
            }
            driver.flush();
            pollUntil(driver, () -> driver.counters().received() == 600);
            assertEquals(300, heard.size());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void aReceiverMayOpenSendAndCloseWhileTheBatchIsDelivered(DriverChoice choice) {
        try (PacketDriver driver = driver(choice)) {
            List<String> heard = new ArrayList<>();
            List<UdpSocket> opened = new ArrayList<>();
            UdpSocket first = driver.open(at("127.0.0.1", 0), (self, from, bytes, offset, length) -> {
                heard.add("first");
                UdpSocket another =
                        driver.open(at("127.0.0.1", 0), (other, again, b, o, l) -> heard.add("opened meanwhile"));
                opened.add(another);
                self.send(another.localAddress(), bytes, offset, length);
                self.close();
            });
            UdpSocket sender = driver.open(at("127.0.0.1", 0), DEAF);
            sender.send(first.localAddress(), new byte[4], 0, 4);
            sender.send(first.localAddress(), new byte[4], 0, 4);
            driver.flush();
            pollUntil(driver, () -> heard.contains("opened meanwhile"));
            assertEquals(List.of("first", "opened meanwhile"), heard, "a closed socket hears nothing more");
            sender.send(opened.getFirst().localAddress(), new byte[4], 0, 4);
            pollUntil(driver, () -> heard.size() == 3);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void overloadIsCountedAndNeverThrown(DriverChoice choice) throws IOException {
        try (PacketDriver driver = PacketDriver.open(choice, new SocketBuffers(4096, 4096))) {
            long[] delivered = new long[1];
            UdpSocket full = driver.open(at("127.0.0.1", 0), (self, from, bytes, offset, length) -> delivered[0]++);
            UdpSocket sender = driver.open(at("127.0.0.1", 0), DEAF);
            for (int i = 0; i < 5_000; i++) {
                sender.send(full.localAddress(), new byte[1500], 0, 1500);
            }
            driver.flush();
            PacketCounters counters = driver.counters();
            assertEquals(5_000, counters.sent() + counters.sendBufferFull());
            while (driver.poll(0) > 0) {
                // takes what the small buffer held
            }
            assertTrue(delivered[0] > 0 && delivered[0] < 5_000, "delivered " + delivered[0]);
            sender.send(full.localAddress(), new byte[4], 0, 4);
            long before = delivered[0];
            pollUntil(driver, () -> delivered[0] == before + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void whatCannotBeSentIsCounted(DriverChoice choice) throws IOException {
        try (PacketDriver driver = driver(choice);
                DatagramSocket peer = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            UdpSocket socket = driver.open(at("127.0.0.1", 0), DEAF);
            socket.send(at("127.0.0.1", 9), new byte[4096], 0, PacketDriver.MAX_DATAGRAM + 1);
            socket.send(at("::1", 9), new byte[4], 0, 4);
            socket.send(at("127.0.0.1", 0), new byte[4], 0, 4);
            socket.send(InetSocketAddress.createUnresolved("peer.invalid", 9), new byte[4], 0, 4);
            socket.send(at("255.255.255.255", 9), new byte[4], 0, 4);
            socket.close();
            socket.send(at("127.0.0.1", 9), new byte[4], 0, 4);
            driver.flush();
            assertEquals(1, driver.counters().tooLong());
            assertEquals(4, driver.counters().unreachable());
            assertEquals(1, driver.counters().sendErrors());
            assertEquals(0, driver.counters().sent());

            UdpSocket listener = driver.open(at("127.0.0.1", 0), DEAF);
            peer.send(new DatagramPacket(
                    new byte[PacketDriver.MAX_DATAGRAM + 1], PacketDriver.MAX_DATAGRAM + 1, listener.localAddress()));
            pollUntil(driver, () -> driver.counters().tooLong() == 2);
            assertEquals(0, driver.counters().received());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void aTakenPortIsNamed(DriverChoice choice) {
        try (PacketDriver driver = driver(choice)) {
            UdpSocket first = driver.open(at("127.0.0.1", 0), DEAF);
            UncheckedIOException refused =
                    assertThrows(UncheckedIOException.class, () -> driver.open(first.localAddress(), DEAF));
            assertInstanceOf(BindException.class, refused.getCause());
            assertTrue(refused.getMessage().contains("127.0.0.1"), refused.getMessage());
            assertTrue(refused.getMessage().toLowerCase(Locale.ROOT).contains("already in use"), refused.getMessage());
            first.close();
            driver.poll(0);
            driver.open(first.localAddress(), DEAF);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void anotherThreadEndsTheWait(DriverChoice choice) throws InterruptedException {
        PacketDriver driver = driver(choice);
        driver.wakeup();
        long before = System.nanoTime();
        assertEquals(0, driver.poll(60 * SECOND));
        Thread waker = Thread.ofPlatform().start(driver::wakeup);
        assertEquals(0, driver.poll(60 * SECOND));
        waker.join();
        assertTrue(System.nanoTime() - before < 30 * SECOND);
        driver.close();
        driver.wakeup();
        driver.close();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void noWakeupIsLostAmongOthers(DriverChoice choice) throws InterruptedException {
        int each = 100_000;
        AtomicInteger asked = new AtomicInteger();
        try (PacketDriver driver = driver(choice)) {
            List<Thread> wakers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                wakers.add(Thread.ofPlatform().start(() -> {
                    for (int n = 0; n < each; n++) {
                        asked.incrementAndGet();
                        driver.wakeup();
                    }
                }));
            }
            for (int seen = 0; seen < 2 * each; seen = asked.get()) {
                long before = System.nanoTime();
                driver.poll(10 * SECOND);
                assertTrue(System.nanoTime() - before < 10 * SECOND, "waited to the end, woken " + seen + " times");
            }
            for (Thread waker : wakers) {
                waker.join();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void waitsNoLongerThanAsked(DriverChoice choice) {
        try (PacketDriver driver = driver(choice)) {
            long before = System.nanoTime();
            assertEquals(0, driver.poll(20_500_000));
            long waited = System.nanoTime() - before;
            assertTrue(waited >= 20_500_000, "waited " + waited);
            assertEquals(0, driver.poll(0));
            assertEquals(0, driver.poll(-1));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void aPacketAllocatesNothing(DriverChoice choice) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (PacketDriver driver = driver(choice)) {
            AtomicLong received = new AtomicLong();
            UdpSocket[] ends = new UdpSocket[2];
            for (int i = 0; i < 2; i++) {
                int other = 1 - i;
                ends[i] = driver.open(at("127.0.0.1", 0), (self, from, bytes, offset, length) -> {
                    received.incrementAndGet();
                    self.send(ends[other].localAddress(), bytes, offset, length);
                });
            }
            for (int i = 0; i < 20; i++) {
                ends[0].send(ends[1].localAddress(), new byte[172], 0, 172);
            }
            turns(driver, received, 40_000);
            long before = threads.getCurrentThreadAllocatedBytes();
            long packets = turns(driver, received, 40_000);
            long each = (threads.getCurrentThreadAllocatedBytes() - before) / packets;
            assertTrue(each < 16, each + " bytes allocated for each packet");
        }
    }

    private static long turns(PacketDriver driver, AtomicLong received, long packets) {
        long before = received.get();
        driver.flush();
        while (received.get() - before < packets) {
            driver.poll(SECOND);
            driver.flush();
        }
        return received.get() - before;
    }

    @ParameterizedTest
    @EnumSource
    void saysWhichDriverItIs(DriverChoice choice) {
        try (PacketDriver driver = driver(choice)) {
            assertTrue(driver.description().matches("(nio|epoll).*"), driver.description());
            assertFalse(driver.description().contains("\n"));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.INCLUDE, names = "EPOLL")
    void theSamePeerIsTheSameObject(DriverChoice choice) {
        try (PacketDriver driver = driver(choice)) {
            List<InetSocketAddress> sources = new ArrayList<>();
            UdpSocket listener =
                    driver.open(at("127.0.0.1", 0), (self, from, bytes, offset, length) -> sources.add(from));
            UdpSocket sender = driver.open(at("127.0.0.1", 0), DEAF);
            for (int i = 0; i < 3; i++) {
                sender.send(listener.localAddress(), new byte[4], 0, 4);
            }
            driver.flush();
            pollUntil(driver, () -> sources.size() == 3);
            assertSame(sources.get(0), sources.get(2));
        }
    }

    private static void pollUntil(PacketDriver driver, BooleanSupplier done) {
        long end = System.nanoTime() + 5 * SECOND;
        driver.flush();
        while (!done.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "nothing came within 5 s");
            driver.poll(SECOND / 10);
            driver.flush();
        }
    }

    private static PacketDriver driver(DriverChoice choice) {
        assumeTrue(choice != DriverChoice.EPOLL || EpollDriver.obstacle().isEmpty());
        return PacketDriver.open(choice, SocketBuffers.STANDARD);
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private static boolean ipv6Works() {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
