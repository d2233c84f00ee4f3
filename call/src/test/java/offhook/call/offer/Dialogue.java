package offhook.call.offer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import offhook.media.dtls.Fingerprint;
import offhook.media.ice.IceCredentials;
import offhook.media.sdp.Direction;
import offhook.media.srtp.SrtpProfile;

/**
 * One negotiation as a text: comment lines beginning with {@code #}, then parts, each a line {@code == title} and a body.
 * Who begins decides what is played:
 *
 * <ul>
 *   <li>{@code browser offer}: an outgoing call. The SIP answer follows; with {@code answered at once} the browser is
 *       answered before it.
 *   <li>{@code sip offer}: an incoming call. The browser's answer follows.
 *   <li>{@code invite without offer}: the browser's answer follows, then the SIP peer's.
 * </ul>
 *
 * A comment {@code # encryption: optional} or {@code mandatory} says what we want of the SIP peer.
 *
 * What browser and peer say is taken from the text; all else is worked out.
 */
record Dialogue(List<String> comments, List<Part> parts) {
    record Part(String title, String body) {}

    static final BrowserSide BROWSER_SIDE = new BrowserSide(
            new IceCredentials("ourUfrag", "ourPasswordOfTwentyFour0"),
            Fingerprint.sha256(new byte[] {1}),
            List.of(
                    new InetSocketAddress(InetAddress.ofLiteral("203.0.113.1"), 40_000),
                    new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 40_000)),
            1_234_567_890_123L,
            0x89ABCDEF,
            "our-cname");

    private static final String ENCRYPTION = "# encryption: ";

    static List<Path> files() {
        try (Stream<Path> files =
                Files.list(Path.of(Dialogue.class.getResource("/dialogues").toURI()))) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Dialogue read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static Dialogue parse(String text) {
        List<String> comments = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        String title = "";
        StringBuilder body = new StringBuilder();
        for (String line : text.split("\n")) {
            if (line.startsWith("== ")) {
                if (!title.isEmpty()) {
                    parts.add(new Part(title, body.toString()));
                }
                title = line.substring(3);
                body.setLength(0);
            } else if (title.isEmpty()) {
                comments.add(line);
            } else {
                body.append(line).append('\n');
            }
        }
        parts.add(new Part(title, body.toString()));
        return new Dialogue(comments, parts);
    }

    String print() {
        StringBuilder text = new StringBuilder();
        comments.forEach(comment -> text.append(comment).append('\n'));
        parts.forEach(part -> text.append("== ").append(part.title).append('\n').append(part.body));
        return text.toString();
    }

    /** The same dialogue with everything that is ours worked out anew. */
    Dialogue played() {
        List<Part> played = new ArrayList<>();
        try {
            switch (parts.getFirst().title) {
                case "browser offer" -> playOutgoing(played);
                case "sip offer" -> playIncoming(played);
                case "invite without offer" -> playOfferless(played);
                default -> throw new IllegalArgumentException("nobody begins so: " + parts.getFirst());
            }
        } catch (OfferRejected rejected) {
            played.add(new Part(
                    "rejected", rejected.reason() + " " + rejected.sipStatus() + "\n" + rejected.getMessage() + "\n"));
        }
        return new Dialogue(comments, played);
    }

    private MediaEncryption encryption() {
        return comments.stream()
                .filter(comment -> comment.startsWith(ENCRYPTION))
                .map(comment -> MediaEncryption.valueOf(
                        comment.substring(ENCRYPTION.length()).toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElse(MediaEncryption.OFF);
    }

    /** Our side of the SIP leg; the keys are offered, or beside that of the peer's offer. */
    private SipSide sipSide(List<SdesKey> keys) {
        return new SipSide(InetAddress.ofLiteral("203.0.113.2"), 30_000, 30_001, 4_711, 1, encryption(), keys);
    }

    private SipSide sipOfferer() {
        return sipSide(
                encryption() == MediaEncryption.OFF
                        ? List.of()
                        : List.of(
                                ourKey(1, SrtpProfile.AES_CM_128_HMAC_SHA1_80),
                                ourKey(2, SrtpProfile.AES_CM_128_HMAC_SHA1_32)));
    }

    private SipSide sipAnswerer(SipDescription offer) {
        return sipSide(offer.key().stream()
                .map(theirs -> ourKey(theirs.tag(), theirs.profile()))
                .toList());
    }

    private static SdesKey ourKey(int tag, SrtpProfile profile) {
        return new SdesKey(tag, profile, new byte[profile.keyLength()], new byte[profile.saltLength()], new byte[0]);
    }

    private void playOutgoing(List<Part> played) {
        BrowserDescription offer = BrowserSdp.readOffer(theirs("browser offer", played));
        if (has("answered at once")) {
            theirs("answered at once", played);
            played.add(ours("browser answer", BrowserSdp.answer(offer, BROWSER_SIDE, Formats.atOnce(offer.formats()))));
        }
        List<AudioFormat> sipOffered = Formats.forSip(offer.formats());
        played.add(ours("sip offer", SipSdp.offer(sipOfferer(), sipOffered, offer.direction())));
        SipDescription answer = SipSdp.readAnswer(theirs("sip answer", played), sipOfferer());
        CodecPlan plan = plan(CodecPlan.choose(offer.formats(), sipOffered, answer.formats()));
        played.add(new Part("plan", describe(plan, offer, answer)));
        if (!has("answered at once")) {
            played.add(ours("browser answer", BrowserSdp.answer(offer, BROWSER_SIDE, plan.browserFormats())));
        }
    }

    private void playIncoming(List<Part> played) {
        SipDescription offer = SipSdp.readOffer(theirs("sip offer", played), encryption());
        played.add(ours("browser offer", BrowserSdp.offer(BROWSER_SIDE, Formats.forBrowser(offer.formats()))));
        BrowserDescription answer = BrowserSdp.readAnswer(theirs("browser answer", played));
        List<AudioFormat> sipAnswered = Formats.sipAnswer(offer.formats(), answer.formats());
        CodecPlan plan = plan(CodecPlan.choose(answer.formats(), sipAnswered));
        played.add(new Part("plan", describe(plan, answer, offer)));
        played.add(ours("sip answer", SipSdp.answer(offer, sipAnswerer(offer), sipAnswered, answer.direction())));
    }

    private void playOfferless(List<Part> played) {
        theirs("invite without offer", played);
        played.add(ours("browser offer", BrowserSdp.offer(BROWSER_SIDE, Formats.allForBrowser())));
        BrowserDescription browser = BrowserSdp.readAnswer(theirs("browser answer", played));
        List<AudioFormat> sipOffered = Formats.forSip(browser.formats());
        played.add(ours("sip offer", SipSdp.offer(sipOfferer(), sipOffered, Direction.SENDRECV)));
        SipDescription answer = SipSdp.readAnswer(theirs("sip answer", played), sipOfferer());
        CodecPlan plan = plan(CodecPlan.choose(browser.formats(), sipOffered, answer.formats()));
        played.add(new Part("plan", describe(plan, browser, answer)));
    }

    private static CodecPlan plan(Optional<CodecPlan> plan) {
        return plan.orElseThrow(OfferRejected::noCommonCodec);
    }

    private static String describe(CodecPlan plan, BrowserDescription browser, SipDescription sip) {
        return """
               audio: %s, browser %d, sip %d
               keys: browser %s, sip %s
               browser to sip: %s
               sip to browser: %s
               browser: %s, %s %s, we are %s
               sip: rtp %s:%d, rtcp %s:%d, %s, %d ms
               """.formatted(
                                plan.browserAudio().codec(),
                                plan.browserAudio().payloadType(),
                                plan.sipAudio().payloadType(),
                                keys(plan.browserDtmf()),
                                keys(plan.sipDtmf()),
                                plan.browserToSip(),
                                plan.sipToBrowser(),
                                browser.direction().attribute(),
                                browser.fingerprints().size(),
                                browser.fingerprints().getFirst().algorithm(),
                                browser.ourSetup().value(),
                                sip.rtp().getAddress().getHostAddress(),
                                sip.rtp().getPort(),
                                sip.rtcp().getAddress().getHostAddress(),
                                sip.rtcp().getPort(),
                                sip.direction().attribute(),
                                sip.ptimeMillis())
                + sip.key().map(Dialogue::encrypted).orElse("");
    }

    private static String encrypted(SdesKey key) {
        String mki = key.mki().length == 0 ? "" : ", identified by " + key.mki().length + " bytes";
        return "encrypted: " + key.profile() + ", tag " + key.tag() + mki + "\n";
    }

    private static String keys(AudioFormat format) {
        return format == null ? "none" : format.payloadType() + "/" + format.clockRate();
    }

    private boolean has(String title) {
        return parts.stream().anyMatch(part -> part.title.equals(title));
    }

    /** What the other side says: goes into the played dialogue as it is. */
    private String theirs(String title, List<Part> played) {
        Part said = parts.stream()
                .filter(part -> part.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the text lacks '" + title + "'"));
        played.add(said);
        return said.body;
    }

    /** What we say: every line ends with CR LF, which the text leaves out. */
    private static Part ours(String title, String sdp) {
        if (!sdp.replace("\r\n", "").matches("[^\r\n]*") || !sdp.endsWith("\r\n")) {
            throw new AssertionError("lines must end with CR LF: " + sdp);
        }
        return new Part(title, sdp.replace("\r\n", "\n"));
    }
}
