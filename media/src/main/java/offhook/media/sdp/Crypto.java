package offhook.media.sdp;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The value of {@code a=crypto} (RFC 4568 9.1) with one key that is given inline. Its text never shows the key.
 *
 * @param tag which of a section's lines this is, 0 to 999 999 999; an answer repeats that of the line that it takes
 * @param suite such as {@code AES_CM_128_HMAC_SHA1_80}
 * @param keyAndSalt master key and master salt, one behind the other; mostly 30 bytes
 * @param lifetimePackets how many packets the key may be used for, at most 2^48; 0 when it is not said
 * @param mki the master key identifier that each packet bears, up to 128 bytes; empty when there is none
 * @param sessionParameters such as {@code WSH=1024} or {@code UNENCRYPTED_SRTCP}
 */
@SuppressWarnings("ArrayRecordComponent") // Key material is handed on once and compared by nobody.
public record Crypto(
        int tag, String suite, byte[] keyAndSalt, long lifetimePackets, byte[] mki, List<String> sessionParameters) {
    static final String ATTRIBUTE = "crypto";

    private static final int MAX_TAG = 999_999_999;
    private static final String INLINE = "inline:";
    private static final int MAX_LIFETIME_LOG2 = 48;
    private static final int MAX_MKI_BYTES = 128;

    public Crypto {
        Line.checkWord(suite);
        sessionParameters.forEach(Line::checkWord);
        sessionParameters = List.copyOf(sessionParameters);
    }

    /** A line with nothing but a key. */
    public Crypto(int tag, String suite, byte[] keyAndSalt) {
        this(tag, suite, keyAndSalt, 0, new byte[0], List.of());
    }

    /** Empty when the text cannot be read, or has several keys, which nobody offers in the field. */
    public static Optional<Crypto> parse(String text) {
        List<String> words = Line.words(text);
        int tag = words.size() < 3 ? -1 : Numbers.parse(words.getFirst(), MAX_TAG);
        // The method's name is compared as ABNF has it (RFC 5234 2.3): without regard to case.
        if (tag < 0 || !words.get(2).regionMatches(true, 0, INLINE, 0, INLINE.length())) {
            return Optional.empty();
        }
        String[] parts = words.get(2).substring(INLINE.length()).split("\\|", -1);
        try {
            byte[] keyAndSalt = Base64.getDecoder().decode(parts[0]);
            int next = 1;
            long lifetimePackets = 0;
            if (next < parts.length && parts[next].indexOf(':') < 0) {
                lifetimePackets = lifetime(parts[next++]);
            }
            byte[] mki = next < parts.length ? mki(parts[next++]) : new byte[0];
            return next < parts.length
                    ? Optional.empty()
                    : Optional.of(new Crypto(
                            tag, words.get(1), keyAndSalt, lifetimePackets, mki, words.subList(3, words.size())));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    public String print() {
        List<String> parts = new ArrayList<>();
        parts.add(INLINE + Base64.getEncoder().encodeToString(keyAndSalt));
        if (lifetimePackets > 0) {
            parts.add(
                    Long.bitCount(lifetimePackets) == 1
                            ? "2^" + Long.numberOfTrailingZeros(lifetimePackets)
                            : Long.toString(lifetimePackets));
        }
        if (mki.length > 0) {
            parts.add(new BigInteger(1, mki) + ":" + mki.length);
        }
        List<String> words = new ArrayList<>(List.of(Integer.toString(tag), suite, String.join("|", parts)));
        words.addAll(sessionParameters);
        return String.join(" ", words);
    }

    public Attribute attribute() {
        return new Attribute(ATTRIBUTE, print());
    }

    @Override
    public String toString() {
        return "Crypto[" + tag + " " + suite + "]";
    }

    private static long lifetime(String text) {
        if (text.startsWith("2^")) {
            int log2 = Numbers.parse(text.substring(2), MAX_LIFETIME_LOG2);
            if (log2 < 0) {
                throw new IllegalArgumentException("no lifetime");
            }
            return 1L << log2;
        }
        long packets = Long.parseLong(text);
        if (packets < 1 || packets > 1L << MAX_LIFETIME_LOG2) {
            throw new IllegalArgumentException("no lifetime");
        }
        return packets;
    }

    /** Identifier and length in bytes, which is filled up with zeros in front. */
    private static byte[] mki(String text) {
        int colon = text.indexOf(':');
        int length = Numbers.parse(text.substring(colon + 1), MAX_MKI_BYTES);
        // No more digits than the longest identifier has: what is longer need not be reckoned with.
        if (colon < 1 || colon > 3 * MAX_MKI_BYTES || length < 1 || text.charAt(0) == '-' || text.charAt(0) == '+') {
            throw new IllegalArgumentException("no master key identifier");
        }
        byte[] value = new BigInteger(text.substring(0, colon)).toByteArray();
        int zeros = value.length > 1 && value[0] == 0 ? 1 : 0; // a sign that is not part of it
        if (value.length - zeros > length) {
            throw new IllegalArgumentException("the master key identifier is longer than it says");
        }
        byte[] mki = new byte[length];
        System.arraycopy(value, zeros, mki, length - value.length + zeros, value.length - zeros);
        return mki;
    }
}
