package offhook.call.offer;

import java.util.List;
import offhook.media.dtls.Fingerprint;
import offhook.media.ice.IceCredentials;
import offhook.media.sdp.Direction;
import offhook.media.sdp.Setup;

/**
 * What is read from a browser's offer or answer.
 *
 * @param ice the browser's ICE credentials
 * @param fingerprints at least one, all of one hash function: the browser's certificate must match any of them
 * @param setup the browser's DTLS role: ACTPASS only in an offer, never HOLDCONN
 * @param direction as the browser sees it
 * @param formats what it can receive and we can relay, in its order, at least one of them audio
 * @param bundled the browser bundles the audio section (RFC 8843)
 * @param mediaLines every section, in order
 * @param audioIndex which of them is the audio that is used
 */
public record BrowserDescription(
        IceCredentials ice,
        List<Fingerprint> fingerprints,
        Setup setup,
        Direction direction,
        List<AudioFormat> formats,
        boolean bundled,
        List<MediaLine> mediaLines,
        int audioIndex) {
    public BrowserDescription {
        fingerprints = List.copyOf(fingerprints);
        formats = List.copyOf(formats);
        mediaLines = List.copyOf(mediaLines);
    }

    /** The audio section's identification, empty when it has none. */
    public String mid() {
        return mediaLines.get(audioIndex).mid();
    }

    /** Our own DTLS role opposite this description (RFC 8842 5.3): active whenever the browser leaves the choice. */
    public Setup ourSetup() {
        return setup == Setup.ACTIVE ? Setup.PASSIVE : Setup.ACTIVE;
    }
}
