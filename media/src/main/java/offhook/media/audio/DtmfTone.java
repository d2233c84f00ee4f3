package offhook.media.audio;

/**
 * Keys as sound for G.711 at 8 kHz: two sines (ITU-T Q.23), the higher 2 dB above the lower because lines weaken it more,
 * at levels that receivers of Q.24 expect, with edges of 2 ms that do not click. Silence when no key is down. Not
 * thread-safe.
 */
public final class DtmfTone {
    /** Samples per second. */
    public static final int SAMPLE_RATE = 8_000;
    /** For a key that stays down until {@link #last}. */
    public static final int UNTIL_RELEASED = Integer.MAX_VALUE;

    /** -8 dBm0; a sine of 0 dBm0 has an amplitude of about 22 300 (ITU-T G.711 table 5). */
    private static final double ROW_AMPLITUDE = 8_880;
    /** -6 dBm0. */
    private static final double COLUMN_AMPLITUDE = 11_180;

    private static final int EDGE_SAMPLES = 16;

    private double rowRadians;
    private double columnRadians;
    private int position;
    private int length;

    /**
     * Presses a key; whatever sounded before ends.
     *
     * @param key one of {@code 0123456789*#ABCD}
     * @param samples how long it sounds, edges included, or {@link #UNTIL_RELEASED}
     * @throws IllegalArgumentException when the character names no key
     */
    public void press(char key, int samples) {
        rowRadians = 2 * Math.PI * DtmfFrequencies.row(key) / SAMPLE_RATE;
        columnRadians = 2 * Math.PI * DtmfFrequencies.column(key) / SAMPLE_RATE;
        position = 0;
        length = samples;
    }

    /**
     * Says how long the present key sounds in all, from its beginning on; when that is over already, it ends at once.
     *
     * @param samples 0 and up
     */
    public void last(int samples) {
        length = Math.min(length, Math.max(samples, position + EDGE_SAMPLES));
    }

    /** Ends the present key where it is. */
    public void stop() {
        length = position;
    }

    /** Whether the key still sounds. */
    public boolean sounding() {
        return position < length;
    }

    /** Writes the next {@code count} samples. */
    public void fill(short[] samples, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            samples[i] = sounding() ? next() : 0;
        }
    }

    private short next() {
        double edge = Math.min(1, Math.min(position + 1, length - position) / (double) EDGE_SAMPLES);
        double sound =
                ROW_AMPLITUDE * Math.sin(position * rowRadians) + COLUMN_AMPLITUDE * Math.sin(position * columnRadians);
        position++;
        return (short) Math.round(edge * sound);
    }
}
