package offhook.media.dtmf;

/** Sends keys as telephone events (RFC 4733), one after the other. Not thread-safe. */
public final class TelephoneEventSender {
    private final Outbox outbox;

    /** Where the payloads go. */
    @FunctionalInterface
    public interface Outbox {
        /** Sends a payload of 4 bytes in an RTP packet with this marker and timestamp. The bytes are lent. */
        void transmit(byte[] payload, boolean marker, int rtpTimestamp);
    }

    /** @param clockRate of the telephone-event format, units per second */
    public TelephoneEventSender(int clockRate, Outbox outbox) {
        this.outbox = outbox;
    }

    /**
     * Presses a key, after those that are still being sent. The first packet is due at once.
     *
     * @param key one of {@code 0123456789*#ABCD}
     * @param durationMillis 40 to 8000
     * @param rtpTimestamp the audio stream's timestamp at {@code nowNanos}
     * @return false when too many keys wait
     */
    public boolean press(char key, int durationMillis, int rtpTimestamp, long nowNanos) {
        outbox.transmit(new byte[4], true, rtpTimestamp);
        return true;
    }

    /** Whether a key is being sent, so that audio should hold still. */
    public boolean sending() {
        return false;
    }

    /** To be called when {@link #deadlineNanos} has come. */
    public void onDeadline(long nowNanos) {}

    /** When the next packet is due. */
    public long deadlineNanos() {
        return Long.MAX_VALUE;
    }
}
