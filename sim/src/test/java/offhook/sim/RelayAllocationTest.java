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
import offhook.call.offer.MediaEncryption;
import offhook.media.rtp.RtpSource;
import offhook.media.srtp.SrtpContext;
import offhook.media.srtp.SrtpProfile;
import offhook.sim.VirtualNetwork.Weather;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a packet costs in garbage on its way through the whole switchboard: 64 bytes at most, on average. */
class RelayAllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int PACKETS = 100_000;
    private static final long LIMIT_BYTES = 64;
    private static final long FRAME_NANOS = 20_000_000L;
    private static final int FRAME_TICKS = 160;
    private static final InetSocketAddress PEER = Addresses.of(Addresses.PBX, 40_000);
    private static final String KEYS =
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n";

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final CallStage stage = new CallStage();
    private final ScriptedPeer peer = new ScriptedPeer(stage);
    private final byte[] packet = new byte[512];
    private InetSocketAddress media;
    private long now;

    /** Writes the next packet into the array. */
    private interface Writer {
        int write();
    }

    /** @param keys what the peer's answer says of its key */
    private void establish(MediaEncryption encryption, String keys) {
        stage.encryption = encryption;
        stage.register();
        stage.dial(true);
        SipRequest invite = peer.expect(SipMethod.INVITE);
        media = CallStage.media(invite);
        peer.respond(invite, 200, "t", ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendrecv", "0 PCMU/8000") + keys);
        stage.expect(AgentEvent.Established.class);
        stage.run(2 * SECOND);
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

    private void measureBrowser() {
        double bytes = allocated(
                stage.browser.address(), stage.gateway.browserAddress(), () -> stage.browser.nextPacket(packet));
        assertTrue(bytes <= LIMIT_BYTES, bytes + " bytes a packet");
    }

    private void measurePeer(@Nullable SrtpContext srtp) {
        RtpSource source =
                new RtpSource(RandomGeneratorFactory.of("L64X128MixRandom").create(7));
        double bytes = allocated(PEER, media, () -> {
            source.advance(FRAME_TICKS);
            int length = source.writeHeader(packet, 0, 0) + FRAME_TICKS;
            return srtp == null ? length : srtp.protect(packet, 0, length);
        });
        assertTrue(bytes <= LIMIT_BYTES, bytes + " bytes a packet");
    }

    @Test
    void aPacketOfTheBrowserLeavesNoGarbageWorthNaming() {
        establish(MediaEncryption.OFF, "");
        measureBrowser();
    }

    @Test
    void aPacketOfThePeerLeavesNoGarbageWorthNaming() {
        establish(MediaEncryption.OFF, "");
        measurePeer(null);
    }

    @Test
    void norDoesAPacketOfTheBrowserForAPeerThatEncrypts() {
        establish(MediaEncryption.OPTIONAL, KEYS);
        measureBrowser();
    }

    @Test
    void norDoesAPacketOfAPeerThatEncrypts() {
        establish(MediaEncryption.OPTIONAL, KEYS);
        measurePeer(new SrtpContext(SrtpProfile.AES_CM_128_HMAC_SHA1_80, new byte[16], new byte[14]));
    }
}
