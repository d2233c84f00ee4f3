package offhook.server.click;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Things that wait to be asked for, a limited number of them and of each owner's. When there is no place, what was put or
 * asked for longest ago falls off, an owner's own first: so nobody alone can crowd out the others. Owned by {@link
 * CallDesk}.
 *
 * @param <T> the things
 */
final class Shelf<T> {
    private final int capacity;
    private final int share;
    private final long lifetimeNanos;
    private final Map<String, Place<T>> places = new LinkedHashMap<>();
    private final Map<String, Integer> owned = new HashMap<>();

    /**
     * @param capacity of all
     * @param share of one owner
     * @param lifetimeNanos after which a thing is gone
     */
    Shelf(int capacity, int share, long lifetimeNanos) {
        this.capacity = capacity;
        this.share = share;
        this.lifetimeNanos = lifetimeNanos;
    }

    private record Place<T>(T thing, String owner, long sinceNanos) {}

    void put(String id, String owner, T thing, long nowNanos) {
        dropExpired(nowNanos);
        if (owned.getOrDefault(owner, 0) >= share) {
            dropOldest(owner);
        } else if (places.size() >= capacity) {
            dropOldest("");
        }
        places.put(id, new Place<>(thing, owner, nowNanos));
        owned.merge(owner, 1, Integer::sum);
    }

    /** The thing, which is now the one asked for last; null when it is not there any more. */
    @Nullable
    T find(String id, long nowNanos) {
        dropExpired(nowNanos);
        Place<T> place = places.remove(id);
        if (place == null) {
            return null;
        }
        if (nowNanos - place.sinceNanos() >= lifetimeNanos) {
            disown(place.owner());
            return null;
        }
        places.put(id, place);
        return place.thing();
    }

    /** Puts another thing into its place, of the same owner and age. */
    void replace(String id, T thing) {
        places.computeIfPresent(id, (key, place) -> new Place<>(thing, place.owner(), place.sinceNanos()));
    }

    /** Takes it away, if it is there. */
    void remove(String id) {
        Place<T> place = places.remove(id);
        if (place != null) {
            disown(place.owner());
        }
    }

    int size() {
        return places.size();
    }

    /** From the front, where the oldest stand; what was asked for since then goes when it is asked for again. */
    private void dropExpired(long nowNanos) {
        Iterator<Place<T>> all = places.values().iterator();
        while (all.hasNext()) {
            Place<T> place = all.next();
            if (nowNanos - place.sinceNanos() < lifetimeNanos) {
                return;
            }
            all.remove();
            disown(place.owner());
        }
    }

    /** @param owner whose, empty for anybody's */
    private void dropOldest(String owner) {
        Iterator<Place<T>> all = places.values().iterator();
        while (all.hasNext()) {
            Place<T> place = all.next();
            if (owner.isEmpty() || owner.equals(place.owner())) {
                all.remove();
                disown(place.owner());
                return;
            }
        }
    }

    private void disown(String owner) {
        owned.computeIfPresent(owner, (key, things) -> things == 1 ? null : things - 1);
    }
}
