package offhook.call.offer;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import offhook.call.offer.OfferRejected.Reason;
import offhook.media.dtls.Fingerprint;
import offhook.media.ice.HostCandidate;
import offhook.media.ice.IceCredentials;
import offhook.media.sdp.Attribute;
import offhook.media.sdp.Connection;
import offhook.media.sdp.Direction;
import offhook.media.sdp.MediaDescription;
import offhook.media.sdp.Origin;
import offhook.media.sdp.Section;
import offhook.media.sdp.SessionDescription;
import offhook.media.sdp.Setup;

/**
 * Offers and answers between us and a browser (RFC 8829, 8843). Pure functions.
 *
 * <p>Candidates of the browser are not read: an ICE-lite agent learns it from its connectivity checks.
 */
public final class BrowserSdp {
    /** What RFC 8829 5.1.2 wants accepted; that the section is encrypted is said by its fingerprint, not by this. */
    private static final Set<String> PROTOCOLS = Set.of(
            "UDP/TLS/RTP/SAVPF",
            "UDP/TLS/RTP/SAVP",
            "TCP/DTLS/RTP/SAVPF",
            "TCP/DTLS/RTP/SAVP",
            "RTP/SAVPF",
            "RTP/SAVP",
            "RTP/AVPF",
            "RTP/AVP");

    /** Hash functions in the order of our liking; the first one that is there counts (RFC 8122 5). */
    private static final List<String> HASHES = List.of("sha-256", "sha-384", "sha-512", "sha-224", "sha-1");

    /** RFC 8839 5.4. */
    private static final Pattern UFRAG = Pattern.compile("[A-Za-z0-9+/]{4,256}");

    private static final Pattern PASSWORD = Pattern.compile("[A-Za-z0-9+/]{22,256}");

    /** The identification of the one section of our own offers. */
    private static final String OFFERED_MID = "0";

    private BrowserSdp() {}

    /**
     * Reads a browser's offer.
     *
     * @throws OfferRejected when it cannot be used
     */
    public static BrowserDescription readOffer(String sdp) {
        // Without a=setup the offerer is active and the answerer passive (RFC 4145 4.1).
        return read(sdp, Setup.ACTIVE);
    }

    /**
     * Reads a browser's answer to our offer.
     *
     * @throws OfferRejected when it cannot be used
     */
    public static BrowserDescription readAnswer(String sdp) {
        BrowserDescription answer = read(sdp, Setup.PASSIVE);
        if (answer.setup() == Setup.ACTPASS) {
            throw new OfferRejected(
                    Reason.BAD_SETUP,
                    "The browser's answer leaves the DTLS role open (a=setup:actpass): it must be active or passive.");
        }
        return answer;
    }

    /**
     * Our answer to a browser's offer: the audio accepted with these formats, everything else rejected.
     *
     * @param formats a choice of the offer's formats in our order: {@link CodecPlan#browserFormats}, or
     *     {@link Formats#atOnce} when the SIP side is not known yet
     */
    public static String answer(BrowserDescription offer, BrowserSide ours, List<AudioFormat> formats) {
        List<MediaDescription> media = new ArrayList<>();
        for (int i = 0; i < offer.mediaLines().size(); i++) {
            MediaLine line = offer.mediaLines().get(i);
            media.add(
                    i == offer.audioIndex()
                            ? audio(
                                    ours,
                                    line.protocol(),
                                    line.mid(),
                                    offer.ourSetup(),
                                    Direction.SENDRECV.answering(offer.direction()),
                                    formats)
                            : rejected(line));
        }
        return session(ours, offer.bundled() ? offer.mid() : "", media);
    }

    /** Our offer to a browser, with these formats in this order ({@link Formats#forBrowser}). */
    public static String offer(BrowserSide ours, List<AudioFormat> formats) {
        MediaDescription audio =
                audio(ours, "UDP/TLS/RTP/SAVPF", OFFERED_MID, Setup.ACTPASS, Direction.SENDRECV, formats);
        return session(ours, OFFERED_MID, List.of(audio));
    }

