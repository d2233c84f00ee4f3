package offhook.call.switchboard;

import java.net.InetSocketAddress;
import java.util.List;
import offhook.call.CallLimits;
import offhook.call.TargetPolicy;
import offhook.media.dtls.DtlsIdentity;
import offhook.media.dtls.DtlsSettings;
import offhook.sip.transaction.TimerSettings;

/**
 * What a switchboard must be told about the world that it cannot see.
 *
 * @param loop the number of the owning loop, which marks our SIP identifiers ({@link LoopMark})
 * @param browserCandidates where browsers reach this loop's media port; at least one
 * @param addresses where SIP peers reach us
 * @param sipKeepAliveNanos how often the way to each server that somebody registered at is kept open; 0 for never
 * @param identity the DTLS certificate and key, shared by all calls
 * @param targets where calls may be sent that somebody else asks for
 * @param incomingHeaders the names of those SIP headers of an incoming call that its session is told, in their order
 * @param userAgent the product name in SIP messages
 * @param epochMillisAtNanosZero wall-clock time at {@code nowNanos == 0}, for RTCP's NTP timestamps
 */
public record SwitchboardSettings(
        int loop,
        List<InetSocketAddress> browserCandidates,
        OwnAddresses addresses,
        long sipKeepAliveNanos,
        DtlsIdentity identity,
        DtlsSettings dtls,
        TimerSettings sipTimers,
        CallLimits limits,
        TargetPolicy targets,
        List<String> incomingHeaders,
        String userAgent,
        long epochMillisAtNanosZero) {
    public SwitchboardSettings {
        if (browserCandidates.isEmpty()) {
            throw new IllegalArgumentException("browsers need at least one candidate to reach the media port by");
        }
        browserCandidates = List.copyOf(browserCandidates);
        incomingHeaders = List.copyOf(incomingHeaders);
    }
}
