package offhook.server.click;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * How often something that may be used a few times was used, remembered until it has expired and no longer. When there is
 * no place left nothing more may be used: to forget what could come again would be worse. Owned by {@link CallDesk}.
 */
final class Uses {
    private final int capacity;
    private final Map<String, Use> byId = new HashMap<>();
    private final PriorityQueue<Use> byExpiry =
            new PriorityQueue<>(Comparator.comparingLong(use -> use.expiresSeconds));

    Uses(int capacity) {
        this.capacity = capacity;
    }

    /** How often it was used. */
    int count(String id) {
        Use use = byId.get(id);
        return use == null ? 0 : use.count;
    }

    /** Whether there is a place to remember it. */
    boolean hasRoom(String id, long nowSeconds) {
        while (!byExpiry.isEmpty() && byExpiry.element().expiresSeconds < nowSeconds) {
            byId.remove(byExpiry.remove().id);
        }
        return byId.size() < capacity || byId.containsKey(id);
    }

    /**
     * Counts one use, for which there is room.
     *
     * @param expiresSeconds the last second in which it would be taken
     */
    void use(String id, long expiresSeconds) {
        Use use = byId.get(id);
        if (use == null) {
            use = new Use(id, expiresSeconds);
            byId.put(id, use);
            byExpiry.add(use);
        }
        use.count++;
    }

    /** How many things are remembered. */
    int size() {
        return byId.size();
    }

    private static final class Use {
        final String id;
        final long expiresSeconds;
        int count;

        Use(String id, long expiresSeconds) {
            this.id = id;
            this.expiresSeconds = expiresSeconds;
        }
    }
}
