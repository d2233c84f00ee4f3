package offhook.media.srtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors of RFC 3711 appendix B and of RFC 7714 sections 16 and 17. */
class SrtpVectorsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int RTP_HEADER = 12;

    @Test
    void keyStreamIsThatOfRfc3711AppendixB2() {
        Properties vector = vector("rfc3711-b.2");
        var cipher = new AesCounterMode(bytes(vector, "key"), bytes(vector, "salt"));
        byte[] stream = new byte[16 * 0x1_0000];
        cipher.apply(stream, 0, stream.length, 0, 0);
        int blocks = 0;
        for (String name : vector.stringPropertyNames()) {
            if (name.startsWith("block.")) {
                int block = 16 * Integer.parseInt(name.substring("block.".length()), 16);
                assertArrayEquals(bytes(vector, name), Arrays.copyOfRange(stream, block, block + 16), name);
                blocks++;
            }
        }
        assertEquals(6, blocks);
    }

    @Test
    void sessionKeysAreThoseOfRfc3711AppendixB3() {
        Properties vector = vector("rfc3711-b.3");
        var derivation = new KeyDerivation(bytes(vector, "master.key"), bytes(vector, "master.salt"));
        assertArrayEquals(bytes(vector, "encryption"), derivation.derive(KeyDerivation.RTP_ENCRYPTION, 16));
        assertArrayEquals(bytes(vector, "salt"), derivation.derive(KeyDerivation.RTP_SALT, 14));
        assertArrayEquals(bytes(vector, "authentication"), derivation.derive(KeyDerivation.RTP_AUTHENTICATION, 94));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rfc7714-16.1.1", "rfc7714-17.1", "rfc7714-17.3"})
    void packetsOfRfc7714HaveTheirVerdict(String name) {
        Properties vector = vector(name);
        byte[] plain = bytes(vector, "plain");
        byte[] secured = bytes(vector, "protected");
        var context = new SrtpContext(SrtpProfile.AEAD_AES_128_GCM, transform(vector));
        byte[] bytes = TestPackets.placed(secured);
        int length = vector.getProperty("kind").equals("rtp")
                ? context.unprotect(bytes, TestPackets.OFFSET, secured.length)
                : context.unprotectRtcp(bytes, TestPackets.OFFSET, secured.length);
        String verdict = length < 0 ? SrtpDrop.ofCode(length).name() : "accepted";
        assertEquals(vector.getProperty("verdict"), verdict);
        if (length >= 0) {
            assertArrayEquals(plain, TestPackets.taken(bytes, length));
            assertProtects(vector, plain, secured);
        }
    }

    private static void assertProtects(Properties vector, byte[] plain, byte[] secured) {
        PacketTransform transform = transform(vector);
        byte[] bytes = TestPackets.placed(plain);
        int index = (int) HexFormat.fromHexDigitsToLong(vector.getProperty("index"));
        if (vector.getProperty("kind").equals("rtp")) {
            int ssrc = HexFormat.fromHexDigits(vector.getProperty("plain"), 16, 24);
            transform.protectRtp(bytes, TestPackets.OFFSET, plain.length, RTP_HEADER, ssrc, index);
        } else {
            int ssrc = HexFormat.fromHexDigits(vector.getProperty("plain"), 8, 16);
            transform.protectRtcp(bytes, TestPackets.OFFSET, plain.length, ssrc, index);
        }
        assertArrayEquals(secured, TestPackets.taken(bytes, secured.length));
    }

    private static PacketTransform transform(Properties vector) {
        byte[] key = bytes(vector, "key");
        byte[] salt = bytes(vector, "salt");
        return new AesGcmTransform(key, salt, key, salt);
    }

    private static byte[] bytes(Properties vector, String name) {
        return HEX.parseHex(vector.getProperty(name));
    }

    private static Properties vector(String name) {
        var vector = new Properties();
        try (InputStream file = SrtpVectorsTest.class.getResourceAsStream(name + ".properties")) {
            assertTrue(file != null, name);
            vector.load(file);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
        return vector;
    }
}
