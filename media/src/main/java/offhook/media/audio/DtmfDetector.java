package offhook.media.audio;

import java.util.Arrays;

/**
 * Finds keys in a sound of 8 kHz, as ITU-T Q.24 asks of a receiver: a key counts from 40 ms on and not below 23 ms, a pause
 * from 40 ms on, an interruption of up to 10 ms does not part a key, the frequencies may be 1.5 % off and the two tones
 * 8 dB apart. Speech and music do not pass for keys: for three blocks in a row there must be two tones that neither swell
 * nor glide and hold nearly all of the energy.
 *
 * <p>The sound is looked at in blocks of 16 ms, one every 8 ms. From one to the next the phase of each tone tells its exact
 * frequency, and with it how much of its energy the filter beside it has missed. Allocates nothing after construction. Not thread-safe.
 */
public final class DtmfDetector {
    /** Where keys go. It never calls back into the detector. */
    public interface Outbox {
        /** @param key one of {@code 0123456789*#ABCD} */
        void pressed(char key);

        /** Follows each {@link #pressed}. */
        void released(char key, int durationMillis);
    }

    private static final int SAMPLES_PER_MILLI = 8;
    private static final int BLOCK = 128;
    private static final int STEP = BLOCK / 2;
    /** Blocks in a row that make a key: 40 ms hold at least three, 23 ms at most two. */
    private static final int HITS = 3;
    /** Blocks in a row without the key that end it: 40 ms hold at least three, a drop of 10 ms touches at most two more. */
    private static final int MISSES = 4;

    /** About -33 dBm0, squared: quieter tones are no keys. */
    private static final double MIN_TONE_POWER = 500.0 * 500.0;
    /** How much of the energy the two tones must hold, when what escapes beside the frequency is not reckoned in. */
    private static final double MIN_SHARE = 0.55;
    /** The same when it is. */
    private static final double MIN_EXACT_SHARE = 0.85;
    /** How far a tone may be beside its frequency: 1.5 %, and the rest for the error of measurement. */
    private static final double MAX_DETUNE = 0.028;
    /** How far a tone's frequency may glide from block to block, in Hz. */
    private static final double MAX_GLIDE = 9;
    /** By how much a tone must be above every other of its group: 6 dB. */
    private static final double MIN_LEAD = 4;
    /** The most that the higher tone may be above the lower: 8 dB, and some for what escapes. */
    private static final double MAX_TWIST = 8;
    /** The most that the lower tone may be above the higher: 8 dB, and more for what escapes of the higher. */
    private static final double MAX_REVERSE_TWIST = 11;

    /** Between the blocks that make a key either tone's power may change by this much, 2 dB: a voice's does by more. */
    private static final double STEADY = 1.6;

    private static final int NO_KEY = -1;
    private static final int GROUP = 4;
    private static final double[] RADIANS = radians();
    private static final double[] COEFFICIENTS =
            Arrays.stream(RADIANS).map(radians -> 2 * Math.cos(radians)).toArray();

    private final Outbox outbox;
    private final Bank first = new Bank();
    private final Bank second = new Bank();

    /** Samples heard. */
    private long clock;

    private int candidate = NO_KEY;
    private int hits;
    private long candidateBegin;
    private final Tone row = new Tone();
    private final Tone column = new Tone();
    private int down = NO_KEY;
    private int misses;
    private long downBegin;
    private long downEnd;

    public DtmfDetector(Outbox outbox) {
        this.outbox = outbox;
        second.skip = STEP;
    }

    /** The next sample. */
    public void onSample(short sample) {
        clock++;
        first.add(sample);
        second.add(sample);
    }

    /** The sound broke off: a key that was down is up. */
    public void onSilence() {
        release();
        candidate = NO_KEY;
        hits = 0;
        first.clear();
        second.clear();
        second.skip = STEP;
    }

    private static double[] radians() {
        double[] radians = new double[2 * GROUP];
        for (int i = 0; i < GROUP; i++) {
            radians[i] = 2 * Math.PI * DtmfFrequencies.ROWS[i] / DtmfTone.SAMPLE_RATE;
            radians[GROUP + i] = 2 * Math.PI * DtmfFrequencies.COLUMNS[i] / DtmfTone.SAMPLE_RATE;
        }
        return radians;
    }

    /** A block is over that may hold a key: row times four plus column, or none. */
    private void onBlock(Bank bank, int key) {
        boolean goesOn = key != NO_KEY && key == candidate;
        if (key != NO_KEY) {
            row.follow(bank, key / GROUP, goesOn);
            column.follow(bank, GROUP + key % GROUP, goesOn);
        }
        if (goesOn && row.steady(hits) && column.steady(hits) && isPure(bank)) {
            hits++;
        } else {
            candidate = key;
            hits = key == NO_KEY ? 0 : 1;
            candidateBegin = clock - BLOCK;
        }
        if (down != NO_KEY && key == down) {
            misses = 0;
            downEnd = clock;
        } else if (down != NO_KEY && ++misses == MISSES) {
            release();
        }
        if (hits >= HITS && candidate != down) {
            release();
            down = candidate;
            misses = 0;
            downBegin = candidateBegin;
            downEnd = clock;
            outbox.pressed(keyOf(down));
        }
    }

