package offhook.call;

import java.util.List;
import java.util.function.Function;
import offhook.call.offer.AudioFormat;
import offhook.call.offer.CodecPlan;
import offhook.call.offer.Formats;
import offhook.call.offer.OfferRejected;
import offhook.call.offer.SipDescription;
import offhook.call.offer.SipSdp;
import offhook.call.offer.SipSide;
import offhook.media.sdp.Direction;
import org.jspecify.annotations.Nullable;

/**
 * The offers and answers of one SIP session (RFC 3264): what each side has said last, and what they agreed on. A
 * description that says nothing new is the same to the letter, version and all; one that does has the next version
 * (section 8). Not thread-safe: one owner.
 */
final class Negotiation {
    private final CallMedia media;
    private final long sessionId;
    private int version;
    private String said = "";
    /** What our last description had, agreed or only offered. */
    private List<AudioFormat> formats = List.of();

    private String agreed = "";
    private @Nullable SipDescription peer;
    private @Nullable CodecPlan plan;

    /**
     * @param media whose SIP side is described
     * @param sessionId for the {@code o=} line
     */
    Negotiation(CallMedia media, long sessionId) {
        this.media = media;
        this.sessionId = sessionId;
    }

    /** What was agreed last; null until something was. */
    @Nullable
    CodecPlan plan() {
        return plan;
    }

    /** What the peer said last of itself that could be used; null until it did. */
    @Nullable
    SipDescription peer() {
        return peer;
    }

    /** Our last description that the peer agreed to, as it went out; empty before. */
    String agreed() {
        return agreed;
    }

    /**
     * Our offer, the first or another.
     *
     * @param browser what the browser can receive, in its order
     */
    String offer(List<AudioFormat> browser, Direction direction) {
        formats = Formats.forSipAgain(browser, formats);
        return say(side -> SipSdp.offer(side, formats, direction));
    }

    /**
     * Takes the peer's answer to our last offer: at first, again in a later response, or from another fork.
     *
     * @throws OfferRejected when nothing is shared; then nothing has changed
     */
    void answered(SipDescription answer, List<AudioFormat> browser) {
        plan = CodecPlan.choose(browser, formats, answer.formats()).orElseThrow(OfferRejected::noCommonCodec);
        peer = answer;
        agreed = said;
    }

    /**
     * Our answer to the peer's offer.
     *
     * @param direction what we would like
     * @throws OfferRejected when nothing is shared; then nothing has changed
     */
    String answer(SipDescription offer, List<AudioFormat> browser, Direction direction) {
        List<AudioFormat> shared = Formats.sipAnswer(offer.formats(), browser);
        plan = CodecPlan.choose(browser, shared).orElseThrow(OfferRejected::noCommonCodec);
        peer = offer;
        formats = shared;
        agreed = say(side -> SipSdp.answer(offer, side, shared, direction));
        return agreed;
    }

    private String say(Function<SipSide, String> description) {
        if (version == 0 || !description.apply(media.sipSide(sessionId, version)).equals(said)) {
            version++;
            said = description.apply(media.sipSide(sessionId, version));
        }
        return said;
    }
}
