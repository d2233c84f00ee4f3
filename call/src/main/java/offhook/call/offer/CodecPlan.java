package offhook.call.offer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which codec the two legs of a call share, and how payload types are rewritten between them.
 *
 * @param browserAudio the codec that both sides should send, under the browser's payload type
 * @param sipAudio the same codec, under the payload type that the SIP peer receives
 * @param browserDtmf telephone-event on the browser's leg, at the clock rate of {@code sipDtmf} if the browser has that;
 *     null when there is none
 * @param sipDtmf telephone-event as the SIP peer receives it, at the audio's clock rate if the peer has that (RFC 4733
 *     2.1); null when there is none
 * @param browserToSip for every shared codec, not only the chosen one: either side may switch between them at any time
 * @param sipToBrowser likewise
 * @param browserFormats what to answer to the browser's offer: the chosen codec first, the other shared ones behind it,
 *     then telephone-event as the SIP peer takes it, or as we take it; with the peer's parameters
 */
public record CodecPlan(
        AudioFormat browserAudio,
        AudioFormat sipAudio,
        @Nullable AudioFormat browserDtmf,
        @Nullable AudioFormat sipDtmf,
        PayloadTypeMap browserToSip,
        PayloadTypeMap sipToBrowser,
        List<AudioFormat> browserFormats) {
    public CodecPlan {
        browserFormats = List.copyOf(browserFormats);
    }

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
     * The plan for an answer to our own offer. The answer may number a codec differently (RFC 3264 5.1, 6.1): then we
     * send with its number, and the peer sends with ours. Peers that send with their own number are understood as long
     * as that number means nothing else.
     *
     * @param browser the browser's formats
     * @param sipOffered what we offered to the peer
     * @param sipAnswered what it answered, in its order; the first shared one is chosen
     * @return empty when no audio codec is shared
     */
    public static Optional<CodecPlan> choose(
            List<AudioFormat> browser, List<AudioFormat> sipOffered, List<AudioFormat> sipAnswered) {
        List<AudioFormat> shared = Formats.audio(sipAnswered).stream()
                .filter(format -> AudioSections.find(browser, format).isPresent())
                .toList();
        if (shared.isEmpty()) {
            return Optional.empty();
        }
        AudioFormat sipAudio = shared.getFirst();
        AudioFormat browserAudio = AudioSections.find(browser, sipAudio).orElseThrow();
        AudioFormat sipDtmf = keysBeside(sipAudio, sipAnswered);
        // Alike on both legs wherever possible, so that events pass without their durations being converted.
        AudioFormat browserDtmf = sipDtmf == null
                ? keysBeside(browserAudio, browser)
                : AudioSections.find(browser, sipDtmf).orElse(keysBeside(browserAudio, browser));

        List<Pair> pairs = new ArrayList<>();
        shared.forEach(
                sip -> pairs.add(new Pair(AudioSections.find(browser, sip).orElseThrow(), sip)));
        List<Pair> keyPairs = keyPairs(browser, sipAnswered);
        pairs.addAll(keyPairs);

        PayloadTypeMap browserToSip = new PayloadTypeMap();
        PayloadTypeMap sipToBrowser = new PayloadTypeMap();
        for (Pair pair : pairs) {
            browserToSip.putIfAbsent(pair.browser, pair.sip);
            AudioSections.find(sipOffered, pair.sip).ifPresent(ours -> sipToBrowser.putIfAbsent(ours, pair.browser));
        }
        // Our own numbers are in the table first, so the peer's cannot take their place.
        for (Pair pair : pairs) {
            sipToBrowser.putIfAbsent(pair.sip, pair.browser);
        }
        // The same key takes another duration at another clock rate, and a long one other segments. So what the peer
        // cannot take as it is, it is sent anew; the browser, which only makes a sound of it, gets it converted.
        Formats.keys(browser).forEach(browserToSip::hereIfAbsent);
        for (AudioFormat keys : Formats.keys(sipAnswered)) {
            AudioSections.find(sipOffered, keys).ifPresent(ours -> putKeys(sipToBrowser, ours, browserDtmf));
            putKeys(sipToBrowser, keys, browserDtmf);
        }
        List<AudioFormat> browserFormats =
                new ArrayList<>(pairs.stream().map(CodecPlan::browserFormat).toList());
        if (keyPairs.isEmpty() && browserDtmf != null) {
            browserFormats.add(browserDtmf.withFmtp(""));
        }
        return Optional.of(new CodecPlan(
                browserAudio, sipAudio, browserDtmf, sipDtmf, browserToSip, sipToBrowser, browserFormats));
    }

    private static void putKeys(PayloadTypeMap sipToBrowser, AudioFormat keys, @Nullable AudioFormat browserDtmf) {
        if (browserDtmf == null) {
            sipToBrowser.hereIfAbsent(keys);
        } else {
            sipToBrowser.putIfAbsent(keys, browserDtmf);
        }
    }

    /** One codec on both legs. */
    private record Pair(AudioFormat browser, AudioFormat sip) {}

    /** The telephone-event beside an audio format: the one of the same clock rate, else any. */
    private static @Nullable AudioFormat keysBeside(AudioFormat audio, List<AudioFormat> formats) {
        List<AudioFormat> keys = Formats.keys(formats);
        return keys.stream()
                .filter(format -> format.clockRate() == audio.clockRate())
                .findFirst()
                .orElse(keys.isEmpty() ? null : keys.getFirst());
    }

    /** The telephone-event formats that both legs have: their events pass as they are. */
    private static List<Pair> keyPairs(List<AudioFormat> browser, List<AudioFormat> sip) {
        List<Pair> pairs = new ArrayList<>();
        for (AudioFormat keys : Formats.keys(browser)) {
            AudioSections.find(sip, keys).ifPresent(same -> pairs.add(new Pair(keys, same)));
        }
        return pairs;
    }

    /** The browser's format with what the peer says of it. */
    private static AudioFormat browserFormat(Pair pair) {
        boolean stereo = OpusParameters.stereo(pair.browser.fmtp());
        return pair.browser.withFmtp(Formats.relayedFmtp(pair.sip, stereo));
    }
}
