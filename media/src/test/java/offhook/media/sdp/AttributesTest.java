package offhook.media.sdp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttributesTest {
    @Test
    void rtpmapIsReadWithAndWithoutChannels() {
        assertEquals(Optional.of(new RtpMap(111, "opus", 48_000, 2)), RtpMap.parse("111 opus/48000/2"));
        assertEquals(Optional.of(new RtpMap(0, "PCMU", 8_000, 1)), RtpMap.parse(" 0  PCMU / 8000 "));
        assertEquals("111 opus/48000/2", new RtpMap(111, "opus", 48_000, 2).print());
        assertEquals("9 G722/8000", new RtpMap(9, "G722", 8_000, 1).print());
    }

    @Test
    void rtpmapThatCannotBeReadIsPassedOver() {
        for (String wrong :
                List.of("", "0", "0 PCMU", "0 PCMU/", "0 PCMU/x", "128 PCMU/8000", "-1 PCMU/8000", "0 /8000")) {
            assertEquals(Optional.empty(), RtpMap.parse(wrong), wrong);
        }
    }

    @Test
    void firstRtpmapOfAPayloadTypeCounts() {
        MediaDescription audio = section("a=rtpmap:96 opus/48000/2", "a=rtpmap:96 PCMU/8000", "a=rtpmap:x");
        assertEquals(Map.of(96, new RtpMap(96, "opus", 48_000, 2)), audio.rtpMaps());
    }

    /** The examples of RFC 4568 4, 5.1.1, 6.1 and 9.2 that have one key; and others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20|1:32",
                "1 AES_CM_128_HMAC_SHA1_80 inline:YUJDZGVmZ2hpSktMbW9QUXJzVHVWd3l6MTIzNDU2|1066:4",
                "1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20|1:4",
                "2 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj|2^20",
                "1 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj|2^20|1:32 WSH=1024",
                "999999999 AES_CM_128_HMAC_SHA1_80 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj|1000 -KDR=1 X",
                "7 AEAD_AES_128_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw==",
                "0 F8_128_HMAC_SHA1_80 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj|255:1 UNENCRYPTED_SRTCP",
            })
    void cryptoReadsAndPrintsTheSame(String text) {
        Crypto crypto = Crypto.parse(text).orElseThrow();
        assertEquals(text, crypto.print());
        assertFalse(crypto.toString().contains("inline"), crypto::toString);
        assertFalse(crypto.attribute().toString().contains("inline"), "a key must reach no log");
    }

    @Test
    void cryptoHasKeyLifetimeAndIdentifier() {
        Crypto crypto = Crypto.parse("1 AES_CM_128_HMAC_SHA1_80 "
                        + "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20|1066:4 WSH=64")
                .orElseThrow();
        assertEquals(1, crypto.tag());
        assertEquals(30, crypto.keyAndSalt().length);
        assertEquals("wDfvg&T+)xG7@fb5jU,RaA}\\|p0%*#", new String(crypto.keyAndSalt(), StandardCharsets.US_ASCII));
        assertEquals(1 << 20, crypto.lifetimePackets());
        assertArrayEquals(new byte[] {0, 0, 4, 42}, crypto.mki());
        assertEquals(List.of("WSH=64"), crypto.sessionParameters());
    }

    @Test
    void cryptoThatCannotBeReadIsPassedOver() {
        String key = "inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj";
        for (String wrong : List.of(
                "",
                "1",
                "1 AES_CM_128_HMAC_SHA1_80",
                "x AES_CM_128_HMAC_SHA1_80 " + key,
                "1000000000 AES_CM_128_HMAC_SHA1_80 " + key,
                "1 AES_CM_128_HMAC_SHA1_80 uri:https://example.com/key",
                "1 AES_CM_128_HMAC_SHA1_80 inline:!!!",
                "1 AES_CM_128_HMAC_SHA1_80 " + key + "|",
                "1 AES_CM_128_HMAC_SHA1_80 " + key + "|0",
                "1 AES_CM_128_HMAC_SHA1_80 " + key + "|2^49",
                "1 AES_CM_128_HMAC_SHA1_80 " + key + "|2^",
                "1 AES_CM_128_HMAC_SHA1_80 " + key + "|2^20|1:4|x",
                "1 AES_CM_128_HMAC_SHA1_80 " + key + "|1:0",
                "1 AES_CM_128_HMAC_SHA1_80 " + key + "|1:129",
                "1 AES_CM_128_HMAC_SHA1_80 " + key + "|256:1",
                "1 AES_CM_128_HMAC_SHA1_80 " + key + "|-1:4",
                "1 AES_CM_128_HMAC_SHA1_80 " + key + "|:4",
                "1 AES_CM_128_HMAC_SHA1_80 " + key + "|" + "9".repeat(400) + ":128",
                "1 AES_CM_128_HMAC_SHA1_80 " + key + "|2^20|1:4;" + key + "|2^20|2:4")) {
            assertEquals(Optional.empty(), Crypto.parse(wrong).map(Crypto::print), wrong);
        }
    }

    @Test
    void candidatesOfABrowserAreReadAndPrintTheSame() {
        MediaDescription audio = audio("captured/chromium-audio-gathered.sdp");
        assertEquals(4, audio.candidates().size());
        Candidate first = audio.candidates().getFirst();
        assertEquals("192.0.2.2", first.address());
        assertEquals("host", first.type());
        assertEquals(1, first.component());
        assertEquals(
                audio.values("candidate"),
                audio.candidates().stream().map(Candidate::print).toList());
    }

    @Test
    void candidateWithRelatedAddressKeepsIt() {
        String text = "3 1 udp 1686052607 198.51.100.7 50000 typ srflx raddr 192.0.2.7 rport 40000";
        Candidate candidate = Candidate.parse(text).orElseThrow();
        assertEquals(List.of("raddr", "192.0.2.7", "rport", "40000"), candidate.extensions());
        assertEquals(text, candidate.print());
    }

    @Test
    void candidateThatCannotBeReadIsPassedOver() {
        for (String wrong : List.of(
                "",
                "1 1 udp 1 192.0.2.1 9 host",
                "1 1 udp 1 192.0.2.1 9 type host",
                "1 x udp 1 192.0.2.1 9 typ host",
                "1 1 udp 99999999999 192.0.2.1 9 typ host",
                "1 1 udp 1 192.0.2.1 65536 typ host")) {
            assertEquals(Optional.empty(), Candidate.parse(wrong), wrong);
        }
    }

    @Test
    void rtcpIsReadWithAndWithoutAddress() {
        assertEquals(Optional.of(new Rtcp(53_020, Optional.empty())), Rtcp.parse("53020"));
        Rtcp elsewhere = Rtcp.parse("53020 IN IP6 2001:db8::9").orElseThrow();
        assertEquals("2001:db8::9", elsewhere.connection().orElseThrow().address());
        assertEquals("53020 IN IP6 2001:db8::9", elsewhere.print());
        for (String wrong : List.of("", "x", "0", "65536", "53020 IN", "53020 IN IP4 192.0.2.1 x")) {
            assertEquals(Optional.empty(), Rtcp.parse(wrong), wrong);
        }
    }

    @Test
    void transportAttributesOfAnOfferAreRead() {
        SessionDescription offer = SessionDescription.parse(SdpFiles.read("captured/chromium-audio-video.sdp"));
        MediaDescription audio = offer.media().get(0);
        assertEquals(Optional.of(Setup.ACTPASS), audio.setup());
        assertEquals(Optional.of("0"), audio.mid());
        assertTrue(audio.rtcpMux());
        assertTrue(audio.fingerprints().getFirst().startsWith("sha-256 "));
        assertEquals(List.of(List.of("0", "1")), offer.groups("bundle"));
        assertEquals(List.of(), offer.groups("LS"));
        assertEquals("minptime=10;useinbandfec=1", audio.fmtp(111));
        assertEquals("", audio.fmtp(9));
        assertEquals(List.of(111, 63, 9, 0, 8, 13, 110, 126), audio.payloadTypes());
    }

    @Test
    void transportAttributesBeforeTheSectionsAreRead() {
        SessionDescription offer = SessionDescription.parse(SdpFiles.read("captured/firefox-audio.sdp"));
        assertEquals(1, offer.fingerprints().size());
        assertEquals(List.of(), offer.media().getFirst().fingerprints());
    }

    @Test
    void severalFmtpLinesOfOnePayloadTypeAreJoined() {
        MediaDescription audio = section("a=fmtp:96 a=1", "a=fmtp:97 b=2", "a=fmtp:96  c=3 ", "a=fmtp:96");
        assertEquals("a=1;c=3", audio.fmtp(96));
    }

    @Test
    void ptimeIsAPositiveNumber() {
        assertEquals(OptionalInt.of(30), section("a=ptime:30").ptimeMillis());
        assertEquals(OptionalInt.empty(), section("a=ptime:0").ptimeMillis());
        assertEquals(OptionalInt.empty(), section("a=ptime:20.5").ptimeMillis());
        assertEquals(OptionalInt.empty(), section().ptimeMillis());
    }

    @Test
    void attributeNamesAreFoundInAnyCase() {
        MediaDescription audio = section("a=RTCP-MUX", "a=SendOnly", "a=Setup: Passive");
        assertTrue(audio.rtcpMux());
        assertEquals(Optional.of(Direction.SENDONLY), audio.statedDirection());
        assertEquals(Optional.of(Setup.PASSIVE), audio.setup());
    }

    @Test
    void portZeroRefusesUnlessTheSectionIsBundleOnly() {
        MediaDescription refused = SessionDescription.parse(
                        "v=0\no=- 1 1 IN IP4 192.0.2.1\nm=audio 0 RTP/AVP 0\nm=audio 0 RTP/AVP 0\na=bundle-only")
                .media()
                .get(0);
        assertTrue(refused.refused());
        assertFalse(section().refused());
        assertFalse(SessionDescription.parse("v=0\no=- 1 1 IN IP4 192.0.2.1\nm=audio 0 RTP/AVP 0\na=bundle-only")
                .media()
                .get(0)
                .refused());
    }

    @Test
    void onlyLiteralAddressesAreAddresses() throws Exception {
        assertEquals(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), literal("192.0.2.1"));
        assertEquals(InetAddress.getByAddress(new byte[] {(byte) 233, (byte) 252, 0, 1}), literal("233.252.0.1/127/3"));
        assertEquals("2001:db8:0:0:0:0:0:2", literal("2001:db8::2").getHostAddress());
        for (String wrong : List.of(
                "phone.example.com",
                "localhost",
                "192.0.2",
                "3221225985",
                "0x7f000001",
                "256.0.2.1",
                "192.0.2.1.",
                "[2001:db8::2]",
                "2001:db8::2%eth0",
                "2001:db8:::2",
                "1::2::3",
                ":::",
                "::1::",
                "/127")) {
            assertEquals(Optional.empty(), new Connection("IN", "IP4", wrong).literal(), wrong);
        }
    }

    @Test
    void addressesArePrintedWithTheirType() throws Exception {
        assertEquals(
                "IN IP4 192.0.2.1",
                Connection.of(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}))
                        .print());
        assertEquals(
                "IN IP6 2001:db8:0:0:0:0:0:2",
                Connection.of(literal("2001:db8::2")).print());
    }

    @Test
    void answererSaysNoMoreThanTheOfferAllows() {
        assertEquals(Direction.SENDRECV, Direction.SENDRECV.answering(Direction.SENDRECV));
        assertEquals(Direction.RECVONLY, Direction.SENDRECV.answering(Direction.SENDONLY));
        assertEquals(Direction.SENDONLY, Direction.SENDRECV.answering(Direction.RECVONLY));
        assertEquals(Direction.INACTIVE, Direction.SENDRECV.answering(Direction.INACTIVE));
        assertEquals(Direction.INACTIVE, Direction.SENDONLY.answering(Direction.SENDONLY));
        assertEquals(Direction.RECVONLY, Direction.SENDONLY.reversed());
        assertEquals(Direction.INACTIVE, Direction.INACTIVE.reversed());
    }

    private static InetAddress literal(String text) {
        return new Connection("IN", "IP4", text).literal().orElseThrow();
    }

    private static MediaDescription audio(String file) {
        return SessionDescription.parse(SdpFiles.read(file)).media().getFirst();
    }

    private static MediaDescription section(String... attributes) {
        return SessionDescription.parse(
                        "v=0\no=- 1 1 IN IP4 192.0.2.1\nm=audio 5004 RTP/AVP 0\n" + String.join("\n", attributes))
                .media()
                .getFirst();
    }
}
