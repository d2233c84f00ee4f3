package offhook.media.srtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import offhook.media.srtp.TestPackets.Pair;
import offhook.media.wire.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SrtpContextTest {
    private static final int SSRC = 0x1234_5678;

    @ParameterizedTest
    @EnumSource
    void unprotectUndoesProtect(SrtpProfile profile) {
        var random = new Random(11);
        Pair pair = Pair.of(profile, random);
        for (int sequence = 0; sequence < 300; sequence++) {
            byte[] packet = TestPackets.rtp(random, SSRC, sequence);
            byte[] bytes = TestPackets.placed(packet);
            int securedLength = pair.sender().protect(bytes, TestPackets.OFFSET, packet.length);
            assertEquals(packet.length + profile.rtpGrowth(), securedLength);
            assertEquals(packet.length, pair.receiver().unprotect(bytes, TestPackets.OFFSET, securedLength));
            assertArrayEquals(packet, TestPackets.taken(bytes, packet.length));
        }
    }

    @ParameterizedTest
    @EnumSource
    void unprotectRtcpUndoesProtectRtcp(SrtpProfile profile) {
        var random = new Random(12);
        Pair pair = Pair.of(profile, random);
        for (int i = 0; i < 300; i++) {
            byte[] packet = TestPackets.rtcp(random, SSRC);
            byte[] bytes = TestPackets.placed(packet);
            int securedLength = pair.sender().protectRtcp(bytes, TestPackets.OFFSET, packet.length);
            assertEquals(packet.length + profile.rtcpGrowth(), securedLength);
            assertEquals(packet.length, pair.receiver().unprotectRtcp(bytes, TestPackets.OFFSET, securedLength));
            assertArrayEquals(packet, TestPackets.taken(bytes, packet.length));
        }
    }

    @ParameterizedTest
    @EnumSource
    void touchesNothingAroundThePacket(SrtpProfile profile) {
        Pair pair = Pair.of(profile, new Random(13));
        byte[] packet = TestPackets.voice(SSRC, 1);
        byte[] bytes = new byte[TestPackets.OFFSET + packet.length + TestPackets.ROOM];
        Arrays.fill(bytes, (byte) 0x55);
        System.arraycopy(packet, 0, bytes, TestPackets.OFFSET, packet.length);
        int securedLength = pair.sender().protect(bytes, TestPackets.OFFSET, packet.length);
        pair.receiver().unprotect(bytes, TestPackets.OFFSET, securedLength);
        for (int i = 0; i < bytes.length; i++) {
            if (i < TestPackets.OFFSET || i >= TestPackets.OFFSET + securedLength) {
                assertEquals(0x55, bytes[i], "byte " + i);
            }
        }
    }

    /** Loss, reordering within the window and duplication, over several rollovers: each packet gets through just once. */
    @ParameterizedTest
    @EnumSource
    void everyPacketGetsThroughOnceWhateverTheNetworkDoes(SrtpProfile profile) {
        for (long seed = 1; seed <= 20; seed++) {
            var random = new Random(seed);
            Pair pair = Pair.of(profile, random);
            int first = random.nextInt(0x1_0000);
            List<byte[]> plain = new ArrayList<>();
            List<Integer> arrivals = new ArrayList<>();
            List<byte[]> secured = new ArrayList<>();
            int index = first;
            for (int i = 0; i < 600; i++) {
                byte[] packet = TestPackets.voice(SSRC, index & 0xFFFF);
                Bytes.put32(packet, 20, i);
                byte[] bytes = TestPackets.placed(packet);
                int length = pair.sender().protect(bytes, TestPackets.OFFSET, packet.length);
                assertTrue(length > 0, "seed " + seed);
                plain.add(packet);
                secured.add(TestPackets.taken(bytes, length));
                // A long silence, or a burst lost, may skip thousands of sequence numbers.
                index += random.nextInt(40) == 0 ? 1 + random.nextInt(10_000) : 1;
                if (random.nextInt(100) >= 20) {
                    arrivals.add(i);
                    if (random.nextInt(100) < 15) {
                        arrivals.add(i);
                    }
                }
            }
            shuffleLocally(arrivals, random);
            assertEachOnce(seed, pair.receiver(), plain, secured, arrivals);
        }
    }

    private static void shuffleLocally(List<Integer> arrivals, Random random) {
        for (int i = 0; i + 1 < arrivals.size(); i++) {
            if (random.nextInt(5) == 0) {
                Collections.swap(arrivals, i, i + 1);
            }
        }
    }

    private static void assertEachOnce(
            long seed, SrtpContext receiver, List<byte[]> plain, List<byte[]> secured, List<Integer> arrivals) {
        var seen = new boolean[plain.size()];
        for (int arrival : arrivals) {
            byte[] packet = secured.get(arrival);
            byte[] bytes = TestPackets.placed(packet);
            int length = receiver.unprotect(bytes, TestPackets.OFFSET, packet.length);
            String where = "seed " + seed + ", packet " + arrival;
            if (seen[arrival]) {
                assertTrue(
                        length == SrtpDrop.REPLAYED.code() || length == SrtpDrop.TOO_OLD.code(),
                        () -> where + " came twice and got " + length);
            } else if (length != SrtpDrop.TOO_OLD.code()) { // a swap across a long silence comes too late
                assertEquals(plain.get(arrival).length, length, where);
                assertArrayEquals(plain.get(arrival), TestPackets.taken(bytes, length), where);
                seen[arrival] = true;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void packetsThatComeLateAcrossARolloverGetTheirOldIndex(SrtpProfile profile) {
        Pair pair = Pair.of(profile, new Random(14));
        byte[] late = secured(pair.sender(), 65_535);
        byte[] later = secured(pair.sender(), 65_534);
        assertTrue(unprotect(pair.receiver(), secured(pair.sender(), 65_533)) > 0);
        assertTrue(unprotect(pair.receiver(), secured(pair.sender(), 0)) > 0);
        assertTrue(unprotect(pair.receiver(), secured(pair.sender(), 1)) > 0);
        assertTrue(unprotect(pair.receiver(), late) > 0);
        assertTrue(unprotect(pair.receiver(), later) > 0);
        assertEquals(SrtpDrop.REPLAYED.code(), unprotect(pair.receiver(), late));
        assertTrue(unprotect(pair.receiver(), secured(pair.sender(), 2)) > 0);
    }

    @Test
    void aPacketBehindTheWindowIsTooOld() {
        Pair pair = Pair.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80, new Random(15));
        byte[] first = secured(pair.sender(), 10);
        byte[] second = secured(pair.sender(), 11);
        byte[] third = secured(pair.sender(), 10 + ReplayWindow.SIZE);
        assertTrue(unprotect(pair.receiver(), third) > 0);
        assertEquals(SrtpDrop.TOO_OLD.code(), unprotect(pair.receiver(), first));
        assertTrue(unprotect(pair.receiver(), second) > 0);
        assertEquals(1, pair.receiver().dropped(SrtpDrop.TOO_OLD));
    }

    @Test
    void aPacketBeforeTheVeryFirstIsTooOld() {
        Pair pair = Pair.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80, new Random(16));
        assertTrue(unprotect(pair.receiver(), secured(pair.sender(), 0)) > 0);
        assertEquals(SrtpDrop.TOO_OLD.code(), unprotect(pair.receiver(), TestPackets.voice(SSRC, 65_535)));
    }

    /** A forged packet far ahead must not move the window or the rollover counter. */
    @ParameterizedTest
    @EnumSource
    void nothingIsRememberedOfAPacketThatIsNotAuthentic(SrtpProfile profile) {
        Pair pair = Pair.of(profile, new Random(17));
        assertTrue(unprotect(pair.receiver(), secured(pair.sender(), 100)) > 0);
        byte[] next = secured(pair.sender(), 101);
        for (int sequence : new int[] {101, 30_000, 32_868, 65_000}) {
            byte[] forged = next.clone();
            Bytes.put16(forged, 2, sequence);
            forged[forged.length - 1] ^= 1;
            int verdict = sequence == 65_000 ? SrtpDrop.TOO_OLD.code() : SrtpDrop.BAD_AUTHENTICATION.code();
            assertEquals(verdict, unprotect(pair.receiver(), forged), "sequence " + sequence);
        }
        assertEquals(3, pair.receiver().dropped(SrtpDrop.BAD_AUTHENTICATION));
        assertTrue(unprotect(pair.receiver(), next) > 0);
    }

    @ParameterizedTest
    @EnumSource
    void everyBitOfAPacketIsAuthenticated(SrtpProfile profile) {
        Pair pair = Pair.of(profile, new Random(18));
        byte[] good = secured(pair.sender(), 5);
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertTrue(unprotect(pair.receiver(), bad) < 0, "bit " + bit);
        }
        assertTrue(unprotect(pair.receiver(), good) > 0);
    }

    @ParameterizedTest
    @EnumSource
    void everyBitOfAnRtcpPacketIsAuthenticated(SrtpProfile profile) {
        Pair pair = Pair.of(profile, new Random(19));
        byte[] good = securedRtcp(pair.sender());
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertTrue(unprotectRtcp(pair.receiver(), bad) < 0, "bit " + bit);
        }
        assertTrue(unprotectRtcp(pair.receiver(), good) > 0);
        assertEquals(1, pair.receiver().dropped(SrtpDrop.NOT_ENCRYPTED), "the E bit is one of them");
    }

    @ParameterizedTest
    @EnumSource
    void rtcpIsNotAcceptedTwiceAndMayComeOutOfOrder(SrtpProfile profile) {
        Pair pair = Pair.of(profile, new Random(20));
        byte[] first = securedRtcp(pair.sender());
        byte[] second = securedRtcp(pair.sender());
        assertTrue(unprotectRtcp(pair.receiver(), second) > 0);
        assertTrue(unprotectRtcp(pair.receiver(), first) > 0);
        assertEquals(SrtpDrop.REPLAYED.code(), unprotectRtcp(pair.receiver(), first));
        assertEquals(SrtpDrop.REPLAYED.code(), unprotectRtcp(pair.receiver(), second));
    }

    @Test
    void rtpAndRtcpOfOneSourceDoNotDisturbEachOther() {
        Pair pair = Pair.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80, new Random(21));
        assertTrue(unprotect(pair.receiver(), secured(pair.sender(), 60_000)) > 0);
        assertTrue(unprotectRtcp(pair.receiver(), securedRtcp(pair.sender())) > 0);
        assertTrue(unprotect(pair.receiver(), secured(pair.sender(), 60_001)) > 0);
        assertTrue(unprotectRtcp(pair.receiver(), securedRtcp(pair.sender())) > 0);
    }

    /** The same index with another payload would give the key stream away (RFC 3711 section 9.1). */
    @ParameterizedTest
    @EnumSource
    void aSenderUsesAnIndexOnlyOnce(SrtpProfile profile) {
        Pair pair = Pair.of(profile, new Random(22));
        secured(pair.sender(), 7);
        byte[] again = TestPackets.placed(TestPackets.voice(SSRC, 7));
        byte[] before = again.clone();
        assertEquals(SrtpDrop.REPLAYED.code(), pair.sender().protect(again, TestPackets.OFFSET, 172));
        assertArrayEquals(before, again);
    }

    @ParameterizedTest
    @EnumSource
    void sourcesAreLimitedAndOnlyAuthenticOnesCount(SrtpProfile profile) {
        Pair pair = Pair.of(profile, new Random(23));
        Pair stranger = Pair.of(profile, new Random(24));
        for (int ssrc = 0; ssrc < 100; ssrc++) {
            byte[] packet = protect(stranger.sender(), TestPackets.voice(ssrc % SrtpContext.SSRC_LIMIT, ssrc));
            assertEquals(SrtpDrop.BAD_AUTHENTICATION.code(), unprotect(pair.receiver(), packet));
        }
        for (int ssrc = 1; ssrc <= SrtpContext.SSRC_LIMIT; ssrc++) {
            assertTrue(unprotect(pair.receiver(), protect(pair.sender(), TestPackets.voice(ssrc, 1))) > 0);
        }
        byte[] oneMore = TestPackets.placed(TestPackets.voice(SrtpContext.SSRC_LIMIT + 1, 1));
        assertEquals(SrtpDrop.TOO_MANY_SSRCS.code(), pair.sender().protect(oneMore, TestPackets.OFFSET, 172));
        assertEquals(
                SrtpDrop.TOO_MANY_SSRCS.code(),
                unprotect(pair.receiver(), TestPackets.taken(oneMore, 172 + profile.rtpGrowth())));
        assertTrue(unprotect(pair.receiver(), protect(pair.sender(), TestPackets.voice(1, 2))) > 0);
    }

    @ParameterizedTest
    @EnumSource
    void shortAndMalformedPacketsAreDropped(SrtpProfile profile) {
        Pair pair = Pair.of(profile, new Random(25));
        byte[] good = secured(pair.sender(), 1);
        byte[] goodRtcp = securedRtcp(pair.sender());
        for (int length = 0; length < 12 + profile.rtpGrowth(); length++) {
            assertEquals(SrtpDrop.MALFORMED.code(), unprotect(pair.receiver(), Arrays.copyOf(good, length)));
        }
        for (int length = 0; length < 8 + profile.rtcpGrowth(); length++) {
            assertEquals(SrtpDrop.MALFORMED.code(), unprotectRtcp(pair.receiver(), Arrays.copyOf(goodRtcp, length)));
        }
        byte[] hugeExtension = TestPackets.voice(SSRC, 2);
        hugeExtension[0] = (byte) 0x90;
        Bytes.put16(hugeExtension, 14, 0xFFFF);
        assertEquals(SrtpDrop.MALFORMED.code(), unprotect(pair.receiver(), hugeExtension));
        byte[] otherVersion = TestPackets.voice(SSRC, 2);
        otherVersion[0] = 0x40;
        assertEquals(SrtpDrop.MALFORMED.code(), unprotect(pair.receiver(), otherVersion));
        assertEquals(
                SrtpDrop.MALFORMED.code(),
                pair.sender().protect(TestPackets.placed(otherVersion), TestPackets.OFFSET, otherVersion.length));
    }

    @ParameterizedTest
    @EnumSource
    void garbageIsDroppedAndNeverThrows(SrtpProfile profile) {
        var random = new Random(26);
        Pair pair = Pair.of(profile, random);
        for (int i = 0; i < 20_000; i++) {
            byte[] garbage = new byte[random.nextInt(120)];
            random.nextBytes(garbage);
            if (garbage.length > 0 && random.nextBoolean()) {
                garbage[0] = (byte) (0x80 | (garbage[0] & 0x3F));
            }
            assertTrue(unprotect(pair.receiver(), garbage) < 0);
            assertTrue(unprotectRtcp(pair.receiver(), garbage) < 0);
        }
        assertTrue(unprotect(pair.receiver(), secured(pair.sender(), 3)) > 0);
    }

    /** RFC 3711 section 3.1, RFC 7714 sections 8.2 and 9.2: where the identifier of the master key stands. */
    @ParameterizedTest
    @EnumSource
    void aMasterKeyIdentifierIsTakenOutAndMustBeTheRightOne(SrtpProfile profile) {
        byte[] mki = {0, 0, 4, 42};
        var random = new Random(29);
        byte[] key = TestPackets.key(profile, random);
        byte[] salt = TestPackets.salt(profile, random);
        var sender = new SrtpContext(profile, key, salt);
        var receiver = new SrtpContext(profile, key, salt, mki);
        boolean aead = profile.cryptoSuite().startsWith("AEAD");
        byte[] rtp = secured(sender, 1);
        byte[] rtcp = securedRtcp(sender);
        byte[] named = with(mki, rtp, aead ? 0 : profile.rtpGrowth());
        byte[] namedRtcp = with(mki, rtcp, aead ? 0 : 10);

        assertTrue(unprotect(receiver, rtp) < 0, "without a name");
        assertTrue(unprotectRtcp(receiver, rtcp) < 0, "without a name");
        byte[] other = {0, 0, 4, 43};
        assertTrue(unprotect(receiver, with(other, rtp, aead ? 0 : profile.rtpGrowth())) < 0);
        assertTrue(unprotectRtcp(receiver, with(other, rtcp, aead ? 0 : 10)) < 0);
        for (int length = 0; length < 12 + profile.rtpGrowth() + mki.length; length++) {
            assertEquals(SrtpDrop.MALFORMED.code(), unprotect(receiver, Arrays.copyOf(named, length)));
        }

        byte[] bytes = TestPackets.placed(named);
        int length = receiver.unprotect(bytes, TestPackets.OFFSET, named.length);
        assertArrayEquals(TestPackets.voice(SSRC, 1), TestPackets.taken(bytes, length));
        bytes = TestPackets.placed(namedRtcp);
        length = receiver.unprotectRtcp(bytes, TestPackets.OFFSET, namedRtcp.length);
        assertArrayEquals(TestPackets.rtcp(new Random(1), SSRC), TestPackets.taken(bytes, length));
    }

    private static byte[] with(byte[] mki, byte[] packet, int behind) {
        byte[] named = Arrays.copyOf(packet, packet.length + mki.length);
        int tail = packet.length - behind;
        System.arraycopy(mki, 0, named, tail, mki.length);
        System.arraycopy(packet, tail, named, tail + mki.length, behind);
        return named;
    }

    @Test
    void protectingWithoutRoomForTheTagIsAProgrammingError() {
        Pair pair = Pair.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80, new Random(27));
        byte[] packet = TestPackets.voice(SSRC, 1);
        assertThrows(IllegalArgumentException.class, () -> pair.sender().protect(packet, 0, packet.length));
        assertThrows(IllegalArgumentException.class, () -> pair.sender().protectRtcp(packet, 0, packet.length));
        assertThrows(
                IllegalArgumentException.class,
                () -> new SrtpContext(SrtpProfile.AEAD_AES_128_GCM, new byte[16], new byte[14]));
    }

    @Test
    void dropCodesAreNegativeAndDistinct() {
        for (SrtpDrop drop : SrtpDrop.values()) {
            assertTrue(drop.code() < 0);
            assertEquals(drop, SrtpDrop.ofCode(drop.code()));
        }
        assertThrows(IllegalArgumentException.class, () -> SrtpDrop.ofCode(0));
    }

    @Test
    void aHundredThousandPacketsAllocateNothing() {
        Pair pair = Pair.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80, new Random(28));
        byte[] bytes = TestPackets.placed(TestPackets.voice(SSRC, 0));
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        relay(pair, bytes, 0, 100_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        relay(pair, bytes, 100_000, 200_000);
        long perPacket = (threads.getCurrentThreadAllocatedBytes() - before) / 100_000;
        assertTrue(perPacket <= 64, () -> perPacket + " bytes for each packet protected and unprotected");
    }

    private static void relay(Pair pair, byte[] bytes, int from, int to) {
        for (int index = from; index < to; index++) {
            Bytes.put16(bytes, TestPackets.OFFSET + 2, index);
            int length = pair.sender().protect(bytes, TestPackets.OFFSET, 172);
            assertFalse(pair.receiver().unprotect(bytes, TestPackets.OFFSET, length) < 0);
        }
    }

    private static byte[] secured(SrtpContext sender, int sequence) {
        return protect(sender, TestPackets.voice(SSRC, sequence));
    }

    private static byte[] protect(SrtpContext sender, byte[] packet) {
        byte[] bytes = TestPackets.placed(packet);
        int length = sender.protect(bytes, TestPackets.OFFSET, packet.length);
        assertTrue(length > 0, () -> "refused to protect: " + SrtpDrop.ofCode(length));
        return TestPackets.taken(bytes, length);
    }

    private static byte[] securedRtcp(SrtpContext sender) {
        byte[] packet = TestPackets.rtcp(new Random(1), SSRC);
        byte[] bytes = TestPackets.placed(packet);
        return TestPackets.taken(bytes, sender.protectRtcp(bytes, TestPackets.OFFSET, packet.length));
    }

    private static int unprotect(SrtpContext receiver, byte[] packet) {
        return receiver.unprotect(TestPackets.placed(packet), TestPackets.OFFSET, packet.length);
    }

    private static int unprotectRtcp(SrtpContext receiver, byte[] packet) {
        return receiver.unprotectRtcp(TestPackets.placed(packet), TestPackets.OFFSET, packet.length);
    }
}
