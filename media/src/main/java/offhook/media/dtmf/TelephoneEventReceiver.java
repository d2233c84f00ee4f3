package offhook.media.dtmf;

import offhook.media.rtp.RtpHeader;
import offhook.media.wire.SerialNumbers;

/**
 * Finds the keys in a stream of telephone events (RFC 4733 section 2.5.2), each once, whichever of its packets are lost or
 * repeated: the packets of one press share a timestamp, which is what tells presses apart. A press longer than one event
 * can tell comes in segments (section 2.5.1.3), which are put together.
 *
 * <p>Not thread-safe: it belongs to the loop that owns the call.
 */
public final class TelephoneEventReceiver {
    /** After how long without a packet a key counts as up, in nanoseconds. */
    public static final long RELEASE_NANOS = 300_000_000L;

    /** After how long an older timestamp is no late packet but a new base of timestamps, in nanoseconds. */
    static final long FORGET_NANOS = 5_000_000_000L;

    /** The shortest segment of a long press: senders may stop some packets short of the maximum. */
    private static final int MIN_SEGMENT = 0xF000;

    /** Where keys go. It never calls back into the receiver. */
    public interface Outbox {
        /** @param key one of {@code 0123456789*#ABCD} */
        void pressed(char key);

        /** Follows each {@link #pressed}, when the key is up or its packets broke off. */
        void released(char key, int durationMillis);
    }

    private final int clockRate;
    private final Outbox outbox;

    private boolean heard;
    private int ssrc;
    private int event;
    private int timestamp;
    private long lastNanos;
    private boolean down;
    private boolean ended;
    private long earlierSegments;
    private int duration;

    /** @param clockRate of the telephone-event format, units per second */
    public TelephoneEventReceiver(int clockRate, Outbox outbox) {
        this.clockRate = clockRate;
        this.outbox = outbox;
    }

    /**
     * Takes an RTP packet with the payload type of telephone events.
     *
     * @return 0, or the negative {@linkplain DtmfDrop#ofCode code of a DtmfDrop}
     */
    public int onRtp(byte[] bytes, int offset, int length, long nowNanos) {
        if (RtpHeader.payloadLength(bytes, offset, length) < TelephoneEvent.LENGTH) {
            return DtmfDrop.MALFORMED.code();
        }
        int payload = offset + RtpHeader.headerLength(bytes, offset, length);
        int packetEvent = TelephoneEvent.event(bytes, payload);
        if (!TelephoneEvent.isKey(packetEvent)) {
            return DtmfDrop.NO_KEY.code();
        }
        int packetTimestamp = RtpHeader.timestamp(bytes, offset);
        boolean known = heard && RtpHeader.ssrc(bytes, offset) == ssrc && (down || nowNanos - lastNanos < FORGET_NANOS);
        int ahead = SerialNumbers.distance32(timestamp, packetTimestamp);
        if (known && ahead < 0) {
            return DtmfDrop.TOO_LATE.code();
        }
        boolean sameKey = known && packetEvent == event;
        if (sameKey && isNextSegment(ahead, RtpHeader.marker(bytes, offset))) {
            earlierSegments += ahead;
            duration = 0;
            timestamp = packetTimestamp;
        } else if (!sameKey || ahead > 0) {
            press(packetEvent);
            ssrc = RtpHeader.ssrc(bytes, offset);
            timestamp = packetTimestamp;
        }
        lastNanos = nowNanos;
        if (down) {
            duration = Math.max(duration, TelephoneEvent.duration(bytes, payload));
            if (TelephoneEvent.end(bytes, payload)) {
                ended = true;
                release();
            }
        }
        return 0;
    }

    private boolean isNextSegment(int ahead, boolean marker) {
        return !ended && !marker && ahead >= MIN_SEGMENT && ahead <= TelephoneEvent.MAX_DURATION;
    }

    private void press(int newEvent) {
        release();
        heard = true;
        down = true;
        ended = false;
        event = newEvent;
        earlierSegments = 0;
        duration = 0;
        outbox.pressed(TelephoneEvent.keyOf(newEvent));
    }

    private void release() {
        if (down) {
            down = false;
            long millis = (earlierSegments + duration) * 1000 / clockRate;
            outbox.released(TelephoneEvent.keyOf(event), (int) Math.min(millis, Integer.MAX_VALUE));
        }
    }

    /** To be called when {@link #deadlineNanos} has come. */
    public void onDeadline(long nowNanos) {
        if (down && nowNanos - lastNanos >= RELEASE_NANOS) {
            release();
        }
    }

    /** When a key that is down counts as up for want of packets; {@code Long.MAX_VALUE} when none is down. */
    public long deadlineNanos() {
        return down ? lastNanos + RELEASE_NANOS : Long.MAX_VALUE;
    }
}
