package offhook.sim;

import static offhook.sim.CallStage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import offhook.call.AgentEvent;
import offhook.media.rtp.RtpSource;
import offhook.sim.VirtualNetwork.Weather;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a packet costs in garbage on its way through the whole switchboard: 64 bytes at most, on average. */
class RelayAllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int PACKETS = 100_000;
    private static final long LIMIT_BYTES = 64;
    private static final long FRAME_NANOS = 20_000_000L;
    private static final int FRAME_TICKS = 160;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final CallStage stage = new CallStage();
    private final ScriptedPeer peer = new ScriptedPeer(stage);
    private final PeerVoice voice = new PeerVoice(stage.network, Addresses.of(Addresses.PBX, 40_000), 1_000_000);
    private final byte[] packet = new byte[512];
    private InetSocketAddress media;
    private long now;

    /** Writes the next packet into the array. */
    private interface Writer {
        int write();
    }

    @BeforeEach
    void establish() {
        stage.register();
        stage.dial(true);
        SipRequest invite = peer.expect(SipMethod.INVITE);
        media = CallStage.media(invite);
        peer.respond(invite, 200, "t", ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendrecv", "0 PCMU/8000"));
        stage.expect(AgentEvent.Established.class);
        voice.speak(media, 0);
        stage.run(2 * SECOND);
        voice.speak(null, 0);
        now = stage.network.nowNanos();
        // From here on nothing that the switchboard sends is copied, so that only its own work counts.
        stage.network.weather(new Weather(100, 0, 0, 0));
    }

    /** Bytes for each packet. */
    private double allocated(InetSocketAddress from, InetSocketAddress to, Writer writer) {
        long lostBefore = stage.network.lost();
        for (int i = 0; i < WARM_UP; i++) {
            measure(from, to, writer);
        }
        long bytes = LongStream.generate(() -> measure(from, to, writer))
                .limit(PACKETS)
                .sum();
        assertEquals(WARM_UP + PACKETS, stage.network.lost() - lostBefore, "packets relayed");
        return (double) bytes / PACKETS;
    }

    private long measure(InetSocketAddress from, InetSocketAddress to, Writer writer) {
        int length = writer.write();
        now += FRAME_NANOS;
        long before = threads.getCurrentThreadAllocatedBytes();
        stage.network.deliver(from, to, packet, length, now);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void aPacketOfTheBrowserLeavesNoGarbageWorthNaming() {
        double bytes = allocated(
                stage.browser.address(), stage.gateway.browserAddress(), () -> stage.browser.nextPacket(packet));
        assertTrue(bytes <= LIMIT_BYTES, bytes + " bytes a packet");
    }

    @Test
    void aPacketOfThePeerLeavesNoGarbageWorthNaming() {
        RtpSource source =
                new RtpSource(RandomGeneratorFactory.of("L64X128MixRandom").create(7));
        double bytes = allocated(voice.address, media, () -> {
            source.advance(FRAME_TICKS);
            return source.writeHeader(packet, 0, 0) + FRAME_TICKS;
        });
        assertTrue(bytes <= LIMIT_BYTES, bytes + " bytes a packet");
    }
}
