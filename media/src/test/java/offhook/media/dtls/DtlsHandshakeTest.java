package offhook.media.dtls;

import static offhook.media.dtls.VirtualNetwork.MILLISECOND;
import static offhook.media.dtls.VirtualNetwork.SECOND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import offhook.media.dtls.DtlsFailure.Reason;
import offhook.media.dtls.VirtualNetwork.Copy;
import offhook.media.srtp.SrtpContext;
import offhook.media.srtp.SrtpProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DtlsHandshakeTest {
    @Test
    void bothSidesAgreeOnKeysInTwoRoundTrips() {
        var network = new VirtualNetwork(1, VirtualNetwork::faithful);
        network.start();
        network.run(SECOND);
        assertConnected(network, "no loss");
        assertEquals(2, network.sentByClient.size());
        assertEquals(2, network.sentByServer.size());
        assertEquals(80 * MILLISECOND, network.now);
        assertEquals(Long.MAX_VALUE, network.client.deadlineNanos());
        assertEquals(Long.MAX_VALUE, network.server.deadlineNanos());
    }

    @Test
    void aPacketProtectedWithOneSidesKeysIsUnprotectedWithTheOthers() {
        for (SrtpProfileId id : SrtpProfileId.values()) {
            var alice = new TestEndpoint();
            var bob = new TestEndpoint();
            var settings = DtlsSettings.DEFAULT.withProfiles(List.of(id));
            var client = alice.association(
                    TestEndpoint.ALICE, DtlsRole.CLIENT, List.of(TestEndpoint.BOB.fingerprint()), settings, 1);
            var server = bob.association(
                    TestEndpoint.BOB, DtlsRole.SERVER, List.of(TestEndpoint.ALICE.fingerprint()), settings, 2);
            shakeHands(alice, client, bob, server);
            assertCarriesMedia(alice.keys.getFirst(), bob.keys.getFirst());
            assertCarriesMedia(bob.keys.getFirst(), alice.keys.getFirst());
        }
    }

    private static void assertCarriesMedia(SrtpKeys from, SrtpKeys to) {
        SrtpProfile profile = SrtpProfile.ofDtlsId(from.profile().dtlsId()).orElseThrow();
        var sender = new SrtpContext(profile, from.localMasterKey(), from.localMasterSalt());
        var receiver = new SrtpContext(profile, to.remoteMasterKey(), to.remoteMasterSalt());
        byte[] packet = new byte[200];
        packet[0] = (byte) 0x80;
        int length = sender.protect(packet, 0, 172);
        assertEquals(172, receiver.unprotect(packet, 0, length));
        assertArrayEquals(new byte[160], Arrays.copyOfRange(packet, 12, 172));
    }

    @Test
    void ourOrderOfSrtpProfilesDecidesWhenWeAreServer() {
        var alice = new TestEndpoint();
        var bob = new TestEndpoint();
        var client = alice.association(TestEndpoint.ALICE, DtlsRole.CLIENT, TestEndpoint.BOB, 1);
        var server = bob.association(
                TestEndpoint.BOB,
                DtlsRole.SERVER,
                List.of(TestEndpoint.ALICE.fingerprint()),
                DtlsSettings.DEFAULT.withProfiles(
                        List.of(SrtpProfileId.AEAD_AES_128_GCM, SrtpProfileId.AES_CM_128_HMAC_SHA1_80)),
                2);
        shakeHands(alice, client, bob, server);
        assertEquals(SrtpProfileId.AEAD_AES_128_GCM, alice.keys.getFirst().profile());
        assertEquals(SrtpProfileId.AEAD_AES_128_GCM, bob.keys.getFirst().profile());
    }

    @Test
    void anyOfSeveralFingerprintsWillDo() {
        var alice = new TestEndpoint();
        var bob = new TestEndpoint();
        var client = alice.association(
                TestEndpoint.ALICE,
                DtlsRole.CLIENT,
                List.of(TestEndpoint.ALICE.fingerprint(), TestEndpoint.BOB.fingerprint()),
                DtlsSettings.DEFAULT,
                1);
        var server = bob.association(TestEndpoint.BOB, DtlsRole.SERVER, TestEndpoint.ALICE, 2);
        shakeHands(alice, client, bob, server);
        assertEquals(1, alice.keys.size());
    }

    @ParameterizedTest
    @EnumSource
    void aPeerWithAnotherCertificateIsRefused(DtlsRole suspicious) {
        var alice = new TestEndpoint();
        var bob = new TestEndpoint();
        DtlsIdentity stranger = TestEndpoint.identity(99);
        var client = alice.association(
                TestEndpoint.ALICE, DtlsRole.CLIENT, suspicious == DtlsRole.CLIENT ? stranger : TestEndpoint.BOB, 1);
        var server = bob.association(
                TestEndpoint.BOB, DtlsRole.SERVER, suspicious == DtlsRole.SERVER ? stranger : TestEndpoint.ALICE, 2);
        shakeHands(alice, client, bob, server);
        TestEndpoint refusing = suspicious == DtlsRole.CLIENT ? alice : bob;
        TestEndpoint refused = suspicious == DtlsRole.CLIENT ? bob : alice;
        assertEquals(Reason.FINGERPRINT, refusing.failures.getFirst().reason());
        assertTrue(refusing.failures
                .getFirst()
                .detail()
                .contains(stranger.fingerprint().print()));
        assertEquals(Reason.PROTOCOL, refused.failures.getFirst().reason());
        assertEquals(
                "the peer broke off: bad_certificate",
                refused.failures.getFirst().detail());
        assertTrue(alice.keys.isEmpty() && bob.keys.isEmpty());
    }

    @Test
    void withoutACommonSrtpProfileThereAreNoKeys() {
        var alice = new TestEndpoint();
        var bob = new TestEndpoint();
        var client = alice.association(
                TestEndpoint.ALICE,
                DtlsRole.CLIENT,
                List.of(TestEndpoint.BOB.fingerprint()),
                DtlsSettings.DEFAULT.withProfiles(List.of(SrtpProfileId.AEAD_AES_128_GCM)),
                1);
        var server = bob.association(
                TestEndpoint.BOB,
                DtlsRole.SERVER,
                List.of(TestEndpoint.ALICE.fingerprint()),
                DtlsSettings.DEFAULT.withProfiles(List.of(SrtpProfileId.AES_CM_128_HMAC_SHA1_80)),
                2);
        shakeHands(alice, client, bob, server);
        assertEquals(Reason.NO_SRTP_PROFILE, bob.failures.getFirst().reason());
        assertEquals(
                "the peer broke off: handshake_failure",
                alice.failures.getFirst().detail());
    }

    @Test
    void anyOneDatagramMayBeLost() {
        for (int lost = 0; lost < 6; lost++) {
            int victim = lost;
            var network = new VirtualNetwork(
                    1, (number, datagram) -> number == victim ? List.of() : List.of(Copy.prompt(datagram)));
            network.start();
            network.run(10 * SECOND);
            assertConnected(network, "lost " + lost);
            assertTrue(network.now < SECOND, "lost " + lost + ", took " + network.now);
        }
    }

    /** With each record in a datagram of its own, flights fall apart: the worst case of loss. */
    @Test
    void anyOneRecordMayBeLost() {
        for (int lost = 0; lost < 14; lost++) {
            int[] victim = {lost};
            var network = new VirtualNetwork(
                    1,
                    (number, datagram) -> Records.split(datagram).stream()
                            .filter(record -> victim[0]-- != 0)
                            .map(Copy::prompt)
                            .toList());
            network.start();
            network.run(10 * SECOND);
            assertConnected(network, "lost " + lost);
            assertTrue(network.now < SECOND, "lost " + lost + ", took " + network.now);
        }
    }

    @Test
    void theRecordsOfAFlightMayArriveInAnyOrder() {
        for (long seed = 1; seed <= 30; seed++) {
            var random = new Random(seed);
            var network = new VirtualNetwork(
                    1,
                    (number, datagram) -> Records.split(datagram).stream()
                            .map(record -> new Copy(record, random.nextInt(15) * MILLISECOND))
                            .toList());
            network.start();
            network.run(10 * SECOND);
            assertConnected(network, "seed " + seed);
            assertEquals(2, network.sentByClient.size(), "seed " + seed);
            assertEquals(2, network.sentByServer.size(), "seed " + seed);
        }
    }

    @Test
    void heavyLossDuplicationAndReorderingOnlyTakeTime() {
        for (long seed = 1; seed <= 100; seed++) {
            var random = new Random(seed);
            var network = new VirtualNetwork(seed, (number, datagram) -> {
                List<Copy> copies = new ArrayList<>();
                for (byte[] record : random.nextBoolean() ? Records.split(datagram) : List.of(datagram)) {
                    if (random.nextInt(100) >= 30) {
                        copies.add(new Copy(record, random.nextInt(60) * MILLISECOND));
                    }
                    if (random.nextInt(100) < 10) {
                        copies.add(new Copy(record, random.nextInt(500) * MILLISECOND));
                    }
                }
                return copies;
            });
            network.start();
            network.run(60 * SECOND);
            assertConnected(network, "seed " + seed);
        }
    }

    @Test
    void everyMessageMayComeInSmallFragments() {
        for (long seed = 1; seed <= 10; seed++) {
            var random = new Random(seed);
            var network = new VirtualNetwork(1, (number, datagram) -> {
                List<Copy> copies = new ArrayList<>();
                for (byte[] record : Records.split(datagram)) {
                    boolean plain = record[0] == DtlsRecords.HANDSHAKE && DtlsRecords.epoch(record, 0) == 0;
                    List<byte[]> fragments = plain && record.length > 30
                            ? new ArrayList<>(Records.fragment(record, 1 + random.nextInt(50)))
                            : List.of(record);
                    fragments.forEach(fragment -> copies.add(new Copy(fragment, random.nextInt(5) * MILLISECOND)));
                }
                return copies;
            });
            network.start();
            network.run(10 * SECOND);
            assertConnected(network, "seed " + seed);
        }
    }

    @Test
    void aClientHelloInTwoDatagramsMayArriveInEitherOrder() {
        for (boolean reversed : new boolean[] {false, true}) {
            var network = new VirtualNetwork(1, (number, datagram) -> {
                if (number != 0) {
                    return List.of(Copy.prompt(datagram));
                }
                List<byte[]> halves = new ArrayList<>(Records.fragment(datagram, 70));
                assertEquals(2, halves.size());
                if (reversed) {
                    Collections.reverse(halves);
                }
                return halves.stream().map(Copy::prompt).toList();
            });
            network.start();
            network.run(SECOND);
            assertConnected(network, "reversed " + reversed);
            assertEquals(2, network.sentByClient.size());
        }
    }

    @Test
    void theServerAnswersARepeatedLastFlight() {
        var network = new VirtualNetwork(1, (number, datagram) -> {
            // The server's last flight is lost three times.
            if (number == 3 || number == 5 || number == 7) {
                return List.of();
            }
            return List.of(Copy.prompt(datagram));
        });
        network.start();
        network.run(10 * SECOND);
        assertConnected(network, "last flight lost");
        assertEquals(5, network.sentByServer.size());
        assertEquals(1, network.serverSide.keys.size());
    }

    @Test
    void anUnansweredFlightIsRepeatedEverMoreRarelyUntilTheLimit() {
        var alice = new TestEndpoint();
        var client = alice.association(TestEndpoint.ALICE, DtlsRole.CLIENT, TestEndpoint.BOB, 1);
        List<Long> times = new ArrayList<>();
        client.start(0);
        long now = 0;
        while (client.deadlineNanos() != Long.MAX_VALUE) {
            if (!alice.sent.isEmpty()) {
                times.add(now / MILLISECOND);
                assertEquals(1, alice.sent.size());
                alice.sent.clear();
            }
            assertTrue(client.deadlineNanos() > now, "a deadline lies ahead");
            now = client.deadlineNanos();
            client.onDeadline(now - 1);
            assertTrue(alice.sent.isEmpty(), "nothing goes out before its time");
            client.onDeadline(now);
        }
        assertEquals(
                List.of(
                        0L, 100L, 300L, 700L, 1500L, 3100L, 6100L, 9100L, 12100L, 15100L, 18100L, 21100L, 24100L,
                        27100L),
                times);
        assertEquals(30 * SECOND, now);
        assertEquals(Reason.TIMEOUT, alice.failures.getFirst().reason());
    }

    @Test
    void aServerWaitsQuietlyAndGivesUpAtTheLimit() {
        var bob = new TestEndpoint();
        var server = bob.association(TestEndpoint.BOB, DtlsRole.SERVER, TestEndpoint.ALICE, 1);
        server.start(5);
        assertEquals(5 + 30 * SECOND, server.deadlineNanos());
        assertEquals(null, server.driver().thread());
        server.onDeadline(5 + 30 * SECOND);
        assertTrue(bob.sent.isEmpty());
        assertEquals(Reason.TIMEOUT, bob.failures.getFirst().reason());
    }

    /** A peer that repeats itself every 50 ms is not answered more often than we would repeat ourselves. */
    @Test
    void aHastyPeerIsAnsweredButNotTooOften() {
        var alice = new TestEndpoint();
        var bob = new TestEndpoint();
        var client = alice.association(TestEndpoint.ALICE, DtlsRole.CLIENT, TestEndpoint.BOB, 1);
        var server = bob.association(TestEndpoint.BOB, DtlsRole.SERVER, TestEndpoint.ALICE, 2);
        client.start(0);
        byte[] hello = alice.sent.remove();
        server.start(0);
        int answers = 0;
        for (long now = 0; now < 10 * SECOND; now += 50 * MILLISECOND) {
            server.onDatagram(hello, 0, hello.length, now);
            answers += bob.sent.size();
            bob.sent.clear();
        }
        assertEquals(100, answers);
        client.close(0);
        server.close(0);
    }

    @Test
    void theSameSeedGivesTheSameBytes() {
        var first = new VirtualNetwork(7, VirtualNetwork::faithful);
        var second = new VirtualNetwork(7, VirtualNetwork::faithful);
        for (VirtualNetwork network : List.of(first, second)) {
            network.start();
            network.run(SECOND);
        }
        assertArrayEquals(first.sentByClient.getFirst(), second.sentByClient.getFirst());
        assertArrayEquals(first.sentByServer.getLast(), second.sentByServer.getLast());
        assertArrayEquals(
                first.clientSide.keys.getFirst().localMasterKey(),
                second.clientSide.keys.getFirst().localMasterKey());
    }

    @Test
    void closeIsHeardByThePeerOnce() {
        var network = new VirtualNetwork(1, VirtualNetwork::faithful);
        network.start();
        network.run(SECOND);
        network.client.close(network.now);
        byte[] goodbye = network.clientSide.sent.getFirst();
        for (int i = 0; i < 3; i++) {
            network.server.onDatagram(goodbye, 0, goodbye.length, network.now);
        }
        assertEquals(1, network.serverSide.closings);
        network.client.close(network.now);
        network.client.onDatagram(goodbye, 0, goodbye.length, network.now);
        assertEquals(0, network.clientSide.closings);
        assertEquals(1, network.clientSide.sent.size());
    }

    @Test
    void aCloseDuringTheHandshakeSaysNothingMore() {
        var alice = new TestEndpoint();
        var client = alice.association(TestEndpoint.ALICE, DtlsRole.CLIENT, TestEndpoint.BOB, 1);
        client.start(0);
        client.close(0);
        alice.sent.clear();
        client.onDeadline(60 * SECOND);
        assertEquals(Long.MAX_VALUE, client.deadlineNanos());
        assertTrue(alice.sent.isEmpty() && alice.failures.isEmpty());
        assertThrows(IllegalStateException.class, () -> client.start(0));
    }

    @Test
    void aClientHelloMayComeBeforeTheStart() {
        var alice = new TestEndpoint();
        var bob = new TestEndpoint();
        var client = alice.association(TestEndpoint.ALICE, DtlsRole.CLIENT, TestEndpoint.BOB, 1);
        var server = bob.association(TestEndpoint.BOB, DtlsRole.SERVER, TestEndpoint.ALICE, 2);
        client.start(0);
        byte[] hello = alice.sent.remove();
        server.onDatagram(hello, 0, hello.length, 0);
        assertTrue(bob.sent.isEmpty());
        server.start(1);
        assertFalse(bob.sent.isEmpty());
        client.close(1);
        server.close(1);
    }

    static void shakeHands(TestEndpoint alice, DtlsAssociation client, TestEndpoint bob, DtlsAssociation server) {
        server.start(0);
        client.start(0);
        while (!alice.sent.isEmpty() || !bob.sent.isEmpty()) {
            byte[] datagram = alice.sent.poll();
            if (datagram != null) {
                server.onDatagram(datagram, 0, datagram.length, 0);
            } else {
                datagram = bob.sent.remove();
                client.onDatagram(datagram, 0, datagram.length, 0);
            }
        }
    }

    static void assertConnected(VirtualNetwork network, String what) {
        assertEquals(List.of(), network.clientSide.failures, what);
        assertEquals(List.of(), network.serverSide.failures, what);
        assertEquals(1, network.clientSide.keys.size(), what);
        assertEquals(1, network.serverSide.keys.size(), what);
        SrtpKeys ofClient = network.clientSide.keys.getFirst();
        SrtpKeys ofServer = network.serverSide.keys.getFirst();
        assertEquals(ofClient.profile(), ofServer.profile(), what);
        assertArrayEquals(ofClient.localMasterKey(), ofServer.remoteMasterKey(), what);
        assertArrayEquals(ofClient.localMasterSalt(), ofServer.remoteMasterSalt(), what);
        assertArrayEquals(ofClient.remoteMasterKey(), ofServer.localMasterKey(), what);
        assertArrayEquals(ofClient.remoteMasterSalt(), ofServer.localMasterSalt(), what);
    }
}
