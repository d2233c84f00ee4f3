package offhook.media.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ITU-T Q.24 asks of a receiver of keys, and that what is no key is not taken for one. */
class DtmfDetectorTest {
    private static final String KEYS = "0123456789*#ABCD";
    private static final List<Character> EACH =
            KEYS.chars().mapToObj(key -> (char) key).toList();
    private static final int RATE = DtmfTone.SAMPLE_RATE;
    private static final int MILLI = RATE / 1000;
    private static final double DBM0 = 22_300;

    private final List<String> heard = new ArrayList<>();
    private final DtmfDetector detector = detector();

    private DtmfDetector detector() {
        return new DtmfDetector(new DtmfDetector.Outbox() {
            @Override
            public void pressed(char key) {
                heard.add("+" + key);
            }

            @Override
            public void released(char key, int durationMillis) {
                heard.add("-" + key + durationMillis);
            }
        });
    }

    private String keys() {
        StringBuilder keys = new StringBuilder();
        heard.stream().filter(what -> what.startsWith("+")).forEach(what -> keys.append(what.charAt(1)));
        heard.clear();
        return keys.toString();
    }

    private void hear(short... sound) {
        for (short sample : sound) {
            detector.onSample(G711.decodeALaw(G711.encodeALaw(sample)));
        }
    }

    private void silence(int millis) {
        hear(new short[millis * MILLI]);
    }

    /** Two sines, each at its level, which may be off their frequencies. */
    private static short[] pair(char key, int samples, double rowDbm0, double columnDbm0, double detune) {
        short[] row = Tones.sine(DtmfFrequencies.row(key) * detune, amplitude(rowDbm0), RATE, samples);
        short[] column = Tones.sine(DtmfFrequencies.column(key) * detune, amplitude(columnDbm0), RATE, samples);
        short[] sum = new short[samples];
        for (int i = 0; i < samples; i++) {
            sum[i] = (short) (row[i] + column[i]);
        }
        return sum;
    }

    private static double amplitude(double dbm0) {
        return DBM0 * Math.pow(10, dbm0 / 20);
    }

