package offhook.server.click;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.jwk.Curve;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key that a line's call tokens may be signed with. It is bound to one algorithm, so that a public key can never be
 * taken for a shared secret (RFC 8725 section 3.1).
 */
public final class TokenKey {
    /** RFC 7518 section 3.2: as long as the hash at least. */
    public static final int SHORTEST_SECRET_BYTES = 32;

    private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,64}");
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]*)-----END PUBLIC KEY-----");

    private final String id;
    private final JWSAlgorithm algorithm;
    private final JWSVerifier verifier;

    private TokenKey(String id, JWSAlgorithm algorithm, JWSVerifier verifier) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "a key's name has 1 to 64 printable characters without spaces, not \"" + id + "\"");
        }
        this.id = id;
        this.algorithm = algorithm;
        this.verifier = verifier;
    }

    /**
     * A secret shared with the site's backend, for HS256.
     *
     * @param id as in a token's {@code kid}
     * @param secret 32 bytes or more in UTF-8
     * @throws IllegalArgumentException with a sentence for the operator, without the secret
     */
    public static TokenKey secret(String id, String secret) {
        if (id.equals(CallTokens.OWN_KEY)) {
            throw new IllegalArgumentException("the key's name \"" + id + "\" is this server's own; choose another");
        }
        return secret(id, secret.getBytes(StandardCharsets.UTF_8));
    }

    static TokenKey secret(String id, byte[] secret) {
        if (secret.length < SHORTEST_SECRET_BYTES) {
            throw new IllegalArgumentException("the secret \"" + id + "\" has " + secret.length + " bytes; it needs "
                    + SHORTEST_SECRET_BYTES + " at least, made by: openssl rand -base64 32");
        }
        try {
            return new TokenKey(id, JWSAlgorithm.HS256, new MACVerifier(secret));
        } catch (JOSEException e) {
            throw new IllegalStateException("the JDK has no HMAC with SHA-256", e);
        }
    }

    /**
     * The public half of a key of the site's backend, for ES256.
     *
     * @param id as in a token's {@code kid}
     * @param pem text with a {@code PUBLIC KEY} block: an elliptic-curve key on P-256
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public static TokenKey publicKey(String id, String pem) {
        if (id.equals(CallTokens.OWN_KEY)) {
            throw new IllegalArgumentException("the key's name \"" + id + "\" is this server's own; choose another");
        }
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new IllegalArgumentException(
                    "the key \"" + id + "\" has no PUBLIC KEY block; make one by: openssl pkey -in KEY -pubout");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(block.group(1));
            ECPublicKey key =
                    (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
            if (!Curve.P_256.equals(Curve.forECParameterSpec(key.getParams()))) {
                throw wrongKind(id);
            }
            return new TokenKey(id, JWSAlgorithm.ES256, new ECDSAVerifier(key));
        } catch (GeneralSecurityException | JOSEException e) {
            throw wrongKind(id);
        }
    }

    private static IllegalArgumentException wrongKind(String id) {
        return new IllegalArgumentException("the key \"" + id + "\" is not an elliptic-curve key on P-256; make one by:"
                + " openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    }

    /** Its name in a token's {@code kid}. */
    public String id() {
        return id;
    }

    JWSAlgorithm algorithm() {
        return algorithm;
    }

    JWSVerifier verifier() {
        return verifier;
    }

    /** Never the key. */
    @Override
    public String toString() {
        return "TokenKey[" + id + ", " + algorithm + "]";
    }
}
