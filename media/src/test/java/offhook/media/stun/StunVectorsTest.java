package offhook.media.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import offhook.media.Hex;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 5769: every file under stun/rfc5769, with its expected verdict beside it. */
class StunVectorsTest {
    static List<Path> vectors() {
        return Hex.files("/stun/rfc5769", ".hex");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void readsAsTheRfcSays(Path vector) throws IOException {
        Properties expected = expected(vector);
        StunMessage message = new StunMessage();
        byte[] bytes = Hex.read(vector);

        assertTrue(message.wrap(bytes, 0, bytes.length));
        assertEquals(StunMessage.BINDING, message.method());
        assertEquals(expected.getProperty("class"), message.messageClass().name());
        assertEquals(expected.getProperty("transactionId"), HexFormat.of().formatHex(message.transactionId()));
        assertEquals(expected.getProperty("software"), message.software());
        assertEquals(expected.getProperty("username"), message.username());
        assertEquals(expected.getProperty("realm"), message.realm());
        assertEquals(expected.getProperty("nonce"), message.nonce());
        assertEquals(Long.parseLong(expected.getProperty("priority", "-1")), message.priority());
        assertEquals(expected.containsKey("controlled"), message.hasIceControlled());
        assertEquals(Long.parseUnsignedLong(expected.getProperty("controlled", "0"), 16), message.tieBreaker());
        assertEquals(mapped(expected), message.mappedAddress());
        assertEquals(0, message.unknownRequiredCount());
        assertEquals(expected.getProperty("integrity").equals("right"), message.verifies(key(expected, message)));
        assertFalse(message.verifies(MessageIntegrity.shortTerm("another")));
        assertEquals(!expected.getProperty("fingerprint").equals("absent"), message.hasFingerprint());
        assertEquals(expected.getProperty("fingerprint").equals("right"), message.fingerprintMatches());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void everyChangedBitIsNoticed(Path vector) throws IOException {
        Properties expected = expected(vector);
        StunMessage message = new StunMessage();
        byte[] bytes = Hex.read(vector);
        assertTrue(message.wrap(bytes, 0, bytes.length));
        MessageIntegrity key = key(expected, message);
        boolean hasFingerprint = message.hasFingerprint();
        int signed = bytes.length - (hasFingerprint ? 8 : 0);
        for (int bit = 0; bit < 8 * signed; bit++) {
            bytes[bit / 8] ^= (byte) (0x80 >> bit % 8);
            boolean accepted = message.wrap(bytes, 0, bytes.length)
                    && message.verifies(key)
                    && (!hasFingerprint || message.fingerprintMatches());
            assertFalse(accepted, "bit " + bit);
            bytes[bit / 8] ^= (byte) (0x80 >> bit % 8);
        }
    }

    private static Properties expected(Path vector) throws IOException {
        Properties expected = new Properties();
        Path file = vector.resolveSibling(vector.getFileName().toString().replace(".hex", ".expected"));
        try (Reader reader = Files.newBufferedReader(file)) {
            expected.load(reader);
        }
        return expected;
    }

    private static InetSocketAddress mapped(Properties expected) throws IOException {
        return expected.containsKey("mapped")
                ? new InetSocketAddress(
                        InetAddress.getByName(expected.getProperty("mapped")),
                        Integer.parseInt(expected.getProperty("port")))
                : null;
    }

    private static MessageIntegrity key(Properties expected, StunMessage message) {
        return expected.containsKey("password")
                ? MessageIntegrity.shortTerm(expected.getProperty("password"))
                : MessageIntegrity.longTerm(
                        message.username(), message.realm(), expected.getProperty("longTermPassword"));
    }
}
