package offhook.call.offer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import offhook.media.dtls.Fingerprint;
import offhook.media.ice.IceCredentials;
import offhook.media.sdp.Crypto;
import offhook.media.sdp.Direction;
import offhook.media.sdp.SessionDescription;
import offhook.media.sdp.Setup;
import offhook.media.srtp.SrtpProfile;
import org.junit.jupiter.api.Test;

class OfferPropertyTest {
    private static final int RUNS = 1_000;
    private static final int MUTANTS = 2_000;

    @Test
    void whatWeOfferToABrowserIsWhatABrowserWouldRead() {
        for (int seed = 1; seed <= RUNS; seed++) {
            Random random = new Random(seed);
            BrowserSide ours = browserSide(random);
            List<AudioFormat> formats = browserFormats(random);
            BrowserDescription read = BrowserSdp.readOffer(BrowserSdp.offer(ours, formats));
            String label = "seed " + seed;
            assertEquals(formats, read.formats(), label);
            assertEquals(ours.ice(), read.ice(), label);
            assertEquals(List.of(ours.fingerprint()), read.fingerprints(), label);
            assertEquals(Setup.ACTPASS, read.setup(), label);
            assertEquals(Direction.SENDRECV, read.direction(), label);
        }
    }

    @Test
    void whatWeAnswerToABrowserIsAnAnswerToItsOffer() {
        for (int seed = 1; seed <= RUNS; seed++) {
            Random random = new Random(seed);
            BrowserDescription offer =
                    BrowserSdp.readOffer(BrowserSdp.offer(browserSide(random), browserFormats(random)));
            BrowserSide ours = browserSide(random);
            String label = "seed " + seed;
            BrowserDescription read =
                    BrowserSdp.readAnswer(BrowserSdp.answer(offer, ours, Formats.atOnce(offer.formats())));
            assertEquals(codecs(offer.formats()), codecs(read.formats()), label);
            assertEquals(offer.mid(), read.mid(), label);
            assertEquals(Setup.ACTIVE, read.setup(), label);
        }
    }

    @Test
    void whatWeOfferToASipPeerIsWhatAPeerWouldRead() {
        for (int seed = 1; seed <= RUNS; seed++) {
            Random random = new Random(seed);
            SipSide ours = sipSide(random);
            List<AudioFormat> formats = Formats.forSip(browserFormats(random));
            Direction direction = Direction.of(random.nextBoolean(), random.nextBoolean());
            String label = "seed " + seed;
            SipDescription read = SipSdp.readOffer(SipSdp.offer(ours, formats, direction), MediaEncryption.OFF);
            assertEquals(formats, read.formats(), label);
            assertEquals(new InetSocketAddress(ours.address(), ours.rtpPort()), read.rtp(), label);
            assertEquals(new InetSocketAddress(ours.address(), ours.rtcpPort()), read.rtcp(), label);
            assertEquals(direction, read.direction(), label);
            assertEquals(20, read.ptimeMillis(), label);
            Direction wish = Direction.of(random.nextBoolean(), random.nextBoolean());
            SipDescription answer = SipSdp.readAnswer(SipSdp.answer(read, ours, formats, wish), ours);
            assertEquals(formats, answer.formats(), label);
            assertEquals(wish.answering(direction), answer.direction(), label);
        }
    }

    @Test
    void keysThatWeOfferAreThoseThatAPeerReadsAndViceVersa() {
        for (int seed = 1; seed <= RUNS; seed++) {
            Random random = new Random(seed);
            MediaEncryption encryption = random.nextBoolean() ? MediaEncryption.OPTIONAL : MediaEncryption.MANDATORY;
            List<SdesKey> keys = new ArrayList<>();
            for (SrtpProfile profile : SrtpProfile.values()) {
                keys.add(key(1 + keys.size(), profile, random));
            }
            Collections.shuffle(keys, random);
            SipSide ours = secured(sipSide(random), encryption, keys);
            List<AudioFormat> formats = Formats.forSip(browserFormats(random));
            String label = "seed " + seed;

            SipDescription offer =
                    SipSdp.readOffer(SipSdp.offer(ours, formats, Direction.SENDRECV), MediaEncryption.MANDATORY);
            SdesKey taken = offer.key().orElseThrow();
            assertTrue(taken.same(keys.getFirst()), label);
            assertEquals(keys.getFirst().tag(), taken.tag(), label);
            SdesKey theirs = key(taken.tag(), taken.profile(), random);
            SipSide peer = secured(sipSide(random), MediaEncryption.OPTIONAL, List.of(theirs));
            SipDescription answer = SipSdp.readAnswer(SipSdp.answer(offer, peer, formats, Direction.SENDRECV), ours);
            assertTrue(answer.key().orElseThrow().same(theirs), label);

            // Within the call: the same section over the same protocol, with what is in use.
            SipSide again = secured(ours, encryption, List.of(taken));
            SipDescription held = SipSdp.readOffer(
                    SipSdp.offer(answer, again, formats, Direction.SENDONLY), MediaEncryption.OPTIONAL);
            assertEquals(
                    offer.mediaLines().getFirst().protocol(),
                    held.mediaLines().getFirst().protocol(),
                    label);
            assertTrue(held.key().orElseThrow().same(taken), label);
            assertEquals(Direction.SENDONLY, held.direction(), label);
        }
    }

