package offhook.sip.digest;

import java.util.Locale;

/** The sums of RFC 7616 3.4.1 to 3.4.3. All text counts as UTF-8. */
final class DigestCalculation {
    private DigestCalculation() {}

    /** What one answer stands on. {@code qop} empty: as in RFC 2069, without nonce count and cnonce. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier between two neighbours, never compared
    record Inputs(
            DigestAlgorithm algorithm,
            String realm,
            String nonce,
            String qop,
            String nonceCount,
            String cnonce,
            String method,
            String uri,
            byte[] body) {}

    static String response(Credentials credentials, Inputs in) {
        DigestAlgorithm algorithm = in.algorithm();
        String ha1 = algorithm.hash(credentials.user() + ":" + in.realm() + ":" + credentials.password());
        if (algorithm.isSession()) {
            ha1 = algorithm.hash(ha1 + ":" + in.nonce() + ":" + in.cnonce());
        }
        String a2 = in.method() + ":" + in.uri();
        if (in.qop().equals(Challenge.AUTH_INT)) {
            a2 += ":" + algorithm.hash(in.body());
        }
        String ha2 = algorithm.hash(a2);
        if (in.qop().isEmpty()) {
            return algorithm.hash(ha1 + ":" + in.nonce() + ":" + ha2);
        }
        return algorithm.hash(String.join(":", ha1, in.nonce(), in.nonceCount(), in.cnonce(), in.qop(), ha2));
    }

    /** A nonce count as printed: eight lower-case hexadecimal digits. */
    static String nonceCount(int count) {
        return String.format(Locale.ROOT, "%08x", count);
    }
}
