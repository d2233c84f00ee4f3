package offhook.media.stun;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import offhook.media.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A view of one received STUN message (RFC 8489), laid over the caller's bytes.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |0 0|     STUN Message Type     |         Message Length        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                   Magic Cookie = 0x2112A442                   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                                                               |
 * |                 Transaction ID (96 bits)                      |
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * followed by attributes, each padded to a multiple of four bytes:
 *
 * <pre>
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Type                  |            Length             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                         Value (variable)                ....
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>One instance serves many messages: {@link #wrap} allocates nothing. The bytes are lent: the view is good until they
 * change. Accessors may be called only after a {@code wrap} that returned true. Not thread-safe.
 */
public final class StunMessage {
    public static final int HEADER_LENGTH = 20;
    public static final int TRANSACTION_ID_LENGTH = 12;
    public static final int MAGIC_COOKIE = 0x2112A442;
    public static final int BINDING = 0x001;

    /** The longest message that is looked at, in bytes: what fits in one Ethernet frame. */
    public static final int MAX_LENGTH = 1500;

    static final int MAX_ATTRIBUTES = 64;
    /** The most unknown attributes that one error response names. */
    static final int MAX_UNKNOWN = 16;
    /** RFC 8489 section 14.3. */
    static final int MAX_USERNAME_LENGTH = 508;

    private static final int ABSENT = -1;
    private static final int FAMILY_IPV4 = 1;
    private static final int FAMILY_IPV6 = 2;

    private byte[] bytes = new byte[0];
    private int offset;
    private int username;
    private int messageIntegrity;
    private int errorCode;
    private int unknownAttributes;
    private int realm;
    private int nonce;
    private int mappedAddress;
    private int priority;
    private int useCandidate;
    private int software;
    private int fingerprint;
    private int iceControlled;
    private int iceControlling;
    private final int[] unknown = new int[MAX_UNKNOWN];
    private int unknownCount;

    /**
     * Whether a datagram can be STUN at all: RFC 7983's first byte, the magic cookie, and a length that agrees. Cheap.
     */
    public static boolean looksLikeStun(byte[] bytes, int offset, int length) {
        return length >= HEADER_LENGTH
                && length <= MAX_LENGTH
                && (bytes[offset] & 0xC0) == 0
                && (length & 3) == 0
                && Bytes.i32(bytes, offset + 4) == MAGIC_COOKIE
                && Bytes.u16(bytes, offset + 2) == length - HEADER_LENGTH;
    }

    /**
     * Lays the view over a datagram. Of an attribute that comes more than once the first counts; after
     * MESSAGE-INTEGRITY only FINGERPRINT counts (RFC 8489 section 14.5), and nothing may follow FINGERPRINT.
     *
     * @return false when the datagram is no well-formed STUN message or breaks a limit; no accessor may then be called
     */
    public boolean wrap(byte[] bytes, int offset, int length) {
        clear();
        if (!looksLikeStun(bytes, offset, length)) {
            return false;
        }
        this.bytes = bytes;
        this.offset = offset;
        int end = offset + length;
        int attribute = offset + HEADER_LENGTH;
        for (int count = 0; attribute < end; count++) {
            if (count == MAX_ATTRIBUTES || fingerprint != ABSENT) {
                return false;
            }
            int valueLength = Bytes.u16(bytes, attribute + 2);
            int next = attribute + 4 + ((valueLength + 3) & ~3);
            if (next > end) {
                return false;
            }
            int type = Bytes.u16(bytes, attribute);
            if (type == StunAttribute.FINGERPRINT || messageIntegrity == ABSENT) {
                if (!note(type, attribute, valueLength)) {
                    return false;
                }
            }
            attribute = next;
        }
        return true;
    }

    private void clear() {
        username = ABSENT;
        messageIntegrity = ABSENT;
        errorCode = ABSENT;
        unknownAttributes = ABSENT;
        realm = ABSENT;
        nonce = ABSENT;
        mappedAddress = ABSENT;
        priority = ABSENT;
        useCandidate = ABSENT;
        software = ABSENT;
        fingerprint = ABSENT;
        iceControlled = ABSENT;
        iceControlling = ABSENT;
        unknownCount = 0;
    }

    /** Notes where an attribute is. False when its length is impossible. */
    private boolean note(int type, int attribute, int length) {
        switch (type) {
            case StunAttribute.USERNAME -> username = first(username, attribute);
            case StunAttribute.MESSAGE_INTEGRITY -> messageIntegrity = attribute;
            case StunAttribute.ERROR_CODE -> errorCode = first(errorCode, attribute);
            case StunAttribute.UNKNOWN_ATTRIBUTES -> unknownAttributes = first(unknownAttributes, attribute);
            case StunAttribute.REALM -> realm = first(realm, attribute);
            case StunAttribute.NONCE -> nonce = first(nonce, attribute);
            case StunAttribute.XOR_MAPPED_ADDRESS -> mappedAddress = first(mappedAddress, attribute);
            case StunAttribute.PRIORITY -> priority = first(priority, attribute);
            case StunAttribute.USE_CANDIDATE -> useCandidate = first(useCandidate, attribute);
            case StunAttribute.SOFTWARE -> software = first(software, attribute);
            case StunAttribute.FINGERPRINT -> fingerprint = attribute;
            case StunAttribute.ICE_CONTROLLED -> iceControlled = first(iceControlled, attribute);
            case StunAttribute.ICE_CONTROLLING -> iceControlling = first(iceControlling, attribute);
            case StunAttribute.MAPPED_ADDRESS -> {} // a classic server's answer: XOR-MAPPED-ADDRESS stands beside it
            default -> {
                if (StunAttribute.comprehensionRequired(type) && unknownCount < MAX_UNKNOWN) {
                    unknown[unknownCount++] = type;
                }
            }
        }
        return possible(type, attribute, length);
    }

    private static int first(int known, int attribute) {
        return known == ABSENT ? attribute : known;
    }

    private boolean possible(int type, int attribute, int length) {
        return switch (type) {
            case StunAttribute.MESSAGE_INTEGRITY -> length == MessageIntegrity.LENGTH;
            case StunAttribute.FINGERPRINT, StunAttribute.PRIORITY -> length == 4;
            case StunAttribute.USE_CANDIDATE -> length == 0;
            case StunAttribute.ICE_CONTROLLED, StunAttribute.ICE_CONTROLLING -> length == 8;
            case StunAttribute.USERNAME -> length <= MAX_USERNAME_LENGTH;
            case StunAttribute.ERROR_CODE -> length >= 4;
            case StunAttribute.UNKNOWN_ATTRIBUTES -> (length & 1) == 0;
            case StunAttribute.XOR_MAPPED_ADDRESS ->
                (length == 8 && bytes[attribute + 5] == FAMILY_IPV4)
                        || (length == 20 && bytes[attribute + 5] == FAMILY_IPV6);
            default -> true;
        };
    }

    public StunClass messageClass() {
        int type = Bytes.u16(bytes, offset);
        boolean high = (type & 0x100) != 0;
        boolean low = (type & 0x010) != 0;
        if (high) {
            return low ? StunClass.ERROR_RESPONSE : StunClass.SUCCESS_RESPONSE;
        }
        return low ? StunClass.INDICATION : StunClass.REQUEST;
    }

    /** The method, 12 bits: {@link #BINDING} is the only one that ICE uses. */
    public int method() {
        int type = Bytes.u16(bytes, offset);
        return (type & 0x00F) | (type & 0x0E0) >> 1 | (type & 0x3E00) >> 2;
    }

    /** A copy of the 12 bytes. */
    public byte[] transactionId() {
        return Arrays.copyOfRange(bytes, offset + 8, offset + HEADER_LENGTH);
    }

    /** Copies the 12 bytes. */
    void copyTransactionId(byte[] target, int at) {
        System.arraycopy(bytes, offset + 8, target, at, TRANSACTION_ID_LENGTH);
    }

    /** Whether this message belongs to the transaction with these 12 bytes. */
    public boolean hasTransactionId(byte[] transactionId) {
        return Arrays.equals(bytes, offset + 8, offset + HEADER_LENGTH, transactionId, 0, TRANSACTION_ID_LENGTH);
    }

    public @Nullable String username() {
        return text(username);
    }

    /** The user name's bytes compared with an ASCII text, without making a string of them. */
    public boolean usernameStartsWith(String ascii) {
        int length = ascii.length();
        if (username == ABSENT || Bytes.u16(bytes, username + 2) < length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[username + 4 + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the user name is exactly this ASCII text. */
    public boolean usernameEquals(String ascii) {
        return usernameStartsWith(ascii) && Bytes.u16(bytes, username + 2) == ascii.length();
    }

    public boolean hasUsername() {
        return username != ABSENT;
    }

    public @Nullable String realm() {
        return text(realm);
    }

    public @Nullable String nonce() {
        return text(nonce);
    }

    public @Nullable String software() {
        return text(software);
    }

    private @Nullable String text(int attribute) {
        return attribute == ABSENT ? null : new String(bytes, attribute + 4, Bytes.u16(bytes, attribute + 2), UTF_8);
    }

    /** The candidate priority that the check would give a peer-reflexive candidate, unsigned; -1 when absent. */
    public long priority() {
        return priority == ABSENT ? -1 : Bytes.u32(bytes, priority + 4);
    }

    /** Whether the check nominates its pair. */
    public boolean useCandidate() {
        return useCandidate != ABSENT;
    }

    public boolean hasIceControlled() {
        return iceControlled != ABSENT;
    }

    public boolean hasIceControlling() {
        return iceControlling != ABSENT;
    }

    /** The unsigned 64-bit tie-breaker of ICE-CONTROLLING or else ICE-CONTROLLED; 0 when neither is there. */
    public long tieBreaker() {
        int attribute = iceControlling != ABSENT ? iceControlling : iceControlled;
        return attribute == ABSENT ? 0 : Bytes.i64(bytes, attribute + 4);
    }

    /** XOR-MAPPED-ADDRESS, IPv4 or IPv6 (RFC 8489 section 14.2). */
    public @Nullable InetSocketAddress mappedAddress() {
        if (mappedAddress == ABSENT) {
            return null;
        }
        int length = Bytes.u16(bytes, mappedAddress + 2) - 4;
        byte[] address = new byte[length];
        for (int i = 0; i < length; i++) {
            // The cookie and the transaction identifier, which follow each other in the header, are the mask.
            address[i] = (byte) (bytes[mappedAddress + 8 + i] ^ bytes[offset + 4 + i]);
        }
        int port = Bytes.u16(bytes, mappedAddress + 6) ^ (MAGIC_COOKIE >>> 16);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address has 4 or 16 bytes", e);
        }
    }

    /** ERROR-CODE's number, 300 to 699 when the sender keeps to the RFC; -1 when absent. */
    public int errorCode() {
        return errorCode == ABSENT ? -1 : (bytes[errorCode + 6] & 7) * 100 + Bytes.u8(bytes, errorCode + 7);
    }

    public @Nullable String reasonPhrase() {
        return errorCode == ABSENT
                ? null
                : new String(bytes, errorCode + 8, Bytes.u16(bytes, errorCode + 2) - 4, UTF_8);
    }

    /** The types that an error response 420 complains of; empty when there is no UNKNOWN-ATTRIBUTES. */
    public int[] unknownAttributes() {
        if (unknownAttributes == ABSENT) {
            return new int[0];
        }
        int[] types = new int[Bytes.u16(bytes, unknownAttributes + 2) / 2];
        Arrays.setAll(types, i -> Bytes.u16(bytes, unknownAttributes + 4 + 2 * i));
        return types;
    }

    /** How many attributes here must be understood and are not: for a request that means 420. At most 16 are counted. */
    public int unknownRequiredCount() {
        return unknownCount;
    }

    /** The type of one of them, 0 to {@link #unknownRequiredCount()} - 1. */
    int unknownRequired(int index) {
        return unknown[index];
    }

    public boolean hasMessageIntegrity() {
        return messageIntegrity != ABSENT;
    }

    /** Whether MESSAGE-INTEGRITY is there and right under this key. */
    public boolean verifies(MessageIntegrity key) {
        return messageIntegrity != ABSENT && key.verify(bytes, offset, messageIntegrity);
    }

    public boolean hasFingerprint() {
        return fingerprint != ABSENT;
    }

    /** Whether FINGERPRINT is there and right. */
    public boolean fingerprintMatches() {
        return fingerprint != ABSENT
                && Bytes.i32(bytes, fingerprint + 4) == Fingerprint.compute(bytes, offset, fingerprint);
    }
}