    @Test
    void anOfferWithinACallKeepsEverySectionInItsPlace() {
        SipDescription current = SipSdp.readOffer("""
                v=0
                o=- 1 1 IN IP4 192.0.2.20
                s=-
                c=IN IP4 192.0.2.20
                t=0 0
                m=audio 5004 RTP/AVP 0
                m=video 5008 RTP/AVP 31
                m=audio 5006 RTP/SAVP 0
                a=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj
                """, MediaEncryption.OPTIONAL);
        SipSide ours = secured(
                sipSide(new Random(1)),
                MediaEncryption.OPTIONAL,
                List.of(current.key().orElseThrow()));
        SessionDescription offer =
                SessionDescription.parse(SipSdp.offer(current, ours, current.formats(), Direction.INACTIVE));
        assertEquals(
                List.of("audio RTP/AVP 0", "video RTP/AVP 0", "audio RTP/SAVP " + ours.rtpPort()),
                offer.media().stream()
                        .map(section -> section.type() + " " + section.protocol() + " " + section.port())
                        .toList());
        assertEquals(
                List.of(4),
                offer.media().get(2).cryptos().stream().map(Crypto::tag).toList());
    }

    private static SdesKey key(int tag, SrtpProfile profile, Random random) {
        byte[] key = new byte[profile.keyLength()];
        byte[] salt = new byte[profile.saltLength()];
        random.nextBytes(key);
        random.nextBytes(salt);
        return new SdesKey(tag, profile, key, salt, new byte[0]);
    }

    private static SipSide secured(SipSide side, MediaEncryption encryption, List<SdesKey> keys) {
        return new SipSide(
                side.address(), side.rtpPort(), side.rtcpPort(), side.sessionId(), side.version(), encryption, keys);
    }

    @Test
    void planMapsOnlyWhatBothSidesHave() {
        for (int seed = 1; seed <= RUNS; seed++) {
            Random random = new Random(seed);
            List<AudioFormat> browser = browserFormats(random);
            List<AudioFormat> offered = Formats.forSip(browser);
            List<AudioFormat> answered = answer(offered, random);
            String label = "seed " + seed + ": " + browser + " " + answered;
            CodecPlan plan = CodecPlan.choose(browser, offered, answered).orElseThrow();
            assertEquals(
                    answered.stream()
                            .filter(format -> format.codec().audio())
                            .findFirst()
                            .orElseThrow(),
                    plan.sipAudio(),
                    label);
            assertTrue(browser.contains(plan.browserAudio()), label);
            assertEquals(plan.sipAudio().codec(), plan.browserAudio().codec(), label);
            for (int payloadType = 0; payloadType < 128; payloadType++) {
                int toSip = plan.browserToSip().get(payloadType);
                if (toSip == PayloadTypeMap.HERE) {
                    assertEquals(Codec.TELEPHONE_EVENT, codec(browser, payloadType), label);
                } else if (toSip != PayloadTypeMap.DROP) {
                    assertEquals(codec(browser, payloadType), codec(answered, toSip), label);
                }
                int toBrowser = plan.sipToBrowser().get(payloadType);
                if (toBrowser == PayloadTypeMap.HERE) {
                    assertTrue(Formats.keys(browser).isEmpty(), label);
                } else if (toBrowser != PayloadTypeMap.DROP) {
                    Codec said = codecOrNull(offered, payloadType);
                    said = said == null || !codecs(answered).contains(said) ? codec(answered, payloadType) : said;
                    assertEquals(said, codec(browser, toBrowser), label);
                }
            }
            for (AudioFormat format : answered) {
                if (format.codec().audio()) {
                    int ours = offered.stream()
                            .filter(format::sameCodec)
                            .findFirst()
                            .orElseThrow()
                            .payloadType();
                    assertEquals(
                            format.codec(), codec(browser, plan.sipToBrowser().get(ours)), label);
                }
            }
        }
    }

    @Test
    void damagedDescriptionIsUsedOrRejectedAndNothingElse() {
        List<Dialogue> dialogues = Dialogue.files().stream().map(Dialogue::read).toList();
        int used = 0;
        for (int seed = 1; seed <= MUTANTS; seed++) {
            Random random = new Random(seed);
            Dialogue dialogue = dialogues.get(random.nextInt(dialogues.size()));
            List<Dialogue.Part> damaged = new ArrayList<>();
            for (Dialogue.Part part : dialogue.parts()) {
                damaged.add(new Dialogue.Part(part.title(), damage(part.body(), random)));
            }
            try {
                Dialogue played = new Dialogue(dialogue.comments(), damaged).played();
                played.parts().stream()
                        .filter(part -> part.body().startsWith("v=0"))
                        .filter(part -> !damaged.contains(part))
                        .forEach(ours -> SessionDescription.parse(ours.body()));
                used += played.parts().getLast().title().equals("rejected") ? 0 : 1;
            } catch (IllegalStateException lacking) {
                // The dialogue ended in a rejection that the damage took away.
                assertTrue(lacking.getMessage().startsWith("the text lacks"), "seed " + seed + ": " + lacking);
            } catch (RuntimeException wrong) {
                throw new AssertionError("seed " + seed, wrong);
            }
        }
        assertTrue(used > MUTANTS / 5, used + " of " + MUTANTS + " were used");
    }

