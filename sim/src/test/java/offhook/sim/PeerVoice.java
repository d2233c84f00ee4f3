package offhook.sim;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import offhook.media.rtp.RtpHeader;
import offhook.media.rtp.RtpSource;
import offhook.media.srtp.SrtpContext;
import offhook.media.wire.Bytes;
import org.jspecify.annotations.Nullable;

/** RTP at one address of the telephone system: hears, and speaks in packets that bear numbers of its own. */
final class PeerVoice {
    private static final long FRAME_NANOS = 20_000_000L;
    private static final int FRAME_TICKS = 160;
    private static final int PAYLOAD_BYTES = 160;

    final InetSocketAddress address;
    private final VirtualNetwork network;
    private final RtpSource source;
    private final int firstNumber;
    private final byte[] packet = new byte[512];
    private final Set<Integer> payloadTypes = new HashSet<>();
    /** What was heard, in the order of its arrival. */
    final List<Packet> packets = new ArrayList<>();

    private @Nullable SrtpContext outgoing;
    private @Nullable SrtpContext incoming;
    private @Nullable InetSocketAddress target;
    private boolean ticking;
    private int payloadType;
    private int sent;
    private int heard;
    private int undecipherable;

    /** An RTP packet that was heard. */
    static final class Packet {
        private final long nanos;
        private final byte[] bytes;

        Packet(long nanos, byte[] bytes) {
            this.nanos = nanos;
            this.bytes = bytes;
        }

        /** When it arrived. */
        long nanos() {
            return nanos;
        }

        boolean marker() {
            return RtpHeader.marker(bytes, 0);
        }

        int payloadType() {
            return RtpHeader.payloadType(bytes, 0);
        }

        int sequence() {
            return RtpHeader.sequenceNumber(bytes, 0);
        }

        int timestamp() {
            return RtpHeader.timestamp(bytes, 0);
        }

        byte[] payload() {
            return Arrays.copyOfRange(bytes, RtpHeader.FIXED_LENGTH, bytes.length);
        }

        @Override
        public String toString() {
            return "%d ms, %d, number %d, time %d".formatted(nanos / 1_000_000, payloadType(), sequence(), timestamp());
        }
    }

    /** @param firstNumber of its packets; voices that are to be told apart lie 1,000,000 apart */
    PeerVoice(VirtualNetwork network, InetSocketAddress address, int firstNumber) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(firstNumber);
        this.network = network;
        this.address = address;
        this.firstNumber = firstNumber;
        this.source = new RtpSource(random);
        network.bind(address, this::onDatagram);
    }

    /** Encrypts what it says by the one, and hears only what the other lets through, from now on. */
    void secure(SrtpContext sending, SrtpContext receiving) {
        outgoing = sending;
        incoming = receiving;
    }

    /** Packets so far that its key did not fit. */
    int undecipherable() {
        return undecipherable;
    }

    /** Packets said so far. */
    int sent() {
        return sent;
    }

    /** Speaks to this address from now on; to nobody when null. */
    void speak(@Nullable InetSocketAddress to, int type) {
        target = to;
        payloadType = type;
        if (to != null && !ticking) {
            ticking = true;
            frame(network.nowNanos());
        }
    }

    /** Writes the header of the next packet of what it says, for tests that speak themselves. */
    RtpSource source() {
        return source;
    }

    /** Sends a packet that a test has made. */
    void send(InetSocketAddress to, byte[] bytes, int length) {
        network.send(address, to, bytes, 0, length);
    }

    /** Packets heard since the last time this was asked. */
    int heard() {
        int count = heard;
        heard = 0;
        return count;
    }

    /** Payload types heard since the last time this was asked. */
    Set<Integer> payloadTypes() {
        Set<Integer> types = Set.copyOf(payloadTypes);
        payloadTypes.clear();
        return types;
    }

    /** Packets of this voice that the browser has heard. */
    long heardBy(FakeBrowser browser) {
        return browser.heard().stream()
                .filter(number -> number >= firstNumber && number < firstNumber + 1_000_000)
                .count();
    }

    private void frame(long nowNanos) {
        InetSocketAddress to = target;
        if (to == null) {
            ticking = false;
            return;
        }
        source.advance(FRAME_TICKS);
        int header = source.writeHeader(packet, 0, payloadType);
        Bytes.put32(packet, header, firstNumber + sent++);
        int length = header + PAYLOAD_BYTES;
        SrtpContext srtp = outgoing;
        network.send(address, to, packet, 0, srtp == null ? length : srtp.protect(packet, 0, length));
        network.after(FRAME_NANOS, this::frame);
    }

    private void onDatagram(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
        SrtpContext srtp = incoming;
        if (srtp != null && srtp.unprotect(bytes, offset, length) < 0) {
            undecipherable++;
            return;
        }
        heard++;
        payloadTypes.add(RtpHeader.payloadType(bytes, offset));
        packets.add(new Packet(nowNanos, Arrays.copyOfRange(bytes, offset, offset + length)));
    }
}
