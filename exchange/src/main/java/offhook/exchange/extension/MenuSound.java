package offhook.exchange.extension;

import java.util.ArrayDeque;
import java.util.Deque;
import offhook.media.audio.Tones;

/** A greeting of three rising tones; then each key that is pressed comes back as its tones. */
final class MenuSound implements Sound {
    /** How long a key sounds, and the pause behind it. */
    static final int KEY_MILLIS = 200;

    static final int PAUSE_MILLIS = 60;

    /** A C major chord. */
    private static final double[] GREETING_HERTZ = {523.25, 659.26, 783.99};

    private static final double GREETING_AMPLITUDE = 6_000;
    private static final int GREETING_MILLIS = 160;
    private static final int MAX_WAITING = 32;
    private static final int SAMPLES_PER_MILLI = AudioLine.SAMPLE_RATE / 1_000;

    private final Deque<short[]> waiting = new ArrayDeque<>();
    private short[] playing = new short[0];
    private int next;

    MenuSound() {
        for (double hertz : GREETING_HERTZ) {
            waiting.add(
                    Tones.sine(hertz, GREETING_AMPLITUDE, AudioLine.SAMPLE_RATE, GREETING_MILLIS * SAMPLES_PER_MILLI));
        }
        waiting.add(new short[PAUSE_MILLIS * SAMPLES_PER_MILLI]);
    }

    @Override
    public void fill(short[] samples) {
        for (int i = 0; i < samples.length; i++) {
            if (next == playing.length && !waiting.isEmpty()) {
                playing = waiting.remove();
                next = 0;
            }
            samples[i] = next < playing.length ? playing[next++] : 0;
        }
    }

    @Override
    public void pressed(char key) {
        if (waiting.size() + 2 <= MAX_WAITING) {
            waiting.add(Tones.key(key, AudioLine.SAMPLE_RATE, KEY_MILLIS * SAMPLES_PER_MILLI));
            waiting.add(new short[PAUSE_MILLIS * SAMPLES_PER_MILLI]);
        }
    }
}
