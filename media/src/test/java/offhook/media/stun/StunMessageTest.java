package offhook.media.stun;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import offhook.media.wire.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StunMessageTest {
    private static final byte[] TRANSACTION_ID = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    private static final MessageIntegrity KEY = MessageIntegrity.shortTerm("the password of the receiver");

    private final StunWriter writer = new StunWriter();
    private final StunMessage message = new StunMessage();

    @Test
    void aCheckReadsAsItWasWrittenWhereverItStands() {
        writer.bindingRequest(TRANSACTION_ID)
                .username("theirs:ours")
                .priority(0xFFFF_FFFEL)
                .useCandidate()
                .iceControlling(0xFEDC_BA98_7654_3210L)
                .finish(KEY);
        byte[] room = new byte[writer.length() + 30];
        System.arraycopy(writer.bytes(), 0, room, 13, writer.length());

        assertTrue(message.wrap(room, 13, writer.length()));
        assertEquals(StunClass.REQUEST, message.messageClass());
        assertTrue(message.hasTransactionId(TRANSACTION_ID));
        assertArrayEquals(TRANSACTION_ID, message.transactionId());
        assertEquals("theirs:ours", message.username());
        assertTrue(message.usernameEquals("theirs:ours"));
        assertTrue(message.usernameStartsWith("theirs:"));
        assertFalse(message.usernameEquals("theirs:our"));
        assertFalse(message.usernameStartsWith("theirs:ours:"));
        assertEquals(0xFFFF_FFFEL, message.priority());
        assertTrue(message.useCandidate());
        assertTrue(message.hasIceControlling());
        assertFalse(message.hasIceControlled());
        assertEquals(0xFEDC_BA98_7654_3210L, message.tieBreaker());
        assertTrue(message.verifies(KEY));
        assertTrue(message.fingerprintMatches());
        assertNull(message.mappedAddress());
        assertEquals(-1, message.errorCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "255.255.255.255", "0.0.0.0", "::1", "fe80::1", "2001:db8::ffff:1"})
    void anAddressSurvivesItsMask(String host) {
        for (int port : new int[] {0, 1, 0x2112, 65_535}) {
            InetSocketAddress address = new InetSocketAddress(host, port);
            writeRequest();
            writer.bindingSuccess(message).xorMappedAddress(address).finish(KEY);

            StunMessage response = new StunMessage();
            assertTrue(response.wrap(writer.bytes(), 0, writer.length()));
            assertEquals(StunClass.SUCCESS_RESPONSE, response.messageClass());
            assertEquals(address, response.mappedAddress());
            assertTrue(response.hasTransactionId(TRANSACTION_ID));
        }
    }

    @Test
    void anErrorSaysItsCodeReasonAndTheTypesItDoesNotKnow() {
        writer.bindingRequest(TRANSACTION_ID)
                .raw(0x0003, new byte[4])
                .raw(0x7FFF, new byte[3])
                .raw(0x8001, new byte[3])
                .finish(KEY);
        byte[] request = Arrays.copyOf(writer.bytes(), writer.length());
        assertTrue(message.wrap(request, 0, request.length));
        assertEquals(2, message.unknownRequiredCount());

        writer.bindingError(message, StunError.UNKNOWN_ATTRIBUTE, "Unknown Attribute")
                .finish(KEY);

        StunMessage error = new StunMessage();
        assertTrue(error.wrap(writer.bytes(), 0, writer.length()));
        assertEquals(StunClass.ERROR_RESPONSE, error.messageClass());
        assertEquals(420, error.errorCode());
        assertEquals("Unknown Attribute", error.reasonPhrase());
        assertArrayEquals(new int[] {0x0003, 0x7FFF}, error.unknownAttributes());
    }

    @Test
    void moreUnknownTypesThanFitAreNotAllNamed() {
        writer.bindingRequest(TRANSACTION_ID);
        for (int type = 0x4000; type < 0x4000 + 40; type++) {
            writer.raw(type, new byte[0]);
        }
        writer.finish(KEY);
        assertTrue(message.wrap(writer.bytes(), 0, writer.length()));
        assertEquals(StunMessage.MAX_UNKNOWN, message.unknownRequiredCount());
    }

    @Test
    void attributesBehindTheIntegrityDoNotCount() {
        writer.bindingRequest(TRANSACTION_ID).username("a:b");
        byte[] unsigned = Arrays.copyOf(writer.bytes(), writer.length());
        writer.finish(KEY);
        // The signed message, its fingerprint cut off, and a nomination that nobody signed put in its place.
        byte[] forged = Arrays.copyOf(writer.bytes(), unsigned.length + 24 + 4);
        Bytes.put16(forged, forged.length - 4, StunAttribute.USE_CANDIDATE);
        Bytes.put16(forged, forged.length - 2, 0);
        Bytes.put16(forged, 2, forged.length - StunMessage.HEADER_LENGTH);

        assertTrue(message.wrap(forged, 0, forged.length));
        assertTrue(message.verifies(KEY));
        assertFalse(message.useCandidate());
    }

    @Test
    void nothingMayFollowTheFingerprint() {
        writer.bindingRequest(TRANSACTION_ID).finish();
        byte[] longer = Arrays.copyOf(writer.bytes(), writer.length() + 4);
        Bytes.put16(longer, 2, longer.length - StunMessage.HEADER_LENGTH);
        Bytes.put16(longer, longer.length - 4, StunAttribute.USE_CANDIDATE);
        assertFalse(message.wrap(longer, 0, longer.length));
    }

    @Test
    void ofARepeatedAttributeTheFirstCounts() {
        writer.bindingRequest(TRANSACTION_ID)
                .priority(1)
                .priority(2)
                .username("first:x")
                .username("second:x")
                .finish(KEY);
        assertTrue(message.wrap(writer.bytes(), 0, writer.length()));
        assertEquals(1, message.priority());
        assertEquals("first:x", message.username());
    }

    @Test
    void anAttributeOfAnImpossibleLengthSpoilsTheMessage() {
        record Case(int type, int length) {}
        List<Case> cases = List.of(
                new Case(StunAttribute.PRIORITY, 3),
                new Case(StunAttribute.PRIORITY, 8),
                new Case(StunAttribute.USE_CANDIDATE, 4),
                new Case(StunAttribute.ICE_CONTROLLING, 4),
                new Case(StunAttribute.ICE_CONTROLLED, 12),
                new Case(StunAttribute.MESSAGE_INTEGRITY, 16),
                new Case(StunAttribute.FINGERPRINT, 0),
                new Case(StunAttribute.ERROR_CODE, 3),
                new Case(StunAttribute.UNKNOWN_ATTRIBUTES, 3),
                new Case(StunAttribute.XOR_MAPPED_ADDRESS, 12),
                new Case(StunAttribute.USERNAME, StunMessage.MAX_USERNAME_LENGTH + 1));
        for (Case wrong : cases) {
            writer.bindingRequest(TRANSACTION_ID).raw(wrong.type, new byte[wrong.length]);
            assertFalse(message.wrap(writer.bytes(), 0, writer.length()), wrong.toString());
        }
    }

    @Test
    void anAddressOfOneFamilyWithTheLengthOfTheOtherSpoilsTheMessage() {
        writer.bindingRequest(TRANSACTION_ID)
                .raw(StunAttribute.XOR_MAPPED_ADDRESS, new byte[] {0, 2, 0, 0, 1, 2, 3, 4});
        assertFalse(message.wrap(writer.bytes(), 0, writer.length()));
    }

    @Test
    void everyCutLengthIsRefused() {
        writeRequest();
        for (int length = 0; length < writer.length(); length++) {
            assertFalse(message.wrap(writer.bytes(), 0, length), "length " + length);
        }
    }

    @Test
    void tooManyAttributesAreRefused() {
        writer.bindingRequest(TRANSACTION_ID);
        for (int i = 0; i < StunMessage.MAX_ATTRIBUTES; i++) {
            writer.raw(0x9000, new byte[0]);
        }
        assertTrue(message.wrap(writer.bytes(), 0, writer.length()));
        writer.raw(0x9000, new byte[0]);
        assertFalse(message.wrap(writer.bytes(), 0, writer.length()));
    }

    @Test
    void moreThanFitsIsAnErrorOfTheWriter() {
        writer.bindingRequest(TRANSACTION_ID);
        assertThrows(IllegalArgumentException.class, () -> writer.raw(0x9000, new byte[StunMessage.MAX_LENGTH]));
    }

    @Test
    void otherClassesAndMethodsAreTold() {
        writeRequest();
        byte[] bytes = writer.bytes();
        Bytes.put16(bytes, 0, 0x0011);
        assertTrue(message.wrap(bytes, 0, writer.length()));
        assertEquals(StunClass.INDICATION, message.messageClass());
        assertEquals(StunMessage.BINDING, message.method());
        Bytes.put16(bytes, 0, 0x0003);
        assertTrue(message.wrap(bytes, 0, writer.length()));
        assertEquals(0x003, message.method());
        Bytes.put16(bytes, 0, 0x3EEF);
        assertTrue(message.wrap(bytes, 0, writer.length()));
        assertEquals(0xFFF, message.method());
    }

    @Test
    void whatIsWrittenIsRead() {
        long seed = 20_260_101;
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] transactionId = new byte[12];
            random.nextBytes(transactionId);
            String username = "u".repeat(random.nextInt(40)) + ":" + "v".repeat(random.nextInt(40));
            long priority = random.nextLong() & 0xFFFF_FFFFL;
            long tieBreaker = random.nextLong();
            writer.bindingRequest(transactionId)
                    .software("s".repeat(random.nextInt(60)))
                    .username(username)
                    .iceControlled(tieBreaker)
                    .priority(priority)
                    .finish(KEY);
            assertTrue(message.wrap(writer.bytes(), 0, writer.length()), "seed " + seed + ", " + i);
            assertEquals(username, message.username());
            assertEquals(priority, message.priority());
            assertEquals(tieBreaker, message.tieBreaker());
            assertTrue(message.hasTransactionId(transactionId));
            assertTrue(message.verifies(KEY));
            assertTrue(message.fingerprintMatches());
        }
    }

    private void writeRequest() {
        writer.bindingRequest(TRANSACTION_ID).username("theirs:ours").finish(KEY);
        byte[] copy = Arrays.copyOf(writer.bytes(), writer.length());
        assertTrue(message.wrap(copy, 0, copy.length));
    }
}