    private static BrowserDescription read(String sdp, Setup defaultSetup) {
        SessionDescription session = AudioSections.parse(sdp);
        return AudioSections.firstUsable(session, "The browser", index -> read(session, index, defaultSetup));
    }

    private static BrowserDescription read(SessionDescription session, int index, Setup defaultSetup) {
        MediaDescription audio = session.media().get(index);
        if (!PROTOCOLS.contains(audio.protocol().toUpperCase(Locale.ROOT))) {
            throw new OfferRejected(
                    Reason.UNSUPPORTED_TRANSPORT,
                    "The browser wants its audio over " + audio.protocol()
                            + ": only UDP/TLS/RTP/SAVPF is spoken here.");
        }
        List<AudioFormat> formats = AudioSections.formats(audio, BrowserSdp::multiplexable);
        if (!AudioSections.hasAudio(formats)) {
            throw new OfferRejected(
                    Reason.NO_COMMON_CODEC,
                    "The browser has none of the codecs opus, G722, PCMU and PCMA: allow one of them in the page.");
        }
        Optional<List<String>> bundle = audio.mid()
                .flatMap(mid -> session.groups("BUNDLE").stream()
                        .filter(mids -> mids.contains(mid))
                        .findFirst());
        List<Section> transport = transport(session, audio, bundle);
        if (transport.stream().noneMatch(section -> section.has("rtcp-mux"))) {
            throw new OfferRejected(
                    Reason.NO_RTCP_MUX,
                    "The browser wants RTCP on a port of its own: the page must ask for rtcpMuxPolicy 'require'.");
        }
        return new BrowserDescription(
                credentials(transport),
                fingerprints(transport),
                setup(transport, defaultSetup),
                session.direction(audio),
                formats,
                bundle.isPresent(),
                AudioSections.mediaLines(session),
                index);
    }

    /**
     * Where the attributes of the audio's transport may stand: with the audio, with the section that carries the bundle
     * (RFC 8843 7.1.3: a bundle-only section has none of its own), or before all sections.
     */
    private static List<Section> transport(
            SessionDescription session, MediaDescription audio, Optional<List<String>> bundle) {
        List<Section> sections = new ArrayList<>();
        sections.add(audio);
        bundle.map(List::getFirst)
                .flatMap(tag -> session.media().stream()
                        .filter(section -> section.mid().equals(Optional.of(tag)))
                        .findFirst())
                .ifPresent(sections::add);
        sections.add(session);
        return sections;
    }

    /** On one port with RTCP, the payload types 64 to 95 look like RTCP packets (RFC 5761 4). */
    private static boolean multiplexable(int payloadType) {
        return payloadType < 64 || payloadType > 95;
    }

    private static IceCredentials credentials(List<Section> transport) {
        Section section = transport.stream()
                .filter(candidate -> candidate.has("ice-ufrag") && candidate.has("ice-pwd"))
                .findFirst()
                .orElseThrow(() -> new OfferRejected(
                        Reason.NO_ICE,
                        "The browser's description has no a=ice-ufrag and a=ice-pwd: it is not one of WebRTC."));
        String ufrag = section.value("ice-ufrag").orElseThrow();
        String password = section.value("ice-pwd").orElseThrow();
        if (!UFRAG.matcher(ufrag).matches() || !PASSWORD.matcher(password).matches()) {
            throw new OfferRejected(
                    Reason.NO_ICE,
                    "The browser's a=ice-ufrag or a=ice-pwd is too short, too long, or has letters that ICE does not"
                            + " know.");
        }
        return new IceCredentials(ufrag, password);
    }

    private static List<Fingerprint> fingerprints(List<Section> transport) {
        List<Fingerprint> all = transport.stream()
                .map(Section::fingerprints)
                .filter(values -> !values.isEmpty())
                .findFirst()
                .orElse(List.of())
                .stream()
                .flatMap(value -> Fingerprint.parse(value).stream())
                .toList();
        for (String hash : HASHES) {
            List<Fingerprint> usable = all.stream()
                    .filter(fingerprint -> fingerprint.algorithm().equals(hash))
                    .toList();
            if (!usable.isEmpty()) {
                return usable;
            }
        }
        throw new OfferRejected(
                Reason.NO_FINGERPRINT,
                "The browser's description has no a=fingerprint that can be used: it needs one of sha-256.");
    }

