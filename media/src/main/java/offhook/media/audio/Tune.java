package offhook.media.audio;

/**
 * The tune that a caller hears at the extension "music": eight bars in G major, a plucked melody over broken chords, kept
 * where a telephone line carries it well.
 */
final class Tune {
    /** Eighth notes, a bar each: 1 is the G above middle C and 9 the A an octave above it; a dot lets the note ring. */
    private static final String[] MELODY = {
        "5.3.1.35", "6.5.3...", "4.6.8.64", "5...2.3.", "5.3.1.35", "8.6.5.3.", "4.3.2.4.", "3.2.1..."
    };

    /** Semitones above the G below middle C of each bar's root. */
    private static final int[] ROOTS = {0, -3, 5, 7, 0, -3, 5, 0};

    /** Root, fifth, octave, fifth, in semitones. */
    private static final int[] BROKEN_CHORD = {0, 7, 12, 7};

    /** Semitones of a major scale's degrees, from 1 to 9. */
    private static final int[] SCALE = {0, 2, 4, 5, 7, 9, 11, 12, 14};

    /** Strength of a string's partials. */
    private static final double[] PARTIALS = {1, 0.4, 0.2, 0.08};

    private static final double LOW_G_HERTZ = 195.998;
    private static final int EIGHTHS_PER_BAR = 8;
    private static final double SECONDS_PER_EIGHTH = 0.3125;
    private static final double RING_SECONDS = 2;
    private static final double DECAY_PER_SECOND = 3.2;
    private static final double ATTACK_SECONDS = 0.006;
    private static final double RELEASE_SECONDS = 0.05;
    private static final double BASS_STRENGTH = 0.55;
    private static final double PEAK = 14_000;

    private Tune() {}

    static short[] play(int sampleRate) {
        double[] mix = new double[(int) Math.round(MELODY.length * EIGHTHS_PER_BAR * SECONDS_PER_EIGHTH * sampleRate)];
        double[] envelope = envelope(sampleRate);
        for (int bar = 0; bar < MELODY.length; bar++) {
            for (int eighth = 0; eighth < EIGHTHS_PER_BAR; eighth++) {
                double seconds = (bar * EIGHTHS_PER_BAR + eighth) * SECONDS_PER_EIGHTH;
                int start = (int) Math.round(seconds * sampleRate);
                char note = MELODY[bar].charAt(eighth);
                if (note != '.') {
                    pluck(mix, start, radiansPerSample(12 + SCALE[note - '1'], sampleRate), 1, envelope);
                }
                if (eighth % 2 == 0) {
                    int semitones = ROOTS[bar] + BROKEN_CHORD[eighth / 2];
                    pluck(mix, start, radiansPerSample(semitones, sampleRate), BASS_STRENGTH, envelope);
                }
            }
        }
        return normalised(mix);
    }

    /** How a plucked string grows and dies away. */
    private static double[] envelope(int sampleRate) {
        double[] envelope = new double[(int) (RING_SECONDS * sampleRate)];
        for (int i = 0; i < envelope.length; i++) {
            double seconds = (double) i / sampleRate;
            double attack = Math.min(1, seconds / ATTACK_SECONDS);
            double release = Math.min(1, (RING_SECONDS - seconds) / RELEASE_SECONDS);
            envelope[i] = attack * release * Math.exp(-DECAY_PER_SECOND * seconds);
        }
        return envelope;
    }

    private static double radiansPerSample(int semitones, int sampleRate) {
        return 2 * Math.PI * LOW_G_HERTZ * Math.pow(2, semitones / 12.0) / sampleRate;
    }

    /** Adds a note; what rings beyond the end goes on at the beginning. */
    private static void pluck(double[] mix, int start, double radians, double strength, double[] envelope) {
        for (int partial = 1; partial <= PARTIALS.length; partial++) {
            double gain = strength * PARTIALS[partial - 1];
            // sin((n + 1) x) = 2 cos(x) sin(n x) - sin((n - 1) x): a multiplication in place of a sine
            double coefficient = 2 * Math.cos(partial * radians);
            double previous = -Math.sin(partial * radians);
            double current = 0;
            for (int i = 0; i < envelope.length; i++) {
                mix[(start + i) % mix.length] += gain * envelope[i] * current;
                double next = coefficient * current - previous;
                previous = current;
                current = next;
            }
        }
    }

    private static short[] normalised(double[] mix) {
        double highest = 0;
        for (double sample : mix) {
            highest = Math.max(highest, Math.abs(sample));
        }
        short[] sound = new short[mix.length];
        for (int i = 0; i < mix.length; i++) {
            sound[i] = (short) Math.round(mix[i] * PEAK / highest);
        }
        return sound;
    }
}
