package offhook.media.ice;

import java.util.random.RandomGenerator;

/**
 * One side's user name fragment and password (RFC 8445 section 5.3).
 *
 * @param ufrag 4 to 256 characters
 * @param password 22 to 256 characters
 */
public record IceCredentials(String ufrag, String password) {
    public static final int MIN_UFRAG_LENGTH = 4;
    public static final int MIN_PASSWORD_LENGTH = 22;
    public static final int MAX_LENGTH = 256;

    private static final String ICE_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final int OUR_UFRAG_LENGTH = 8;
    private static final int OUR_PASSWORD_LENGTH = 24;

    /** @throws IllegalArgumentException when either is {@linkplain #acceptable not acceptable} */
    public IceCredentials {
        if (!acceptable(ufrag, MIN_UFRAG_LENGTH)) {
            throw new IllegalArgumentException("An ICE ufrag must have 4 to 256 visible characters and no colon");
        }
        if (!acceptable(password, MIN_PASSWORD_LENGTH)) {
            throw new IllegalArgumentException("An ICE password must have 22 to 256 visible characters and no colon");
        }
    }

    /** Whether a peer's values will do. More characters than the RFC's ice-char pass, as some peers send them. */
    public static boolean acceptable(String ufrag, String password) {
        return acceptable(ufrag, MIN_UFRAG_LENGTH) && acceptable(password, MIN_PASSWORD_LENGTH);
    }

    private static boolean acceptable(String text, int minLength) {
        return text.length() >= minLength
                && text.length() <= MAX_LENGTH
                && text.chars().allMatch(c -> c > ' ' && c < 0x7F && c != ':');
    }

    /** New ones of our own: 48 and 144 random bits. The generator must be a cryptographic one in production. */
    public static IceCredentials generate(RandomGenerator random) {
        return new IceCredentials(text(random, OUR_UFRAG_LENGTH), text(random, OUR_PASSWORD_LENGTH));
    }

    private static String text(RandomGenerator random, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ICE_CHARACTERS.charAt(random.nextInt(ICE_CHARACTERS.length())));
        }
        return text.toString();
    }

    /** Without the password, which would otherwise end up in logs. */
    @Override
    public String toString() {
        return "IceCredentials[ufrag=" + ufrag + "]";
    }
}