    private static short[] withNoise(short[] sound, double dbm0, long seed) {
        Random random = new Random(seed);
        double deviation = amplitude(dbm0) / Math.sqrt(2);
        short[] noisy = new short[sound.length];
        for (int i = 0; i < sound.length; i++) {
            noisy[i] = (short) Math.clamp(
                    Math.round(sound[i] + deviation * random.nextGaussian()), Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return noisy;
    }

    @Test
    void whatOurKeysSoundLikeIsHeard() {
        DtmfTone tone = new DtmfTone();
        for (char key : EACH) {
            for (int millis : new int[] {40, 50, 100, 1_000}) {
                tone.press(key, millis * MILLI);
                short[] sound = new short[(millis + 60) * MILLI];
                tone.fill(sound, 0, sound.length);
                hear(sound);
                assertEquals("+" + key, heard.getFirst(), key + " of " + millis + " ms");
                int told = Integer.parseInt(heard.get(1).substring(2));
                assertTrue(Math.abs(told - millis) <= 12, key + " of " + millis + " ms: " + heard);
                assertEquals(2, heard.size());
                heard.clear();
            }
        }
    }

    @Test
    void ourKeysHaveTheLevelsOfATelephone() {
        DtmfTone tone = new DtmfTone();
        tone.press('5', DtmfTone.UNTIL_RELEASED);
        short[] sound = new short[RATE];
        tone.fill(sound, 0, sound.length);
        assertEquals(amplitude(-8), Goertzel.amplitude(sound, 0, RATE, RATE, 770), 60);
        assertEquals(amplitude(-6), Goertzel.amplitude(sound, 0, RATE, RATE, 1_336), 60);
        assertTrue(Math.abs(sound[0]) < 1_000, "begins softly");
        tone.last(0);
        short[] end = new short[20 * MILLI];
        tone.fill(end, 0, end.length);
        assertTrue(!tone.sounding() && Math.abs(end[15]) < 2_500 && end[16] == 0, "ends softly");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -3, -10, -20, -26})
    void everyKeyIsHeardAtEachLevel(double dbm0) {
        for (char key : EACH) {
            hear(pair(key, 50 * MILLI, dbm0 - 6, dbm0 - 6, 1));
            silence(50);
        }
        assertEquals(KEYS, keys());
    }

    @Test
    void whatIsTooQuietIsNot() {
        for (char key : EACH) {
            hear(pair(key, 100 * MILLI, -42, -42, 1));
            silence(50);
        }
        assertEquals("", keys());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-8, -4, 4, 8})
    void theTonesMayBeEightDecibelsApart(double columnAbove) {
        for (char key : EACH) {
            hear(pair(key, 50 * MILLI, -14, -14 + columnAbove, 1));
            silence(50);
        }
        assertEquals(KEYS, keys());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-14, 14})
    void tonesTooFarApartAreNoKey(double columnAbove) {
        for (char key : EACH) {
            hear(pair(key, 100 * MILLI, -20, -20 + columnAbove, 1));
            silence(50);
        }
        assertEquals("", keys());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.985, 0.99, 1.01, 1.015})
    void frequenciesMayBeOnePointFivePercentOff(double detune) {
        for (char key : EACH) {
            hear(pair(key, 50 * MILLI, -10, -10, detune));
            silence(50);
        }
        assertEquals(KEYS, keys());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.96, 1.04})
    void frequenciesFourPercentOffAreNoKey(double detune) {
        for (char key : EACH) {
            hear(pair(key, 100 * MILLI, -10, -10, detune));
            silence(50);
        }
        assertEquals("", keys());
    }

    /** Whatever the place of the blocks: 40 ms are a key and 23 ms are none. */
    @Test
    void theShortestKeyLastsFortyMilliseconds() {
        for (int shift = 0; shift < 128; shift++) {
            hear(new short[1 + shift]);
            hear(pair('9', 40 * MILLI, -10, -10, 1));
            silence(60);
            assertEquals("9", keys(), "shifted by " + shift);
            hear(new short[1 + shift]);
            hear(pair('9', 23 * MILLI, -10, -10, 1));
            silence(60);
            assertEquals("", keys(), "shifted by " + shift);
        }
    }

    /** Whatever the place of the blocks: 40 ms of silence part two keys and 10 ms do not. */
    @Test
    void theShortestPauseLastsFortyMilliseconds() {
        for (int shift = 0; shift < 128; shift++) {
            for (int pause : new int[] {40, 10}) {
                hear(new short[1 + shift]);
                hear(pair('4', 60 * MILLI, -10, -10, 1));
                silence(pause);
                hear(pair('4', 60 * MILLI, -10, -10, 1));
                silence(100);
                assertEquals(pause == 40 ? "44" : "4", keys(), "shifted by " + shift);
            }
        }
    }

    @Test
    void keysThatFollowWithoutAPauseAreToldApart() {
        for (char key : List.of('1', '5', '9', '3')) {
            hear(pair(key, 80 * MILLI, -10, -10, 1));
        }
        silence(60);
        assertEquals("1593", keys());
    }

    @Test
    void aKeyIsHeardThroughNoise() {
        for (int seed = 0; seed < 50; seed++) {
            for (char key : EACH) {
                hear(withNoise(pair(key, 60 * MILLI, -10, -10, 1), -22, seed));
                hear(withNoise(new short[60 * MILLI], -22, seed + 1_000));
            }
            assertEquals(KEYS, keys(), "seed " + seed);
        }
    }

    @Test
    void aKeyEndsWhereTheSoundBreaksOff() {
        hear(pair('7', 80 * MILLI, -10, -10, 1));
        assertEquals(List.of("+7"), heard);
        detector.onSilence();
        assertEquals(2, heard.size());
        detector.onSilence();
        silence(100);
        assertEquals("7", keys());
    }

    @Test
    void musicAndTonesOfTheNetworkAreNoKeys() {
        hear(Tones.tune(RATE));
        hear(Tones.ringback(RATE));
        double[][] pairs = {{350, 440}, {480, 620}, {440, 480}, {425, 425}, {1_100, 2_100}, {1_400, 2_060}, {697, 697}};
        for (double[] pair : pairs) {
            short[] sound = new short[RATE];
            new ToneSource(RATE, 6_000, pair).fill(sound, 0, RATE);
            hear(sound);
        }
        assertEquals("", keys());
    }

    @Test
    void noiseAndClicksAreNoKeys() {
        for (int seed = 0; seed < 20; seed++) {
            hear(withNoise(new short[10 * RATE], -15, seed));
        }
        Random random = new Random(1);
        short[] clicks = new short[60 * RATE];
        for (int i = 0; i < clicks.length; i += 1 + random.nextInt(400)) {
            clicks[i] = (short) random.nextInt();
        }
        hear(clicks);
        assertEquals("", keys());
    }

    @Test
    void sweepsAreNoKeys() {
        for (double hertzPerSecond : new double[] {50, 200, 1_000, 5_000}) {
            short[] sweep = new short[(int) (3_000 / hertzPerSecond * RATE)];
            double phase = 0;
            for (int i = 0; i < sweep.length; i++) {
                phase += 2 * Math.PI * (300 + hertzPerSecond * i / RATE) / RATE;
                sweep[i] = (short) (10_000 * Math.sin(phase));
            }
            hear(sweep);
        }
        assertEquals("", keys());
    }

    /**
     * An hour of what a voice is made of: a buzzing fundamental that glides, rung through by three resonances that change with
     * each syllable, with breath between. Resonances so sharp are a harder test than people; a receiver in the field is let
     * ten mistakes with less.
     */
    @Test
    void anHourOfSpeechIsHardlyEverTakenForAKey() {
        Random random = new Random(24);
        for (int syllable = 0; syllable < 3_600 * 4; syllable++) {
            hear(syllable(random));
        }
        String keys = keys();
        assertTrue(keys.length() <= 5, "taken for keys: " + keys);
    }

    private static short[] syllable(Random random) {
        int samples = (150 + random.nextInt(200)) * MILLI;
        double pitch = 80 + random.nextInt(220);
        double glide = 0.8 + 0.4 * random.nextDouble();
        double[] formants = {250 + random.nextInt(600), 800 + random.nextInt(1_500), 2_300 + random.nextInt(900)};
        double[] memory = new double[2 * formants.length];
        short[] sound = new short[samples];
        double phase = 0;
        for (int i = 0; i < samples; i++) {
            phase += pitch * (1 + (glide - 1) * i / samples) / RATE;
            double source = 0.02 * random.nextGaussian();
            if (phase >= 1) {
                phase -= 1;
                source += 1;
            }
            double sum = 0;
            for (int f = 0; f < formants.length; f++) {
                double radius = Math.exp(-Math.PI * (60 + 40 * f) / RATE);
                double out = source * (1 - radius)
                        + 2 * radius * Math.cos(2 * Math.PI * formants[f] / RATE) * memory[2 * f]
                        - radius * radius * memory[2 * f + 1];
                memory[2 * f + 1] = memory[2 * f];
                memory[2 * f] = out;
                sum += out / (1 + f);
            }
            double envelope = Math.sin(Math.PI * i / samples);
            sound[i] = (short) Math.clamp(Math.round(60_000 * envelope * sum), Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return sound;
    }
}
