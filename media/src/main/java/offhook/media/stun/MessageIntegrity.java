package offhook.media.stun;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import offhook.media.wire.Bytes;

/**
 * MESSAGE-INTEGRITY under one key (RFC 8489 section 14.5): an HMAC-SHA1 over the message up to the attribute, with the
 * header's length counted as if the attribute were the last.
 *
 * <p>Not thread-safe: it works in buffers of its own.
 */
public final class MessageIntegrity {
    /** Bytes of the HMAC. */
    public static final int LENGTH = 20;

    private final Mac mac;
    private final byte[] lengthField = new byte[2];
    private final byte[] expected = new byte[LENGTH];

    private MessageIntegrity(byte[] key) {
        try {
            mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has HmacSHA1", e);
        }
    }

    /**
     * The short-term mechanism that ICE uses (RFC 8489 section 9.1).
     *
     * @param password at least one character, already prepared (ICE passwords are plain ASCII)
     */
    public static MessageIntegrity shortTerm(String password) {
        return new MessageIntegrity(password.getBytes(UTF_8));
    }

    /** The long-term mechanism (RFC 8489 section 9.2), its strings already prepared (RFC 8265). */
    public static MessageIntegrity longTerm(String username, String realm, String password) {
        try {
            String joined = username + ":" + realm + ":" + password;
            return new MessageIntegrity(MessageDigest.getInstance("MD5").digest(joined.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has MD5", e);
        }
    }

    /** Writes the HMAC as the value of the attribute that starts at {@code attribute}. */
    void sign(byte[] bytes, int offset, int attribute) {
        compute(bytes, offset, attribute);
        System.arraycopy(expected, 0, bytes, attribute + 4, LENGTH);
    }

    /** Whether the attribute that starts at {@code attribute} is right. Takes the same time wherever they differ. */
    boolean verify(byte[] bytes, int offset, int attribute) {
        compute(bytes, offset, attribute);
        int difference = 0;
        for (int i = 0; i < LENGTH; i++) {
            difference |= expected[i] ^ bytes[attribute + 4 + i];
        }
        return difference == 0;
    }

    private void compute(byte[] bytes, int offset, int attribute) {
        Bytes.put16(lengthField, 0, attribute + 4 + LENGTH - offset - StunMessage.HEADER_LENGTH);
        mac.update(bytes, offset, 2);
        mac.update(lengthField, 0, 2);
        mac.update(bytes, offset + 4, attribute - offset - 4);
        try {
            mac.doFinal(expected, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The buffer has an HMAC's length", e);
        }
    }
}
