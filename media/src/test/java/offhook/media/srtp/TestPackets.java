package offhook.media.srtp;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import offhook.media.wire.Bytes;

/** RTP and RTCP packets, never at offset 0 of their array, with room behind them. */
final class TestPackets {
    static final int OFFSET = 7;
    static final int ROOM = 40;

    private TestPackets() {}

    /** The bytes of a packet at {@link #OFFSET} of a larger array. */
    static byte[] placed(byte[] packet) {
        byte[] bytes = new byte[OFFSET + packet.length + ROOM];
        System.arraycopy(packet, 0, bytes, OFFSET, packet.length);
        return bytes;
    }

    static byte[] taken(byte[] bytes, int length) {
        return Arrays.copyOfRange(bytes, OFFSET, OFFSET + length);
    }

    /** With up to 15 CSRCs, perhaps a header extension, and up to 1200 bytes of payload. */
    static byte[] rtp(RandomGenerator random, int ssrc, int sequenceNumber) {
        int csrcs = random.nextInt(4) == 0 ? random.nextInt(16) : 0;
        boolean extended = random.nextInt(3) == 0;
        int extensionWords = extended ? random.nextInt(5) : 0;
        int payload = random.nextInt(10) == 0 ? random.nextInt(1_200) : random.nextInt(200);
        byte[] packet = new byte[12 + 4 * csrcs + (extended ? 4 + 4 * extensionWords : 0) + payload];
        random.nextBytes(packet);
        Bytes.put8(packet, 0, 0x80 | (extended ? 0x10 : 0) | csrcs);
        Bytes.put16(packet, 2, sequenceNumber);
        Bytes.put32(packet, 8, ssrc);
        if (extended) {
            Bytes.put16(packet, 12 + 4 * csrcs + 2, extensionWords);
        }
        return packet;
    }

    /** A plain voice packet of 160 bytes of payload. */
    static byte[] voice(int ssrc, int sequenceNumber) {
        byte[] packet = new byte[172];
        Bytes.put8(packet, 0, 0x80);
        Bytes.put16(packet, 2, sequenceNumber);
        Bytes.put32(packet, 8, ssrc);
        return packet;
    }

    static byte[] rtcp(RandomGenerator random, int ssrc) {
        byte[] packet = new byte[8 + 4 * random.nextInt(40)];
        random.nextBytes(packet);
        Bytes.put8(packet, 0, 0x81);
        Bytes.put8(packet, 1, 200);
        Bytes.put32(packet, 4, ssrc);
        return packet;
    }

    static byte[] key(SrtpProfile profile, RandomGenerator random) {
        byte[] key = new byte[profile.keyLength()];
        random.nextBytes(key);
        return key;
    }

    static byte[] salt(SrtpProfile profile, RandomGenerator random) {
        byte[] salt = new byte[profile.saltLength()];
        random.nextBytes(salt);
        return salt;
    }

    /** Two contexts with one key: what the first protects the second unprotects. */
    record Pair(SrtpContext sender, SrtpContext receiver) {
        static Pair of(SrtpProfile profile, RandomGenerator random) {
            byte[] key = key(profile, random);
            byte[] salt = salt(profile, random);
            return new Pair(new SrtpContext(profile, key, salt), new SrtpContext(profile, key, salt));
        }
    }
}
