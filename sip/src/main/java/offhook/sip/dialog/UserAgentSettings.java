package offhook.sip.dialog;

import java.util.List;
import offhook.sip.transaction.TimerSettings;
import offhook.sip.transaction.TransactionLimits;

/**
 * What a user agent says of itself.
 *
 * @param mark stands first in our branches, tags and Call-IDs; may be empty
 * @param product our name in User-Agent and Server
 * @param methods those that owners of sessions and newcomers understand, beyond INVITE, ACK, CANCEL, BYE and OPTIONS
 * @param extensions option tags that are supported (RFC 3261 section 8.2.2.3); others in Require are refused
 * @param accepts the media types of bodies, said in answers to OPTIONS
 */
public record UserAgentSettings(
        String mark,
        String product,
        List<String> methods,
        List<String> extensions,
        List<String> accepts,
        TimerSettings timers,
        TransactionLimits limits) {
    public UserAgentSettings {
        methods = List.copyOf(methods);
        extensions = List.copyOf(extensions);
        accepts = List.copyOf(accepts);
    }

    /** With the RFC's timers, the default limits, and SDP as the one body. */
    public static UserAgentSettings of(String mark, String product) {
        return new UserAgentSettings(
                mark,
                product,
                List.of(),
                List.of(),
                List.of("application/sdp"),
                TimerSettings.DEFAULT,
                TransactionLimits.DEFAULT);
    }
}
