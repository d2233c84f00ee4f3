package offhook.call.offer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import offhook.call.offer.OfferRejected.Reason;
import offhook.media.sdp.Attribute;
import offhook.media.sdp.Connection;
import offhook.media.sdp.Direction;
import offhook.media.sdp.MediaDescription;
import offhook.media.sdp.Origin;
import offhook.media.sdp.Rtcp;
import offhook.media.sdp.SessionDescription;

/** Offers and answers between us and a SIP peer (RFC 3264): plain RTP/AVP audio. Pure functions. */
public final class SipSdp {
    /** Packet time when a peer does not say (RFC 3551 4.2). */
    private static final int DEFAULT_PTIME_MILLIS = 20;

    private static final int MAX_PTIME_MILLIS = 120;

    private SipSdp() {}

    /** Our offer to a SIP peer, with these formats in this order ({@link Formats#forSip}). */
    public static String offer(SipSide ours, List<AudioFormat> formats, Direction direction) {
        return session(ours, List.of(audio(ours, "RTP/AVP", formats, direction)));
    }

    /**
     * Reads a SIP peer's offer or answer.
     *
     * @throws OfferRejected when it cannot be used
     */
    public static SipDescription read(String sdp) {
        SessionDescription session = AudioSections.parse(sdp);
        return AudioSections.firstUsable(session, "The SIP peer", index -> read(session, index));
    }

    /**
     * Our answer to a SIP peer's offer: the audio accepted with these formats, everything else rejected.
     *
     * @param formats a choice of the offer's formats ({@link Formats#sipAnswer})
     * @param direction what we would like; the answer says no more than the offer allows (RFC 3264 6.1)
     */
    public static String answer(SipDescription offer, SipSide ours, List<AudioFormat> formats, Direction direction) {
        List<MediaDescription> media = new ArrayList<>();
        for (int i = 0; i < offer.mediaLines().size(); i++) {
            MediaLine line = offer.mediaLines().get(i);
            media.add(
                    i == offer.audioIndex()
                            // The offer's own word for it, RTP/AVPF too: an answer may not change it (RFC 3264 6).
                            ? audio(ours, line.protocol(), formats, direction.answering(offer.direction()))
                            : rejected(line));
        }
        return session(ours, media);
    }

    private static SipDescription read(SessionDescription session, int index) {
        MediaDescription audio = session.media().get(index);
        requirePlainRtp(audio.protocol());
        List<AudioFormat> formats = AudioSections.formats(audio, payloadType -> true);
        if (!AudioSections.hasAudio(formats)) {
            throw new OfferRejected(
                    Reason.NO_COMMON_CODEC,
                    "The SIP peer has none of the codecs opus, G722, PCMU and PCMA: allow one of them there.");
        }
        InetAddress address = address(session.connection(audio)
                .orElseThrow(() -> new OfferRejected(
                        Reason.UNUSABLE_ADDRESS,
                        "The SIP peer's description has no c= line, so nobody knows where its audio goes.")));
        Direction direction = session.direction(audio);
        if (address.isAnyLocalAddress()) {
            // The way to hold before there were directions (RFC 3264 8.4): nothing can be sent there.
            direction = Direction.of(direction.sends(), false);
        }
        int ptimeMillis = audio.ptimeMillis().orElse(DEFAULT_PTIME_MILLIS);
        return new SipDescription(
                new InetSocketAddress(address, audio.port()),
                rtcp(audio, address),
                formats,
                direction,
                ptimeMillis <= MAX_PTIME_MILLIS ? ptimeMillis : DEFAULT_PTIME_MILLIS,
                AudioSections.mediaLines(session),
                index);
    }

    private static void requirePlainRtp(String protocol) {
        String upper = protocol.toUpperCase(Locale.ROOT);
        if (upper.equals("RTP/AVP") || upper.equals("RTP/AVPF")) {
            return;
        }
        if (upper.contains("SAVP")) {
            throw new OfferRejected(
                    Reason.ENCRYPTED_ONLY,
                    "The SIP peer insists on encrypted audio (" + protocol
                            + "), which is not spoken on this side: make encryption optional there.");
        }
        throw new OfferRejected(
                Reason.UNSUPPORTED_TRANSPORT,
                "The SIP peer wants its audio over " + protocol + ": only RTP/AVP is spoken on this side.");
    }

    private static InetAddress address(Connection connection) {
        InetAddress address = connection
                .literal()
                .orElseThrow(() -> new OfferRejected(
                        Reason.UNUSABLE_ADDRESS,
                        "The SIP peer's c= line names '" + connection.address()
                                + "': it must be an IP address, as names are not looked up for media."));
        if (address.isMulticastAddress()) {
            throw new OfferRejected(
                    Reason.UNUSABLE_ADDRESS,
                    "The SIP peer's c= line names the multicast group " + connection.address()
                            + ": a call needs an address of its own.");
        }
        return address;
    }

    /** Where RTCP goes (RFC 3605, else RFC 3550 11: one port up). */
    private static InetSocketAddress rtcp(MediaDescription audio, InetAddress address) {
        Optional<Rtcp> stated = audio.rtcp();
        int port = stated.map(Rtcp::port).orElse(Math.min(audio.port() + 1, 65_535));
        return new InetSocketAddress(
                stated.flatMap(Rtcp::connection).flatMap(Connection::literal).orElse(address), port);
    }

    private static String session(SipSide ours, List<MediaDescription> media) {
        return new SessionDescription(
                        Origin.of(ours.sessionId(), ours.version(), ours.address()),
                        "-",
                        Optional.of(Connection.of(ours.address())),
                        List.of(),
                        List.of(),
                        media)
                .print();
    }

    private static MediaDescription audio(
            SipSide ours, String protocol, List<AudioFormat> formats, Direction direction) {
        if (!AudioSections.hasAudio(formats)) {
            throw new IllegalArgumentException("audio needs at least one audio format");
        }
        List<Attribute> attributes = new ArrayList<>();
        AudioSections.describe(formats, attributes);
        attributes.add(new Attribute("ptime", Integer.toString(DEFAULT_PTIME_MILLIS)));
        attributes.add(new Attribute(direction.attribute()));
        if (ours.rtcpPort() != ours.rtpPort() + 1) {
            attributes.add(new Rtcp(ours.rtcpPort(), Optional.empty()).attribute());
        }
        return new MediaDescription(
                "audio",
                ours.rtpPort(),
                1,
                protocol,
                AudioSections.payloadTypes(formats),
                List.of(),
                List.of(),
                attributes);
    }

    private static MediaDescription rejected(MediaLine line) {
        return new MediaDescription(
                line.type(), 0, 1, line.protocol(), line.formats(), List.of(), List.of(), List.of());
    }
}
