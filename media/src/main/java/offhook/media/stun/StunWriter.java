package offhook.media.stun;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import offhook.media.wire.Bytes;

/**
 * Writes STUN messages (RFC 8489) into a buffer of its own. A message begins with one of the three {@code binding..}
 * methods, takes its attributes in order, and ends with {@link #finish}:
 *
 * <pre>
 * writer.bindingRequest(transactionId).username("them:us").priority(1).finish(key);
 * send(writer.bytes(), 0, writer.length());
 * </pre>
 *
 * <p>The buffer is good until the next message begins. Not thread-safe.
 */
public final class StunWriter {
    private static final int BINDING_REQUEST = 0x0001;
    private static final int BINDING_SUCCESS = 0x0101;
    private static final int BINDING_ERROR = 0x0111;
    private static final int MAX_REASON_LENGTH = 127;

    private final byte[] bytes = new byte[StunMessage.MAX_LENGTH];
    private int length;

    /** @param transactionId 12 bytes, random for each new request */
    public StunWriter bindingRequest(byte[] transactionId) {
        start(BINDING_REQUEST);
        System.arraycopy(transactionId, 0, bytes, 8, StunMessage.TRANSACTION_ID_LENGTH);
        return this;
    }

    /** A success response to a request. */
    public StunWriter bindingSuccess(StunMessage request) {
        start(BINDING_SUCCESS);
        request.copyTransactionId(bytes, 8);
        return this;
    }

    /**
     * An error response to a request, with UNKNOWN-ATTRIBUTES if the code is 420.
     *
     * @param code 300 to 699
     * @param reason at most 127 characters of ASCII
     */
    public StunWriter bindingError(StunMessage request, int code, String reason) {
        start(BINDING_ERROR);
        request.copyTransactionId(bytes, 8);
        byte[] phrase = reason.getBytes(UTF_8);
        if (phrase.length > MAX_REASON_LENGTH) {
            throw new IllegalArgumentException("A reason phrase of " + phrase.length + " bytes");
        }
        int value = attribute(StunAttribute.ERROR_CODE, 4 + phrase.length);
        Bytes.put16(bytes, value, 0);
        Bytes.put8(bytes, value + 2, code / 100);
        Bytes.put8(bytes, value + 3, code % 100);
        System.arraycopy(phrase, 0, bytes, value + 4, phrase.length);
        if (code == StunError.UNKNOWN_ATTRIBUTE) {
            int types = attribute(StunAttribute.UNKNOWN_ATTRIBUTES, 2 * request.unknownRequiredCount());
            for (int i = 0; i < request.unknownRequiredCount(); i++) {
                Bytes.put16(bytes, types + 2 * i, request.unknownRequired(i));
            }
        }
        return this;
    }

    private void start(int type) {
        Bytes.put16(bytes, 0, type);
        Bytes.put16(bytes, 2, 0);
        Bytes.put32(bytes, 4, StunMessage.MAGIC_COOKIE);
        length = StunMessage.HEADER_LENGTH;
    }

    /** @return where the value goes; its padding is zero */
    private int attribute(int type, int valueLength) {
        int padded = (valueLength + 3) & ~3;
        if (length + 4 + padded > bytes.length) {
            throw new IllegalArgumentException("A STUN message longer than " + bytes.length + " bytes");
        }
        Bytes.put16(bytes, length, type);
        Bytes.put16(bytes, length + 2, valueLength);
        int value = length + 4;
        for (int i = value + valueLength; i < value + padded; i++) {
            bytes[i] = 0;
        }
        length = value + padded;
        Bytes.put16(bytes, 2, length - StunMessage.HEADER_LENGTH);
        return value;
    }

    /** In a connectivity check: the receiver's ufrag, a colon, the sender's ufrag (RFC 8445 section 7.2.2). */
    public StunWriter username(String username) {
        return raw(StunAttribute.USERNAME, username.getBytes(UTF_8));
    }

    public StunWriter software(String software) {
        return raw(StunAttribute.SOFTWARE, software.getBytes(UTF_8));
    }

    /** Any attribute at all. */
    public StunWriter raw(int type, byte[] value) {
        System.arraycopy(value, 0, bytes, attribute(type, value.length), value.length);
        return this;
    }

    /** @param priority unsigned 32 bits */
    public StunWriter priority(long priority) {
        Bytes.put32(bytes, attribute(StunAttribute.PRIORITY, 4), (int) priority);
        return this;
    }

    public StunWriter useCandidate() {
        attribute(StunAttribute.USE_CANDIDATE, 0);
        return this;
    }

    public StunWriter iceControlling(long tieBreaker) {
        Bytes.put64(bytes, attribute(StunAttribute.ICE_CONTROLLING, 8), tieBreaker);
        return this;
    }

    public StunWriter iceControlled(long tieBreaker) {
        Bytes.put64(bytes, attribute(StunAttribute.ICE_CONTROLLED, 8), tieBreaker);
        return this;
    }

    /** @param address resolved, IPv4 or IPv6 */
    public StunWriter xorMappedAddress(InetSocketAddress address) {
        byte[] host = address.getAddress().getAddress();
        int value = attribute(StunAttribute.XOR_MAPPED_ADDRESS, 4 + host.length);
        Bytes.put8(bytes, value, 0);
        Bytes.put8(bytes, value + 1, host.length == 4 ? 1 : 2);
        Bytes.put16(bytes, value + 2, address.getPort() ^ (StunMessage.MAGIC_COOKIE >>> 16));
        for (int i = 0; i < host.length; i++) {
            bytes[value + 4 + i] = (byte) (host[i] ^ bytes[4 + i]);
        }
        return this;
    }

    /** Ends the message with MESSAGE-INTEGRITY and FINGERPRINT. */
    public void finish(MessageIntegrity key) {
        int value = attribute(StunAttribute.MESSAGE_INTEGRITY, MessageIntegrity.LENGTH);
        key.sign(bytes, 0, value - 4);
        finish();
    }

    /** Ends an unsigned message with FINGERPRINT alone. */
    public void finish() {
        int value = attribute(StunAttribute.FINGERPRINT, 4);
        Bytes.put32(bytes, value, Fingerprint.compute(bytes, 0, value - 4));
    }

    /** The message stands at index 0. Lent until the next one begins. */
    public byte[] bytes() {
        return bytes;
    }

    /** The message's length in bytes. */
    public int length() {
        return length;
    }
}
