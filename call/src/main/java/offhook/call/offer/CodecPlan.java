package offhook.call.offer;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which codec the two legs of a call share, and how payload types are rewritten between them.
 *
 * @param browserAudio the codec that both sides should send, under the browser's payload type
 * @param sipAudio the same codec, under the payload type that the SIP peer receives
 * @param browserDtmf telephone-event on the browser's leg, null when there is none
 * @param sipDtmf telephone-event as the SIP peer receives it, null when there is none. Its clock rate may differ from
 *     the browser's: then durations must be converted
 * @param browserToSip for every shared codec, not only the chosen one: a peer may switch between them at any time
 * @param sipToBrowser likewise
 */
public record CodecPlan(
        AudioFormat browserAudio,
        AudioFormat sipAudio,
        @Nullable AudioFormat browserDtmf,
        @Nullable AudioFormat sipDtmf,
        PayloadTypeMap browserToSip,
        PayloadTypeMap sipToBrowser) {

    /**
     * The plan when both directions of the SIP leg use the same payload types: an incoming call that we answered.
     *
     * @param browser the browser's formats
     * @param sip the SIP leg's formats in the order of its answer, received or sent; the first shared one is chosen
     * @return empty when no audio codec is shared
     */
    public static Optional<CodecPlan> choose(List<AudioFormat> browser, List<AudioFormat> sip) {
        return choose(browser, sip, sip);
    }

    /**
     * The plan for an answer to our own offer. The answer may number a codec differently (RFC 3264 5.1): then we send
     * with its number, and the peer sends with ours.
     *
     * @param browser the browser's formats
     * @param sipOffered what we offered to the peer
     * @param sipAnswered what it answered, in its order; the first shared one is chosen
     * @return empty when no audio codec is shared
     */
    public static Optional<CodecPlan> choose(
            List<AudioFormat> browser, List<AudioFormat> sipOffered, List<AudioFormat> sipAnswered) {
        return Optional.empty();
    }

    /**
     * What to answer to the browser's offer once the SIP side is known: the chosen codec first, the other shared ones
     * behind it, then telephone-event; with the far side's parameters.
     */
    public List<AudioFormat> browserFormats() {
        return List.of(browserAudio);
    }
}
