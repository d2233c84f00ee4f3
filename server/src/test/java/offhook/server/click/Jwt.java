package offhook.server.click;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens as a site's backend would, with nothing but the JDK. */
final class Jwt {
    static final String SECRET = "0123456789abcdef0123456789abcdef";

    private Jwt() {}

    static String hs256(String header, String claims, byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            String signed = part(header) + "." + part(claims);
            return signed + "." + part(mac.doFinal(bytes(signed)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** With {@link #SECRET} and the key's name {@code k1}. */
    static String hs256(String claims) {
        return hs256("{\"alg\":\"HS256\",\"kid\":\"k1\"}", claims, bytes(SECRET));
    }

    static String es256(String header, String claims, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(key);
            String signed = part(header) + "." + part(claims);
            signature.update(bytes(signed));
            return signed + "." + part(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static KeyPair keyPair(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String pem(KeyPair pair) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    static String part(String text) {
        return part(bytes(text));
    }

    static String part(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
