package offhook.server.loop;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import offhook.call.CallLimits;
import offhook.call.TargetPolicy;
import offhook.call.switchboard.OwnAddresses;
import offhook.media.dtls.DtlsIdentity;

/**
 * One media loop's share of the machine.
 *
 * @param number from 0; marks the SIP identifiers that this loop makes
 * @param browserSocket where its media port for browsers listens; port 0 for any
 * @param candidates the addresses by which browsers reach that port; at least one
 * @param rtpSocket where its ports for SIP media listen
 * @param rtpPortMin least port for SIP media
 * @param rtpPortMax greatest port for SIP media
 * @param addresses what SIP peers are told of where they reach us
 * @param sipKeepAliveNanos how often the ways to registrars are kept open; 0 for never
 * @param targets where calls may be sent that somebody else asks for
 * @param incomingHeaders the names of those SIP headers of an incoming call that its session is told
 * @param mailbox commands waiting at most
 */
public record MediaLoopSettings(
        int number,
        InetSocketAddress browserSocket,
        List<InetAddress> candidates,
        InetAddress rtpSocket,
        int rtpPortMin,
        int rtpPortMax,
        OwnAddresses addresses,
        long sipKeepAliveNanos,
        DtlsIdentity identity,
        CallLimits limits,
        TargetPolicy targets,
        List<String> incomingHeaders,
        String userAgent,
        int mailbox) {
    public MediaLoopSettings {
        candidates = List.copyOf(candidates);
        incomingHeaders = List.copyOf(incomingHeaders);
    }
}