    private boolean isPure(Bank bank) {
        return row.exactPower() + column.exactPower() >= MIN_EXACT_SHARE * bank.loudness();
    }

    private void release() {
        if (down != NO_KEY) {
            char key = keyOf(down);
            down = NO_KEY;
            outbox.released(key, (int) Math.min((downEnd - downBegin) / SAMPLES_PER_MILLI, Integer.MAX_VALUE));
        }
    }

    private static char keyOf(int key) {
        return DtmfFrequencies.key(key / GROUP, key % GROUP);
    }

    /** One of a candidate's two tones, followed from block to block. */
    private static final class Tone {
        private int index;
        private double power;
        private double real;
        private double imaginary;
        private double detuneHertz;
        private boolean level;
        private boolean straight;

        /** @param goesOn whether the block before had the same tone */
        void follow(Bank bank, int tone, boolean goesOn) {
            double powerBefore = power;
            double realBefore = real;
            double imaginaryBefore = imaginary;
            double detuneBefore = detuneHertz;
            index = tone;
            power = bank.power(tone);
            real = bank.previous[tone] - bank.beforePrevious[tone] * Math.cos(RADIANS[tone]);
            imaginary = bank.beforePrevious[tone] * Math.sin(RADIANS[tone]);
            detuneHertz = 0;
            if (goesOn) {
                double turned = Math.atan2(
                        imaginary * realBefore - real * imaginaryBefore,
                        real * realBefore + imaginary * imaginaryBefore);
                double beside = Math.IEEEremainder(turned - RADIANS[tone] * STEP, 2 * Math.PI);
                detuneHertz = beside / (2 * Math.PI) * DtmfTone.SAMPLE_RATE / STEP;
                level = power <= STEADY * powerBefore && powerBefore <= STEADY * power;
                straight = Math.abs(detuneHertz - detuneBefore) <= MAX_GLIDE;
            }
        }

        /** @param blocks that the tone has lasted before this one; the first gives no frequency to compare with */
        boolean steady(int blocks) {
            double hertz = RADIANS[index] / (2 * Math.PI) * DtmfTone.SAMPLE_RATE;
            return level && Math.abs(detuneHertz) <= MAX_DETUNE * hertz && (blocks < 2 || straight);
        }

        /** The square of the amplitude, with what escaped because the tone is beside its frequency. */
        double exactPower() {
            double x = Math.PI * detuneHertz * BLOCK / DtmfTone.SAMPLE_RATE;
            double passed = Math.abs(x) < 1e-6 ? 1 : Math.sin(x) / x;
            return power / (passed * passed);
        }
    }

    /** Goertzel's algorithm for the eight frequencies over one block. */
    private final class Bank {
        private final double[] previous = new double[2 * GROUP];
        private final double[] beforePrevious = new double[2 * GROUP];
        private double energy;
        private int count;
        private int skip;

        void add(double sample) {
            if (skip > 0) {
                skip--;
                return;
            }
            energy += sample * sample;
            for (int i = 0; i < 2 * GROUP; i++) {
                double current = sample + COEFFICIENTS[i] * previous[i] - beforePrevious[i];
                beforePrevious[i] = previous[i];
                previous[i] = current;
            }
            if (++count == BLOCK) {
                onBlock(this, key());
                clear();
            }
        }

        void clear() {
            Arrays.fill(previous, 0);
            Arrays.fill(beforePrevious, 0);
            energy = 0;
            count = 0;
        }

        /** What the powers of all tones of the sound would add up to. */
        double loudness() {
            return 2 * energy / BLOCK;
        }

        private int key() {
            int row = strongest(0);
            int column = strongest(GROUP);
            double rowPower = power(row);
            double columnPower = power(column);
            boolean loud = rowPower >= MIN_TONE_POWER && columnPower >= MIN_TONE_POWER;
            boolean balanced = columnPower <= MAX_TWIST * rowPower && rowPower <= MAX_REVERSE_TWIST * columnPower;
            boolean pure = rowPower + columnPower >= MIN_SHARE * loudness();
            return loud && balanced && pure && leads(row, 0) && leads(column, GROUP)
                    ? GROUP * row + column - GROUP
                    : NO_KEY;
        }

        private int strongest(int from) {
            int strongest = from;
            for (int i = from + 1; i < from + GROUP; i++) {
                if (power(i) > power(strongest)) {
                    strongest = i;
                }
            }
            return strongest;
        }

        private boolean leads(int strongest, int from) {
            for (int i = from; i < from + GROUP; i++) {
                if (i != strongest && power(i) * MIN_LEAD > power(strongest)) {
                    return false;
                }
            }
            return true;
        }

        /** The square of the amplitude of a frequency. */
        private double power(int i) {
            double squared = previous[i] * previous[i]
                    + beforePrevious[i] * beforePrevious[i]
                    - COEFFICIENTS[i] * previous[i] * beforePrevious[i];
            return 4 * squared / BLOCK / BLOCK;
        }
    }
}
