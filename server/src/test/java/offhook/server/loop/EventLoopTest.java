package offhook.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import offhook.server.metrics.Metrics;
import offhook.server.udp.DriverChoice;
import offhook.server.udp.PacketDriver;
import offhook.server.udp.SocketBuffers;
import offhook.server.udp.UdpSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EventLoopTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Engine RESTING = new TestEngine();

    private final Metrics metrics = new Metrics();
    private final EventLoop loop =
            new EventLoop("test", PacketDriver.open(DriverChoice.AUTO, SocketBuffers.STANDARD), 8, metrics);

    @BeforeEach
    void keepExpectedFaultsOutOfTheOutput() {
        ((Logger) LoggerFactory.getLogger(EventLoop.class)).setLevel(Level.OFF);
    }

    @AfterEach
    void close() {
        loop.close();
        ((Logger) LoggerFactory.getLogger(EventLoop.class)).setLevel(null);
    }

    @Test
    void aThrowableInAPacketACommandOrADeadlineLeavesTheLoopAlive() throws Exception {
        UdpSocket[] socket = new UdpSocket[1];
        socket[0] = loop.open(ANY_PORT, (from, bytes, offset, length, now) -> {
            if (bytes[offset] == 0) {
                throw new StackOverflowError("made for the test");
            }
            socket[0].send(from, bytes, offset, length);
        });
        loop.start(new TestEngine() {
            private boolean thrown;

            @Override
            public long deadlineNanos() {
                return thrown ? Long.MAX_VALUE : 0;
            }

            @Override
            public void onDeadline(long nowNanos) {
                thrown = true;
                throw new IllegalStateException("made for the test");
            }
        });
        assertTrue(loop.post(() -> {
            throw new AssertionError("made for the test");
        }));
        try (DatagramSocket peer = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            peer.setSoTimeout(5_000);
            send(peer, socket[0], 0);
            send(peer, socket[0], 7);
            DatagramPacket back = new DatagramPacket(new byte[10], 10);
            peer.receive(back);
            assertEquals(7, back.getData()[0]);
        }
        assertEquals(3, metrics.counter("loop_faults", "", "loop", "test").value());
    }

    @Test
    void aFullMailboxRefusesAndNeverWaits() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        loop.start(RESTING);
        assertTrue(loop.post(() -> {
            busy.countDown();
            await(release);
        }));
        await(busy);
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 8; i++) {
            assertTrue(loop.post(done::incrementAndGet));
        }
        assertFalse(loop.post(done::incrementAndGet));
        assertEquals(1, metrics.counter("loop_refused", "", "loop", "test").value());
        CompletableFuture<Integer> last = new CompletableFuture<>();
        Thread patient = Thread.ofVirtual().start(() -> {
            try {
                loop.postPatiently(() -> last.complete(done.get()));
            } catch (InterruptedException e) {
                last.completeExceptionally(e);
            }
        });
        release.countDown();
        assertEquals(8, last.get(5, TimeUnit.SECONDS));
        patient.join();
    }

    @Test
    void aCommandThatWaitedLongIsCounted() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CompletableFuture<Long> waited = new CompletableFuture<>();
        loop.start(RESTING);
        assertTrue(loop.post(() -> {
            busy.countDown();
            LockSupport.parkNanos(2 * EventLoop.LATE_NANOS);
        }));
        await(busy);
        long posted = System.nanoTime();
        assertTrue(loop.post(() -> waited.complete(System.nanoTime() - posted)));
        assertTrue(waited.get(5, TimeUnit.SECONDS) > EventLoop.LATE_NANOS);
        assertTrue(metrics.counter("loop_late", "", "loop", "test").value() > 0);
    }

    @Test
    void anIdleLoopWakesForACommandAndForADeadline() throws Exception {
        CompletableFuture<Long> deadline = new CompletableFuture<>();
        loop.start(new TestEngine() {
            @Override
            public long deadlineNanos() {
                return deadline.isDone() ? Long.MAX_VALUE : 20_000_000;
            }

            @Override
            public void onDeadline(long nowNanos) {
                deadline.complete(nowNanos);
            }
        });
        assertTrue(deadline.get(5, TimeUnit.SECONDS) >= 20_000_000);
        CompletableFuture<String> thread = new CompletableFuture<>();
        loop.post(() -> thread.complete(Thread.currentThread().getName()));
        assertEquals("test", thread.get(5, TimeUnit.SECONDS));
    }

    @Test
    void whatIsInTheMailboxAtTheEndIsStillDone() throws Exception {
        loop.start(RESTING);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        loop.post(() -> await(release));
        loop.post(done::incrementAndGet);
        Thread closer = Thread.ofVirtual().start(loop::close);
        release.countDown();
        closer.join();
        assertEquals(1, done.get());
        assertFalse(loop.post(done::incrementAndGet));
    }

    @Test
    void aBusyLoopLetsPacketsGather() throws Exception {
        CountDownLatch all = new CountDownLatch(4_000);
        UdpSocket echo = loop.open(ANY_PORT, (from, bytes, offset, length, now) -> all.countDown());
        UdpSocket[] sender = new UdpSocket[1];
        sender[0] = loop.open(ANY_PORT, (from, bytes, offset, length, now) -> {});
        loop.start(new TestEngine() {
            @Override
            public void onTurnEnd() {
                for (int i = 0; i < 20 && all.getCount() > 0; i++) {
                    sender[0].send(echo.localAddress(), new byte[172], 0, 172);
                }
            }
        });
        loop.post(() -> {});
        await(all);
        assertTrue(metrics.counter("loop_pauses", "", "loop", "test").value() > 0);
    }

    private static void send(DatagramSocket from, UdpSocket to, int first) throws IOException {
        from.send(new DatagramPacket(new byte[] {(byte) first}, 1, to.localAddress()));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(5, TimeUnit.SECONDS), "not within 5 s");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static class TestEngine implements Engine {
        @Override
        public long deadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public void onDeadline(long nowNanos) {}
    }
}
