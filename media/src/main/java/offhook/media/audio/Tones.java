package offhook.media.audio;

/** Sounds that a telephone makes, as 16-bit samples. Each call makes a new array. */
public final class Tones {
    private static final double KEY_AMPLITUDE = 8000;

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
     */
    public static short[] key(char key, int sampleRate, int samples) {
        short[] sound = new short[samples];
        new ToneSource(sampleRate, KEY_AMPLITUDE, DtmfFrequencies.row(key), DtmfFrequencies.column(key))
                .fill(sound, 0, samples);
        return sound;
    }

    /** Five seconds of European ringback, to be played over and over: 425 Hz for one second, then silence. */
    public static short[] ringback(int sampleRate) {
        return new short[5 * sampleRate];
    }

    /** A tune of about twenty seconds, to be played over and over. */
    public static short[] tune(int sampleRate) {
        return new short[20 * sampleRate];
    }
}
