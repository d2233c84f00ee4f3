package offhook.media.wire;

/**
 * Big-endian (network order) integers in a byte array. No bounds are checked beyond the array's own: callers know the
 * length of what they read before they read it.
 */
public final class Bytes {
    private Bytes() {}

    /** Unsigned 8-bit value, 0 to 255. */
    public static int u8(byte[] bytes, int offset) {
        return bytes[offset] & 0xFF;
    }

    /** Unsigned 16-bit value, 0 to 65 535. */
    public static int u16(byte[] bytes, int offset) {
        return (bytes[offset] & 0xFF) << 8 | (bytes[offset + 1] & 0xFF);
    }

    /** Unsigned 24-bit value, 0 to 2^24 - 1. */
    public static int u24(byte[] bytes, int offset) {
        return (bytes[offset] & 0xFF) << 16 | u16(bytes, offset + 1);
    }

    /** The 32 bits as they are: an identifier, or a number compared by {@link SerialNumbers}. */
    public static int i32(byte[] bytes, int offset) {
        return u16(bytes, offset) << 16 | u16(bytes, offset + 2);
    }

    /** Unsigned 32-bit value, 0 to 2^32 - 1. */
    public static long u32(byte[] bytes, int offset) {
        return i32(bytes, offset) & 0xFFFF_FFFFL;
    }

    /** Unsigned 48-bit value, 0 to 2^48 - 1. */
    public static long u48(byte[] bytes, int offset) {
        return (long) u16(bytes, offset) << 32 | u32(bytes, offset + 2);
    }

    /** The 64 bits as they are. */
    public static long i64(byte[] bytes, int offset) {
        return u32(bytes, offset) << 32 | u32(bytes, offset + 4);
    }

    /** Writes the low 8 bits. */
    public static void put8(byte[] bytes, int offset, int value) {
        bytes[offset] = (byte) value;
    }

    /** Writes the low 16 bits. */
    public static void put16(byte[] bytes, int offset, int value) {
        bytes[offset] = (byte) (value >> 8);
        bytes[offset + 1] = (byte) value;
    }

    /** Writes the low 24 bits. */
    public static void put24(byte[] bytes, int offset, int value) {
        bytes[offset] = (byte) (value >> 16);
        put16(bytes, offset + 1, value);
    }

    /** Writes all 32 bits. */
    public static void put32(byte[] bytes, int offset, int value) {
        put16(bytes, offset, value >> 16);
        put16(bytes, offset + 2, value);
    }

    /** Writes all 64 bits. */
    public static void put64(byte[] bytes, int offset, long value) {
        put32(bytes, offset, (int) (value >> 32));
        put32(bytes, offset + 4, (int) value);
    }
}
