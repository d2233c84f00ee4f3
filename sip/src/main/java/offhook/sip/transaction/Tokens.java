package offhook.sip.transaction;

import java.util.random.RandomGenerator;
import offhook.sip.message.ViaHeader;

/**
 * Names that nobody else chooses: branches, tags and Call-IDs (RFC 3261 sections 8.1.1.4, 8.1.1.7 and 19.3). Each carries
 * its owner's mark, so that whoever gets the message back can tell whose it is, and 100 random bits. Single owner, not
 * thread-safe.
 */
public final class Tokens {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int RANDOM_LETTERS = 20;

    private final String mark;
    private final RandomGenerator random;

    /**
     * @param mark letters, digits, dots and dashes that stand first in each token; may be empty
     * @param random must be hard to guess in production: who guesses a tag can end a call
     */
    public Tokens(String mark, RandomGenerator random) {
        this.mark = mark;
        this.random = random;
    }

    /** A new branch for a Via header. */
    public String branch() {
        return ViaHeader.MAGIC_COOKIE + tag();
    }

    /** A new From or To tag. */
    public String tag() {
        return append(new StringBuilder(mark)).toString();
    }

    /** A new Call-ID. It names no host: that would tell the far side our address for nothing. */
    public String callId() {
        return tag();
    }

    private StringBuilder append(StringBuilder text) {
        long bits = random.nextLong();
        for (int letter = 0; letter < RANDOM_LETTERS; letter++) {
            if (letter == RANDOM_LETTERS / 2) {
                bits = random.nextLong();
            }
            text.append(ALPHABET.charAt((int) (bits & 31)));
            bits >>>= 5;
        }
        return text;
    }
}
