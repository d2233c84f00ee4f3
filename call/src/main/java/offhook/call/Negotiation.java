package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import offhook.call.offer.AudioFormat;
import offhook.call.offer.CodecPlan;
import offhook.call.offer.Formats;
import offhook.call.offer.MediaEncryption;
import offhook.call.offer.OfferRejected;
import offhook.call.offer.SdesKey;
import offhook.call.offer.SipDescription;
import offhook.call.offer.SipSdp;
import offhook.call.offer.SipSide;
import offhook.media.sdp.Direction;
import org.jspecify.annotations.Nullable;

/**
 * The offers and answers of one SIP session (RFC 3264): what each side has said last, what they agreed on, and our keys. A
 * description that says nothing new is the same to the letter, version and all; one that does has the next version
 * (section 8). Not thread-safe: one owner.
 */
final class Negotiation {
    private final CallMedia media;
    private final long sessionId;
    private final Keyring keyring;
    private int version;
    private String said = "";
    /** Our side as the peer's next answer will refer to it. */
    private @Nullable SipSide offered;

    private boolean offeredToSend;
    /** What our last description had, agreed or only offered; what is in use comes first. */
    private List<AudioFormat> formats = List.of();

    private String agreed = "";
    private @Nullable SipSide agreedSide;
    private boolean agreedToSend;
    private @Nullable SipDescription peer;
    private @Nullable CodecPlan plan;

    /**
     * @param media whose SIP side is described
     * @param random must be fit for keys
     */
    Negotiation(CallMedia media, RandomGenerator random) {
        this.media = media;
        this.sessionId = random.nextLong() >>> 2;
        this.keyring = new Keyring(random);
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

    /** Our key beside that of the peer; null where media goes in the clear. */
    @Nullable
    SdesKey key() {
        SipDescription known = peer;
        return known == null || known.key().isEmpty()
                ? null
                : keyring.beside(known.key().get());
    }

    /** Our last description that the peer agreed to, to the letter, as an offer that changes nothing; empty before. */
    String repeat() {
        offered = agreedSide;
        offeredToSend = agreedToSend;
        return agreed;
    }

    /** Whether our last offer asked the peer to receive: only then its answer says whether it would. */
    boolean offeredToSend() {
        return offeredToSend;
    }

    /** Whether the peer is offered nothing but encrypted media. */
    boolean insistsOnEncryption() {
        return media.encryption() == MediaEncryption.MANDATORY;
    }

    /**
     * Our offer, the first or another.
     *
     * @param browser what the browser can receive, in its order
     */
    String offer(List<AudioFormat> browser, Direction direction) {
        SipDescription current = peer;
        if (current != null) {
            keyring.retireAllBut(current.key());
        }
        List<AudioFormat> wanted = Formats.forSipAgain(browser, formats);
        List<SdesKey> keys = current != null
                ? current.key().stream().map(keyring::beside).toList()
                : media.encryption() == MediaEncryption.OFF ? List.of() : keyring.offered();
        formats = wanted;
        offeredToSend = direction.sends();
        return say(keys, ours -> {
            offered = ours;
            return current == null
                    ? SipSdp.offer(ours, wanted, direction)
                    : SipSdp.offer(current, ours, wanted, direction);
        });
    }

    /**
     * An offer that is asked for by a peer's INVITE without one. Behind the same dialog there may be another device from
     * now on, which cannot know how often our sequence numbers rolled over under the old keys (RFC 3711 section 3.3.1).
     */
    String offerAnew(List<AudioFormat> browser, Direction direction) {
        keyring.renew();
        return offer(browser, direction);
    }

    /**
     * Takes the peer's answer to our last offer: at first, again in a later response, or from another fork.
     *
     * @throws OfferRejected when it cannot be used; then nothing has changed
     */
    void answered(String answer, List<AudioFormat> browser) {
        SipSide ours = offered;
        if (ours == null) {
            throw new IllegalStateException("nothing was offered to the peer");
        }
        SipDescription described = SipSdp.readAnswer(answer, ours);
        CodecPlan chosen =
                CodecPlan.choose(browser, formats, described.formats()).orElseThrow(OfferRejected::noCommonCodec);
        plan = chosen;
        peer = described;
        described.key().ifPresent(keyring::use);
        agreed = said;
        agreedSide = ours;
        agreedToSend = offeredToSend;
        formats = first(chosen.sipAudio(), formats);
    }

    /**
     * What a peer offers, before it is answered.
     *
     * @throws OfferRejected when it cannot be used
     */
    SipDescription read(String offer) {
        return SipSdp.readOffer(offer, media.encryption());
    }

    /**
     * Our answer to the peer's offer.
     *
     * @param direction what we would like
     * @throws OfferRejected when nothing is shared; then nothing has changed
     */
    String answer(SipDescription offer, List<AudioFormat> browser, Direction direction) {
        List<AudioFormat> shared = Formats.sipAnswer(offer.formats(), browser);
        CodecPlan chosen = CodecPlan.choose(browser, shared).orElseThrow(OfferRejected::noCommonCodec);
        SipDescription current = peer;
        if (current != null) {
            keyring.retireAllBut(current.key());
            if (keyChanges(current, offer)) {
                keyring.renew();
            }
        }
        plan = chosen;
        peer = offer;
        offer.key().ifPresent(keyring::use);
        formats = shared;
        List<SdesKey> keys = offer.key().stream().map(keyring::beside).toList();
        agreedToSend = direction.answering(offer.direction()).sends();
        agreed = say(keys, ours -> {
            agreedSide = ours;
            return SipSdp.answer(offer, ours, shared, direction);
        });
        return agreed;
    }

    private static boolean keyChanges(SipDescription from, SipDescription to) {
        return from.key().isPresent()
                && to.key().isPresent()
                && !from.key().get().same(to.key().get());
    }

    private static List<AudioFormat> first(AudioFormat wanted, List<AudioFormat> formats) {
        List<AudioFormat> ordered = new ArrayList<>(formats);
        ordered.sort((one, other) -> Boolean.compare(other.sameCodec(wanted), one.sameCodec(wanted)));
        return List.copyOf(ordered);
    }

    private String say(List<SdesKey> keys, Function<SipSide, String> description) {
        if (version == 0
                || !description.apply(media.sipSide(sessionId, version, keys)).equals(said)) {
            version++;
            said = description.apply(media.sipSide(sessionId, version, keys));
        }
        return said;
    }
}
