package offhook.sim;

import static offhook.sim.CallStage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import offhook.call.AgentEvent;
import offhook.call.bridge.PathCounts;
import offhook.call.bridge.RtpSink;
import offhook.call.leg.DatagramKind;
import offhook.call.leg.DropCounts;
import offhook.call.leg.LegDrop;
import offhook.call.switchboard.SwitchboardCounts;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.Test;

/**
 * A live call under noise: real datagrams of that very call, mangled, and those kept under {@code fuzz/}. Nothing escapes,
 * nothing is contained as a defect, what falls is counted, and afterwards both sides still hear each other.
 *
 * <p>{@code -Dfuzz.seed=N} plays other noise.
 */
class LiveCallFuzzTest {
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final int ROUNDS = 10;
    private static final int INPUTS = 2_000;
    private static final int SAMPLES = 400;
    private static final InetSocketAddress STRANGER = Addresses.of("198.18.0.66", 6_666);
    private static final String PCMU = "0 PCMU/8000";

    private static final byte[][] SNIPPETS = Stream.of(
                    "\r\n",
                    "\r\n\r\n",
                    "\r\n ",
                    "\"",
                    "<",
                    ">",
                    ";",
                    ",",
                    "=",
                    ":",
                    "@",
                    "%00",
                    "[::1]",
                    "*",
                    "\0",
                    "-1",
                    "4294967296",
                    "sip:",
                    "tag=",
                    "branch=",
                    "v=0",
                    "m=audio 0 RTP/AVP 0",
                    "c=IN IP4 0.0.0.0",
                    "a=inactive")
            .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
            .toArray(byte[][]::new);

    /** One call that is up, its real datagrams, and noise made of them. */
    private static final class LiveCall {
        final CallStage stage = new CallStage();
        final ScriptedPeer peer = new ScriptedPeer(stage);
        final PeerVoice voice = new PeerVoice(stage.network, Addresses.of(Addresses.PBX, 40_000), 1_000_000);
        final List<byte[]> ofBrowser = kept("browser");
        final List<byte[]> rtp = kept("rtp");
        final List<byte[]> rtcp = kept("rtcp");
        final List<byte[]> sip = kept("sip");
        final ScriptedPeer.Dialog dialog;
        final InetSocketAddress media;
        final SplittableRandom random;

        LiveCall(long seed) {
            random = new SplittableRandom(seed);
            stage.network.watch(this::sample);
            stage.register();
            stage.dial(true);
            SipRequest invite = peer.expect(SipMethod.INVITE);
            media = CallStage.media(invite);
            peer.respond(invite, 180, "t", "");
            peer.respond(invite, 200, "t", sdp());
            stage.expect(AgentEvent.Established.class);
            dialog = peer.dialogOf(invite, "t");
            voice.speak(media, 0);
            stage.run(SECOND);
            dialog.request(SipMethod.INVITE, sdp());
            dialog.acknowledge(peer.expectFinal(SipMethod.INVITE), "");
            dialog.request("OPTIONS", "");
            peer.expectFinal("OPTIONS");
            stage.run(10 * SECOND);
            stage.network.watch((from, to, datagram) -> {});
        }

        private static String sdp() {
            return ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendrecv", PCMU);
        }

        private void sample(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
            List<byte[]> samples = to.equals(stage.gateway.browserAddress())
                    ? ofBrowser
                    : to.equals(stage.gateway.sipAddress()) ? sip : to.equals(media) ? rtp : null;
            if (samples != null && samples.size() < SAMPLES) {
                samples.add(datagram);
            }
            if (from.getPort() % 2 == 1 && from.getAddress().equals(media == null ? null : media.getAddress())) {
                rtcp.add(datagram); // What we report is what a peer reports, as far as its form goes.
            }
        }

        /** One of these, mangled; never one of these. The array has the spare bytes behind it. */
        byte[] noise(List<byte[]> samples) {
            byte[] sample = samples.get(random.nextInt(samples.size()));
            while (true) {
                byte[] noise = mangle(sample);
                if (!Arrays.equals(noise, sample)) {
                    return noise;
                }
            }
        }