    private static List<AudioFormat> answer(List<AudioFormat> offered, Random random) {
        List<AudioFormat> answered = new ArrayList<>(offered);
        Collections.shuffle(answered, random);
        while (answered.size() > 1 && random.nextInt(3) > 0) {
            AudioFormat last = answered.removeLast();
            if (answered.stream().noneMatch(format -> format.codec().audio())) {
                answered.addFirst(last);
                break;
            }
        }
        // The peer may number as it likes, but not use one number twice.
        List<Integer> numbers = numbers(random);
        answered.forEach(format -> numbers.remove(Integer.valueOf(format.payloadType())));
        return answered.stream()
                .map(format -> random.nextInt(4) == 0 ? format.withPayloadType(numbers.removeLast()) : format)
                .toList();
    }

    private static List<AudioFormat> browserFormats(Random random) {
        List<Integer> numbers = numbers(random);
        List<AudioFormat> formats = new ArrayList<>();
        List<Codec> codecs = new ArrayList<>(List.of(Codec.OPUS, Codec.G722, Codec.PCMU, Codec.PCMA));
        Collections.shuffle(codecs, random);
        for (Codec codec : codecs.subList(0, 1 + random.nextInt(codecs.size()))) {
            String fmtp = codec == Codec.OPUS && random.nextBoolean() ? "useinbandfec=1" : "";
            formats.add(new AudioFormat(codec, numbers.removeLast(), codec.clockRate(), fmtp));
        }
        for (int clockRate : List.of(48_000, 8_000)) {
            if (random.nextBoolean()) {
                formats.add(new AudioFormat(Codec.TELEPHONE_EVENT, numbers.removeLast(), clockRate, ""));
            }
        }
        return formats;
    }

    /** Payload types that may be used beside RTCP on one port, shuffled. */
    private static List<Integer> numbers(Random random) {
        List<Integer> numbers = new ArrayList<>();
        for (int number = 0; number < 128; number++) {
            if (number < 64 || number > 95) {
                numbers.add(number);
            }
        }
        Collections.shuffle(numbers, random);
        return numbers;
    }

    private static BrowserSide browserSide(Random random) {
        byte[] certificate = new byte[16];
        random.nextBytes(certificate);
        return new BrowserSide(
                IceCredentials.generate(random),
                Fingerprint.sha256(certificate),
                List.of(new InetSocketAddress(address(random), 1 + random.nextInt(65_535))),
                random.nextLong() & Long.MAX_VALUE,
                random.nextInt(),
                "cname");
    }

    private static SipSide sipSide(Random random) {
        int rtpPort = 1 + random.nextInt(65_534);
        int rtcpPort = random.nextBoolean() ? rtpPort + 1 : 1 + random.nextInt(65_535);
        return new SipSide(address(random), rtpPort, rtcpPort, random.nextLong() & Long.MAX_VALUE, random.nextInt(9));
    }

    private static InetAddress address(Random random) {
        return InetAddress.ofLiteral(
                random.nextBoolean()
                        ? "192.0.2." + random.nextInt(256)
                        : "2001:db8::" + Integer.toHexString(random.nextInt(65_536)));
    }

    private static List<Codec> codecs(List<AudioFormat> formats) {
        return formats.stream().map(AudioFormat::codec).toList();
    }

    private static Codec codec(List<AudioFormat> formats, int payloadType) {
        Codec codec = codecOrNull(formats, payloadType);
        assertTrue(codec != null, payloadType + " is not in " + formats);
        return codec;
    }

    private static Codec codecOrNull(List<AudioFormat> formats, int payloadType) {
        return formats.stream()
                .filter(format -> format.payloadType() == payloadType)
                .map(AudioFormat::codec)
                .findFirst()
                .orElse(null);
    }

    /** Up to three wounds: lines lost, doubled, cut off or moved, characters and numbers changed. */
    private static String damage(String text, Random random) {
        if (text.isEmpty()) {
            return text;
        }
        for (int wounds = random.nextInt(4); wounds > 0; wounds--) {
            List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
            int at = random.nextInt(lines.size());
            String line = lines.get(at);
            int column = line.isEmpty() ? 0 : random.nextInt(line.length());
            switch (random.nextInt(6)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(random.nextInt(lines.size()), line);
                case 2 -> lines.set(at, line.substring(0, column));
                case 3 ->
                    lines.set(at, line.substring(0, column) + (char) random.nextInt(128) + line.substring(column));
                case 4 -> lines.set(at, line.replaceFirst("\\d+", Integer.toString(random.nextInt(200))));
                default -> lines.add(lines.remove(at));
            }
            text = String.join("\n", lines);
        }
        return text;
    }
}
