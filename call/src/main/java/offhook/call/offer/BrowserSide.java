package offhook.call.offer;

import java.net.InetSocketAddress;
import java.util.List;
import offhook.media.dtls.Fingerprint;
import offhook.media.ice.IceCredentials;

/**
 * Our own end of a browser leg.
 *
 * @param candidates addresses where the leg is reached, the preferred one first, at least one; all resolved
 * @param sessionId for the {@code o=} line, not negative
 * @param ssrc of the audio that we send, taken as unsigned
 * @param cname of that audio (RFC 7022)
 */
public record BrowserSide(
        IceCredentials ice,
        Fingerprint fingerprint,
        List<InetSocketAddress> candidates,
        long sessionId,
        int ssrc,
        String cname) {
    public BrowserSide {
        candidates = List.copyOf(candidates);
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("a browser leg needs at least one candidate address");
        }
    }
}