    private static Setup setup(List<Section> transport, Setup defaultSetup) {
        Optional<Section> stated =
                transport.stream().filter(section -> section.has("setup")).findFirst();
        if (stated.isEmpty()) {
            return defaultSetup;
        }
        Optional<Setup> setup = stated.get().setup();
        if (setup.isEmpty() || setup.get() == Setup.HOLDCONN) {
            throw new OfferRejected(
                    Reason.BAD_SETUP,
                    "The browser's a=setup is neither active, passive nor actpass: no DTLS connection can be made.");
        }
        return setup.get();
    }

    private static String session(BrowserSide ours, String bundledMid, List<MediaDescription> media) {
        List<Attribute> attributes = new ArrayList<>();
        if (!bundledMid.isEmpty()) {
            attributes.add(new Attribute("group", "BUNDLE " + bundledMid));
        }
        attributes.add(new Attribute("ice-lite"));
        attributes.add(new Attribute("ice-options", "ice2"));
        return new SessionDescription(
                        // The address here means nothing and is not ours to give away (RFC 8829 5.2.1).
                        Origin.of(ours.sessionId(), 1, Inet4Address.ofLiteral("0.0.0.0")),
                        "-",
                        Optional.empty(),
                        List.of(),
                        attributes,
                        media)
                .print();
    }

    private static MediaDescription audio(
            BrowserSide ours,
            String protocol,
            String mid,
            Setup setup,
            Direction direction,
            List<AudioFormat> formats) {
        if (!AudioSections.hasAudio(formats)) {
            throw new IllegalArgumentException("audio needs at least one audio format");
        }
        InetSocketAddress first = ours.candidates().getFirst();
        List<Attribute> attributes = new ArrayList<>();
        attributes.add(new Attribute("ice-ufrag", ours.ice().ufrag()));
        attributes.add(new Attribute("ice-pwd", ours.ice().password()));
        attributes.add(new Attribute("fingerprint", ours.fingerprint().print()));
        attributes.add(new Attribute("setup", setup.value()));
        if (!mid.isEmpty()) {
            attributes.add(new Attribute("mid", mid));
        }
        attributes.add(new Attribute(direction.attribute()));
        attributes.add(new Attribute("rtcp-mux"));
        AudioSections.describe(formats, attributes);
        attributes.add(new Attribute("ptime", "20"));
        if (direction.sends()) {
            // Without a stream's name the page's track event would come without a stream.
            attributes.add(new Attribute("msid", "offhook audio"));
            attributes.add(new Attribute("ssrc", Integer.toUnsignedString(ours.ssrc()) + " cname:" + ours.cname()));
        }
        for (HostCandidate candidate : HostCandidate.of(ours.candidates())) {
            attributes.add(new Attribute("candidate", candidate.attributeValue()));
        }
        attributes.add(new Attribute("end-of-candidates"));
        return new MediaDescription(
                "audio",
                first.getPort(),
                protocol,
                AudioSections.payloadTypes(formats),
                Connection.of(address(first)),
                attributes);
    }

    private static MediaDescription rejected(MediaLine line) {
        List<Attribute> attributes = new ArrayList<>();
        if (!line.mid().isEmpty()) {
            attributes.add(new Attribute("mid", line.mid()));
        }
        attributes.add(new Attribute(Direction.INACTIVE.attribute()));
        return new MediaDescription(
                line.type(),
                0,
                line.protocol(),
                line.formats(),
                Connection.of(Inet4Address.ofLiteral("0.0.0.0")),
                attributes);
    }

    private static InetAddress address(InetSocketAddress candidate) {
        InetAddress address = candidate.getAddress();
        if (address == null) {
            throw new IllegalArgumentException("a candidate must be resolved: " + candidate);
        }
        return address;
    }
}
