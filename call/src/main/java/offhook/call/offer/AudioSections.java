package offhook.call.offer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import offhook.call.offer.OfferRejected.Reason;
import offhook.media.sdp.Attribute;
import offhook.media.sdp.MediaDescription;
import offhook.media.sdp.RtpMap;
import offhook.media.sdp.SdpException;
import offhook.media.sdp.SessionDescription;
import org.jspecify.annotations.Nullable;

/** What both sides' descriptions have in common: finding the audio, reading and writing its formats. */
final class AudioSections {
    private AudioSections() {}

    static SessionDescription parse(String sdp) {
        try {
            return SessionDescription.parse(sdp);
        } catch (SdpException wrong) {
            throw new OfferRejected(Reason.MALFORMED, wrong.getMessage(), wrong);
        }
    }

    static List<MediaLine> mediaLines(SessionDescription session) {
        return session.media().stream()
                .map(section -> new MediaLine(
                        section.type(),
                        section.protocol(),
                        section.formats(),
                        section.mid().orElse("")))
                .toList();
    }

    /** What {@code reader} makes of the first audio section that it does not reject; see the other one. */
    static <T> T firstUsable(SessionDescription session, String who, IntFunction<T> reader) {
        return firstUsable(session, who, reader, usable -> true);
    }

    /**
     * What {@code reader} makes of the first audio section that it does not reject. When it rejects all of them, what it
     * said of the first.
     *
     * @param who begins the sentence when there is no audio, such as "The browser"
     * @param preferred goes before what stands in front of it but is not preferred
     */
    static <T> T firstUsable(SessionDescription session, String who, IntFunction<T> reader, Predicate<T> preferred) {
        boolean audioSeen = false;
        T first = null;
        OfferRejected rejected = null;
        for (int i = 0; i < session.media().size(); i++) {
            MediaDescription section = session.media().get(i);
            if (!section.type().equalsIgnoreCase("audio")) {
                continue;
            }
            audioSeen = true;
            if (section.refused()) {
                continue;
            }
            try {
                T usable = reader.apply(i);
                if (preferred.test(usable)) {
                    return usable;
                }
                first = first == null ? usable : first;
            } catch (OfferRejected unusable) {
                rejected = rejected == null ? unusable : rejected;
            }
        }
        if (first != null) {
            return first;
        }
        if (rejected != null) {
            throw rejected;
        }
        throw audioSeen
                ? new OfferRejected(Reason.NO_COMMON_CODEC, who + " refused the audio (port 0).")
                : new OfferRejected(Reason.NO_AUDIO, who + " sent a description without audio.");
    }

    /**
     * The formats that can be relayed, in their order: each codec once, telephone-event once for each clock rate.
     *
     * @param usable says of a payload type whether it may be used on this leg
     */
    static List<AudioFormat> formats(MediaDescription section, IntPredicate usable) {
        Map<Integer, RtpMap> maps = section.rtpMaps();
        List<AudioFormat> formats = new ArrayList<>();
        for (int payloadType : section.payloadTypes()) {
            AudioFormat format = usable.test(payloadType) ? format(payloadType, maps.get(payloadType)) : null;
            if (format != null && find(formats, format).isEmpty()) {
                formats.add(format.withFmtp(section.fmtp(payloadType)));
            }
        }
        return formats;
    }

    static Optional<AudioFormat> find(List<AudioFormat> formats, AudioFormat wanted) {
        return formats.stream().filter(format -> format.sameCodec(wanted)).findFirst();
    }

    static boolean hasAudio(List<AudioFormat> formats) {
        return formats.stream().anyMatch(format -> format.codec().audio());
    }

    static List<String> payloadTypes(List<AudioFormat> formats) {
        return formats.stream()
                .map(format -> Integer.toString(format.payloadType()))
                .toList();
    }

    /** {@code a=rtpmap} for every format, even for the static ones: some peers want it. {@code a=fmtp} where needed. */
    static void describe(List<AudioFormat> formats, List<Attribute> attributes) {
        for (AudioFormat format : formats) {
            Codec codec = format.codec();
            attributes.add(new RtpMap(format.payloadType(), codec.encodingName(), format.clockRate(), codec.channels())
                    .attribute());
            if (!format.fmtp().isEmpty()) {
                attributes.add(new Attribute("fmtp", format.payloadType() + " " + format.fmtp()));
            }
        }
    }

    private static @Nullable AudioFormat format(int payloadType, @Nullable RtpMap map) {
        Codec codec = map == null ? staticCodec(payloadType) : codec(map);
        if (codec == null) {
            return null;
        }
        return new AudioFormat(codec, payloadType, map == null ? codec.clockRate() : map.clockRate(), "");
    }

    private static @Nullable Codec codec(RtpMap map) {
        for (Codec codec : Codec.values()) {
            // Channels of opus are not compared: RFC 7587 7 wants /2, some phones leave it out, all mean the same.
            if (codec.encodingName().equalsIgnoreCase(map.encodingName())
                    && codec.runsAt(map.clockRate())
                    && map.channels() <= codec.channels()) {
                return codec;
            }
        }
        return null;
    }

    /** The payload types that need no rtpmap (RFC 3551 6). */
    private static @Nullable Codec staticCodec(int payloadType) {
        return switch (payloadType) {
            case 0 -> Codec.PCMU;
            case 8 -> Codec.PCMA;
            case 9 -> Codec.G722;
            default -> null;
        };
    }
}
