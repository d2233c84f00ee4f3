package offhook.server.signalling;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import offhook.call.AgentEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The virtual thread of a session and the bounded queue in front of it. A browser that sends too much waits; a loop that
 * has something to say never does: when a browser reads so slowly that the queue is full, its connection is cut.
 */
final class SessionThread {
    private static final Logger LOG = LoggerFactory.getLogger(SessionThread.class);

    private final Session session;
    private final BlockingQueue<LongConsumer> queue;
    private final Consumer<SessionThread> whenOver;
    private volatile @Nullable Link link;
    private volatile boolean overflown;
    private volatile boolean over;
    private @Nullable Thread thread;

    /** @param whenOver told once, when the thread ends */
    SessionThread(Session session, int queue, Consumer<SessionThread> whenOver) {
        this.session = session;
        this.queue = new ArrayBlockingQueue<>(queue);
        this.whenOver = whenOver;
    }

    /** Starts with the session's first connection. */
    void start(String name, Link first) {
        link = first;
        queue.add(now -> session.open(first, this::onEvent, now));
        thread = Thread.ofVirtual().name(name).start(this::run);
    }

    /** The session goes on at another connection. */
    void resume(Link next, boolean keepAlive) {
        link = next;
        put(next, now -> session.resume(next, keepAlive, now));
    }

    void onMessage(ClientMessage message, Link from) {
        put(from, now -> session.onMessage(message, from, now));
    }

    void onClosed(Link gone) {
        put(gone, now -> session.detach(gone, now));
    }

    /** The server stops: the browser is told so, if it reads at all. */
    void shutDown() {
        boolean ignored = queue.offer(now -> session.end(Session.GOING_AWAY, "the server is being shut down", now));
    }

    /** Waits until the browser has been told. */
    void join(Duration atMost) throws InterruptedException {
        Thread started = thread;
        if (started != null) {
            started.join(atMost);
        }
    }

    /** On a loop's thread. */
    private void onEvent(AgentEvent event) {
        if (!queue.offer(now -> session.onEvent(event, now)) && !over) {
            overflown = true;
            Link slow = link;
            if (slow != null) {
                slow.cut();
            }
        }
    }

    /** On a connection's thread, which may wait; not for a session that is over. */
    private void put(Link from, LongConsumer input) {
        try {
            while (!over && !queue.offer(input, 1, TimeUnit.SECONDS)) {
                // the session is writing to a browser that does not read, and will be cut off or caught up with
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (over) {
            from.close(Session.GOING_AWAY, "the session has ended");
        }
    }

    private void run() {
        try {
            while (!session.isOver()) {
                turn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            over = true;
            session.forget();
            whenOver.accept(this);
        }
    }

    private void turn() throws InterruptedException {
        long deadline = session.deadlineNanos();
        LongConsumer input = deadline == Long.MAX_VALUE
                ? queue.take()
                : queue.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        try {
            if (input != null) {
                input.accept(System.nanoTime());
            }
            if (session.deadlineNanos() <= System.nanoTime()) {
                session.onDeadline(System.nanoTime());
            }
            if (overflown) {
                session.end(Session.POLICY, "the browser does not read what it is sent", System.nanoTime());
            }
        } catch (RuntimeException e) {
            LOG.error("event=fault where=session", e);
            session.end(Session.NORMAL, "the server made a mistake", System.nanoTime());
        }
    }
}
