package offhook.media.srtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;

/**
 * AES in counter mode (RFC 3711 section 4.1.1) over one block cipher whose key never changes. JCE's own counter mode must
 * be initialised anew for each packet, which costs half a kilobyte of garbage each time; this costs none. The counter
 * blocks of a packet go through the cipher in one call, which the JVM turns into wide vector instructions.
 *
 * <pre>
 *  0                   14    16
 * +---------------------+-----+
 * | salt ^ SSRC ^ index |  n  |   block n of a packet's key stream is AES of this
 * +---------------------+-----+
 * </pre>
 */
final class AesCounterMode {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int BLOCK = 16;
    /** Half a kilobyte of key stream in one go: any voice packet. More would only crowd the processor's cache. */
    private static final int BATCH_BLOCKS = 32;

    private final Cipher aes;
    private final long saltHigh;
    private final long saltLow;
    private final byte[] counters = new byte[BATCH_BLOCKS * BLOCK];
    private final byte[] keyStream = new byte[BATCH_BLOCKS * BLOCK];

    /** @param salt 14 bytes */
    AesCounterMode(byte[] key, byte[] salt) {
        this.aes = KeyDerivation.aesEcb(key);
        byte[] padded = Arrays.copyOf(salt, BLOCK);
        this.saltHigh = (long) LONG.get(padded, 0);
        this.saltLow = (long) LONG.get(padded, 8);
    }

    /**
     * Encrypts or decrypts in place: both are the same.
     *
     * @param index 48 bits: rollover counter and sequence number, or the SRTCP index
     */
    void apply(byte[] bytes, int offset, int length, int ssrc, long index) {
        long high = saltHigh ^ (ssrc & 0xFFFF_FFFFL);
        long low = saltLow ^ index << 16;
        int from = offset;
        int left = length;
        int block = 0;
        while (left > 0) {
            int chunk = Math.min(left, BATCH_BLOCKS * BLOCK);
            int blocks = (chunk + BLOCK - 1) / BLOCK;
            fillKeyStream(high, low + block, blocks);
            xor(bytes, from, chunk);
            from += chunk;
            left -= chunk;
            block += blocks;
        }
    }

    private void fillKeyStream(long high, long low, int blocks) {
        byte[] in = counters;
        for (int block = 0; block < blocks; block++) {
            LONG.set(in, block * BLOCK, high);
            LONG.set(in, block * BLOCK + 8, low + block);
        }
        try {
            aes.update(in, 0, blocks * BLOCK, keyStream, 0);
        } catch (ShortBufferException impossible) {
            throw new IllegalStateException("both buffers are of one size", impossible);
        }
    }

    private void xor(byte[] bytes, int offset, int length) {
        byte[] stream = keyStream;
        int i = 0;
        for (; i <= length - 8; i += 8) {
            LONG.set(bytes, offset + i, (long) LONG.get(bytes, offset + i) ^ (long) LONG.get(stream, i));
        }
        for (; i < length; i++) {
            bytes[offset + i] ^= stream[i];
        }
    }
}
