package offhook.call.offer;

import java.util.List;

/** Which formats one side is told about, given what the other side has. */
public final class Formats {
    private Formats() {}

    /** All that can be relayed, as offered to a browser when the SIP peer's wishes are unknown (offerless INVITE). */
    public static List<AudioFormat> allForBrowser() {
        return List.of();
    }

    /** What a browser's offer or answer becomes in our offer to a SIP peer: the browser's codecs in its order. */
    public static List<AudioFormat> forSip(List<AudioFormat> browser) {
        return List.of();
    }

    /** What a SIP peer's offer becomes in our offer to a browser: the peer's codecs in its order. */
    public static List<AudioFormat> forBrowser(List<AudioFormat> sip) {
        return List.of();
    }

    /**
     * What to answer to a SIP peer's offer: those of its formats that the browser accepted, under the peer's payload
     * types, in the browser's order. Without any audio: empty.
     */
    public static List<AudioFormat> sipAnswer(List<AudioFormat> sipOffered, List<AudioFormat> browserAnswered) {
        return List.of();
    }
}
