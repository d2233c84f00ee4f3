package offhook.call.offer;

import java.net.InetAddress;
import java.util.List;

/**
 * Our own end of a SIP leg.
 *
 * @param rtpPort 1 to 65 535
 * @param rtcpPort 1 to 65 535
 * @param sessionId for the {@code o=} line, not negative; the same for the whole leg
 * @param version for the {@code o=} line; one more with each changed description (RFC 3264 8)
 * @param keys by which we may protect what we send: those that we offer, our first choice first, or the one that we
 *     answer; none for plain RTP
 */
public record SipSide(
        InetAddress address,
        int rtpPort,
        int rtcpPort,
        long sessionId,
        int version,
        MediaEncryption encryption,
        List<SdesKey> keys) {
    public SipSide {
        keys = List.copyOf(keys);
    }

    /** One that speaks plain RTP only. */
    public SipSide(InetAddress address, int rtpPort, int rtcpPort, long sessionId, int version) {
        this(address, rtpPort, rtcpPort, sessionId, version, MediaEncryption.OFF, List.of());
    }
}
