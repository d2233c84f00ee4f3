package offhook.call.offer;

import java.net.InetAddress;

/**
 * Our own end of a SIP leg.
 *
 * @param rtpPort 1 to 65 535
 * @param rtcpPort 1 to 65 535
 * @param sessionId for the {@code o=} line, not negative; the same for the whole leg
 * @param version for the {@code o=} line; one more with each changed description (RFC 3264 8)
 */
public record SipSide(InetAddress address, int rtpPort, int rtcpPort, long sessionId, int version) {}
