package offhook.call.leg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import offhook.call.offer.CodecPlan;
import offhook.call.offer.MediaEncryption;
import offhook.call.offer.SipDescription;
import offhook.call.offer.SipSdp;
import offhook.media.rtp.RtpSource;
import org.junit.jupiter.api.Test;

class SipLegTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress NAT = address("198.51.100.9", 61_000);
    private static final InetSocketAddress STRANGER = address("198.51.100.66", 666);
    private static final int COMFORT_NOISE = 13;
    private static final int PCMU = 0;

    private final DropCounts drops = new DropCounts();
    private final Ports ports = new Ports();
    private final SipLeg leg = new SipLeg(
            ports, 1, "cname", 0, new SplittableRandom(1), drops, (bytes, offset, length, now) -> ports.passed++);
    private final RtpSource source = new RtpSource(new SplittableRandom(2));

    SipLegTest() {
        SipDescription peer = SipSdp.readOffer(
                String.join(
                        "\r\n",
                        "v=0",
                        "o=pbx 1 1 IN IP4 10.0.0.5",
                        "s=-",
                        "c=IN IP4 10.0.0.5",
                        "t=0 0",
                        "m=audio 40000 RTP/AVP 0",
                        ""),
                MediaEncryption.OFF);
        leg.plan(CodecPlan.choose(peer.formats(), peer.formats()).orElseThrow().sipToBrowser(), 8_000);
        leg.describe(peer, 0);
    }

    @Test
    void noiseAtTheRtcpPortLatchesNothing() {
        leg.onRtcpDatagram(STRANGER, new byte[64], 0, 20, SECOND);
        leg.onRtcpDatagram(NAT, receiverReport(), 0, 8, 2 * SECOND);

        leg.onDeadline(10 * SECOND);

        assertEquals(List.of(NAT), ports.rtcpTo);
        assertEquals(1, drops.of(LegDrop.BAD_RTCP));
    }

    @Test
    void noiseAtTheRtcpPortIsNoSignOfLife() {
        leg.onRtcpDatagram(STRANGER, new byte[64], 0, 20, SECOND);
        assertEquals(0, leg.heardNanos());

        leg.onRtcpDatagram(NAT, receiverReport(), 0, 8, 2 * SECOND);
        assertEquals(2 * SECOND, leg.heardNanos());
    }

    @Test
    void comfortNoiseThatNobodyAgreedOnFallsButIsASignOfLife() {
        rtp(NAT, PCMU, SECOND);

        rtp(NAT, COMFORT_NOISE, 2 * SECOND);

        assertEquals(1, ports.passed);
        assertEquals(1, drops.of(LegDrop.UNKNOWN_PAYLOAD_TYPE));
        assertEquals(2 * SECOND, leg.heardNanos());
    }

    @Test
    void aPayloadTypeThatNobodyAgreedOnLatchesNothing() {
        rtp(STRANGER, COMFORT_NOISE, SECOND);
        assertEquals(0, leg.heardNanos());

        rtp(NAT, PCMU, 2 * SECOND);
        rtp(STRANGER, PCMU, 3 * SECOND);

        assertEquals(1, ports.passed);
        assertEquals(1, drops.of(LegDrop.FOREIGN_SOURCE));
        leg.onRtp(packet(PCMU), 0, 172, 4 * SECOND);
        assertEquals(List.of(NAT), ports.rtpTo);
    }

    private void rtp(InetSocketAddress from, int payloadType, long nowNanos) {
        leg.onRtpDatagram(from, packet(payloadType), 0, 172, nowNanos);
    }

    private byte[] packet(int payloadType) {
        byte[] bytes = new byte[204];
        source.advance(160);
        source.writeHeader(bytes, 0, payloadType);
        return bytes;
    }

    /** RFC 3550 section 6.4.2, without blocks. */
    private static byte[] receiverReport() {
        return new byte[] {(byte) 0x80, (byte) 201, 0, 1, 0, 0, 0, 7};
    }

    private static InetSocketAddress address(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }

    private static final class Ports implements RtpPorts.Pair {
        private final List<InetSocketAddress> rtpTo = new ArrayList<>();
        private final List<InetSocketAddress> rtcpTo = new ArrayList<>();
        private int passed;

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
        }

        @Override
        public void sendRtcp(InetSocketAddress to, byte[] bytes, int offset, int length) {
            rtcpTo.add(to);
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("not closed here");
        }
    }
}
