package offhook.call.offer;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import offhook.media.sdp.Direction;

/**
 * What is read from a SIP peer's offer or answer.
 *
 * @param rtp where it wants RTP; the unspecified address when it wants none (see direction)
 * @param rtcp where it wants RTCP
 * @param formats what it can receive and we can relay, in its order, at least one of them audio
 * @param direction as the peer sees it; the old way to hold, {@code c=0.0.0.0}, is read as "does not receive"
 * @param ptimeMillis packet time it asks for, 20 when it does not say
 * @param key by which it encrypts what it sends; empty when the audio is plain RTP
 * @param mediaLines every section, in order
 * @param audioIndex which of them is the audio that is used
 */
public record SipDescription(
        InetSocketAddress rtp,
        InetSocketAddress rtcp,
        List<AudioFormat> formats,
        Direction direction,
        int ptimeMillis,
        Optional<SdesKey> key,
        List<MediaLine> mediaLines,
        int audioIndex) {
    public SipDescription {
        formats = List.copyOf(formats);
        mediaLines = List.copyOf(mediaLines);
    }
}
