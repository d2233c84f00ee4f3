package offhook.sip.digest;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;

/**
 * Answers the challenges of one registrar, or of the servers on the way of one call (RFC 3261 22.2 and 22.3).
 *
 * <p>Give it every 401 and 407; when it says {@link Verdict#RETRY}, send {@link #authorize} of the request again, with a
 * new CSeq and branch. It remembers the nonces, so later requests are authorized at once. An ACK of a 2xx and a CANCEL
 * take the credentials of their INVITE as they were (13.2.2.4, 22.1).
 *
 * <p>Not thread-safe: one owner.
 */
public final class DigestClient {
    /** The most realms of one kind that are answered; further ones are not. */
    public static final int MAX_REALMS = 4;

    private static final int CNONCE_BYTES = 16;

    /** What to do about a challenge. */
    public enum Verdict {
        /** Send the request again, authorized. */
        RETRY,
        /** The name or the password is wrong: a fresh nonce was answered and refused. Asking again is of no use. */
        WRONG_CREDENTIALS,
        /** No challenge in the response can be answered: no Digest, or none with a known algorithm. */
        UNSUPPORTED
    }

    private final Credentials credentials;
    private final RandomGenerator random;
    private final Map<String, Answered> byServers = new LinkedHashMap<>();
    private final Map<String, Answered> byProxies = new LinkedHashMap<>();

    /** The latest challenge of one realm and what became of it. */
    private static final class Answered {
        Challenge challenge;
        String cnonce;
        int nonceCount;
        int usesSinceChallenge;
        boolean retriedAsStale;

        Answered(Challenge challenge, String cnonce) {
            this.challenge = challenge;
            this.cnonce = cnonce;
        }
    }

    public DigestClient(Credentials credentials, RandomGenerator random) {
        this.credentials = credentials;
        this.random = random;
    }

    /**
     * Takes a 401 or 407.
     *
     * <p>A nonce that was used more than once has been accepted before, so its refusal is met with a fresh one. A nonce
     * refused at its first use means wrong credentials, unless the server says that it was merely stale, and that is
     * believed once in a row.
     *
     * @throws IllegalArgumentException for another status
     */
    public Verdict onChallenge(SipResponse response) {
        boolean proxy = response.status() == SipStatus.PROXY_AUTHENTICATION_REQUIRED;
        if (!proxy && response.status() != SipStatus.UNAUTHORIZED) {
            throw new IllegalArgumentException("not a challenge: " + response.startLine());
        }
        String header = proxy ? HeaderName.PROXY_AUTHENTICATE : HeaderName.WWW_AUTHENTICATE;
        List<Challenge> strongest = strongestByRealm(response.headers().all(header));
        Map<String, Answered> known = proxy ? byProxies : byServers;
        Verdict verdict = Verdict.UNSUPPORTED;
        for (Challenge challenge : strongest) {
            Answered answered = known.get(challenge.realm());
            if (answered == null && known.size() == MAX_REALMS) {
                continue;
            }
            if (answered == null) {
                known.put(challenge.realm(), new Answered(challenge, freshCnonce()));
                verdict = Verdict.RETRY;
            } else if (mayRetry(answered, challenge)) {
                renew(answered, challenge);
                verdict = Verdict.RETRY;
            } else {
                return Verdict.WRONG_CREDENTIALS;
            }
        }
        return verdict;
    }

    private static List<Challenge> strongestByRealm(List<String> values) {
        Map<String, Challenge> strongest = new LinkedHashMap<>();
        for (String value : values) {
            Challenge.parse(value).ifPresent(challenge -> {
                if (strongest.size() < MAX_REALMS || strongest.containsKey(challenge.realm())) {
                    strongest.merge(challenge.realm(), challenge, DigestClient::stronger);
                }
            });
        }
        return new ArrayList<>(strongest.values());
    }

    private static Challenge stronger(Challenge first, Challenge second) {
        return second.algorithm().compareTo(first.algorithm()) > 0 ? second : first;
    }

    private static boolean mayRetry(Answered answered, Challenge challenge) {
        return answered.usesSinceChallenge != 1 || (challenge.stale() && !answered.retriedAsStale);
    }

    private void renew(Answered answered, Challenge challenge) {
        // Of a nonce offered again the count goes on: it may not be seen twice (RFC 7616 3.4).
        if (!challenge.nonce().equals(answered.challenge.nonce())) {
            answered.nonceCount = 0;
            answered.cnonce = freshCnonce();
        }
        answered.retriedAsStale = challenge.stale();
        answered.challenge = challenge;
        answered.usesSinceChallenge = 0;
    }

    private String freshCnonce() {
        byte[] bytes = new byte[CNONCE_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The request with credentials for every realm that has asked so far, in place of any that it had. */
    public SipRequest authorize(SipRequest request) {
        Headers headers = request.headers();
        headers = withCredentials(headers, HeaderName.AUTHORIZATION, byServers, request);
        headers = withCredentials(headers, HeaderName.PROXY_AUTHORIZATION, byProxies, request);
        return request.with(headers);
    }

    private Headers withCredentials(Headers headers, String name, Map<String, Answered> asked, SipRequest request) {
        Headers result = headers.without(name);
        for (Answered answered : asked.values()) {
            result = result.append(name, answer(answered, request));
        }
        return result;
    }

    private String answer(Answered answered, SipRequest request) {
        answered.usesSinceChallenge++;
        answered.nonceCount++;
        Challenge challenge = answered.challenge;
        String qop = chooseQop(challenge);
        String count = DigestCalculation.nonceCount(answered.nonceCount);
        String uri = request.uri().toString();
        String response = DigestCalculation.response(
                credentials,
                new DigestCalculation.Inputs(
                        challenge.algorithm(),
                        challenge.realm(),
                        challenge.nonce(),
                        qop,
                        count,
                        answered.cnonce,
                        request.method(),
                        uri,
                        request.body()));
        String opaque = challenge.opaque();
        boolean cnonceCounts = !qop.isEmpty() || challenge.algorithm().isSession();
        return "Digest username=" + AuthParameters.quote(credentials.user())
                + ", realm=" + AuthParameters.quote(challenge.realm())
                + ", nonce=" + AuthParameters.quote(challenge.nonce())
                + ", uri=" + AuthParameters.quote(uri)
                + ", response=\"" + response + "\""
                + ", algorithm=" + challenge.algorithm().token()
                + (cnonceCounts ? ", cnonce=\"" + answered.cnonce + "\"" : "")
                + (opaque == null ? "" : ", opaque=" + AuthParameters.quote(opaque))
                + (qop.isEmpty() ? "" : ", qop=" + qop + ", nc=" + count);
    }

    /** Plain auth wherever it is offered: bodies are rewritten on the way too often for auth-int. */
    private static String chooseQop(Challenge challenge) {
        if (challenge.qop().isEmpty()) {
            return "";
        }
        return challenge.qop().contains(Challenge.AUTH) ? Challenge.AUTH : Challenge.AUTH_INT;
    }
}
