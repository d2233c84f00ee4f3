package offhook.media.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * A certificate's hash as {@code a=fingerprint} carries it (RFC 8122 section 5). Two of them are equal when they print
 * the same.
 */
public final class Fingerprint {
    /** Hash functions understood, by the names of RFC 8122, each with its length in bytes; the others are too weak. */
    private enum Hash {
        SHA_1("sha-1", 20),
        SHA_224("sha-224", 28),
        SHA_256("sha-256", 32),
        SHA_384("sha-384", 48),
        SHA_512("sha-512", 64);

        private final String token;
        private final int length;

        Hash(String token, int length) {
            this.token = token;
            this.length = length;
        }
    }

    private static final HexFormat HEX = HexFormat.ofDelimiter(":").withUpperCase();

    private final Hash hash;
    private final byte[] value;

    private Fingerprint(Hash hash, byte[] value) {
        this.hash = hash;
        this.value = value;
    }

    /** The SHA-256 fingerprint of a certificate in DER. */
    public static Fingerprint sha256(byte[] certificate) {
        return new Fingerprint(Hash.SHA_256, digest(Hash.SHA_256, certificate));
    }

    /**
     * Reads {@code sha-256 AA:BB:..}, in either case.
     *
     * @return empty when it is malformed, of a wrong length, or of a hash function that is not trusted here
     */
    public static Optional<Fingerprint> parse(String text) {
        int space = text.indexOf(' ');
        if (space < 0) {
            return Optional.empty();
        }
        String token = text.substring(0, space).toLowerCase(Locale.ROOT);
        String hex = text.substring(space + 1).strip();
        for (Hash hash : Hash.values()) {
            if (hash.token.equals(token) && hex.length() == 3 * hash.length - 1) {
                try {
                    return Optional.of(new Fingerprint(hash, HEX.parseHex(hex)));
                } catch (IllegalArgumentException malformed) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** The hash function by its name in RFC 8122, such as {@code sha-256}. */
    public String algorithm() {
        return hash.token;
    }

    /** Whether this is the fingerprint of that certificate (DER). Takes the same time wherever the difference lies. */
    public boolean matches(byte[] certificate) {
        return MessageDigest.isEqual(value, digest(hash, certificate));
    }

    /** The text for {@code a=fingerprint}: {@code sha-256 AA:BB:..}. */
    public String print() {
        return hash.token + ' ' + HEX.formatHex(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that && hash == that.hash && MessageDigest.isEqual(value, that.value);
    }

    @Override
    public int hashCode() {
        return value[0] << 24 | (value[1] & 0xFF) << 16 | (value[2] & 0xFF) << 8 | (value[3] & 0xFF);
    }

    @Override
    public String toString() {
        return print();
    }

    private static byte[] digest(Hash hash, byte[] certificate) {
        try {
            return MessageDigest.getInstance(hash.token.toUpperCase(Locale.ROOT))
                    .digest(certificate);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has " + hash.token, impossible);
        }
    }
}
