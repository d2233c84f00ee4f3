package offhook.media.dtmf;

/**
 * Sends a key as telephone events (RFC 4733 section 2.5.1): a packet every {@link #STEP_MILLIS}, all with the timestamp of
 * the press, the marker on the first, the duration growing, and the end told three times. A press longer than one event
 * can tell goes out in segments (section 2.5.1.3).
 *
 * <p>Not thread-safe: it belongs to the loop that owns the stream.
 */
public final class TelephoneEventSender {
    /** Between one packet and the next. */
    public static final int STEP_MILLIS = 20;
    /** For a key that stays down until {@link #last}. */
    public static final int UNTIL_RELEASED = Integer.MAX_VALUE;

    private static final int END_PACKETS = 3;
    /** In -dBm0. */
    private static final int VOLUME = 10;

    private static final long NANOS_PER_MILLI = 1_000_000L;

    /** Where the payloads go. It never calls back into the sender. */
    @FunctionalInterface
    public interface Outbox {
        /**
         * Sends a payload of {@link TelephoneEvent#LENGTH} bytes in an RTP packet with this marker and the stream's next
         * sequence number. The bytes are lent for this call.
         *
         * @param sincePress of the packet's timestamp after that of the press, in units of the event's clock: 0 but for
         *     the later segments of a long press
         */
        void transmit(byte[] payload, boolean marker, int sincePress);
    }

    private final Outbox outbox;
    private final byte[] payload = new byte[TelephoneEvent.LENGTH];

    private int clockRate;
    private int event;
    private long durationTicks;
    private int steps;
    private int endsSent;
    private int earlierSegments;
    private long nextNanos = Long.MAX_VALUE;

    public TelephoneEventSender(Outbox outbox) {
        this.outbox = outbox;
    }

    /**
     * Presses a key, whose first packet is due at once; what is left of the key before is dropped.
     *
     * @param key one of {@code 0123456789*#ABCD}
     * @param durationMillis 1 and up, or {@link #UNTIL_RELEASED}
     * @param clockRate of the telephone-event format, units per second
     * @throws IllegalArgumentException when the character names no key
     */
    public void press(char key, int durationMillis, int clockRate, long nowNanos) {
        this.event = TelephoneEvent.eventOf(key);
        this.clockRate = clockRate;
        this.durationTicks = durationMillis == UNTIL_RELEASED ? Long.MAX_VALUE : ticks(durationMillis);
        this.steps = 0;
        this.endsSent = 0;
        this.earlierSegments = 0;
        this.nextNanos = nowNanos;
    }

    /**
     * Says how long the present key is down in all; no less than what the far side has been told already.
     *
     * @param durationMillis 0 and up
     */
    public void last(int durationMillis) {
        if (sending() && endsSent == 0) {
            int toldMillis = STEP_MILLIS * Math.max(1, steps);
            durationTicks = Math.min(durationTicks, ticks(Math.max(durationMillis, toldMillis)));
        }
    }

    /** Sends no more of the present key. */
    public void stop() {
        nextNanos = Long.MAX_VALUE;
    }

    /** Whether packets of the key are still to be sent. */
    public boolean sending() {
        return nextNanos != Long.MAX_VALUE;
    }

    /** To be called when {@link #deadlineNanos} has come. What is overdue goes out at once. */
    public void onDeadline(long nowNanos) {
        while (nowNanos >= nextNanos) {
            step();
        }
    }

    /** When the next packet is due; {@code Long.MAX_VALUE} when none is. */
    public long deadlineNanos() {
        return nextNanos;
    }

    private void step() {
        steps++;
        int elapsed = (int) Math.min(ticks((long) STEP_MILLIS * steps), durationTicks);
        while (elapsed - earlierSegments > TelephoneEvent.MAX_DURATION) {
            transmit(false, TelephoneEvent.MAX_DURATION);
            earlierSegments += TelephoneEvent.MAX_DURATION;
        }
        boolean end = elapsed == durationTicks;
        transmit(end, elapsed - earlierSegments);
        nextNanos += STEP_MILLIS * NANOS_PER_MILLI;
        if (end && ++endsSent == END_PACKETS) {
            stop();
        }
    }

    private void transmit(boolean end, int duration) {
        TelephoneEvent.write(payload, 0, event, end, VOLUME, duration);
        outbox.transmit(payload, steps == 1, earlierSegments);
    }

    private long ticks(long millis) {
        return millis * clockRate / 1000;
    }
}
