package offhook.call.offer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which formats one side is told about, given what the other side has.
 *
 * <p>The server itself plays and hears key presses, so telephone-event is offered to a SIP peer whether the browser has
 * it or not.
 */
public final class Formats {
    /** The events that every telephone knows: 0 to 9, star, hash, A to D (RFC 4733 3.2). */
    private static final String KEYS = "0-15";

    /** Above the numbers that we use ourselves; a call has fewer formats than there are numbers from here on. */
    private static final int FIRST_SPARE_PAYLOAD_TYPE = 102;

    private Formats() {}

    /** All that can be relayed, as offered to a browser when the SIP peer's wishes are unknown (offerless INVITE). */
    public static List<AudioFormat> allForBrowser() {
        return List.of(
                new AudioFormat(Codec.OPUS, 111, 48_000, OpusParameters.DEFAULT),
                new AudioFormat(Codec.G722, 9),
                new AudioFormat(Codec.PCMU, 0),
                new AudioFormat(Codec.PCMA, 8),
                keysForBrowser(48_000),
                keysForBrowser(8_000));
    }

    /** What to answer to a browser's offer before the SIP peer is heard: all that both of us have. */
    public static List<AudioFormat> atOnce(List<AudioFormat> browserOffered) {
        return browserOffered.stream()
                .map(format -> format.withFmtp(format.codec() == Codec.OPUS ? OpusParameters.DEFAULT : ""))
                .toList();
    }

    /** What a browser's offer or answer becomes in our offer to a SIP peer: the browser's codecs in its order. */
    public static List<AudioFormat> forSip(List<AudioFormat> browser) {
        List<AudioFormat> formats = new ArrayList<>();
        for (AudioFormat format : audio(browser)) {
            int payloadType = switch (format.codec()) {
                case OPUS -> 96;
                case G722 -> 9;
                case PCMU -> 0;
                case PCMA -> 8;
                case TELEPHONE_EVENT -> throw new IllegalStateException("no audio");
            };
            // Nobody has agreed to stereo yet, and a phone that cannot downmix would play one half of it.
            formats.add(format.withPayloadType(payloadType).withFmtp(relayedFmtp(format, false)));
        }
        keyClocks(formats).forEach(clockRate -> formats.add(keysForSip(clockRate)));
        return List.copyOf(formats);
    }

    /**
     * A further offer to a SIP peer within its session: what we described before comes first and under its numbers, for a
     * number keeps its meaning as long as the session lasts (RFC 3264 8.3.2); the browser's other codecs follow.
     *
     * @param before the formats of our last description; none before the first, which then is as {@link #forSip} has it
     */
    public static List<AudioFormat> forSipAgain(List<AudioFormat> browser, List<AudioFormat> before) {
        List<AudioFormat> audio = new ArrayList<>(audio(before));
        List<AudioFormat> keys = new ArrayList<>(keys(before));
        for (AudioFormat format : forSip(browser)) {
            List<AudioFormat> alike = format.codec().audio() ? audio : keys;
            if (AudioSections.find(alike, format).isEmpty()) {
                List<AudioFormat> taken = new ArrayList<>(audio);
                taken.addAll(keys);
                alike.add(format.withPayloadType(freePayloadType(format.payloadType(), taken)));
            }
        }
        audio.addAll(keys);
        return List.copyOf(audio);
    }

    /** The wanted number, or the first dynamic one above the usual that nothing has. */
    private static int freePayloadType(int wanted, List<AudioFormat> taken) {
        int candidate = wanted;
        int next = FIRST_SPARE_PAYLOAD_TYPE;
        while (isTaken(candidate, taken)) {
            candidate = next++;
        }
        return candidate;
    }

    private static boolean isTaken(int payloadType, List<AudioFormat> taken) {
        return taken.stream().anyMatch(format -> format.payloadType() == payloadType);
    }

    /**
     * What a SIP peer's offer becomes in our offer to a browser: the peer's codecs in its order. Key presses are there at
     * the clock rates that the peer has, so that they pass as they are; when it has none, we take them ourselves.
     */
    public static List<AudioFormat> forBrowser(List<AudioFormat> sip) {
        List<AudioFormat> formats = new ArrayList<>();
        for (AudioFormat format : audio(sip)) {
            int payloadType = switch (format.codec()) {
                case OPUS -> 111;
                case G722 -> 9;
                case PCMU -> 0;
                case PCMA -> 8;
                case TELEPHONE_EVENT -> throw new IllegalStateException("no audio");
            };
            formats.add(format.withPayloadType(payloadType).withFmtp(relayedFmtp(format, true)));
        }
        List<AudioFormat> keys = keys(sip);
        if (keys.isEmpty()) {
            keyClocks(formats).forEach(clockRate -> formats.add(keysForBrowser(clockRate)));
        } else {
            keys.forEach(format -> formats.add(keysForBrowser(format.clockRate())));
        }
        return List.copyOf(formats);
    }

    /**
     * What to answer to a SIP peer's offer: those of its formats that the browser accepted, under the peer's payload
     * types, in the browser's order. Without any audio: empty.
     */
    public static List<AudioFormat> sipAnswer(List<AudioFormat> sipOffered, List<AudioFormat> browserAnswered) {
        List<AudioFormat> formats = new ArrayList<>();
        for (AudioFormat browser : audio(browserAnswered)) {
            Optional<AudioFormat> offered = AudioSections.find(sipOffered, browser);
            offered.ifPresent(
                    sip -> formats.add(sip.withFmtp(relayedFmtp(browser, OpusParameters.stereo(sip.fmtp())))));
        }
        if (!formats.isEmpty()) {
            keys(sipOffered).forEach(keys -> formats.add(keys.withFmtp(KEYS)));
        }
        return List.copyOf(formats);
    }

    static List<AudioFormat> audio(List<AudioFormat> formats) {
        return formats.stream().filter(format -> format.codec().audio()).toList();
    }

    /** The telephone-event formats. */
    static List<AudioFormat> keys(List<AudioFormat> formats) {
        return formats.stream().filter(format -> !format.codec().audio()).toList();
    }

    /**
     * The parameters that the other side is told of a format: only opus has any.
     *
     * @param stereo the other side would take it
     */
    static String relayedFmtp(AudioFormat format, boolean stereo) {
        return format.codec() == Codec.OPUS ? OpusParameters.relayed(format.fmtp(), stereo) : "";
    }

    /** The clock rates of the audio (RFC 4733 2.1), and 8000 in any case: much of the field knows no other. */
    private static Set<Integer> keyClocks(List<AudioFormat> audio) {
        Set<Integer> clockRates = new LinkedHashSet<>();
        audio.forEach(format -> clockRates.add(format.clockRate()));
        if (!audio.isEmpty()) {
            clockRates.add(Codec.TELEPHONE_EVENT.clockRate());
        }
        return clockRates;
    }

    private static AudioFormat keysForSip(int clockRate) {
        return new AudioFormat(Codec.TELEPHONE_EVENT, clockRate == 8_000 ? 101 : 97, clockRate, KEYS);
    }

    private static AudioFormat keysForBrowser(int clockRate) {
        return new AudioFormat(Codec.TELEPHONE_EVENT, clockRate == 8_000 ? 126 : 110, clockRate, "");
    }
}
