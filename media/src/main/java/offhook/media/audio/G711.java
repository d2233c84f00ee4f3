package offhook.media.audio;

/**
 * G.711 (ITU-T, 1988): 16-bit linear samples to and from 8-bit mu-law and A-law. Mu-law has 14 significant bits, A-law 13;
 * the lower bits of a linear sample do not count.
 */
public final class G711 {
    private static final int MU_LAW_BIAS = 33;
    private static final int MU_LAW_MAX = 0x1FFF;
    private static final int ALAW_EVEN_BITS = 0x55;

    private G711() {}

    /** One sample as mu-law, its bits inverted as they travel. */
    public static byte encodeMuLaw(short sample) {
        int magnitude = Math.min((sample < 0 ? ~sample : sample) >> 2, MU_LAW_MAX - MU_LAW_BIAS) + MU_LAW_BIAS;
        int segment = 26 - Integer.numberOfLeadingZeros(magnitude);
        int mantissa = (magnitude >> (segment + 1)) & 0x0F;
        int code = (segment << 4) | mantissa;
        return (byte) ~(sample < 0 ? code | 0x80 : code);
    }

    /** One mu-law sample as linear, -32 124 to 32 124. */
    public static short decodeMuLaw(byte code) {
        int bits = ~code;
        int segment = (bits >> 4) & 7;
        int mantissa = bits & 0x0F;
        int magnitude = ((2 * mantissa + MU_LAW_BIAS) << segment) - MU_LAW_BIAS;
        return (short) ((bits & 0x80) != 0 ? -magnitude << 2 : magnitude << 2);
    }

    /** One sample as A-law, its even bits inverted as they travel. */
    public static byte encodeALaw(short sample) {
        int magnitude = (sample < 0 ? ~sample : sample) >> 4;
        int code = magnitude;
        if (magnitude >= 32) { // below, the two lowest segments have the same steps
            int segment = 28 - Integer.numberOfLeadingZeros(magnitude);
            code = (segment << 4) | ((magnitude >> (segment - 1)) & 0x0F);
        }
        return (byte) ((sample < 0 ? code : code | 0x80) ^ ALAW_EVEN_BITS);
    }

    /** One A-law sample as linear, -32 256 to 32 256. */
    public static short decodeALaw(byte code) {
        int bits = code ^ ALAW_EVEN_BITS;
        int segment = (bits >> 4) & 7;
        int mantissa = bits & 0x0F;
        int magnitude = segment == 0 ? 2 * mantissa + 1 : (2 * mantissa + 33) << (segment - 1);
        return (short) ((bits & 0x80) != 0 ? magnitude << 3 : -magnitude << 3);
    }

    /** Encodes {@code count} samples; {@code target} needs as many bytes from {@code targetOffset}. */
    public static void encodeMuLaw(short[] samples, int offset, int count, byte[] target, int targetOffset) {
        for (int i = 0; i < count; i++) {
            target[targetOffset + i] = encodeMuLaw(samples[offset + i]);
        }
    }

    /** Decodes {@code count} bytes; {@code target} needs as many samples from {@code targetOffset}. */
    public static void decodeMuLaw(byte[] codes, int offset, int count, short[] target, int targetOffset) {
        for (int i = 0; i < count; i++) {
            target[targetOffset + i] = decodeMuLaw(codes[offset + i]);
        }
    }

    /** Encodes {@code count} samples; {@code target} needs as many bytes from {@code targetOffset}. */
    public static void encodeALaw(short[] samples, int offset, int count, byte[] target, int targetOffset) {
        for (int i = 0; i < count; i++) {
            target[targetOffset + i] = encodeALaw(samples[offset + i]);
        }
    }

    /** Decodes {@code count} bytes; {@code target} needs as many samples from {@code targetOffset}. */
    public static void decodeALaw(byte[] codes, int offset, int count, short[] target, int targetOffset) {
        for (int i = 0; i < count; i++) {
            target[targetOffset + i] = decodeALaw(codes[offset + i]);
        }
    }
}
