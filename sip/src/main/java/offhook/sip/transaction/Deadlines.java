package offhook.sip.transaction;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one owner waits for, in one heap: transactions, sessions and registrations of a media loop share it, so
 * that the loop has a single next deadline to watch. Equal deadlines fire in the order in which they were set. Single
 * owner, not thread-safe.
 */
public final class Deadlines {
    /** What happens when the time has come. It may set and cancel further deadlines. */
    @FunctionalInterface
    public interface Action {
        void run(long nowNanos);
    }

    /** One thing waited for. */
    public static final class Deadline {
        private final long atNanos;
        private final long order;
        private final Action action;
        private int index;

        private Deadline(long atNanos, long order, Action action, int index) {
            this.atNanos = atNanos;
            this.order = order;
            this.action = action;
            this.index = index;
        }

        private boolean before(Deadline other) {
            return atNanos != other.atNanos ? atNanos < other.atNanos : order < other.order;
        }
    }

    private static final int GONE = -1;

    private @Nullable Deadline[] heap = new Deadline[16];
    private int size;
    private long nextOrder;

    /** Runs {@code action} once {@code atNanos} has come. */
    public Deadline at(long atNanos, Action action) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        Deadline deadline = new Deadline(atNanos, nextOrder++, action, size);
        size++;
        rise(deadline);
        return deadline;
    }

    /** Forgets a deadline; {@code null}, or one that has fired or was cancelled before, is no mistake. */
    public void cancel(@Nullable Deadline deadline) {
        if (deadline == null || deadline.index == GONE) {
            return;
        }
        int hole = deadline.index;
        deadline.index = GONE;
        size--;
        Deadline last = entry(size);
        heap[size] = null;
        if (last != deadline) {
            last.index = hole;
            rise(last);
            sink(last);
        }
    }

    /** When {@link #onDeadline} wants to be called next; {@link Long#MAX_VALUE} when nothing is waited for. */
    public long deadlineNanos() {
        return size == 0 ? Long.MAX_VALUE : entry(0).atNanos;
    }

    /** How many things are waited for. */
    public int size() {
        return size;
    }

    /** Runs everything that is due at {@code nowNanos}, what becomes due meanwhile included. */
    public void onDeadline(long nowNanos) {
        while (size > 0 && entry(0).atNanos <= nowNanos) {
            Deadline due = entry(0);
            cancel(due);
            due.action.run(nowNanos);
        }
    }

    private void rise(Deadline deadline) {
        while (deadline.index > 0) {
            Deadline parent = entry((deadline.index - 1) / 2);
            if (!deadline.before(parent)) {
                break;
            }
            int place = parent.index;
            put(deadline.index, parent);
            deadline.index = place;
        }
        put(deadline.index, deadline);
    }

    private void sink(Deadline deadline) {
        while (true) {
            int child = 2 * deadline.index + 1;
            if (child >= size) {
                break;
            }
            Deadline least = entry(child);
            if (child + 1 < size && entry(child + 1).before(least)) {
                least = entry(child + 1);
            }
            if (!least.before(deadline)) {
                break;
            }
            int place = least.index;
            put(deadline.index, least);
            deadline.index = place;
        }
        put(deadline.index, deadline);
    }

    private void put(int index, Deadline deadline) {
        heap[index] = deadline;
        deadline.index = index;
    }

    /** The entry at an index below {@link #size}, which is never empty. */
    private Deadline entry(int index) {
        Deadline deadline = heap[index];
        if (deadline == null) {
            throw new IllegalStateException("an empty place inside the heap");
        }
        return deadline;
    }
}
