package offhook.media.audio;

/** Sounds that a telephone makes, as 16-bit samples. Each call makes a new array. */
public final class Tones {
    private static final double KEY_AMPLITUDE = 8000;
    private static final double RINGBACK_HERTZ = 425;
    private static final double RINGBACK_AMPLITUDE = 6000;
    private static final int RINGBACK_SECONDS = 5;

    private Tones() {}

    /** @param amplitude 0 to 32 767 */
    public static short[] sine(double hertz, double amplitude, int sampleRate, int samples) {
        short[] sound = new short[samples];
        new ToneSource(sampleRate, amplitude, hertz).fill(sound, 0, samples);
        return sound;
    }

    /**
     * A key's two frequencies (ITU-T Q.23).
     *
     * @param key one of {@code 0123456789*#ABCD}
     * @throws IllegalArgumentException when the character names no key
     */
    public static short[] key(char key, int sampleRate, int samples) {
        short[] sound = new short[samples];
        double row = DtmfFrequencies.row(key);
        double column = DtmfFrequencies.column(key);
        new ToneSource(sampleRate, KEY_AMPLITUDE, row, column).fill(sound, 0, samples);
        return sound;
    }

    /** Five seconds of European ringback, to be played over and over: 425 Hz for one second, then silence. */
    public static short[] ringback(int sampleRate) {
        short[] sound = new short[RINGBACK_SECONDS * sampleRate];
        new ToneSource(sampleRate, RINGBACK_AMPLITUDE, RINGBACK_HERTZ).fill(sound, 0, sampleRate);
        return sound;
    }

    /** A tune of twenty seconds, to be played over and over: its end runs into its beginning. */
    public static short[] tune(int sampleRate) {
        return Tune.play(sampleRate);
    }
}
