package offhook.bench.load;

import offhook.media.wire.Bytes;

/**
 * What the load's packets carry in place of audio: enough to know, at the far end, whose packet it is, when it left and
 * whether every byte of it arrived.
 *
 * <pre>
 * 0         8        12       16                                160
 * | sent ns |  call  | number | bytes that follow from number ... |
 * </pre>
 */
final class Payload {
    /** 20 ms of PCMU. */
    static final int LENGTH = 160;

    private static final int CALL = 8;
    private static final int NUMBER = 12;
    private static final int FILLING = 16;

    private Payload() {}

    static void write(byte[] bytes, int offset, int call, int number, long sentNanos) {
        Bytes.put32(bytes, offset, (int) (sentNanos >>> 32));
        Bytes.put32(bytes, offset + 4, (int) sentNanos);
        Bytes.put32(bytes, offset + CALL, call);
        Bytes.put32(bytes, offset + NUMBER, number);
        for (int i = FILLING; i < LENGTH; i++) {
            bytes[offset + i] = (byte) (number + i);
        }
    }

    /** Whether it arrived as it was written. */
    static boolean intact(byte[] bytes, int offset, int length) {
        if (length != LENGTH) {
            return false;
        }
        int number = Bytes.i32(bytes, offset + NUMBER);
        for (int i = FILLING; i < LENGTH; i++) {
            if (bytes[offset + i] != (byte) (number + i)) {
                return false;
            }
        }
        return true;
    }

    static int call(byte[] bytes, int offset) {
        return Bytes.i32(bytes, offset + CALL);
    }

    static long sentNanos(byte[] bytes, int offset) {
        return ((long) Bytes.i32(bytes, offset) << 32) | Bytes.u32(bytes, offset + 4);
    }
}
