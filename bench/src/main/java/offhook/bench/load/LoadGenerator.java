package offhook.bench.load;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import offhook.media.dtls.DtlsIdentity;
import offhook.server.udp.DriverChoice;
import offhook.server.udp.PacketDriver;
import offhook.server.udp.SocketBuffers;
import org.jspecify.annotations.Nullable;

/**
 * Plays the browsers and the phones of many calls, all on one thread. Each call has one of the 20 slots of a frame, so
 * that the packets of all calls spread evenly over its 20 ms. Between slots it looks at its sockets every
 * {@link #LOOK_NANOS}: that much of the latency that it sees is its own.
 */
public final class LoadGenerator implements AutoCloseable {
    /** Calls at one time at most. */
    public static final int MAX_CALLS = 500;

    private static final int SLOTS = 20;
    private static final long SLOT_NANOS = 1_000_000;
    private static final long LOOK_NANOS = 100_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final long originNanos = System.nanoTime();
    private final RandomGenerator random = new SecureRandom();
    private final DtlsIdentity identity = DtlsIdentity.generate(
            random, Instant.now().minus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(1)));
    private final PacketDriver driver = PacketDriver.open(DriverChoice.AUTO, SocketBuffers.STANDARD);
    private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private final @Nullable LoadCall[] calls = new LoadCall[MAX_CALLS];
    private final Phones phones = new Phones(this, driver);
    private final Thread thread = Thread.ofPlatform().name("load").unstarted(this::run);
    private Tally tally = new Tally(0, 0);
    private long slot;
    private volatile boolean running = true;

    public LoadGenerator() {
        thread.start();
    }

    /** Where its phones are called. From any thread. */
    public int sipPort() {
        return phones.sipPort();
    }

    /** How long phones ring before they answer, from now on; 0 at first. From any thread. */
    public void ringFor(Duration time) {
        ask(() -> {
            phones.ringFor(time.toNanos());
            return true;
        });
    }

    /** Makes the two ends of new calls. From any thread. */
    public List<LoadCall> open(int count) {
        return ask(() -> {
            List<LoadCall> opened = new ArrayList<>();
            for (int i = 0; i < MAX_CALLS && opened.size() < count; i++) {
                if (calls[i] == null) {
                    LoadCall call = new LoadCall(i, this, driver, identity, phones.audioSocket(i));
                    calls[i] = call;
                    opened.add(call);
                }
            }
            return opened;
        });
    }

    /** Takes the ends of calls away. From any thread. */
    public void close(List<LoadCall> closing) {
        ask(() -> {
            for (LoadCall call : closing) {
                call.close();
                calls[call.number()] = null;
            }
            return true;
        });
    }

    /** Counts the packets that are sent from {@code start} on, for {@code length}. From any thread. */
    public Tally count(long startNanos, Duration length) {
        return ask(() -> tally = new Tally(startNanos, startNanos + length.toNanos()));
    }

    /** What the generator's thread has counted, safe to read when the window is over. From any thread. */
    public void settle() {
        ask(() -> true);
    }

    /** This generator's time. From any thread. */
    public long nowNanos() {
        return System.nanoTime() - originNanos;
    }

    void post(Runnable command) {
        mailbox.add(command);
    }

    private <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        post(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    RandomGenerator random() {
        return random;
    }

    Tally tally() {
        return tally;
    }

    Phones phones() {
        return phones;
    }

    @Nullable
    LoadCall call(int number) {
        return number >= 0 && number < calls.length ? calls[number] : null;
    }

    @Nullable
    LoadCall calledBy(String user) {
        for (LoadCall call : calls) {
            if (call != null && call.callee().equals(user)) {
                return call;
            }
        }
        return null;
    }

    private void run() {
        long dueNanos = nowNanos();
        while (running) {
            for (Runnable command = mailbox.poll(); command != null; command = mailbox.poll()) {
                command.run();
            }
            long now = nowNanos();
            if (now >= dueNanos) {
                tally.onSlot(now, now - dueNanos);
                speak();
                dueNanos += SLOT_NANOS;
            }
            driver.flush();
            driver.poll(0);
            driver.flush();
            phones.onTime(nowNanos());
            long rest = dueNanos - nowNanos();
            if (rest > 0) {
                LockSupport.parkNanos(Math.min(rest, LOOK_NANOS));
            }
        }
        driver.close();
    }

    private void speak() {
        for (int i = (int) (slot++ % SLOTS); i < calls.length; i += SLOTS) {
            LoadCall call = calls[i];
            if (call != null) {
                call.onFrame(nowNanos());
            }
        }
    }

    /** Ends the thread and closes every socket. */
    @Override
    public void close() {
        running = false;
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
