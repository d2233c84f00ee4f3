package offhook.media.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Every sample and every code, against the decision values of G.711's tables 1a and 2a. */
class G711Test {
    /** Table 2a: where the segments end, and how wide their intervals are, on a scale of 14 bits. */
    private static final int[] MU_LAW_ENDS = {1, 31, 95, 223, 479, 991, 2015, 4063, 8159};

    private static final int[] MU_LAW_STEPS = {1, 2, 4, 8, 16, 32, 64, 128, 256};

    /** Table 1a, on a scale of 13 bits. */
    private static final int[] A_LAW_ENDS = {64, 128, 256, 512, 1024, 2048, 4096};

    private static final int[] A_LAW_STEPS = {2, 4, 8, 16, 32, 64, 128};

    @Test
    void muLawFollowsTheTable() {
        int[] decisions = decisions(MU_LAW_ENDS, MU_LAW_STEPS);
        for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
            int magnitude = (sample < 0 ? ~sample : sample) >> 2;
            int interval = interval(decisions, magnitude);
            int expected = (sample < 0 ? 0x7F : 0xFF) - interval;
            assertEquals((byte) expected, G711.encodeMuLaw((short) sample), "sample " + sample);
        }
        for (int interval = 0; interval < 128; interval++) {
            int value = interval == 0 ? 0 : (decisions[interval] + decisions[interval + 1]) / 2;
            assertEquals(4 * value, G711.decodeMuLaw((byte) (0xFF - interval)));
            assertEquals(-4 * value, G711.decodeMuLaw((byte) (0x7F - interval)));
        }
    }

    @Test
    void aLawFollowsTheTable() {
        int[] decisions = decisions(A_LAW_ENDS, A_LAW_STEPS);
        for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
            int magnitude = (sample < 0 ? ~sample : sample) >> 3;
            int interval = interval(decisions, magnitude);
            int expected = (sample < 0 ? interval : interval | 0x80) ^ 0x55;
            assertEquals((byte) expected, G711.encodeALaw((short) sample), "sample " + sample);
        }
        for (int interval = 0; interval < 128; interval++) {
            int value = (decisions[interval] + decisions[interval + 1]) / 2;
            assertEquals(8 * value, G711.decodeALaw((byte) ((interval | 0x80) ^ 0x55)));
            assertEquals(-8 * value, G711.decodeALaw((byte) (interval ^ 0x55)));
        }
    }

    @Test
    void theEndsOfTheScaleAreThoseOfTheRecommendation() {
        assertEquals(4 * 8031, G711.decodeMuLaw((byte) 0x80));
        assertEquals(-4 * 8031, G711.decodeMuLaw((byte) 0x00));
        assertEquals(0, G711.decodeMuLaw((byte) 0xFF));
        assertEquals(0, G711.decodeMuLaw((byte) 0x7F));
        assertEquals(8 * 4032, G711.decodeALaw((byte) 0xAA));
        assertEquals(-8 * 4032, G711.decodeALaw((byte) 0x2A));
        assertEquals((byte) 0xFF, G711.encodeMuLaw((short) 0));
        assertEquals((byte) 0xD5, G711.encodeALaw((short) 0));
    }

    @Test
    void everyCodeSurvivesDecodingAndEncoding() {
        for (int code = 0; code < 256; code++) {
            assertEquals((byte) code, G711.encodeALaw(G711.decodeALaw((byte) code)));
            int same = code == 0x7F ? 0xFF : code; // minus zero becomes plus zero
            assertEquals((byte) same, G711.encodeMuLaw(G711.decodeMuLaw((byte) code)));
        }
    }

    @Test
    void arraysAreConvertedInPlaceOfTheirOwn() {
        short[] samples = {9, 0, -1000, 1000, 9};
        byte[] codes = new byte[5];
        short[] decoded = new short[5];
        G711.encodeMuLaw(samples, 1, 3, codes, 2);
        G711.decodeMuLaw(codes, 2, 3, decoded, 0);
        assertArrayEquals(new short[] {0, -988, 988, 0, 0}, decoded);
        G711.encodeALaw(samples, 1, 3, codes, 0);
        G711.decodeALaw(codes, 0, 3, decoded, 2);
        assertArrayEquals(new short[] {0, -988, 8, -1008, 1008}, decoded);
    }

    private static int[] decisions(int[] ends, int[] steps) {
        int[] decisions = new int[129];
        int count = 1;
        for (int segment = 0; segment < ends.length; segment++) {
            while (decisions[count - 1] < ends[segment]) {
                decisions[count] = decisions[count - 1] + steps[segment];
                count++;
            }
        }
        assertEquals(129, count);
        return decisions;
    }

    private static int interval(int[] decisions, int magnitude) {
        int interval = 127;
        while (decisions[interval] > magnitude) {
            interval--;
        }
        return interval;
    }
}
