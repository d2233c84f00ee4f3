package offhook.call.offer;

import java.util.List;
import offhook.media.sdp.Direction;

/** Offers and answers between us and a SIP peer (RFC 3264): plain RTP/AVP audio. Pure functions. */
public final class SipSdp {
    private SipSdp() {}

    /** Our offer to a SIP peer, with these formats in this order ({@link Formats#forSip}). */
    public static String offer(SipSide ours, List<AudioFormat> formats, Direction direction) {
        return "";
    }

    /**
     * Reads a SIP peer's offer or answer.
     *
     * @throws OfferRejected when it cannot be used
     */
    public static SipDescription read(String sdp) {
        java.net.InetSocketAddress none = new java.net.InetSocketAddress(0);
        return new SipDescription(none, none, List.of(), Direction.INACTIVE, sdp.length(), List.of(), 0);
    }

    /**
     * Our answer to a SIP peer's offer: the audio accepted with these formats, everything else rejected.
     *
     * @param formats a choice of the offer's formats ({@link Formats#sipAnswer})
     * @param direction what we would like; the answer says no more than the offer allows
     */
    public static String answer(SipDescription offer, SipSide ours, List<AudioFormat> formats, Direction direction) {
        return "";
    }
}
