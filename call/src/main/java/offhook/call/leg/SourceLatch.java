package offhook.call.leg;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Symmetric RTP (RFC 4961), guarded: where the peer's media really comes from. A peer behind a NAT announces one address
 * and sends from another, so the first valid source is latched on; but a stranger who finds the port first must not keep
 * the call: until {@link #CONFIRM_NANOS} have passed the announced address still takes over. Then the latch holds until
 * the peer announces an address anew. What then still comes from the place that it leaves is heard, and for {@link
 * #LEAVING_NANOS} it does not latch: packets on their way would hold the media there. Not thread-safe: one owner.
 */
final class SourceLatch {
    /** How long the announced address may still claim its place from a source that was faster, in nanoseconds. */
    static final long CONFIRM_NANOS = 5_000_000_000L;

    /** How long a place that the peer says it leaves is not taken for where it is, in nanoseconds. */
    static final long LEAVING_NANOS = 1_000_000_000L;

    private @Nullable InetSocketAddress announced;
    private @Nullable InetSocketAddress latched;
    private long latchedNanos;
    private @Nullable InetSocketAddress leaving;
    private long leavingNanos;

    /**
     * What the session description says; a new address opens the latch again. The unspecified address, an old way to
     * hold a call, is none: nothing is sent there.
     */
    void announce(InetSocketAddress address, long nowNanos) {
        if (address.getAddress().isAnyLocalAddress()) {
            announced = null;
            latched = null;
        } else if (!address.equals(announced)) {
            leaving = target();
            leavingNanos = nowNanos;
            announced = address;
            latched = null;
        }
    }

    /** Forgets the source: the next one is latched on. */
    void open() {
        latched = null;
    }

    /** Whether media from this source belongs to the call. */
    boolean accepts(InetSocketAddress from, long nowNanos) {
        if (from.equals(latched)) {
            return true;
        }
        if (announced == null) {
            return false;
        }
        if (latched == null
                && from.equals(leaving)
                && !from.equals(announced)
                && nowNanos - leavingNanos < LEAVING_NANOS) {
            return true;
        }
        boolean mayMove = latched == null || (from.equals(announced) && nowNanos - latchedNanos < CONFIRM_NANOS);
        if (mayMove) {
            latched = from;
            latchedNanos = nowNanos;
        }
        return mayMove;
    }

    /** Whether this is where the peer's media comes from, as was found out. */
    boolean isLatched(InetSocketAddress from) {
        return from.equals(latched);
    }

    /** Where to send: the latched source, else the announced address; null before any is known. */
    @Nullable
    InetSocketAddress target() {
        return latched != null ? latched : announced;
    }
}
