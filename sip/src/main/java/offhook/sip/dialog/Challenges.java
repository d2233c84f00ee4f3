package offhook.sip.dialog;

import java.util.Optional;
import offhook.sip.digest.DigestClient;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;

/** When a request is worth sending again with credentials. */
final class Challenges {
    /** How often one request is challenged, by all proxies on its way together, before we no longer play. */
    static final int MAX_CHALLENGES = 5;

    private Challenges() {}

    static boolean isChallenge(SipResponse response) {
        return response.status() == SipStatus.UNAUTHORIZED
                || response.status() == SipStatus.PROXY_AUTHENTICATION_REQUIRED;
    }

    /** Whether the response is a challenge that the client can meet; the client then has taken it in. */
    static boolean mayRetry(SipResponse response, Optional<DigestClient> digest, int challengesBefore) {
        return isChallenge(response)
                && digest.isPresent()
                && challengesBefore < MAX_CHALLENGES
                && digest.get().onChallenge(response) == DigestClient.Verdict.RETRY;
    }
}
