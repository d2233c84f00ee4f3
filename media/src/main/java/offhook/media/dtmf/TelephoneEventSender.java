package offhook.media.dtmf;

/**
 * Sends keys as telephone events (RFC 4733 section 2.5.1), one after the other: a packet every {@link #STEP_MILLIS}, all
 * with the timestamp of the press, the marker on the first, the duration growing, and the end told three times. A press
 * longer than one event can tell goes out in segments (section 2.5.1.3).
 *
 * <p>Not thread-safe: it belongs to the loop that owns the stream.
 */
public final class TelephoneEventSender {
    /** Between one packet and the next. */
    public static final int STEP_MILLIS = 20;
    /** From the end of one key to the beginning of the next, at least. */
    public static final int PAUSE_MILLIS = 60;

    public static final int MIN_PRESS_MILLIS = 40;
    public static final int MAX_PRESS_MILLIS = 60_000;
    /** How many keys may wait, beside the one that is being sent. */
    public static final int MAX_WAITING = 32;

    private static final int END_PACKETS = 3;
    /** In -dBm0. */
    private static final int VOLUME = 10;

    private static final long NANOS_PER_MILLI = 1_000_000L;

    /** Where the payloads go. It never calls back into the sender. */
    @FunctionalInterface
    public interface Outbox {
        /**
         * Sends a payload of {@link TelephoneEvent#LENGTH} bytes in an RTP packet with this marker and timestamp and the
         * stream's next sequence number. The bytes are lent for this call.
         */
        void transmit(byte[] payload, boolean marker, int rtpTimestamp);
    }

    private final int clockRate;
    private final Outbox outbox;
    private final byte[] payload = new byte[TelephoneEvent.LENGTH];

    private final char[] keys = new char[MAX_WAITING];
    private final int[] durations = new int[MAX_WAITING];
    private int first;
    private int waiting;

    /** The audio stream's timestamp at one moment. */
    private int anchorTimestamp;

    private long anchorNanos;

    private boolean down;
    private int event;
    private int durationTicks;
    private int steps;
    private int endsSent;
    private int timestamp;
    private int earlierSegments;
    private long nextNanos = Long.MAX_VALUE;
    private long quietUntilNanos = Long.MIN_VALUE;

    /** @param clockRate of the telephone-event format, units per second */
    public TelephoneEventSender(int clockRate, Outbox outbox) {
        this.clockRate = clockRate;
        this.outbox = outbox;
    }

    /**
     * Presses a key, after those that are still waiting. When none is, its first packet is due at once.
     *
     * @param key one of {@code 0123456789*#ABCD}
     * @param durationMillis brought into {@link #MIN_PRESS_MILLIS} to {@link #MAX_PRESS_MILLIS}
     * @param rtpTimestamp the audio stream's timestamp at {@code nowNanos}
     * @return false when too many keys wait
     * @throws IllegalArgumentException when the character names no key
     */
    public boolean press(char key, int durationMillis, int rtpTimestamp, long nowNanos) {
        if (!TelephoneEvent.isKey(key)) {
            throw new IllegalArgumentException("No key: " + key);
        }
        if (waiting == MAX_WAITING) {
            return false;
        }
        int place = (first + waiting) % MAX_WAITING;
        keys[place] = key;
        durations[place] = Math.clamp(durationMillis, MIN_PRESS_MILLIS, MAX_PRESS_MILLIS);
        waiting++;
        anchorTimestamp = rtpTimestamp;
        anchorNanos = nowNanos;
        if (nextNanos == Long.MAX_VALUE) {
            nextNanos = Math.max(nowNanos, quietUntilNanos);
        }
        return true;
    }

    /** Whether keys are being sent or wait, so that audio should hold still. */
    public boolean sending() {
        return nextNanos != Long.MAX_VALUE;
    }

    /** To be called when {@link #deadlineNanos} has come. What is overdue goes out at once. */
    public void onDeadline(long nowNanos) {
        while (nowNanos >= nextNanos) {
            if (!down) {
                begin();
            }
            step();
        }
    }

    /** When the next packet is due; {@code Long.MAX_VALUE} when no key is left. */
    public long deadlineNanos() {
        return nextNanos;
    }

    private void begin() {
        event = TelephoneEvent.eventOf(keys[first]);
        durationTicks = (int) ticks(durations[first] * NANOS_PER_MILLI);
        quietUntilNanos = nextNanos + (durations[first] + PAUSE_MILLIS) * NANOS_PER_MILLI;
        first = (first + 1) % MAX_WAITING;
        waiting--;
        timestamp = anchorTimestamp + (int) ticks(nextNanos - anchorNanos);
        down = true;
        steps = 0;
        endsSent = 0;
        earlierSegments = 0;
    }

    private void step() {
        steps++;
        int elapsed = (int) Math.min(ticks(NANOS_PER_MILLI * STEP_MILLIS * steps), durationTicks);
        while (elapsed - earlierSegments > TelephoneEvent.MAX_DURATION) {
            transmit(false, TelephoneEvent.MAX_DURATION);
            earlierSegments += TelephoneEvent.MAX_DURATION;
        }
        boolean end = elapsed == durationTicks;
        transmit(end, elapsed - earlierSegments);
        nextNanos += STEP_MILLIS * NANOS_PER_MILLI;
        if (end && ++endsSent == END_PACKETS) {
            down = false;
            nextNanos = waiting == 0 ? Long.MAX_VALUE : Math.max(nextNanos, quietUntilNanos);
        }
    }

    private void transmit(boolean end, int duration) {
        TelephoneEvent.write(payload, 0, event, end, VOLUME, duration);
        outbox.transmit(payload, steps == 1, timestamp + earlierSegments);
    }

    private long ticks(long nanos) {
        return nanos / NANOS_PER_MILLI * clockRate / 1000;
    }
}
