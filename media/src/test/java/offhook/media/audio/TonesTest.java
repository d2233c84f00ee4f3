package offhook.media.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TonesTest {
    private static final int RATE = 8_000;

    @ParameterizedTest
    @ValueSource(ints = {8_000, 16_000, 48_000})
    void theToneSentIsTheToneFound(int rate) {
        for (double hertz : new double[] {300, 440, 1_000, 3_300}) {
            short[] sound = Tones.sine(hertz, 10_000, rate, rate);
            assertEquals(10_000, Goertzel.amplitude(sound, 0, rate, rate, hertz), 50);
            assertTrue(Goertzel.amplitude(sound, 0, rate, rate, hertz + 100) < 100);
            assertEquals(hertz, Goertzel.strongestBetween(sound, 0, rate, rate, 200, 3_500, 10), 0.1);
            assertEquals(hertz, Goertzel.strongestOf(sound, 0, rate, rate, 300, 440, 1_000, 3_300));
        }
    }

    @Test
    void aToneSourceGoesOnWithoutABreak() {
        short[] whole = Tones.sine(441, 9_000, RATE, 1_000);
        short[] parts = new short[1_000];
        ToneSource source = new ToneSource(RATE, 9_000, 441);
        for (int i = 0; i < 1_000; i += 125) {
            source.fill(parts, i, 125);
        }
        assertArrayEquals(whole, parts);
    }

    @Test
    void tooLoudASumIsClippedNotWrapped() {
        short[] sound = new short[RATE];
        new ToneSource(RATE, 32_000, 440, 441).fill(sound, 0, RATE);
        for (int i = 1; i < RATE; i++) {
            assertTrue(Math.abs(sound[i] - sound[i - 1]) < 30_000);
        }
    }

    @Test
    void everyKeyIsRecognisedEvenThroughG711() {
        for (char key : "0123456789*#ABCD".toCharArray()) {
            for (int rate : new int[] {8_000, 16_000}) {
                short[] sound = Tones.key(key, rate, rate / 20);
                assertEquals(Optional.of(key), Goertzel.key(sound, 0, sound.length, rate));
                byte[] codes = new byte[sound.length];
                G711.encodeMuLaw(sound, 0, sound.length, codes, 0);
                G711.decodeMuLaw(codes, 0, sound.length, sound, 0);
                assertEquals(Optional.of(key), Goertzel.key(sound, 0, sound.length, rate));
            }
        }
        assertThrows(IllegalArgumentException.class, () -> Tones.key('E', RATE, 1));
    }

    @Test
    void whatIsNoKeyIsNotTakenForOne() {
        assertEquals(Optional.empty(), Goertzel.key(new short[400], 0, 400, RATE));
        assertEquals(Optional.empty(), Goertzel.key(Tones.sine(697, 8_000, RATE, 400), 0, 400, RATE));
        assertEquals(Optional.empty(), Goertzel.key(Tones.sine(440, 8_000, RATE, 400), 0, 400, RATE));
        Random random = new Random(23);
        short[] noise = new short[RATE];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (short) (random.nextGaussian() * 4_000);
        }
        short[] tune = Tones.tune(RATE);
        for (int i = 0; i + 800 <= noise.length; i += 400) {
            assertEquals(Optional.empty(), Goertzel.key(noise, i, 800, RATE));
        }
        for (int i = 0; i + 800 <= tune.length; i += 400) {
            assertEquals(Optional.empty(), Goertzel.key(tune, i, 800, RATE), "at " + i);
        }
    }

    @Test
    void ringbackSoundsForOneSecondOfFive() {
        short[] sound = Tones.ringback(RATE);
        assertEquals(5 * RATE, sound.length);
        assertEquals(425, Goertzel.strongestBetween(sound, 0, RATE, RATE, 300, 3_000, 5), 0.1);
        for (int i = RATE; i < sound.length; i++) {
            assertEquals(0, sound[i]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 16_000})
    void theTuneLastsTwentySecondsAndEndsWhereItBegins(int rate) {
        short[] tune = Tones.tune(rate);
        assertEquals(20 * rate, tune.length);
        int steepest = 0;
        int highest = 0;
        for (int i = 1; i < tune.length; i++) {
            steepest = Math.max(steepest, Math.abs(tune[i] - tune[i - 1]));
            highest = Math.max(highest, Math.abs(tune[i]));
        }
        assertTrue(Math.abs(tune[0] - tune[tune.length - 1]) <= steepest, "no click where it begins anew");
        assertTrue(highest > 10_000 && highest < 20_000, "loud and not clipped: " + highest);
        for (int second = 0; second < 20; second++) {
            double energy = 0;
            for (int i = second * rate; i < (second + 1) * rate; i++) {
                energy += (double) tune[i] * tune[i];
            }
            assertTrue(Math.sqrt(energy / rate) > 500, "no second is silent: " + second);
        }
    }
}
