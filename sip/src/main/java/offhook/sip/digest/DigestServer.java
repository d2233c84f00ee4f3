package offhook.sip.digest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipSyntaxException;
import offhook.sip.message.SipUri;

/**
 * The side that challenges (RFC 7616 3.3 and 3.4), with qop auth.
 *
 * <p>A nonce carries its time of issue and a signature, so challenging costs no memory. Only a nonce with which somebody
 * has proved a password takes a place in a bounded table, which keeps the highest nonce count seen.
 *
 * <pre>
 *  0               8              16                              32 bytes, printed in hexadecimal digits
 *  +---------------+---------------+-------------------------------+
 *  | issued, nanos |    random     | HMAC-SHA-256 of both, cut     |
 *  +---------------+---------------+-------------------------------+
 * </pre>
 *
 * <p>Not thread-safe: one owner.
 */
public final class DigestServer {
    /** How long a nonce is good for. */
    public static final long NONCE_LIFETIME_NANOS = 300_000_000_000L;

    /** The most nonces in use whose counts are remembered; of more, the oldest becomes stale. */
    public static final int MAX_NONCES_IN_USE = 4096;

    private static final int SIGNED_BYTES = 16;
    private static final int NONCE_BYTES = 32;
    private static final int SECRET_BYTES = 32;

    /** Where passwords come from. */
    public interface Passwords {
        /** The password of a user; empty for an unknown one. */
        Optional<String> of(String user);
    }

    /** What a request proved. */
    public sealed interface Verdict {
        /** The user knows the password. */
        record Accepted(String user) implements Verdict {}

        /** There are no credentials for this realm, or none that can be read: challenge. */
        record Missing() implements Verdict {}

        /** The nonce is old, unknown or its count was used: challenge with {@code stale=true}. */
        record Stale() implements Verdict {}

        /** The user is unknown, the password wrong, or the credentials are for another request. */
        record Refused(String user) implements Verdict {}
    }

    private final String realm;
    private final List<DigestAlgorithm> algorithms;
    private final RandomGenerator random;
    private final Mac signature;
    private final Map<String, Integer> highestCounts = new LinkedHashMap<>();
    /** Nonces issued until then and not in the table may have been used: they count as stale. */
    private long forgottenUntilNanos = Long.MIN_VALUE;

    /** @param random also makes the signing key, so it has to be unpredictable outside of tests */
    public DigestServer(String realm, RandomGenerator random) {
        this(realm, List.of(DigestAlgorithm.SHA_256, DigestAlgorithm.MD5), random);
    }

    /**
     * @param algorithms to offer and accept, the preferred first. A phone that knows MD5 alone should pass over other
     *     challenges (RFC 8760 2.4), but some give up at the first that they do not know
     */
    public DigestServer(String realm, List<DigestAlgorithm> algorithms, RandomGenerator random) {
        this.realm = realm;
        this.algorithms = List.copyOf(algorithms);
        this.random = random;
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        try {
            signature = Mac.getInstance("HmacSHA256");
            signature.init(new SecretKeySpec(secret, "HmacSHA256"));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no HmacSHA256", missing);
        }
    }

    /**
     * A 401 or 407 with one challenge for each algorithm, the preferred first (RFC 8760 2.3).
     *
     * @param status 401 or 407
     */
    public SipResponse challenge(SipRequest request, int status, boolean stale, String toTag, long nowNanos) {
        String header = status == SipStatus.PROXY_AUTHENTICATION_REQUIRED
                ? HeaderName.PROXY_AUTHENTICATE
                : HeaderName.WWW_AUTHENTICATE;
        SipResponse response = SipResponse.answering(request, status, toTag);
        Headers headers = response.headers();
        for (DigestAlgorithm algorithm : algorithms) {
            Challenge challenge =
                    new Challenge(realm, issue(nowNanos), algorithm, List.of(Challenge.AUTH), null, stale);
            headers = headers.append(header, challenge);
        }
        return response.with(headers);
    }

