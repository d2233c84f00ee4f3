package offhook.exchange;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that all of the exchange's state belongs to, and the bounded queue in front of it. */
final class ExchangeLoop {
    /** What the loop drives; only ever called on its thread. */
    interface Work {
        /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} for never. */
        long deadlineNanos();

        void onDeadline(long nowNanos);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ExchangeLoop.class);
    private static final int MAX_WAITING = 8_192;
    private static final long LONGEST_WAIT_NANOS = 1_000_000_000L;

    private final BlockingQueue<LongConsumer> tasks = new ArrayBlockingQueue<>(MAX_WAITING);
    private final long origin = System.nanoTime();
    private volatile boolean stopped;

    /** Starts the thread. Once. */
    Thread start(Work work) {
        return Thread.ofPlatform().name("exchange").daemon().start(() -> run(work));
    }

    /** Lets the thread end after the task at hand. Any thread. */
    void stop() {
        stopped = true;
    }

    /** Hands over a task unless the queue is full. Any thread. */
    boolean offer(LongConsumer task) {
        return tasks.offer(task);
    }

    /** Hands over a task, and waits for a place in the queue. Any thread but the loop's own. */
    void put(LongConsumer task) {
        try {
            tasks.put(task);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nanoseconds since this loop was made: never negative, so deadlines cannot overflow. */
    private long now() {
        return System.nanoTime() - origin;
    }

    private void run(Work work) {
        while (!stopped) {
            try {
                long wait = Math.clamp(work.deadlineNanos() - now(), 0, LONGEST_WAIT_NANOS);
                LongConsumer task = tasks.poll(wait, TimeUnit.NANOSECONDS);
                if (task != null) {
                    task.accept(now());
                }
                work.onDeadline(now());
            } catch (InterruptedException ended) {
                return;
            } catch (RuntimeException mistake) {
                LOG.error("The exchange goes on after a mistake of its own", mistake);
            }
        }
    }
}
