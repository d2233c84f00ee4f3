package offhook.sip.registration;

import java.util.Optional;
import offhook.sip.message.SipResponse;

/**
 * Why a registration did not come about, or was lost.
 *
 * @param response the registrar's answer, when there was one
 * @param retrying whether another attempt follows by itself
 */
public record RegistrationFailure(Reason reason, Optional<SipResponse> response, boolean retrying) {
    /** What went wrong. */
    public enum Reason {
        /** The user name or the password is wrong, or none was given: 401 or 407. Not tried again. */
        WRONG_CREDENTIALS,
        /** 403. Not tried again. */
        FORBIDDEN,
        /** The registrar knows no such user: 404, or 410 and 604. Not tried again. */
        NOT_FOUND,
        /** The registrar said no in another way: 3xx, 4xx, 6xx. Not tried again. */
        REFUSED,
        /** The registrar has a trouble of its own: 5xx. */
        SERVER_ERROR,
        /** The registrar does not answer, or says so for another: 408, 480, 504. */
        TIMEOUT,
        /** The registrar cannot be reached. */
        TRANSPORT_ERROR,
        /** We have too many transactions under way. */
        OVERLOAD
    }

    /** The status of the registrar's answer; 0 when there was none. */
    public int status() {
        return response.map(SipResponse::status).orElse(0);
    }

    /** What the registrar says in Retry-After (RFC 3261 section 20.33), at most 2^31-1; 0 when it does not. */
    public int retryAfterSeconds() {
        return response.map(answer -> answer.headers().retryAfter().orElse(0))
                .map(seconds -> (int) Math.min(seconds, Integer.MAX_VALUE))
                .orElse(0);
    }
}
