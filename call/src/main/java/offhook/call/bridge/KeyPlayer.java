package offhook.call.bridge;

import offhook.call.offer.AudioFormat;
import offhook.call.offer.Codec;
import offhook.media.audio.DtmfTone;
import offhook.media.audio.G711;
import offhook.media.dtmf.TelephoneEventSender;
import offhook.media.rtp.RtpHeader;

/**
 * Presses keys in a path's stream, one at a time, as telephone events (RFC 4733) or as tones in G.711. The packets are due
 * by the clock, whether sound comes in or not; what comes in meanwhile is held off, and goes on afterwards where time has
 * got to. Not thread-safe: one owner.
 */
public final class KeyPlayer {
    /** For a key that stays down until {@link #last}. */
    public static final int UNTIL_RELEASED = Integer.MAX_VALUE;

    private static final int FRAME_MILLIS = 20;
    private static final int SAMPLES_PER_MILLI = DtmfTone.SAMPLE_RATE / 1000;
    private static final int FRAME_SAMPLES = FRAME_MILLIS * SAMPLES_PER_MILLI;
    private static final long FRAME_NANOS = FRAME_MILLIS * 1_000_000L;
    /** Frames of sound that are later than this are left out. */
    private static final long MAX_LAG_NANOS = 100_000_000L;

    private final MediaPath path;
    private final TelephoneEventSender events = new TelephoneEventSender(this::sendEvent);
    private final DtmfTone tone = new DtmfTone();
    private final short[] samples = new short[FRAME_SAMPLES];
    private final byte[] packet = new byte[RtpHeader.FIXED_LENGTH + FRAME_SAMPLES + RtpSink.SPARE_BYTES];

    private AudioFormat format = new AudioFormat(Codec.TELEPHONE_EVENT, 0);
    private int audioClockRate = format.clockRate();
    /** Of the press, when it is told by events; of the next frame, when it sounds. */
    private int timestamp;

    private boolean begins;
    private long nextFrameNanos = Long.MAX_VALUE;
    private long now;

    public KeyPlayer(MediaPath path) {
        this.path = path;
    }

    /**
     * Presses a key as telephone events.
     *
     * @param key one of {@code 0123456789*#ABCD}
     * @param durationMillis 1 and up, or {@link #UNTIL_RELEASED}
     * @param keys telephone-event as the far side receives it
     * @param clockRate of the stream in Hz, which may be another than that of the events
     */
    public void pressEvent(char key, int durationMillis, AudioFormat keys, int clockRate, long nowNanos) {
        format = keys;
        audioClockRate = clockRate;
        nextFrameNanos = Long.MAX_VALUE;
        timestamp = path.takeOver(nowNanos);
        events.press(key, durationMillis, keys.clockRate(), nowNanos);
        onDeadline(nowNanos);
    }

    /**
     * Presses a key as a tone. Until {@link #rest} silence follows it.
     *
     * @param key one of {@code 0123456789*#ABCD}
     * @param durationMillis 1 and up, or {@link #UNTIL_RELEASED}
     * @param g711 PCMU or PCMA as the far side receives it
     */
    public void pressTone(char key, int durationMillis, AudioFormat g711, long nowNanos) {
        format = g711;
        events.stop();
        tone.press(
                key, durationMillis == UNTIL_RELEASED ? DtmfTone.UNTIL_RELEASED : durationMillis * SAMPLES_PER_MILLI);
        if (nextFrameNanos == Long.MAX_VALUE) {
            beginFrames(nowNanos);
        }
        onDeadline(nowNanos);
    }

    /**
     * Says how long the present key is down in all; what has been heard of it already cannot be taken back.
     *
     * @param durationMillis 0 and up
     */
    public void last(int durationMillis) {
        events.last(durationMillis);
        tone.last(durationMillis * SAMPLES_PER_MILLI);
    }

    /** Whether something of the key is still to be sent. */
    public boolean playing() {
        return events.sending() || tone.sounding();
    }

    /** Stops at once, and lets the stream go on. */
    public void rest() {
        events.stop();
        tone.stop();
        nextFrameNanos = Long.MAX_VALUE;
        path.handBack();
    }

    /** When {@link #onDeadline} wants to be called; {@code Long.MAX_VALUE} for never. */
    public long deadlineNanos() {
        return Math.min(events.deadlineNanos(), nextFrameNanos);
    }

    /** Sends what is due. */
    public void onDeadline(long nowNanos) {
        now = nowNanos;
        events.onDeadline(nowNanos);
        if (nextFrameNanos != Long.MAX_VALUE && nowNanos - nextFrameNanos > MAX_LAG_NANOS) {
            beginFrames(nowNanos);
        }
        while (nowNanos >= nextFrameNanos) {
            sendFrame();
        }
    }

    private void beginFrames(long nowNanos) {
        timestamp = path.takeOver(nowNanos);
        begins = true;
        nextFrameNanos = nowNanos;
    }

    private void sendFrame() {
        tone.fill(samples, 0, FRAME_SAMPLES);
        if (format.codec() == Codec.PCMA) {
            G711.encodeALaw(samples, 0, FRAME_SAMPLES, packet, RtpHeader.FIXED_LENGTH);
        } else {
            G711.encodeMuLaw(samples, 0, FRAME_SAMPLES, packet, RtpHeader.FIXED_LENGTH);
        }
        path.send(packet, FRAME_SAMPLES, begins, format.payloadType(), timestamp, now);
        begins = false;
        timestamp += FRAME_SAMPLES;
        nextFrameNanos += FRAME_NANOS;
    }

    private void sendEvent(byte[] payload, boolean marker, int sincePress) {
        System.arraycopy(payload, 0, packet, RtpHeader.FIXED_LENGTH, payload.length);
        int later = (int) ((long) sincePress * audioClockRate / format.clockRate());
        path.send(packet, payload.length, marker, format.payloadType(), timestamp + later, now);
    }
}
