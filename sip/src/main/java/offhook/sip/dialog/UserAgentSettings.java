package offhook.sip.dialog;

import java.util.List;
import offhook.sip.transaction.TimerSettings;
import offhook.sip.transaction.TransactionLimits;

/**
 * What a user agent says of itself.
 *
 * @param mark stands first in our branches, tags and Call-IDs; may be empty
 * @param product our name in User-Agent and Server
 * @param methods those that owners of sessions and newcomers understand, beyond INVITE, ACK, CANCEL, BYE, OPTIONS and PRACK
 * @param extensions option tags that are supported (RFC 3261 section 8.2.2.3); others in Require are refused. Of these the
 *     user agent itself does 100rel, timer and replaces when they are named
 * @param accepts the media types of bodies, said in answers to OPTIONS
 * @param sessionExpiresSeconds how long a call may go on without a refresh (RFC 4028), when that extension is supported and
 *     the peer does not want less
 * @param minSeSeconds the least that a peer may want, 90 or more
 */
public record UserAgentSettings(
        String mark,
        String product,
        List<String> methods,
        List<String> extensions,
        List<String> accepts,
        long sessionExpiresSeconds,
        long minSeSeconds,
        TimerSettings timers,
        TransactionLimits limits) {
    /** RFC 4028 section 4: the recommended interval. */
    public static final long SESSION_EXPIRES_SECONDS = 1_800;

    /** RFC 4028 section 5: nobody may want less than this. */
    public static final long LEAST_MIN_SE_SECONDS = 90;

    public UserAgentSettings {
        methods = List.copyOf(methods);
        extensions = List.copyOf(extensions);
        accepts = List.copyOf(accepts);
        if (minSeSeconds < LEAST_MIN_SE_SECONDS || sessionExpiresSeconds < minSeSeconds) {
            throw new IllegalArgumentException("Min-SE is below 90 s, or Session-Expires below Min-SE");
        }
    }

    /** A user agent of RFC 3261 alone, with its timers, the default limits, and SDP as the one body. */
    public static UserAgentSettings of(String mark, String product) {
        return new UserAgentSettings(
                mark,
                product,
                List.of(),
                List.of(),
                List.of("application/sdp"),
                SESSION_EXPIRES_SECONDS,
                LEAST_MIN_SE_SECONDS,
                TimerSettings.DEFAULT,
                TransactionLimits.DEFAULT);
    }

    public UserAgentSettings withMethods(String... others) {
        return new UserAgentSettings(
                mark,
                product,
                List.of(others),
                extensions,
                accepts,
                sessionExpiresSeconds,
                minSeSeconds,
                timers,
                limits);
    }

    public UserAgentSettings withExtensions(String... others) {
        return new UserAgentSettings(
                mark, product, methods, List.of(others), accepts, sessionExpiresSeconds, minSeSeconds, timers, limits);
    }

    public UserAgentSettings withSessionTimer(long expiresSeconds, long leastSeconds) {
        return new UserAgentSettings(
                mark, product, methods, extensions, accepts, expiresSeconds, leastSeconds, timers, limits);
    }

    public UserAgentSettings withTimers(TimerSettings others) {
        return new UserAgentSettings(
                mark, product, methods, extensions, accepts, sessionExpiresSeconds, minSeSeconds, others, limits);
    }
}
