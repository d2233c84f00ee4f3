package offhook.media.ice;

import java.util.random.RandomGenerator;

/**
 * One agent's user name fragment and password (RFC 8445 5.3).
 *
 * @param ufrag 4 to 256 ice-chars
 * @param password 22 to 256 ice-chars
 */
public record IceCredentials(String ufrag, String password) {
    private static final String ICE_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /** New credentials: 48 bits of randomness in the fragment, 144 in the password. */
    public static IceCredentials generate(RandomGenerator random) {
        return new IceCredentials(characters(random, 8), characters(random, 24));
    }

    private static String characters(RandomGenerator random, int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(ICE_CHARS.charAt(random.nextInt(ICE_CHARS.length())));
        }
        return text.toString();
    }
}
