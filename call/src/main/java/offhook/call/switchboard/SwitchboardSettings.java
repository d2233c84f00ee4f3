package offhook.call.switchboard;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import offhook.call.CallLimits;
import offhook.call.TargetPolicy;
import offhook.media.dtls.DtlsIdentity;
import offhook.media.dtls.DtlsSettings;
import offhook.sip.transaction.TimerSettings;
import offhook.sip.transaction.Transport;

/**
 * What a switchboard must be told about the world that it cannot see.
 *
 * @param loop the number of the owning loop, which marks our SIP identifiers ({@link LoopMark})
 * @param browserCandidates where browsers reach this loop's media port; at least one
 * @param rtpAddress the address that SIP peers are told to send media to
 * @param sipAddresses where SIP peers reach us by each transport that we speak; Via and Contact carry it
 * @param identity the DTLS certificate and key, shared by all calls
 * @param targets where calls may be sent that somebody else asks for
 * @param incomingHeaders the names of those SIP headers of an incoming call that its session is told, in their order
 * @param userAgent the product name in SIP messages
 * @param epochMillisAtNanosZero wall-clock time at {@code nowNanos == 0}, for RTCP's NTP timestamps
 */
public record SwitchboardSettings(
        int loop,
        List<InetSocketAddress> browserCandidates,
        InetAddress rtpAddress,
        Map<Transport, InetSocketAddress> sipAddresses,
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
        if (!sipAddresses.containsKey(Transport.UDP)) {
            throw new IllegalArgumentException("a SIP element speaks UDP (RFC 3261 section 18)");
        }
        browserCandidates = List.copyOf(browserCandidates);
        incomingHeaders = List.copyOf(incomingHeaders);
        sipAddresses = Map.copyOf(sipAddresses);
    }
}
