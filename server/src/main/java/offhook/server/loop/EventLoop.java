package offhook.server.loop;

import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import offhook.server.metrics.Counter;
import offhook.server.metrics.Metrics;
import offhook.server.udp.PacketDriver;
import offhook.server.udp.UdpSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One platform thread with its sockets, its mailbox and its deadlines. Other threads reach it by {@link #post} alone.
 * Whatever is thrown inside a turn is counted and logged, and the turn goes on with the next thing.
 */
public final class EventLoop implements AutoCloseable {
    /** Commands taken in one turn, so that a full mailbox does not keep the packets waiting. */
    private static final int COMMANDS_A_TURN = 256;

    /** How long the loop rests when a whole turn went wrong. */
    private static final long AFTER_FAULT_NANOS = 10_000_000;

    /** A defect that comes with every packet must not fill the disk. */
    private static final long BETWEEN_FAULT_LOGS_NANOS = 100_000_000;

    /** A command that waited as long is late: something kept the loop, or nobody woke it. */
    static final long LATE_NANOS = 250_000_000;

    /** What {@link #waitingSinceNanos} says when nothing waits. */
    private static final long NOTHING = -1;

    /** How long {@link #close} waits for the thread. */
    private static final long CLOSE_MILLIS = 2_000;

    /** What a loop runs before it has started. */
    private static final Engine IDLE = new Engine() {
        @Override
        public long deadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public void onDeadline(long nowNanos) {
            throw new IllegalStateException("nothing was waited for");
        }
    };

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    private final String name;
    private final PacketDriver driver;
    private final BlockingQueue<Runnable> mailbox;
    private final long originNanos = System.nanoTime();
    private final long originMillis = System.currentTimeMillis();
    private final Pacing pacing = new Pacing(0);

    /** When the first command was posted of those that came since the loop took one. */
    private final AtomicLong waitingSinceNanos = new AtomicLong(NOTHING);

    private final Thread thread;
    private final LoopCounters counters;
    private final Counter faults;
    private final Counter refusedCommands;
    private final Counter lateCommands;
    private Engine engine = IDLE;
    private volatile boolean running = true;
    private volatile long nextFaultLogNanos;

    /**
     * @param driver from now on this loop's own
     * @param mailboxSize commands waiting at most
     */
    public EventLoop(String name, PacketDriver driver, int mailboxSize, Metrics metrics) {
        this.name = name;
        this.driver = driver;
        mailbox = new ArrayBlockingQueue<>(mailboxSize);
        counters = new LoopCounters(metrics, name);
        faults = metrics.counter("loop_faults", "Defects of ours that a loop survived.", "loop", name);
        refusedCommands = metrics.counter("loop_refused", "Commands that found the mailbox full.", "loop", name);
        lateCommands = metrics.counter("loop_late", "Commands that had waited 250 ms or longer.", "loop", name);
        metrics.gauge("loop_mailbox", "Commands waiting for a loop.", mailbox::size, "loop", name);
        thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    /** Nanoseconds since this loop was made: the time that everything on it lives by. From any thread. */
    public long nowNanos() {
        return System.nanoTime() - originNanos;
    }

    /** Wall-clock time at {@code nowNanos() == 0}. */
    public long originMillis() {
        return originMillis;
    }

    /** Opens a socket: before {@link #start}, or on the loop's thread. Nothing that the receiver throws leaves it. */
    public UdpSocket open(InetSocketAddress local, PacketReceiver receiver) {
        return driver.open(local, (socket, from, bytes, offset, length) -> {
            try {
                receiver.onPacket(from, bytes, offset, length, nowNanos());
            } catch (Throwable thrown) {
                fault("a packet from " + from, thrown);
            }
        });
    }

    /** Begins to run, with this engine. */
    public void start(Engine engine) {
        this.engine = engine;
        thread.start();
    }

    /**
     * Has something done on the loop's thread. From any thread.
     *
     * @return false when the mailbox is full, or the loop is closed; then it will not be done
     */
    public boolean post(Runnable command) {
        noteWaiting();
        if (!running || !mailbox.offer(command)) {
            refusedCommands.increment();
            return false;
        }
        wake();
        return true;
    }

    /** The same, but waits for room: for what must not get lost, on threads that may wait. */
    public void postPatiently(Runnable command) throws InterruptedException {
        noteWaiting();
        mailbox.put(command);
        wake();
    }

    /** Before the command is there: what comes too early is not measured, and nothing seems to have waited that had not. */
    private void noteWaiting() {
        waitingSinceNanos.compareAndSet(NOTHING, nowNanos());
    }

    private void wake() {
        if (!Thread.currentThread().equals(thread)) {
            driver.wakeup();
        }
    }

    /** Counts a defect of ours, and logs it unless another has just been logged. From any thread. */
    public void fault(String where, Throwable thrown) {
        faults.increment();
        long now = nowNanos();
        if (now < nextFaultLogNanos) {
            return;
        }
        nextFaultLogNanos = now + BETWEEN_FAULT_LOGS_NANOS;
        LOG.error("event=fault loop={} where=\"{}\"", name, where, thrown);
    }

    private void run() {
        LOG.info("event=loop-started loop={} driver=\"{}\"", name, driver.description());
        try {
            while (running) {
                guardedTurn();
            }
            drain(Integer.MAX_VALUE);
            driver.flush();
        } catch (Throwable thrown) {
            LOG.error("event=loop-died loop={}", name, thrown);
            throw thrown;
        } finally {
            driver.close();
        }
    }

    private void guardedTurn() {
        try {
            turn();
        } catch (Throwable thrown) {
            fault("a turn", thrown);
            LockSupport.parkNanos(AFTER_FAULT_NANOS); // whatever it is, it must not eat the processor
        }
    }

    private void turn() {
        long start = nowNanos();
        int packets = driver.poll(mailbox.isEmpty() ? engine.deadlineNanos() - start : 0);
        drain(COMMANDS_A_TURN);
        finish();
        driver.flush();
        counters.turn(driver.counters());
        long pause = pacing.pauseNanos(packets, start, nowNanos());
        if (pause > 0 && mailbox.isEmpty()) {
            counters.pause();
            LockSupport.parkNanos(pause);
        }
    }

    private void drain(int most) {
        for (int i = 0; i < most; i++) {
            Runnable command = mailbox.poll();
            if (command == null) {
                return;
            }
            measureWaiting();
            try {
                command.run();
            } catch (Throwable thrown) {
                fault("a command", thrown);
            }
        }
    }

    private void measureWaiting() {
        long since = waitingSinceNanos.getAndSet(NOTHING);
        long waited = since == NOTHING ? 0 : nowNanos() - since;
        if (waited >= LATE_NANOS) {
            lateCommands.increment();
            LOG.warn("event=loop-late loop={} millis={}", name, waited / 1_000_000);
        }
    }

    private void finish() {
        try {
            long now = nowNanos();
            if (engine.deadlineNanos() <= now) {
                engine.onDeadline(now);
            }
            engine.onTurnEnd();
        } catch (Throwable thrown) {
            fault("a deadline", thrown);
        }
    }

    /** Whether its thread lives. From any thread. */
    boolean isRunning() {
        return thread.isAlive();
    }

    /** Which driver it runs on. */
    public String driver() {
        return driver.description();
    }

    /** Ends the thread after the turn that runs, and closes its sockets. What is in the mailbox is still done. */
    @Override
    public void close() {
        running = false;
        if (!thread.isAlive()) {
            driver.close();
            return;
        }
        driver.wakeup();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
