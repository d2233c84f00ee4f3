package offhook.call.leg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import offhook.call.bridge.RtpSink;
import offhook.call.offer.CodecPlan;
import offhook.call.offer.MediaEncryption;
import offhook.call.offer.SdesKey;
import offhook.call.offer.SipDescription;
import offhook.call.offer.SipSdp;
import offhook.media.rtp.RtpSource;
import offhook.media.srtp.SrtpContext;
import offhook.media.srtp.SrtpProfile;
import offhook.media.wire.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The SIP peer's leg under SRTP: what it lets through, and whom it believes. */
class SipLegSrtpTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress ANNOUNCED = address("10.0.0.5", 40_000);
    private static final InetSocketAddress NAT = address("198.51.100.9", 61_000);
    private static final InetSocketAddress STRANGER = address("198.51.100.66", 666);
    private static final int PACKET = 172;

    private final DropCounts drops = new DropCounts();
    private final Ports ports = new Ports();
    private final List<byte[]> inbound = new ArrayList<>();
    private final SipLeg leg = new SipLeg(
            ports,
            1,
            "cname",
            0,
            new SplittableRandom(1),
            drops,
            (bytes, offset, length, now) -> inbound.add(Arrays.copyOfRange(bytes, offset, offset + length)));
    private final RtpSource source = new RtpSource(new SplittableRandom(2));

    private void describe(InetSocketAddress rtp) {
        SipDescription peer = SipSdp.readOffer(
                String.join(
                        "\r\n",
                        "v=0",
                        "o=pbx 1 1 IN IP4 10.0.0.5",
                        "s=-",
                        "c=IN IP4 " + rtp.getAddress().getHostAddress(),
                        "t=0 0",
                        "m=audio " + rtp.getPort() + " RTP/AVP 0",
                        ""),
                MediaEncryption.OFF);
        leg.plan(CodecPlan.choose(peer.formats(), peer.formats()).orElseThrow().sipToBrowser(), 8_000);
        leg.describe(peer, 0);
    }

    private static SdesKey key(SrtpProfile profile, int seed) {
        Random random = new Random(seed);
        byte[] key = new byte[profile.keyLength()];
        byte[] salt = new byte[profile.saltLength()];
        random.nextBytes(key);
        random.nextBytes(salt);
        return new SdesKey(1, profile, key, salt, new byte[0]);
    }

    private static SdesKey key(int seed) {
        return key(SrtpProfile.AES_CM_128_HMAC_SHA1_80, seed);
    }

    private static SrtpContext context(SdesKey key) {
        return new SrtpContext(key.profile(), key.masterKey(), key.masterSalt());
    }

    /** The peer's next packet, with room behind it. */
    private byte[] packet() {
        byte[] bytes = new byte[PACKET + RtpSink.SPARE_BYTES];
        source.advance(160);
        int header = source.writeHeader(bytes, 0, 0);
        Arrays.fill(bytes, header, PACKET, (byte) 0x5A);
        return bytes;
    }

    /** The peer's next packet, protected, arrives. */
    private void arrive(InetSocketAddress from, SrtpContext sender, long nowNanos) {
        byte[] bytes = packet();
        leg.onRtpDatagram(from, bytes, 0, sender.protect(bytes, 0, PACKET), nowNanos);
    }

    @ParameterizedTest
    @EnumSource
    void everyPacketPassesBothWaysOverRolloversOnALossyRoad(SrtpProfile profile) {
        describe(ANNOUNCED);
        leg.secure(key(profile, 1), key(profile, 2));
        SrtpContext sender = context(key(profile, 2));
        SrtpContext receiver = context(key(profile, 1));
        Random random = new Random(3);
        int theirNumber = 7;
        int ourNumber = 7;
        for (int i = 0; i < 4_000; i++) {
            theirNumber += 1 + random.nextInt(100); // what a burst of losses leaves
            byte[] plain = packet();
            Bytes.put16(plain, 2, theirNumber & 0xFFFF);
            byte[] secured = plain.clone();
            int length = sender.protect(secured, 0, PACKET);
            if (random.nextInt(10) > 0) {
                leg.onRtpDatagram(ANNOUNCED, secured, 0, length, i);
                assertArrayEquals(Arrays.copyOf(plain, PACKET), inbound.removeLast());
            }
            ourNumber += 1 + random.nextInt(100);
            Bytes.put16(plain, 2, ourNumber & 0xFFFF);
            byte[] expected = Arrays.copyOf(plain, PACKET);
            leg.onRtp(plain, 0, PACKET, i);
            byte[] sent = ports.rtp.removeLast();
            assertEquals(PACKET + profile.rtpGrowth(), sent.length);
            if (random.nextInt(10) > 0) {
                assertEquals(PACKET, receiver.unprotect(sent, 0, sent.length));
                assertArrayEquals(expected, Arrays.copyOf(sent, PACKET));
            }
        }
        assertTrue(theirNumber > 2 << 16 && ourNumber > 2 << 16, "several rollovers");
        for (LegDrop reason : LegDrop.values()) {
            assertEquals(0, drops.of(reason), reason::toString);
        }
    }

    @Test
    void onlyAuthenticMediaMovesWhereMediaGoesTo() {
        describe(ANNOUNCED);
        leg.secure(key(1), key(2));
        leg.onRtpDatagram(STRANGER, packet(), 0, PACKET, SECOND);
        arrive(STRANGER, context(key(3)), SECOND);
        assertEquals(2, drops.of(LegDrop.BAD_SRTP));
        assertEquals(0, leg.heardNanos(), "nor is it a sign of life");

        arrive(NAT, context(key(2)), 2 * SECOND);
        leg.onRtp(packet(), 0, PACKET, 2 * SECOND);
        assertEquals(List.of(NAT), ports.rtpTo);
        assertEquals(1, inbound.size());
        assertEquals(2 * SECOND, leg.heardNanos());
    }

    @Test
    void aReplayedPacketFalls() {
        describe(ANNOUNCED);
        leg.secure(key(1), key(2));
        byte[] bytes = packet();
        int length = context(key(2)).protect(bytes, 0, PACKET);
        leg.onRtpDatagram(ANNOUNCED, bytes.clone(), 0, length, SECOND);
        leg.onRtpDatagram(ANNOUNCED, bytes.clone(), 0, length, SECOND);
        leg.onRtpDatagram(STRANGER, bytes.clone(), 0, length, SECOND);
        assertEquals(1, inbound.size());
        assertEquals(2, drops.of(LegDrop.BAD_SRTP));
    }

    @Test
    void rtcpIsEncryptedBothWays() {
        describe(ANNOUNCED);
        leg.secure(key(1), key(2));
        byte[] report = new byte[64];
        Bytes.put32(report, 0, 0x80C9_0001); // RFC 3550 section 6.4.2, without blocks
        Bytes.put32(report, 4, 7);
        leg.onRtcpDatagram(STRANGER, report.clone(), 0, 8, SECOND);
        assertEquals(1, drops.of(LegDrop.BAD_SRTP));
        int length = context(key(2)).protectRtcp(report, 0, 8);
        leg.onRtcpDatagram(NAT, report, 0, length, 2 * SECOND);
        assertEquals(2 * SECOND, leg.heardNanos());

        leg.onDeadline(10 * SECOND);

        assertEquals(List.of(NAT), ports.rtcpTo);
        byte[] sent = ports.rtcp.getLast();
        assertTrue(context(key(1)).unprotectRtcp(sent, 0, sent.length) > 0);
    }

    @Test
    void aFormerKeyServesUntilTheFirstPacketUnderTheNewOneAndOnlyFromWhereMediaCameFrom() {
        describe(ANNOUNCED);
        leg.secure(key(1), key(2));
        SrtpContext former = context(key(2));
        SrtpContext present = context(key(3));
        arrive(NAT, former, SECOND);
        leg.secure(key(1), key(3));
        arrive(NAT, former, SECOND);
        arrive(STRANGER, former, SECOND);
        assertEquals(2, inbound.size());
        arrive(NAT, present, SECOND);
        arrive(NAT, former, SECOND);
        assertEquals(3, inbound.size());
        assertEquals(2, drops.of(LegDrop.BAD_SRTP));
    }

    @Test
    void aPartyThatHasLeftIsNotHeardUnderItsFormerKey() {
        describe(ANNOUNCED);
        leg.secure(key(1), key(2));
        SrtpContext former = context(key(2));
        arrive(NAT, former, SECOND);
        describe(address("10.0.0.6", 40_000));
        leg.secure(key(4), key(3));
        arrive(NAT, former, SECOND);
        assertEquals(1, inbound.size());
        leg.onRtp(packet(), 0, PACKET, SECOND);
        assertEquals(address("10.0.0.6", 40_000), ports.rtpTo.getLast());
        byte[] sent = ports.rtp.getLast();
        assertEquals(PACKET, context(key(4)).unprotect(sent, 0, sent.length));
    }

    @Test
    void theSameKeysLeaveTheStreamsAlone() {
        describe(ANNOUNCED);
        leg.secure(key(1), key(2));
        byte[] bytes = packet();
        int length = context(key(2)).protect(bytes, 0, PACKET);
        leg.onRtpDatagram(ANNOUNCED, bytes.clone(), 0, length, SECOND);
        leg.secure(key(1), key(2));
        leg.onRtpDatagram(ANNOUNCED, bytes.clone(), 0, length, SECOND);
        assertEquals(1, drops.of(LegDrop.BAD_SRTP), "a replay is still one");
    }

    /** RFC 3711 section 9.1: the same key and number with another payload would give the key stream away. */
    @Test
    void noKeyOfOursIsUsedForOneNumberTwiceWhateverTheDescriptionsDo() {
        describe(ANNOUNCED);
        byte[] packet = packet();
        SdesKey shortTag = key(SrtpProfile.AES_CM_128_HMAC_SHA1_32, 5);
        leg.secure(key(1), key(2));
        leg.onRtp(packet.clone(), 0, PACKET, SECOND);
        leg.secure(shortTag, key(SrtpProfile.AES_CM_128_HMAC_SHA1_32, 6));
        leg.onRtp(packet.clone(), 0, PACKET, SECOND);
        assertEquals(2, ports.rtp.size());
        leg.secure(key(1), key(2));
        leg.onRtp(packet.clone(), 0, PACKET, SECOND);
        leg.unsecured();
        leg.secure(key(1), key(2));
        leg.onRtp(packet.clone(), 0, PACKET, SECOND);
        leg.secure(shortTag, key(SrtpProfile.AES_CM_128_HMAC_SHA1_32, 6));
        leg.onRtp(packet.clone(), 0, PACKET, SECOND);
        assertEquals(2, ports.rtp.size());
        leg.onRtp(packet(), 0, PACKET, SECOND);
        assertEquals(3, ports.rtp.size());
    }

    @Test
    void mediaMayGoOnInTheClear() {
        describe(ANNOUNCED);
        leg.secure(key(1), key(2));
        arrive(ANNOUNCED, context(key(2)), SECOND);
        leg.unsecured();
        assertFalse(leg.secured());
        leg.onRtpDatagram(ANNOUNCED, packet(), 0, PACKET, SECOND);
        assertEquals(2, inbound.size());
        leg.onRtp(packet(), 0, PACKET, SECOND);
        assertEquals(PACKET, ports.rtp.getLast().length);
    }

    private static InetSocketAddress address(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }

    /** Keeps what is sent. */
    private static final class Ports implements RtpPorts.Pair {
        private final List<InetSocketAddress> rtpTo = new ArrayList<>();
        private final List<byte[]> rtp = new ArrayList<>();
        private final List<InetSocketAddress> rtcpTo = new ArrayList<>();
        private final List<byte[]> rtcp = new ArrayList<>();

        @Override
        public void listen(RtpPorts.Receiver receiver) {
            throw new UnsupportedOperationException("the media listens");
        }

        @Override
        public int rtpPort() {
            return 30_000;
        }

        @Override
        public int rtcpPort() {
            return 30_001;
        }

        @Override
        public void sendRtp(InetSocketAddress to, byte[] bytes, int offset, int length) {
            rtpTo.add(to);
            rtp.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        @Override
        public void sendRtcp(InetSocketAddress to, byte[] bytes, int offset, int length) {
            rtcpTo.add(to);
            rtcp.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("not closed here");
        }
    }
}
