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
    private static final double BASS_STRENGTH = 0.55;
    private static final double PEAK = 14_000;

    private Tune() {}

    static short[] play(int sampleRate) {
        double[] mix = new double[(int) Math.round(MELODY.length * EIGHTHS_PER_BAR * SECONDS_PER_EIGHTH * sampleRate)];
        for (int bar = 0; bar < MELODY.length; bar++) {
            for (int eighth = 0; eighth < EIGHTHS_PER_BAR; eighth++) {
                double seconds = (bar * EIGHTHS_PER_BAR + eighth) * SECONDS_PER_EIGHTH;
                char note = MELODY[bar].charAt(eighth);
                if (note != '.') {
                    pluck(mix, sampleRate, seconds, 12 + SCALE[note - '1'], 1);
                }
                if (eighth % 2 == 0) {
                    pluck(mix, sampleRate, seconds, ROOTS[bar] + BROKEN_CHORD[eighth / 2], BASS_STRENGTH);
                }
            }
        }
        return normalised(mix);
    }

    /** Adds a note; what rings beyond the end goes on at the beginning. */
    private static void pluck(double[] mix, int sampleRate, double startSeconds, int semitones, double strength) {
        double hertz = LOW_G_HERTZ * Math.pow(2, semitones / 12.0);
        int start = (int) Math.round(startSeconds * sampleRate);
        int count = (int) (RING_SECONDS * sampleRate);
        for (int i = 0; i < count; i++) {
            double seconds = (double) i / sampleRate;
            double attack = Math.min(1, seconds / ATTACK_SECONDS);
            double release = Math.min(1, (RING_SECONDS - seconds) * 20);
            double envelope = attack * release * Math.exp(-DECAY_PER_SECOND * seconds) * strength;
            mix[(start + i) % mix.length] += envelope * string(hertz * seconds);
        }
    }

    private static double string(double periods) {
        double sum = 0;
        for (int i = 0; i < PARTIALS.length; i++) {
            sum += PARTIALS[i] * Math.sin(2 * Math.PI * (i + 1) * periods);
        }
        return sum;
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
