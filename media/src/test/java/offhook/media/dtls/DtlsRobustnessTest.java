package offhook.media.dtls;

import static offhook.media.dtls.VirtualNetwork.MILLISECOND;
import static offhook.media.dtls.VirtualNetwork.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import offhook.media.dtls.DtlsFailure.Reason;
import offhook.media.dtls.VirtualNetwork.Copy;
import offhook.media.wire.Bytes;
import org.junit.jupiter.api.Test;

/** Garbage, limits, slow workers, and threads that must end. */
class DtlsRobustnessTest {
    @Test
    void garbageAmongTheFlightsDisturbsNothing() {
        for (long seed = 1; seed <= 20; seed++) {
            var random = new Random(seed);
            var network = new VirtualNetwork(1, (number, datagram) -> {
                List<Copy> copies = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    copies.add(Copy.prompt(garbage(random)));
                }
                copies.add(Copy.prompt(datagram));
                return copies;
            });
            network.start();
            network.run(10 * SECOND);
            DtlsHandshakeTest.assertConnected(network, "seed " + seed);
            for (int i = 0; i < 50; i++) {
                byte[] late = garbage(random);
                network.server.onDatagram(late, 0, late.length, network.now);
            }
            assertEquals(0, network.serverSide.closings, "seed " + seed);
        }
    }

    /** Noise, and what looks like a record of epoch 1 but is not authentic. */
    private static byte[] garbage(Random random) {
        byte[] garbage = new byte[random.nextInt(100)];
        random.nextBytes(garbage);
        if (garbage.length > DtlsRecords.HEADER && random.nextBoolean()) {
            garbage[0] = DtlsRecords.HANDSHAKE;
            Bytes.put16(garbage, 1, 0xFEFD);
            Bytes.put16(garbage, 3, 1);
            Bytes.put16(garbage, 11, garbage.length - DtlsRecords.HEADER);
        }
        return garbage;
    }

    /** A damaged handshake may fail or time out, but it ends in one way, in words, and throws nothing. */
    @Test
    void aHandshakeWithDamagedDatagramsEndsOneWayOrTheOther() {
        for (long seed = 1; seed <= 150; seed++) {
            var random = new Random(seed);
            var network = new VirtualNetwork(1, (number, datagram) -> {
                byte[] copy = datagram.clone();
                if (random.nextInt(3) == 0) {
                    copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
                }
                return List.of(Copy.prompt(copy));
            });
            network.start();
            network.run(120 * SECOND);
            for (TestEndpoint side : List.of(network.clientSide, network.serverSide)) {
                assertEquals(1, side.keys.size() + side.failures.size(), "seed " + seed);
                assertTrue(side.failures.stream().noneMatch(f -> f.detail().isBlank()), "seed " + seed);
            }
            network.client.close(network.now);
            network.server.close(network.now);
            assertThreadEnds(network.client);
            assertThreadEnds(network.server);
        }
    }

    @Test
    void datagramsThatAreTooLongAreIgnored() {
        var bob = new TestEndpoint();
        var server = bob.association(TestEndpoint.BOB, DtlsRole.SERVER, TestEndpoint.ALICE, 1);
        server.start(0);
        byte[] hello = Arrays.copyOf(clientHello(), DtlsAssociation.DATAGRAM_LIMIT + 1);
        server.onDatagram(hello, 0, hello.length, 0);
        assertTrue(bob.sent.isEmpty());
        server.onDatagram(hello, 0, hello.length - 1, 0);
        assertFalse(bob.sent.isEmpty());
        server.close(0);
    }

    /** Bouncy Castle would reserve 16 MB for each of these. */
    @Test
    void aMessageThatClaimsMegabytesIsIgnored() {
        Deque<byte[]> ready = new ArrayDeque<>();
        var inbound = new InboundFlights(DtlsRole.SERVER, ready);
        for (int sequence = 0; sequence < 100; sequence++) {
            byte[] fragment = handshakeRecord(1, InboundFlights.MESSAGE_LIMIT + 1, sequence, 0, 10);
            assertFalse(inbound.onDatagram(fragment, 0, fragment.length));
        }
        assertTrue(ready.isEmpty());
    }

    @Test
    void messagesTooFarAheadAndFragmentsThatContradictEachOtherAreIgnored() {
        Deque<byte[]> ready = new ArrayDeque<>();
        var inbound = new InboundFlights(DtlsRole.SERVER, ready);
        for (byte[] record : List.of(
                handshakeRecord(1, 10, InboundFlights.AHEAD_LIMIT, 0, 10),
                handshakeRecord(1, 20, 0, 0, 10),
                handshakeRecord(2, 20, 0, 10, 10),
                handshakeRecord(1, 30, 0, 10, 10),
                handshakeRecord(1, 20, 0, 15, 10))) {
            inbound.onDatagram(record, 0, record.length);
        }
        assertTrue(ready.isEmpty());
        byte[] rest = handshakeRecord(1, 20, 0, 8, 12);
        inbound.onDatagram(rest, 0, rest.length);
        assertEquals(1, ready.size());
        byte[] again = handshakeRecord(1, 20, 0, 8, 12);
        assertTrue(inbound.onDatagram(again, 0, again.length), "the peer repeats itself");
        assertEquals(1, ready.size());
    }

    @Test
    void anEmptyMessageIsWholeAtOnce() {
        Deque<byte[]> ready = new ArrayDeque<>();
        var inbound = new InboundFlights(DtlsRole.CLIENT, ready);
        byte[] done = handshakeRecord(DtlsRecords.SERVER_HELLO_DONE, 0, 0, 0, 0);
        inbound.onDatagram(done, 0, done.length);
        assertEquals(1, ready.size());
    }

    @Test
    void whatArrivesDuringAStepWaitsForItsEnd() {
        var worker = new SlowWorker();
        var alice = new TestEndpoint();
        var bob = new TestEndpoint();
        var client = alice.association(TestEndpoint.ALICE, DtlsRole.CLIENT, TestEndpoint.BOB, 1);
        var server = slowServer(worker, bob);
        server.start(0);
        client.start(0);
        byte[] hello = alice.sent.remove();
        server.onDatagram(hello, 0, hello.length, 0);
        for (byte[] half : Records.fragment(hello, 70)) {
            server.onDatagram(half, 0, half.length, 1);
        }
        assertTrue(bob.sent.isEmpty());
        assertEquals(1, worker.jobs());
        worker.finishAll();
        byte[] flight = bob.sent.remove();
        client.onDatagram(flight, 0, flight.length, 2);
        byte[] answer = alice.sent.remove();
        for (byte[] record : Records.split(answer)) {
            server.onDatagram(record, 0, record.length, 3); // five records, one step for the first, one for the rest
        }
        worker.finishOne();
        assertEquals(1, worker.jobs());
        worker.finishAll();
        assertEquals(1, bob.keys.size());
    }

    @Test
    void datagramsThatWaitAreLimited() {
        var worker = new SlowWorker();
        var bob = new TestEndpoint();
        var server = slowServer(worker, bob);
        server.start(0);
        byte[] hello = clientHello();
        server.onDatagram(hello, 0, hello.length, 0);
        byte[] alert = DtlsRecords.plain(DtlsRecords.HANDSHAKE, 0xFEFD, 0, new byte[0], 0, 0);
        Bytes.put16(alert, 3, 1);
        for (int i = 0; i < 10_000; i++) {
            server.onDatagram(alert, 0, alert.length, 0);
        }
        assertTrue(server.waiting() <= DtlsAssociation.WAITING_LIMIT);
        server.close(0);
        worker.finishAll();
    }

    @Test
    void aHandshakeLooksAtALimitedNumberOfDatagrams() {
        var bob = new TestEndpoint();
        var server = bob.association(TestEndpoint.BOB, DtlsRole.SERVER, TestEndpoint.ALICE, 1);
        server.start(0);
        for (int i = 0; i < DtlsAssociation.HANDSHAKE_DATAGRAM_LIMIT; i++) {
            server.onDatagram(new byte[20], 0, 20, 0);
        }
        byte[] hello = clientHello();
        server.onDatagram(hello, 0, hello.length, 0);
        assertTrue(bob.sent.isEmpty());
        server.onDeadline(30 * SECOND);
        assertEquals(Reason.TIMEOUT, bob.failures.getFirst().reason());
    }

    @Test
    void aCloseDuringAStepEndsItQuietly() {
        var worker = new SlowWorker();
        var bob = new TestEndpoint();
        var server = slowServer(worker, bob);
        server.start(0);
        byte[] hello = clientHello();
        server.onDatagram(hello, 0, hello.length, 0);
        worker.work();
        server.close(0);
        worker.finishAll();
        assertTrue(bob.sent.isEmpty() && bob.failures.isEmpty());
        assertThreadEnds(server);
    }

    @Test
    void aStepThatNeverStartsDoesNotOutliveTheLimit() {
        var worker = new SlowWorker();
        var bob = new TestEndpoint();
        var server = slowServer(worker, bob);
        server.start(0);
        byte[] hello = clientHello();
        server.onDatagram(hello, 0, hello.length, 0);
        assertEquals(30 * SECOND, server.deadlineNanos());
        server.onDeadline(30 * SECOND);
        assertEquals(Reason.TIMEOUT, bob.failures.getFirst().reason());
        worker.finishAll();
        assertTrue(bob.sent.isEmpty());
        assertEquals(1, bob.failures.size());
        assertThreadEnds(server);
    }

    @Test
    void noThreadIsLeftBehindByTwoHundredHandshakes() {
        for (int i = 0; i < 200; i++) {
            int until = i % 5;
            var network = new VirtualNetwork(
                    i, (number, datagram) -> number >= until ? List.of() : List.of(Copy.prompt(datagram)));
            network.start();
            network.run(200 * MILLISECOND);
            network.client.close(network.now);
            network.server.close(network.now);
            assertThreadEnds(network.client);
            assertThreadEnds(network.server);
        }
    }

    /** A close in the middle of a handshake leaves the thread a moment to notice. */
    private static void assertThreadEnds(DtlsAssociation association) {
        Thread thread = association.driver().thread();
        try {
            assertTrue(thread == null || thread.join(Duration.ofSeconds(10)), "the handshake's thread goes on");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static DtlsAssociation slowServer(SlowWorker worker, TestEndpoint bob) {
        return new DtlsAssociation(
                TestEndpoint.BOB,
                DtlsRole.SERVER,
                List.of(TestEndpoint.ALICE.fingerprint()),
                DtlsSettings.DEFAULT,
                worker,
                new Random(2),
                bob);
    }

    private static byte[] clientHello() {
        var alice = new TestEndpoint();
        var client = alice.association(TestEndpoint.ALICE, DtlsRole.CLIENT, TestEndpoint.BOB, 1);
        client.start(0);
        client.close(0);
        return alice.sent.remove();
    }

    private static byte[] handshakeRecord(int type, int length, int sequence, int fragmentOffset, int fragmentLength) {
        byte[] message = new byte[DtlsRecords.HANDSHAKE_HEADER + fragmentLength];
        Bytes.put8(message, 0, type);
        Bytes.put24(message, 1, length);
        Bytes.put16(message, 4, sequence);
        Bytes.put24(message, 6, fragmentOffset);
        Bytes.put24(message, 9, fragmentLength);
        return DtlsRecords.plain(DtlsRecords.HANDSHAKE, 0xFEFD, 0, message, 0, message.length);
    }

    /** Works when told to: as a server's worker does, later and elsewhere. */
    private static final class SlowWorker implements DtlsAssociation.Worker {
        private final Deque<Runnable> work = new ArrayDeque<>();
        private final Deque<Runnable> done = new ArrayDeque<>();

        @Override
        public void run(Runnable newWork, Runnable newDone) {
            work.add(newWork);
            done.add(newDone);
        }

        int jobs() {
            return done.size();
        }

        void work() {
            work.remove().run();
        }

        void finishOne() {
            if (!work.isEmpty()) {
                work();
            }
            done.remove().run();
        }

        void finishAll() {
            while (!done.isEmpty()) {
                finishOne();
            }
        }
    }
}
