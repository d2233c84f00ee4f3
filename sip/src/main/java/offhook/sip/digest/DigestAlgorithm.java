package offhook.sip.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The hash functions of RFC 7616 and RFC 8760, from the weakest to the strongest. */
public enum DigestAlgorithm {
    MD5("MD5", "MD5", false),
    MD5_SESS("MD5-sess", "MD5", true),
    SHA_256("SHA-256", "SHA-256", false),
    SHA_256_SESS("SHA-256-sess", "SHA-256", true),
    SHA_512_256("SHA-512-256", "SHA-512/256", false),
    SHA_512_256_SESS("SHA-512-256-sess", "SHA-512/256", true);

    private final String token;
    private final String hashName;
    private final boolean session;

    DigestAlgorithm(String token, String hashName, boolean session) {
        this.token = token;
        this.hashName = hashName;
        this.session = session;
    }

    /** The value of the {@code algorithm} parameter. */
    public String token() {
        return token;
    }

    /** Whether A1 is bound to the nonce and the cnonce (RFC 7616 3.4.2). */
    public boolean isSession() {
        return session;
    }

    /** The algorithm of this name, whatever its case; empty for an unknown one. */
    public static Optional<DigestAlgorithm> named(String token) {
        for (DigestAlgorithm algorithm : values()) {
            if (algorithm.token.equalsIgnoreCase(token)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** H(text) in lower-case hexadecimal digits. */
    String hash(String text) {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }

    String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(hashName).digest(bytes));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this Java has no " + hashName, missing);
        }
    }
}
