package offhook.media.dtls;

import java.util.List;
import java.util.random.RandomGenerator;

/** One DTLS 1.2 handshake that yields SRTP keys, and what is left of it afterwards. Not thread-safe: one owner. */
public final class DtlsAssociation {
    /** What an association asks of the world. It never calls back into the association that called it. */
    public interface Outbox {
        /** One datagram for the peer; the bytes are lent for this call only. */
        void transmit(byte[] bytes, int offset, int length);

        /** The handshake is done and the peer is who its session description said. Said once. */
        void connected(SrtpKeys keys);

        /** There will be no keys, ever. Said once, and never after {@link #connected}. */
        void failed(DtlsFailure why);

        /** The peer closed a connected association with close_notify or a fatal alert. Said once. */
        void closed();
    }

    /** Where the elliptic-curve work of a handshake runs. */
    public interface Worker {
        /** Runs it at once, on the caller's thread. */
        Worker INLINE = (work, done) -> {
            work.run();
            done.run();
        };

        /**
         * Runs {@code work} anywhere, once, and then {@code done} on the thread that owns the association. Neither throws.
         * {@code work} may block for a few milliseconds.
         */
        void run(Runnable work, Runnable done);
    }

    /**
     * @param expectedRemote fingerprints of the peer's session description; its certificate must match one of them
     * @param random a {@link java.security.SecureRandom} wherever real calls are made
     */
    public DtlsAssociation(
            DtlsIdentity identity,
            DtlsRole role,
            List<Fingerprint> expectedRemote,
            DtlsSettings settings,
            Worker worker,
            RandomGenerator random,
            Outbox outbox) {}

    /** CLIENT sends its ClientHello; SERVER waits. The time limit of the handshake runs from here. Call it once. */
    public void start(long nowNanos) {}

    /** A datagram of the peer whose first byte says DTLS (RFC 7983: 20 to 63). */
    public void onDatagram(byte[] bytes, int offset, int length, long nowNanos) {}

    /** The time of {@link #deadlineNanos()} has come. Harmless when it has not. */
    public void onDeadline(long nowNanos) {}

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} for never. */
    public long deadlineNanos() {
        return Long.MAX_VALUE;
    }

    /** Ends it: says close_notify to a connected peer and frees everything. The outbox hears no more. */
    public void close(long nowNanos) {}
}
