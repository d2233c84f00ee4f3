package offhook.media;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Hands a parser a great many wrong datagrams: random ones, and valid ones that were mutilated. Each stands at an odd offset
 * and, every other time, at the very end of its array, so that reading beyond it throws. The seed and the datagram are
 * named when the parser does.
 */
public final class Fuzz {
    private static final int OFFSET = 7;
    private static final int ROOM_BEHIND = 64;
    private static final int MAX_LENGTH = 300;

    /** What is tried. */
    @FunctionalInterface
    public interface Target {
        void take(byte[] bytes, int offset, int length);
    }

    private Fuzz() {}

    public static void run(long seed, int iterations, List<byte[]> valid, Target target) {
        Random random = new Random(seed);
        for (int i = 0; i < iterations; i++) {
            byte[] datagram = i % 4 == 0 || valid.isEmpty()
                    ? randomBytes(random, random.nextInt(MAX_LENGTH))
                    : mutated(random, valid.get(random.nextInt(valid.size())));
            byte[] room = randomBytes(random, OFFSET + datagram.length + i % 2 * ROOM_BEHIND);
            System.arraycopy(datagram, 0, room, OFFSET, datagram.length);
            try {
                target.take(room, OFFSET, datagram.length);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "Seed " + seed + ", iteration " + i + ": "
                                + HexFormat.of().formatHex(datagram),
                        e);
            }
        }
    }

    /** A datagram with a handful of bits, bytes or lengths changed, cut off, drawn out, or spliced with itself. */
    public static byte[] mutated(Random random, byte[] valid) {
        byte[] bytes = valid.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
                case 3 -> bytes = Arrays.copyOf(bytes, at);
                case 4 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(40));
                default -> {
                    int from = random.nextInt(bytes.length);
                    int count = Math.min(random.nextInt(16), bytes.length - Math.max(at, from));
                    System.arraycopy(bytes, from, bytes, at, count);
                }
            }
        }
        return bytes;
    }

    private static byte[] randomBytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
