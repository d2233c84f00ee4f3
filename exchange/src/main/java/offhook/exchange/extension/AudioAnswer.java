package offhook.exchange.extension;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import offhook.media.sdp.Attribute;
import offhook.media.sdp.Connection;
import offhook.media.sdp.Direction;
import offhook.media.sdp.MediaDescription;
import offhook.media.sdp.Origin;
import offhook.media.sdp.RtpMap;
import offhook.media.sdp.SdpException;
import offhook.media.sdp.SessionDescription;
import org.jspecify.annotations.Nullable;

/**
 * What an extension agrees on with a caller (RFC 3264 section 6): the first audio section that it can use, with one codec
 * and telephone events.
 *
 * @param remote where the caller wants its audio
 * @param payloadType of the codec
 * @param keyPayloadType of telephone events; empty when the caller offers none
 * @param keyClockRate of telephone events
 * @param direction as we see it
 */
record AudioAnswer(
        InetSocketAddress remote,
        int payloadType,
        OptionalInt keyPayloadType,
        int keyClockRate,
        Direction direction,
        SessionDescription description) {
    static final int PCMU = 0;
    static final int PCMA = 8;

    /** Comfort noise (RFC 3389) is not something to talk in. */
    private static final int COMFORT_NOISE = 13;

    private static final int DEFAULT_CLOCK_RATE = 8_000;
    private static final String TELEPHONE_EVENT = "telephone-event";

    /** Our side of the description. */
    record Ours(InetAddress address, int port, long sessionId, long version) {}

    /**
     * @param g711Only whether nothing but PCMU and PCMA will do
     * @return empty when there is no audio that can be used: 488
     */
    static Optional<AudioAnswer> to(String offer, boolean g711Only, Ours ours) {
        SessionDescription offered;
        try {
            offered = SessionDescription.parse(offer);
        } catch (SdpException unreadable) {
            return Optional.empty();
        }
        for (int place = 0; place < offered.media().size(); place++) {
            MediaDescription section = offered.media().get(place);
            Optional<InetSocketAddress> remote = remote(offered, section);
            OptionalInt codec = codec(section, g711Only);
            if (remote.isPresent() && codec.isPresent()) {
                return Optional.of(answer(offered, place, remote.get(), codec.getAsInt(), ours));
            }
        }
        return Optional.empty();
    }

    private static Optional<InetSocketAddress> remote(SessionDescription offered, MediaDescription section) {
        boolean plainAudio = section.type().equals("audio")
                && (section.protocol().equals("RTP/AVP") || section.protocol().equals("RTP/AVPF"));
        if (!plainAudio || section.port() == 0) {
            return Optional.empty();
        }
        return offered.connection(section)
                .flatMap(Connection::literal)
                .filter(address -> !address.isMulticastAddress())
                .map(address -> new InetSocketAddress(address, section.port()));
    }

    private static OptionalInt codec(MediaDescription section, boolean g711Only) {
        Map<Integer, RtpMap> maps = section.rtpMaps();
        return section.payloadTypes().stream()
                .filter(type -> type != COMFORT_NOISE && !isKeys(maps.get(type)))
                .filter(type -> !g711Only || type == PCMU || type == PCMA)
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    private static boolean isKeys(@Nullable RtpMap map) {
        return map != null && map.encodingName().equalsIgnoreCase(TELEPHONE_EVENT);
    }

    private static AudioAnswer answer(
            SessionDescription offered, int place, InetSocketAddress remote, int codec, Ours ours) {
        MediaDescription section = offered.media().get(place);
        Map<Integer, RtpMap> maps = section.rtpMaps();
        RtpMap codecMap = maps.get(codec);
        int clockRate = codecMap == null ? DEFAULT_CLOCK_RATE : codecMap.clockRate();
        OptionalInt keys = section.payloadTypes().stream()
                .flatMap(type -> Optional.ofNullable(maps.get(type)).stream())
                .filter(map -> isKeys(map) && map.clockRate() == clockRate)
                .mapToInt(RtpMap::payloadType)
                .findFirst();
        boolean held = remote.getAddress().isAnyLocalAddress(); // The old way to hold a call (RFC 2543).
        Direction direction = (held ? Direction.RECVONLY : Direction.SENDRECV).answering(offered.direction(section));

        List<Integer> types = new ArrayList<>(List.of(codec));
        keys.ifPresent(types::add);
        List<Attribute> attributes = new ArrayList<>();
        for (int type : types) {
            RtpMap map = maps.get(type);
            if (map != null) {
                attributes.add(map.attribute());
            }
            if (!section.fmtp(type).isEmpty()) {
                attributes.add(new Attribute("fmtp", type + " " + section.fmtp(type)));
            }
        }
        section.mid().ifPresent(mid -> attributes.add(new Attribute("mid", mid)));
        if (section.rtcpMux()) {
            attributes.add(new Attribute("rtcp-mux"));
        }
        attributes.add(new Attribute("ptime", Integer.toString(AudioLine.FRAME_MILLIS)));
        attributes.add(new Attribute(direction.attribute()));
        MediaDescription accepted = new MediaDescription(
                "audio",
                ours.port(),
                section.protocol(),
                types.stream().map(String::valueOf).toList(),
                Connection.of(ours.address()),
                attributes);
        List<MediaDescription> media = new ArrayList<>();
        offered.media().forEach(other -> media.add(refusal(other)));
        media.set(place, accepted);
        SessionDescription description = new SessionDescription(
                Origin.of(ours.sessionId(), ours.version(), ours.address()),
                "-",
                Optional.of(Connection.of(ours.address())),
                List.of(),
                List.of(),
                media);
        return new AudioAnswer(remote, codec, keys, clockRate, direction, description);
    }

    private static MediaDescription refusal(MediaDescription other) {
        return new MediaDescription(
                other.type(), 0, 1, other.protocol(), other.formats(), List.of(), List.of(), List.of());
    }
}
