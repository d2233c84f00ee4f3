package offhook.server.click;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import offhook.call.EndReason;
import offhook.server.signalling.GrantRefused;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes call tokens: JWTs (RFC 7519) signed with HS256 or ES256. A token is read with the keys of the line that
 * it names and with those alone, so that no site can sign for the line of another. Immutable; from any thread.
 *
 * <p>What this server signs itself it signs with a key of its own, which is made anew at each start.
 */
final class CallTokens {
    /** The {@code kid} of this server's own key. */
    static final String OWN_KEY = "offhook";

    /** Longest token. */
    static final int CHARACTERS = 4_096;

    /** Longest {@code jti}. */
    static final int ID_CHARACTERS = 128;

    private static final int ID_BYTES = 16;

    private final Map<String, Line> lines;
    private final int longestSeconds;
    private final int skewSeconds;
    private final long startedSeconds;
    private final RandomGenerator random;
    private final TokenKey ownKey;
    private final JWSSigner ownSigner;

    /**
     * @param lines by name
     * @param longestSeconds most between {@code iat} and {@code exp}
     * @param skewSeconds how far another clock may be from ours
     * @param startedSeconds since when it is known which tokens were used
     */
    CallTokens(
            Map<String, Line> lines, int longestSeconds, int skewSeconds, long startedSeconds, RandomGenerator random) {
        this.lines = Map.copyOf(lines);
        this.longestSeconds = longestSeconds;
        this.skewSeconds = skewSeconds;
        this.startedSeconds = startedSeconds;
        this.random = random;
        byte[] secret = new byte[TokenKey.SHORTEST_SECRET_BYTES];
        random.nextBytes(secret);
        ownKey = TokenKey.secret(OWN_KEY, secret);
        try {
            ownSigner = new MACSigner(secret);
        } catch (JOSEException e) {
            throw new IllegalStateException("the JDK has no HMAC with SHA-256", e);
        }
    }

    /**
     * A token signed by this server.
     *
     * @param seconds that it lives, 1 or more; shortened to the most that is allowed
     */
    IssuedToken issue(Line line, String destination, String origin, String name, int seconds, long nowSeconds) {
        long expires = nowSeconds + Math.clamp(seconds, 1, longestSeconds);
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("line", line.name());
        claims.put("sub", destination);
        claims.put("origin", origin);
        if (!name.isEmpty()) {
            claims.put("name", name);
        }
        claims.put("iat", nowSeconds);
        claims.put("exp", expires);
        claims.put("jti", Texts.random(random, ID_BYTES));
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(JOSEObjectType.JWT)
                .keyID(OWN_KEY)
                .build();
        JWSObject token = new JWSObject(header, new Payload(claims));
        try {
            token.sign(ownSigner);
        } catch (JOSEException e) {
            throw new IllegalStateException("the JDK has no HMAC with SHA-256", e);
        }
        return new IssuedToken(token.serialize(), expires);
    }

    /**
     * Reads a token and checks its signature and its times, but not what it allows.
     *
     * @throws GrantRefused {@link EndReason#TOKEN_INVALID} or {@link EndReason#TOKEN_EXPIRED}
     */
    CallToken read(String compact, long nowSeconds) {
        if (compact.length() > CHARACTERS) {
            throw invalid("A call token has " + CHARACTERS + " characters at most.");
        }
        JWSObject token;
        Map<String, Object> claims;
        try {
            token = JWSObject.parse(compact);
            Map<String, Object> read = token.getPayload().toJSONObject();
            if (read == null) {
                throw invalid("This is not a call token.");
            }
            claims = read;
        } catch (ParseException | IllegalArgumentException notAToken) {
            throw invalid("This is not a call token that is signed with HS256 or ES256.");
        }
        Line line = lines.get(text(claims, "line"));
        if (line == null || !signed(token, line)) {
            // the same words for both: nobody learns here which lines there are
            throw invalid("The call token is not signed with a key of the line that it names.");
        }
        long expires = seconds(claims, "exp");
        long issued = seconds(claims, "iat");
        String id = text(claims, "jti");
        if (id.isEmpty() || id.length() > ID_CHARACTERS) {
            throw invalid("A call token needs an identifier (jti) of 1 to " + ID_CHARACTERS + " characters.");
        }
        if (expires <= issued || expires - issued > longestSeconds) {
            throw invalid("A call token may live for " + longestSeconds + " seconds at most.");
        }
        if (nowSeconds >= expires + skewSeconds) {
            throw expired("The permission for this call has expired.");
        }
        long from = claims.containsKey("nbf") ? Math.max(issued, seconds(claims, "nbf")) : issued;
        if (from > nowSeconds + skewSeconds) {
            throw expired("The permission for this call does not count yet.");
        }
        if (issued + skewSeconds < startedSeconds) {
            throw expired("The permission for this call was given before this server started; ask for another.");
        }
        return new CallToken(line, text(claims, "sub"), text(claims, "origin"), text(claims, "name"), id, expires);
    }

    private boolean signed(JWSObject token, Line line) {
        TokenKey key = key(token.getHeader(), line);
        if (key == null) {
            return false;
        }
        try {
            return token.verify(key.verifier());
        } catch (JOSEException | IllegalStateException malformed) {
            return false;
        }
    }

    /** The key that a header names; without a name, the line's only one of that algorithm. */
    private @Nullable TokenKey key(JWSHeader header, Line line) {
        String id = header.getKeyID();
        if (OWN_KEY.equals(id)) {
            return ownKey.algorithm().equals(header.getAlgorithm()) ? ownKey : null;
        }
        List<TokenKey> fitting = line.keys().stream()
                .filter(key -> key.algorithm().equals(header.getAlgorithm()))
                .filter(key -> id == null || key.id().equals(id))
                .toList();
        return fitting.size() == 1 ? fitting.getFirst() : null;
    }

    private static String text(Map<String, Object> claims, String name) {
        Object claim = claims.get(name);
        if (claim == null) {
            return "";
        }
        if (claim instanceof String text) {
            return text;
        }
        throw invalid("The call token's \"" + name + "\" must be a text.");
    }

    /** A NumericDate of four-digit years (RFC 7519 section 2): nothing that could overflow when it is added to. */
    private static long seconds(Map<String, Object> claims, String name) {
        if (claims.get(name) instanceof Number number) {
            long seconds = number.longValue();
            if (seconds >= 0 && seconds <= Texts.LAST_SECOND) {
                return seconds;
            }
        }
        throw invalid("The call token's \"" + name + "\" must be seconds since 1970.");
    }

    private static GrantRefused invalid(String text) {
        return new GrantRefused(EndReason.TOKEN_INVALID, "token", text);
    }

    private static GrantRefused expired(String text) {
        return new GrantRefused(EndReason.TOKEN_EXPIRED, "token", text);
    }
}
