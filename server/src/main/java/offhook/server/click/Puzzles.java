package offhook.server.click;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import offhook.call.EndReason;
import offhook.server.signalling.GrantRefused;

/**
 * Proofs of work. A puzzle carries its own expiry under our signature, so that nothing is remembered of one that nobody
 * solves. Immutable; from any thread.
 */
final class Puzzles {
    /** Some 260 thousand hashes: a second of a telephone's time, nothing to one visitor and a lot to a thousand calls. */
    static final int BITS = 18;

    static final int LIFETIME_SECONDS = 300;

    private static final int NONCE_CHARACTERS = 64;
    private static final int RANDOM_BYTES = 12;
    private static final int KEY_BYTES = 32;

    /** With ten digits of a nonce a puzzle fits into one block of SHA-256, which halves what honest visitors wait. */
    private static final int SIGNATURE_BYTES = 16;

    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]{22})\\.([A-Za-z0-9_-]{22})");

    private final RandomGenerator random;
    private final SecretKeySpec key;

    Puzzles(RandomGenerator random) {
        this.random = random;
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        key = new SecretKeySpec(secret, "HmacSHA256");
    }

    /**
     * A puzzle that was solved.
     *
     * @param id by which it is known when it comes again
     * @param expiresSeconds the last second in which it counts
     */
    record Solved(String id, long expiresSeconds) {}

    /** A puzzle for one line. */
    Challenge.Work make(String line, long nowSeconds) {
        byte[] drawn = new byte[RANDOM_BYTES];
        random.nextBytes(drawn);
        String content = Texts.base64(ByteBuffer.allocate(Integer.BYTES + RANDOM_BYTES)
                .putInt((int) (nowSeconds + LIFETIME_SECONDS))
                .put(drawn)
                .array());
        return new Challenge.Work(content + "." + signature(line, content), BITS);
    }

    /** @throws GrantRefused {@link EndReason#CHALLENGE_FAILED} */
    Solved check(String line, String puzzle, String nonce, long nowSeconds) {
        Matcher parts = FORM.matcher(puzzle);
        if (!parts.matches() || !Texts.same(signature(line, parts.group(1)), parts.group(2))) {
            throw failed("puzzle", "This is not a puzzle of this server for this line.");
        }
        byte[] content = Base64.getUrlDecoder().decode(parts.group(1));
        long expires = Integer.toUnsignedLong(ByteBuffer.wrap(content).getInt());
        if (nowSeconds > expires) {
            throw failed("puzzle", "The puzzle was solved too late; please ask for another.");
        }
        if (nonce.length() > NONCE_CHARACTERS || zeroBits(Texts.digest("SHA-256", puzzle + nonce)) < BITS) {
            throw failed("nonce", "The puzzle is not solved.");
        }
        return new Solved(parts.group(1), expires);
    }

    /** How many bits before the first one that is set. */
    static int zeroBits(byte[] hash) {
        int bits = 0;
        for (byte one : hash) {
            if (one != 0) {
                return bits + Integer.numberOfLeadingZeros(one & 0xff) - (Integer.SIZE - Byte.SIZE);
            }
            bits += Byte.SIZE;
        }
        return bits;
    }

    private String signature(String line, String content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] whole = mac.doFinal((content + "." + line).getBytes(StandardCharsets.UTF_8));
            return Texts.base64(Arrays.copyOf(whole, SIGNATURE_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no HMAC with SHA-256", e);
        }
    }

    private static GrantRefused failed(String field, String text) {
        return new GrantRefused(EndReason.CHALLENGE_FAILED, field, text);
    }
}
