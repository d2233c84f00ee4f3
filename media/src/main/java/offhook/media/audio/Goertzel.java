package offhook.media.audio;

import java.util.Optional;

/** How strong single frequencies are in a sound, by Goertzel's algorithm. */
public final class Goertzel {
    /** How much of a sound's energy its two key tones must hold. */
    private static final double KEY_ENERGY_SHARE = 0.7;
    /** The quietest tone that counts as one. */
    private static final double MIN_KEY_AMPLITUDE = 100;
    /** The most that one tone of a key may be above the other, as a ratio of amplitudes: about 9 dB. */
    private static final double MAX_TWIST = 2.8;

    private Goertzel() {}

    /**
     * The amplitude of a frequency: a pure sine of amplitude 1000 gives about 1000.
     *
     * @param count samples looked at, at least one period's worth
     */
    public static double amplitude(short[] samples, int offset, int count, int sampleRate, double hertz) {
        double coefficient = 2 * Math.cos(2 * Math.PI * hertz / sampleRate);
        double previous = 0;
        double beforePrevious = 0;
        for (int i = offset; i < offset + count; i++) {
            double current = samples[i] + coefficient * previous - beforePrevious;
            beforePrevious = previous;
            previous = current;
        }
        double power = previous * previous + beforePrevious * beforePrevious - coefficient * previous * beforePrevious;
        return 2 * Math.sqrt(Math.max(0, power)) / count;
    }

    /** The strongest of some frequencies. */
    public static double strongestOf(short[] samples, int offset, int count, int sampleRate, double... hertz) {
        double strongest = hertz[0];
        double best = -1;
        for (double candidate : hertz) {
            double amplitude = amplitude(samples, offset, count, sampleRate, candidate);
            if (amplitude > best) {
                best = amplitude;
                strongest = candidate;
            }
        }
        return strongest;
    }

    /** The strongest frequency between two, looked for in steps. */
    public static double strongestBetween(
            short[] samples,
            int offset,
            int count,
            int sampleRate,
            double fromHertz,
            double toHertz,
            double stepHertz) {
        double strongest = fromHertz;
        double best = -1;
        for (int i = 0; fromHertz + i * stepHertz <= toHertz; i++) {
            double hertz = fromHertz + i * stepHertz;
            double amplitude = amplitude(samples, offset, count, sampleRate, hertz);
            if (amplitude > best) {
                best = amplitude;
                strongest = hertz;
            }
        }
        return strongest;
    }

    /** The key whose two tones make up the sound; at least 20 ms of it are needed to tell. */
    public static Optional<Character> key(short[] samples, int offset, int count, int sampleRate) {
        int row = strongest(samples, offset, count, sampleRate, DtmfFrequencies.ROWS);
        int column = strongest(samples, offset, count, sampleRate, DtmfFrequencies.COLUMNS);
        double rowAmplitude = amplitude(samples, offset, count, sampleRate, DtmfFrequencies.ROWS[row]);
        double columnAmplitude = amplitude(samples, offset, count, sampleRate, DtmfFrequencies.COLUMNS[column]);
        double weaker = Math.min(rowAmplitude, columnAmplitude);
        double stronger = Math.max(rowAmplitude, columnAmplitude);
        double share = (weaker * weaker + stronger * stronger) / 2 / Math.max(1, meanSquare(samples, offset, count));
        return weaker >= MIN_KEY_AMPLITUDE && stronger <= MAX_TWIST * weaker && share >= KEY_ENERGY_SHARE
                ? Optional.of(DtmfFrequencies.key(row, column))
                : Optional.empty();
    }

    private static int strongest(short[] samples, int offset, int count, int sampleRate, double[] hertz) {
        int strongest = 0;
        for (int i = 1; i < hertz.length; i++) {
            if (amplitude(samples, offset, count, sampleRate, hertz[i])
                    > amplitude(samples, offset, count, sampleRate, hertz[strongest])) {
                strongest = i;
            }
        }
        return strongest;
    }

    private static double meanSquare(short[] samples, int offset, int count) {
        double sum = 0;
        for (int i = offset; i < offset + count; i++) {
            sum += (double) samples[i] * samples[i];
        }
        return sum / count;
    }
}
