package offhook.call.offer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import offhook.call.offer.OfferRejected.Reason;
import offhook.media.sdp.Attribute;
import offhook.media.sdp.Connection;
import offhook.media.sdp.Direction;
import offhook.media.sdp.MediaDescription;
import offhook.media.sdp.Origin;
import offhook.media.sdp.Rtcp;
import offhook.media.sdp.SessionDescription;

/**
 * Offers and answers between us and a SIP peer (RFC 3264): audio over RTP, or over SRTP with keys in the descriptions
 * (RFC 4568). Pure functions.
 */
public final class SipSdp {
    /** Packet time when a peer does not say (RFC 3551 4.2). */
    private static final int DEFAULT_PTIME_MILLIS = 20;

    private static final int MAX_PTIME_MILLIS = 120;

    private SipSdp() {}

    /**
     * Our first offer to a SIP peer, with these formats in this order ({@link Formats#forSip}). Where encryption is
     * optional the keys stand beside plain RTP/AVP: no RFC has that, but what knows it encrypts, and what does not passes
     * over unknown attributes.
     */
    public static String offer(SipSide ours, List<AudioFormat> formats, Direction direction) {
        String protocol = ours.encryption() == MediaEncryption.MANDATORY ? "RTP/SAVP" : "RTP/AVP";
        return session(ours, List.of(audio(ours, protocol, formats, direction)));
    }

    /**
     * Our offer within a call: the audio in its place and over the protocol that is in use, and every other section still
     * rejected (RFC 3264 8).
     *
     * @param current the peer's latest description
     */
    public static String offer(SipDescription current, SipSide ours, List<AudioFormat> formats, Direction direction) {
        return session(ours, current, formats, direction);
    }

    /**
     * Reads a SIP peer's offer. Of several audio sections an encrypted one is chosen before a plain one.
     *
     * @param encryption what we want ourselves
     * @throws OfferRejected when it cannot be used
     */
    public static SipDescription readOffer(String sdp, MediaEncryption encryption) {
        return read(sdp, audio -> offeredKey(audio, encryption));
    }

    /**
     * Reads a SIP peer's answer.
     *
     * @param offered our side as it was in the offer
     * @throws OfferRejected when it cannot be used
     */
    public static SipDescription readAnswer(String sdp, SipSide offered) {
        return read(sdp, audio -> answeredKey(audio, offered));
    }

    /**
     * Our answer to a SIP peer's offer: the audio accepted with these formats, everything else rejected.
     *
     * @param formats a choice of the offer's formats ({@link Formats#sipAnswer})
     * @param direction what we would like; the answer says no more than the offer allows (RFC 3264 6.1)
     */
    public static String answer(SipDescription offer, SipSide ours, List<AudioFormat> formats, Direction direction) {
        return session(ours, offer, formats, direction.answering(offer.direction()));
    }

    private static String session(SipSide ours, SipDescription theirs, List<AudioFormat> formats, Direction direction) {
        List<MediaDescription> media = new ArrayList<>();
        for (int i = 0; i < theirs.mediaLines().size(); i++) {
            MediaLine line = theirs.mediaLines().get(i);
            // The other side's own word for the protocol, RTP/AVPF too: an answer may not change it (RFC 3264 6).
            media.add(i == theirs.audioIndex() ? audio(ours, line.protocol(), formats, direction) : rejected(line));
        }
        return session(ours, media);
    }

    private static SipDescription read(String sdp, Function<MediaDescription, Optional<SdesKey>> keyReader) {
        SessionDescription session = AudioSections.parse(sdp);
        return AudioSections.firstUsable(
                session,
                "The SIP peer",
                index -> read(session, index, keyReader),
                description -> description.key().isPresent());
    }

    private static SipDescription read(
            SessionDescription session, int index, Function<MediaDescription, Optional<SdesKey>> keyReader) {
        MediaDescription audio = session.media().get(index);
        Optional<SdesKey> key = keyReader.apply(audio);
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
                key,
                AudioSections.mediaLines(session),
                index);
    }

    /** The key of the first line that we can use; empty for plain RTP, whose other lines nobody insists on. */
    private static Optional<SdesKey> offeredKey(MediaDescription audio, MediaEncryption encryption) {
        boolean encrypted = isEncrypted(audio.protocol());
        if (encryption == MediaEncryption.OFF) {
            requirePlain(audio.protocol(), encrypted);
            return Optional.empty();
        }
        Optional<SdesKey> key = audio.cryptos().stream()
                .flatMap(line -> SdesKey.of(line).stream())
                .findFirst();
        requireKey(key, encrypted, encryption);
        return key;
    }

    /** The key of the line that takes one of ours. Its suite says which: some peers repeat a wrong tag. */
    private static Optional<SdesKey> answeredKey(MediaDescription audio, SipSide offered) {
        boolean encrypted = isEncrypted(audio.protocol());
        if (offered.keys().isEmpty()) {
            requirePlain(audio.protocol(), encrypted);
            return Optional.empty();
        }
        Optional<SdesKey> key = audio.cryptos().stream()
                .flatMap(line -> SdesKey.of(line).stream())
                .filter(theirs -> offered.keys().stream().anyMatch(ours -> ours.profile() == theirs.profile()))
                .findFirst();
        // Beside plain RTP/AVP, too, an answer with a key says that the peer encrypts.
        requireKey(key, encrypted || audio.has("crypto"), offered.encryption());
        return key;
    }

    /** Whether the audio travels as SRTP by its section's own word (RFC 3711, RFC 5124). */
    private static boolean isEncrypted(String protocol) {
        return switch (protocol.toUpperCase(Locale.ROOT)) {
            case "RTP/AVP", "RTP/AVPF" -> false;
            case "RTP/SAVP", "RTP/SAVPF" -> true;
            case "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF" ->
                throw new OfferRejected(
                        Reason.ENCRYPTED_ONLY,
                        "The SIP peer insists on audio that is encrypted by DTLS (" + protocol
                                + "): on this side only SDES is spoken, so choose RTP/SAVP with a=crypto there.");
            default ->
                throw new OfferRejected(
                        Reason.UNSUPPORTED_TRANSPORT,
                        "The SIP peer wants its audio over " + protocol
                                + ": only RTP/AVP and RTP/SAVP are spoken on this side.");
        };
    }

    private static void requirePlain(String protocol, boolean encrypted) {
        if (encrypted) {
            throw new OfferRejected(
                    Reason.ENCRYPTED_ONLY,
                    "The SIP peer insists on encrypted audio (" + protocol
                            + "), which is off on this side: make encryption optional there, or here"
                            + " (sip.mediaEncryption).");
        }
    }

    private static void requireKey(Optional<SdesKey> key, boolean encrypted, MediaEncryption encryption) {
        if (key.isPresent()) {
            return;
        }
        if (encrypted) {
            throw new OfferRejected(
                    Reason.NO_USABLE_KEY,
                    "The SIP peer encrypts its audio, but has no key that can be used here: allow"
                            + " AES_CM_128_HMAC_SHA1_80 with an inline key (a=crypto) there.");
        }
        if (encryption == MediaEncryption.MANDATORY) {
            throw new OfferRejected(
                    Reason.NOT_ENCRYPTED,
                    "The SIP peer does not encrypt its audio, which is a must on this side: encrypt it there (RTP/SAVP"
                            + " with a=crypto), or make encryption optional here (sip.mediaEncryption).");
        }
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
        ours.keys().forEach(key -> attributes.add(key.line().attribute()));
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