        private byte[] mangle(byte[] sample) {
            byte[] bytes = sample.clone();
            for (int edits = random.nextInt(1, 5); edits > 0; edits--) {
                int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
                switch (random.nextInt(7)) {
                    case 0 -> bytes = Arrays.copyOf(bytes, at);
                    case 1 -> bytes = insert(bytes, at, SNIPPETS[random.nextInt(SNIPPETS.length)]);
                    case 2 -> bytes = insert(bytes, at, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 40)));
                    case 3 -> {
                        bytes = new byte[random.nextInt(200)];
                        random.nextBytes(bytes);
                        if (bytes.length > 0 && random.nextBoolean()) {
                            bytes[0] = sample[0];
                        }
                    }
                    default -> {
                        if (bytes.length > 0) {
                            bytes[at] = (byte)
                                    (random.nextBoolean() ? bytes[at] ^ 1 << random.nextInt(8) : random.nextInt());
                        }
                    }
                }
            }
            return bytes;
        }

        private static byte[] insert(byte[] bytes, int at, byte[] inserted) {
            byte[] longer = new byte[bytes.length + inserted.length];
            System.arraycopy(bytes, 0, longer, 0, at);
            System.arraycopy(inserted, 0, longer, at, inserted.length);
            System.arraycopy(bytes, at, longer, at + inserted.length, bytes.length - at);
            return longer;
        }

        void deliver(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
            byte[] spacious = Arrays.copyOf(datagram, datagram.length + RtpSink.SPARE_BYTES);
            stage.network.deliver(from, to, spacious, datagram.length, stage.network.nowNanos());
        }

        /** Packets that came to an end that somebody can see. */
        long accountedFor() {
            SwitchboardCounts counts = stage.gateway.switchboard().counts();
            return counts.strayDatagrams()
                    + total(counts.browserDrops())
                    + total(counts.sipDrops())
                    + accountedFor(counts.toSip())
                    + accountedFor(counts.toBrowser());
        }

        private static long total(DropCounts drops) {
            return Arrays.stream(LegDrop.values()).mapToLong(drops::of).sum();
        }

        private static long accountedFor(PathCounts path) {
            return path.relayed() + path.notAgreed() + path.discarded();
        }

        void expectUnharmed() {
            expectNoDefect();
            assertTrue(stage.up(), () -> "the call ended: " + stage.all(AgentEvent.Ended.class));
            stage.run(6 * SECOND); // the next check of the browser, wherever it was thought to be
            voice.heard();
            long heard = voice.heardBy(stage.browser);
            stage.run(2 * SECOND);
            assertTrue(voice.heard() > 90, "the peer hears the browser");
            assertTrue(voice.heardBy(stage.browser) > heard + 90, "the browser hears the peer");
            assertEquals(0, stage.browser.badPackets());
            assertTrue(stage.up());
        }

        void expectNoDefect() {
            stage.gateway.faults().forEach(Throwable::printStackTrace);
            assertEquals(List.of(), stage.gateway.faults());
            assertEquals(0, stage.gateway.switchboard().counts().faults());
        }
    }

    /** The kept noise of this name: whatever once broke something, and a sample of each kind. */
    private static List<byte[]> kept(String folder) {
        try (Stream<Path> files = Files.list(
                Path.of(LiveCallFuzzTest.class.getResource("/fuzz/" + folder).toURI()))) {
            List<byte[]> datagrams = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                datagrams.add(Files.readAllBytes(file));
            }
            return datagrams;
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("the kept noise cannot be read", e);
        }
    }

    private static String seed(int round) {
        return "-Dfuzz.seed=" + (SEED + round);
    }

    @Test
    void theBrowsersPortUnderNoise() {
        for (int round = 0; round < ROUNDS; round++) {
            LiveCall call = new LiveCall(SEED + round);
            int uncounted = 0;
            for (int i = 0; i < INPUTS; i++) {
                byte[] noise = call.noise(call.ofBrowser);
                InetSocketAddress from = call.random.nextInt(5) == 0 ? STRANGER : call.stage.browser.address();
                long before = call.accountedFor();
                call.deliver(from, call.stage.gateway.browserAddress(), noise);
                boolean counted = call.accountedFor() == before + 1;
                DatagramKind kind = DatagramKind.of(noise, 0, noise.length);
                // Of STUN and DTLS some is noise only to us, who know the original.
                uncounted += !counted && kind != DatagramKind.STUN && kind != DatagramKind.DTLS ? 1 : 0;
            }
            assertEquals(0, uncounted, seed(round));
            call.expectUnharmed();
        }
    }

    @Test
    void theMediaPortsUnderNoise() {
        for (int round = 0; round < ROUNDS; round++) {
            LiveCall call = new LiveCall(SEED + round);
            InetSocketAddress rtcp = new InetSocketAddress(call.media.getAddress(), call.media.getPort() + 1);
            InetSocketAddress peersRtcp = Addresses.of(Addresses.PBX, 40_001);
            for (int i = 0; i < INPUTS; i++) {
                boolean stranger = call.random.nextInt(5) == 0;
                if (call.random.nextInt(3) == 0) {
                    call.deliver(stranger ? STRANGER : peersRtcp, rtcp, call.noise(call.rtcp));
                } else {
                    long before = call.accountedFor();
                    call.deliver(stranger ? STRANGER : call.voice.address, call.media, call.noise(call.rtp));
                    assertEquals(before + 1, call.accountedFor(), seed(round));
                }
            }
            call.expectUnharmed();
        }
    }

    @Test
    void theSipPortUnderNoise() {
        for (int round = 0; round < ROUNDS; round++) {
            LiveCall call = new LiveCall(SEED + round);
            // What ends or moves a call when it is understood is not noise: that is the next test's.
            call.sip.removeIf(message -> !isHarmless(message));
            for (int i = 0; i < INPUTS; i++) {
                call.deliver(call.peer.address, call.stage.gateway.sipAddress(), call.noise(call.sip));
            }
            call.expectUnharmed();
        }
    }

    @Test
    void theSipPortUnderNoiseThatMayEndCalls() {
        for (int round = 0; round < ROUNDS / 2; round++) {
            LiveCall call = new LiveCall(SEED + round);
            int inputs = 0;
            while (inputs < INPUTS) {
                for (int burst = 0; burst < 100; burst++, inputs++) {
                    byte[] noise = call.noise(call.sip);
                    Arrival from = new Arrival(Transport.TCP, call.peer.address, 1 + call.random.nextInt(3));
                    if (call.random.nextBoolean()) {
                        call.deliver(call.peer.address, call.stage.gateway.sipAddress(), noise);
                    } else {
                        call.stage
                                .gateway
                                .switchboard()
                                .onSip(noise, 0, noise.length, from, call.stage.network.nowNanos());
                    }
                }
                call.stage.run(SECOND);
            }
            call.voice.speak(null, 0);
            call.stage.run(300 * SECOND);
            call.expectNoDefect();
            assertEquals(0, call.stage.gateway.switchboard().calls(), seed(round));
            assertEquals(0, call.stage.gateway.openPorts(), seed(round));
        }
    }

    /** Responses and OPTIONS: understood or not, they change nothing. */
    private static boolean isHarmless(byte[] message) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        return text.startsWith("SIP/2.0") || text.startsWith("OPTIONS");
    }

    @Test
    void theRealMessagesOfACallAreAmongTheSamples() {
        LiveCall call = new LiveCall(SEED);
        for (DatagramKind kind : List.of(DatagramKind.STUN, DatagramKind.DTLS, DatagramKind.RTP)) {
            assertTrue(call.ofBrowser.stream().anyMatch(bytes -> DatagramKind.of(bytes, 0, bytes.length) == kind));
        }
        assertTrue(call.sip.stream().anyMatch(LiveCallFuzzTest::isHarmless));
        assertTrue(call.rtp.size() > 40 && !call.rtcp.isEmpty());
    }
}