    /**
     * Judges the credentials of a request.
     *
     * @param status 401 looks at Authorization, 407 at Proxy-Authorization
     */
    public Verdict verify(SipRequest request, int status, Passwords passwords, long nowNanos) {
        String header = status == SipStatus.PROXY_AUTHENTICATION_REQUIRED
                ? HeaderName.PROXY_AUTHORIZATION
                : HeaderName.AUTHORIZATION;
        for (String value : request.headers().all(header)) {
            Optional<AuthParameters> answer = AuthParameters.parse(value);
            if (answer.isPresent() && answer.get().value("realm").equals(realm)) {
                return judge(answer.get(), request, passwords, nowNanos);
            }
        }
        return new Verdict.Missing();
    }

    private Verdict judge(AuthParameters answer, SipRequest request, Passwords passwords, long nowNanos) {
        Optional<DigestAlgorithm> algorithm = DigestAlgorithm.named(
                        answer.has("algorithm") ? answer.value("algorithm") : "MD5")
                .filter(algorithms::contains);
        String user = answer.value("username");
        String nonce = answer.value("nonce");
        String count = answer.value("nc");
        if (algorithm.isEmpty() || !answer.value("qop").equalsIgnoreCase(Challenge.AUTH) || !isCount(count)) {
            return new Verdict.Refused(user);
        }
        if (!isCurrent(nonce, nowNanos)) {
            return new Verdict.Stale();
        }
        Optional<String> password = passwords.of(user);
        if (password.isEmpty() || !isFor(request, answer.value("uri"))) {
            return new Verdict.Refused(user);
        }
        String expected = DigestCalculation.response(
                new Credentials(user, password.get()),
                new DigestCalculation.Inputs(
                        algorithm.get(),
                        realm,
                        nonce,
                        answer.value("qop"),
                        count,
                        answer.value("cnonce"),
                        request.method(),
                        answer.value("uri"),
                        request.body()));
        if (!MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII),
                answer.value("response").getBytes(StandardCharsets.US_ASCII))) {
            return new Verdict.Refused(user);
        }
        return countUp(nonce, Integer.parseUnsignedInt(count, 16)) ? new Verdict.Accepted(user) : new Verdict.Stale();
    }

    private static boolean isCount(String text) {
        return text.length() == 8 && text.chars().allMatch(c -> c < 128 && Character.digit(c, 16) >= 0);
    }

    /** The uri has to name what the request names (RFC 7616 3.4); its writing may differ. */
    private static boolean isFor(SipRequest request, String uri) {
        try {
            return uri.equals(request.uri().toString()) || SipUri.parse(uri).matches(request.uri());
        } catch (SipSyntaxException malformed) {
            return false;
        }
    }

    private String issue(long nowNanos) {
        byte[] nonce = new byte[NONCE_BYTES];
        ByteBuffer.wrap(nonce).putLong(nowNanos).putLong(random.nextLong());
        sign(nonce);
        return HexFormat.of().formatHex(nonce);
    }

    private void sign(byte[] nonce) {
        byte[] mac = signature.doFinal(Arrays.copyOf(nonce, SIGNED_BYTES));
        System.arraycopy(mac, 0, nonce, SIGNED_BYTES, NONCE_BYTES - SIGNED_BYTES);
    }

    private boolean isCurrent(String nonce, long nowNanos) {
        if (nonce.length() != 2 * NONCE_BYTES || !nonce.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0)) {
            return false;
        }
        byte[] given = HexFormat.of().parseHex(nonce);
        byte[] signed = given.clone();
        sign(signed);
        long age = nowNanos - issuedAt(nonce);
        return MessageDigest.isEqual(given, signed) && age >= 0 && age < NONCE_LIFETIME_NANOS;
    }

    private static long issuedAt(String nonce) {
        return HexFormat.fromHexDigitsToLong(nonce, 0, 16);
    }

    /** Whether this count is above all counts seen with the nonce. */
    private boolean countUp(String nonce, int count) {
        Integer highest = highestCounts.get(nonce);
        if (highest == null && issuedAt(nonce) <= forgottenUntilNanos) {
            return false;
        }
        if (highest != null && Integer.compareUnsigned(count, highest) <= 0) {
            return false;
        }
        highestCounts.put(nonce, count);
        if (highestCounts.size() > MAX_NONCES_IN_USE) {
            String oldest = highestCounts.keySet().iterator().next();
            highestCounts.remove(oldest);
            forgottenUntilNanos = Math.max(forgottenUntilNanos, issuedAt(oldest));
        }
        return true;
    }
}
