package offhook.server.loop;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import offhook.call.leg.RtpPorts;
import offhook.server.udp.UdpSocket;
import org.jspecify.annotations.Nullable;

/**
 * The UDP ports of one loop for media with SIP peers, in pairs. They are given out in turn, so that a port rests as long
 * as possible before it serves another call: what a far phone still sends to the last one falls into nothing.
 */
final class RtpPortRange implements RtpPorts {
    /** Pairs tried for one call; more that others hold means that the range is not ours. */
    private static final int TRIES = 64;

    private static final Receiver DEAF = new Receiver() {
        @Override
        public void onRtp(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
            // nobody listens yet
        }

        @Override
        public void onRtcp(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
            // nobody listens yet
        }
    };

    private final EventLoop loop;
    private final InetAddress local;
    private final int first;
    private final int pairs;
    private int next;

    /**
     * @param first least port of the range
     * @param last greatest port of the range
     */
    RtpPortRange(EventLoop loop, InetAddress local, int first, int last) {
        this.loop = loop;
        this.local = local;
        this.first = first + (first & 1);
        pairs = (last + 1 - this.first) / 2;
        if (pairs < 1) {
            throw new IllegalArgumentException("no pair of ports from " + first + " to " + last);
        }
    }

    @Override
    public @Nullable Pair open() {
        for (int i = 0; i < Math.min(TRIES, pairs); i++) {
            int port = first + 2 * next;
            // The steps grow, so that a block that another program holds is soon left behind.
            next = (next + 1 + i * i) % pairs;
            OpenPair pair = new OpenPair();
            if (pair.open(port)) {
                return pair;
            }
        }
        return null;
    }

    private final class OpenPair implements Pair {
        private Receiver receiver = DEAF;
        private @Nullable UdpSocket rtp;
        private @Nullable UdpSocket rtcp;

        boolean open(int port) {
            try {
                rtp = loop.open(
                        new InetSocketAddress(local, port),
                        (from, bytes, offset, length, now) -> receiver.onRtp(from, bytes, offset, length, now));
                rtcp = loop.open(
                        new InetSocketAddress(local, port + 1),
                        (from, bytes, offset, length, now) -> receiver.onRtcp(from, bytes, offset, length, now));
                return true;
            } catch (UncheckedIOException taken) {
                close();
                return false;
            }
        }

        @Override
        public void listen(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public int rtpPort() {
            return port(rtp);
        }

        @Override
        public int rtcpPort() {
            return port(rtcp);
        }

        private static int port(@Nullable UdpSocket socket) {
            return socket == null ? 0 : socket.localAddress().getPort();
        }

        @Override
        public void sendRtp(InetSocketAddress to, byte[] bytes, int offset, int length) {
            if (rtp != null) {
                rtp.send(to, bytes, offset, length);
            }
        }

        @Override
        public void sendRtcp(InetSocketAddress to, byte[] bytes, int offset, int length) {
            if (rtcp != null) {
                rtcp.send(to, bytes, offset, length);
            }
        }

        @Override
        public void close() {
            receiver = DEAF;
            if (rtp != null) {
                rtp.close();
            }
            if (rtcp != null) {
                rtcp.close();
            }
        }
    }
}
