package offhook.call.offer;

import java.util.List;

/** Offers and answers between us and a browser (RFC 8829, 8843). Pure functions. */
public final class BrowserSdp {
    private BrowserSdp() {}

    /**
     * Reads a browser's offer.
     *
     * @throws OfferRejected when it cannot be used
     */
    public static BrowserDescription readOffer(String sdp) {
        return new BrowserDescription(
                new offhook.media.ice.IceCredentials(sdp, sdp),
                List.of(),
                offhook.media.sdp.Setup.ACTIVE,
                offhook.media.sdp.Direction.SENDRECV,
                List.of(),
                false,
                List.of(),
                0);
    }

    /**
     * Reads a browser's answer to our offer.
     *
     * @throws OfferRejected when it cannot be used
     */
    public static BrowserDescription readAnswer(String sdp) {
        return new BrowserDescription(
                new offhook.media.ice.IceCredentials(sdp, sdp),
                List.of(),
                offhook.media.sdp.Setup.ACTIVE,
                offhook.media.sdp.Direction.SENDRECV,
                List.of(),
                false,
                List.of(),
                0);
    }

    /**
     * Our answer to a browser's offer: the audio accepted with these formats, everything else rejected.
     *
     * @param formats a choice of the offer's formats in our order ({@link CodecPlan#browserFormats}), or the offer's
     *     formats themselves when the SIP side is not known yet
     */
    public static String answer(BrowserDescription offer, BrowserSide ours, List<AudioFormat> formats) {
        return "";
    }

    /** Our offer to a browser, with these formats in this order ({@link Formats#forBrowser}). */
    public static String offer(BrowserSide ours, List<AudioFormat> formats) {
        return "";
    }
}
