package offhook.media.dtmf;

import offhook.media.wire.Bytes;

/**
 * The payload of a telephone event (RFC 4733 section 2.3), read and written in place.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     event     |E|R| volume    |          duration             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>{@code offset} is where the payload begins; there must be 4 bytes.
 */
public final class TelephoneEvent {
    public static final int LENGTH = 4;
    /** The longest duration that one event packet can tell, in units of the clock rate. */
    public static final int MAX_DURATION = 0xFFFF;

    private static final String KEYS = "0123456789*#ABCD";
    private static final int END_BIT = 0x80;

    private TelephoneEvent() {}

    /** 0 to 255; 0 to 15 are keys. */
    public static int event(byte[] bytes, int offset) {
        return Bytes.u8(bytes, offset);
    }

    public static boolean end(byte[] bytes, int offset) {
        return (bytes[offset + 1] & END_BIT) != 0;
    }

    /** The tone's level in -dBm0: 0 (loudest) to 63. */
    public static int volume(byte[] bytes, int offset) {
        return bytes[offset + 1] & 0x3F;
    }

    /** How long the key has been down, in units of the clock rate: 0 to 65 535. */
    public static int duration(byte[] bytes, int offset) {
        return Bytes.u16(bytes, offset + 2);
    }

    /** @param duration 0 to 65 535 */
    public static void duration(byte[] bytes, int offset, int duration) {
        Bytes.put16(bytes, offset + 2, duration);
    }

    /** Writes the 4 bytes. */
    public static void write(byte[] bytes, int offset, int event, boolean end, int volume, int duration) {
        Bytes.put8(bytes, offset, event);
        Bytes.put8(bytes, offset + 1, (end ? END_BIT : 0) | (volume & 0x3F));
        Bytes.put16(bytes, offset + 2, duration);
    }

    /** Whether an event is a key: 0 to 9, star, hash, A to D. */
    public static boolean isKey(int event) {
        return event >= 0 && event < KEYS.length();
    }

    /** Whether a character, small or capital, names a key. */
    public static boolean isKey(char key) {
        return KEYS.indexOf(Character.toUpperCase(key)) >= 0;
    }

    /** @param event 0 to 15 */
    public static char keyOf(int event) {
        return KEYS.charAt(event);
    }

    /**
     * @return 0 to 15
     * @throws IllegalArgumentException when the character names no key
     */
    public static int eventOf(char key) {
        int event = KEYS.indexOf(Character.toUpperCase(key));
        if (event < 0) {
            throw new IllegalArgumentException("No key: " + key);
        }
        return event;
    }
}
