package offhook.sip.digest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Digest challenge: the value of WWW-Authenticate or Proxy-Authenticate (RFC 7616 3.3).
 *
 * @param qop lower-case tokens in the server's order; empty in a challenge of the days of RFC 2069
 * @param opaque null when there is none
 */
public record Challenge(
        String realm,
        String nonce,
        DigestAlgorithm algorithm,
        List<String> qop,
        @Nullable String opaque,
        boolean stale) {
    static final String AUTH = "auth";
    static final String AUTH_INT = "auth-int";

    public Challenge {
        qop = List.copyOf(qop);
    }

    /** Empty for another scheme, an unknown algorithm, a qop that is unknown, or a malformed text: all are skipped. */
    public static Optional<Challenge> parse(String text) {
        Optional<AuthParameters> parsed = AuthParameters.parse(text.strip());
        if (parsed.isEmpty() || !parsed.get().has("realm") || !parsed.get().has("nonce")) {
            return Optional.empty();
        }
        AuthParameters parameters = parsed.get();
        Optional<DigestAlgorithm> algorithm =
                DigestAlgorithm.named(parameters.has("algorithm") ? parameters.value("algorithm") : "MD5");
        List<String> qop = qopTokens(parameters.value("qop"));
        if (algorithm.isEmpty() || (!qop.isEmpty() && !qop.contains(AUTH) && !qop.contains(AUTH_INT))) {
            return Optional.empty();
        }
        return Optional.of(new Challenge(
                parameters.value("realm"),
                parameters.value("nonce"),
                algorithm.get(),
                qop,
                parameters.has("opaque") ? parameters.value("opaque") : null,
                parameters.value("stale").equalsIgnoreCase("true")));
    }

    private static List<String> qopTokens(String text) {
        List<String> tokens = new ArrayList<>();
        for (String token : text.split(",", -1)) {
            if (!token.isBlank()) {
                tokens.add(token.strip().toLowerCase(Locale.ROOT));
            }
        }
        return tokens;
    }

    /** The header's value. */
    @Override
    public String toString() {
        return "Digest realm=" + AuthParameters.quote(realm)
                + ", nonce=" + AuthParameters.quote(nonce)
                + (opaque == null ? "" : ", opaque=" + AuthParameters.quote(opaque))
                + (stale ? ", stale=true" : "")
                + ", algorithm=" + algorithm.token()
                + (qop.isEmpty() ? "" : ", qop=\"" + String.join(",", qop) + "\"");
    }
}
