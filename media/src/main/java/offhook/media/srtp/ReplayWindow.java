package offhook.media.srtp;

import java.util.Arrays;

/**
 * Which packet indices were seen (RFC 3711 section 3.3.2): one bit for each of the last {@link #SIZE}, in a ring where
 * index {@code i} has bit {@code i mod SIZE}. Not thread-safe.
 */
final class ReplayWindow {
    /** How far behind the highest index a packet may come and still be let in. */
    static final int SIZE = 1024;

    private static final int MASK = SIZE - 1;

    private final long[] bits = new long[SIZE / Long.SIZE];
    private long highest = -1;

    /** The highest index seen, -1 before the first. */
    long highest() {
        return highest;
    }

    /** @return 0 when this index is new, or the code of {@link SrtpDrop#REPLAYED} or {@link SrtpDrop#TOO_OLD} */
    int check(long index) {
        if (index > highest) {
            return 0;
        }
        if (index < 0 || highest - index >= SIZE) {
            return SrtpDrop.TOO_OLD.code();
        }
        return (bits[word(index)] & bit(index)) == 0 ? 0 : SrtpDrop.REPLAYED.code();
    }

    /** Remembers an index that {@link #check} found new. */
    void accept(long index) {
        if (index > highest) {
            forgetUpTo(index);
            highest = index;
        }
        bits[word(index)] |= bit(index);
    }

    /** Frees the ring's places of the indices after the highest, up to this one. */
    private void forgetUpTo(long index) {
        if (index - highest >= SIZE) {
            Arrays.fill(bits, 0);
            return;
        }
        for (long skipped = highest + 1; skipped <= index; skipped++) {
            bits[word(skipped)] &= ~bit(skipped);
        }
    }

    private static int word(long index) {
        return (int) (index & MASK) / Long.SIZE;
    }

    private static long bit(long index) {
        return 1L << index; // a shift counts modulo 64
    }
}
