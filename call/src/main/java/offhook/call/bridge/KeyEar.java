package offhook.call.bridge;

import offhook.call.offer.AudioFormat;
import offhook.call.offer.Codec;
import offhook.call.offer.PayloadTypeMap;
import offhook.media.audio.DtmfDetector;
import offhook.media.audio.G711;
import offhook.media.dtmf.TelephoneEventReceiver;
import offhook.media.rtp.RtpHeader;
import offhook.media.wire.SerialNumbers;

/**
 * Hears the keys that one side presses: telephone events (RFC 4733), and tones in G.711 of a side that has not agreed on
 * those. Allocates nothing after construction. Not thread-safe: one owner.
 */
public final class KeyEar {
    /** How a key was heard. */
    public enum Way {
        EVENT,
        TONE
    }

    /** Where keys go. It never calls back into the ear. */
    public interface Listener {
        /** @param key one of {@code 0123456789*#ABCD} */
        void pressed(char key, Way way, long nowNanos);

        /** Follows each {@link #pressed}. */
        void released(char key, int durationMillis, Way way, long nowNanos);
    }

    /** After how long without a packet a tone is over. */
    private static final long SILENCE_NANOS = TelephoneEventReceiver.RELEASE_NANOS;
    /** So many packets in a row may be lost within one tone. */
    private static final int MAX_LOST = 2;

    private final Listener listener;
    private final boolean overhears;
    private final TelephoneEventReceiver narrow =
            new TelephoneEventReceiver(Codec.TELEPHONE_EVENT.clockRate(), new Outbox(Way.EVENT));
    private final TelephoneEventReceiver wide =
            new TelephoneEventReceiver(Codec.OPUS.clockRate(), new Outbox(Way.EVENT));
    private final DtmfDetector tones = new DtmfDetector(new Outbox(Way.TONE));

    private boolean detects;
    private boolean sounds;
    private int ssrc;
    private int sequence;
    private long soundNanos;
    private long now;

    /**
     * @param overhears whether keys that are passed on count, and tones; otherwise only events that go no further do
     */
    public KeyEar(boolean overhears, Listener listener) {
        this.overhears = overhears;
        this.listener = listener;
    }

    /** From now on these formats come in. */
    void plan(PayloadTypeMap incoming) {
        detects = overhears && !incoming.hasKeys();
    }

    /**
     * Takes an RTP packet with a sound header.
     *
     * @param here whether it goes no further
     * @return false for a telephone event that tells nothing
     */
    boolean onRtp(AudioFormat format, boolean here, byte[] bytes, int offset, int length, long nowNanos) {
        now = nowNanos;
        switch (format.codec()) {
            case TELEPHONE_EVENT -> {
                TelephoneEventReceiver events = format.clockRate() == Codec.OPUS.clockRate() ? wide : narrow;
                return (here || overhears) && events.onRtp(bytes, offset, length, nowNanos) >= 0;
            }
            case PCMU, PCMA -> {
                if (detects) {
                    listen(format.codec(), bytes, offset, length, nowNanos);
                }
            }
            case OPUS, G722 -> {}
        }
        return true;
    }

    /** When {@link #onDeadline} wants to be called; {@code Long.MAX_VALUE} for never. */
    public long deadlineNanos() {
        long silence = sounds ? soundNanos + SILENCE_NANOS : Long.MAX_VALUE;
        return Math.min(silence, Math.min(narrow.deadlineNanos(), wide.deadlineNanos()));
    }

    /** Keys whose packets broke off are up. */
    public void onDeadline(long nowNanos) {
        now = nowNanos;
        narrow.onDeadline(nowNanos);
        wide.onDeadline(nowNanos);
        if (sounds && nowNanos - soundNanos >= SILENCE_NANOS) {
            sounds = false;
            tones.onSilence();
        }
    }

    private void listen(Codec codec, byte[] bytes, int offset, int length, long nowNanos) {
        int number = RtpHeader.sequenceNumber(bytes, offset);
        int ahead = SerialNumbers.distance16(sequence, number);
        boolean follows = sounds && RtpHeader.ssrc(bytes, offset) == ssrc;
        if (follows && ahead <= 0) {
            return; // Late or doubled: a tone is heard through a gap rather than out of order.
        }
        if (sounds && (!follows || ahead > 1 + MAX_LOST)) {
            tones.onSilence();
        }
        sounds = true;
        ssrc = RtpHeader.ssrc(bytes, offset);
        sequence = number;
        soundNanos = nowNanos;
        int payload = offset + RtpHeader.headerLength(bytes, offset, length);
        int end = payload + RtpHeader.payloadLength(bytes, offset, length);
        for (int i = payload; i < end; i++) {
            tones.onSample(codec == Codec.PCMA ? G711.decodeALaw(bytes[i]) : G711.decodeMuLaw(bytes[i]));
        }
    }

    private final class Outbox implements TelephoneEventReceiver.Outbox, DtmfDetector.Outbox {
        private final Way way;

        Outbox(Way way) {
            this.way = way;
        }

        @Override
        public void pressed(char key) {
            listener.pressed(key, way, now);
        }

        @Override
        public void released(char key, int durationMillis) {
            listener.released(key, durationMillis, way, now);
        }
    }
}
