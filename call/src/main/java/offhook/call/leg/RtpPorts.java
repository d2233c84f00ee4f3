package offhook.call.leg;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The ports for media towards SIP peers; the edge owns the sockets. Called on the owning loop only. */
public interface RtpPorts {
    /**
     * Opens an even RTP port and the odd RTCP port above it (RFC 3550 section 11).
     *
     * @return null when no pair is free
     */
    @Nullable
    Pair open();

    /** What arrives at a pair of ports. The bytes are lent for the call, with room behind them for an SRTP tag. */
    interface Receiver {
        void onRtp(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos);

        void onRtcp(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos);
    }

    /** One open pair. */
    interface Pair {
        /** Who gets what arrives; before this is said, what arrives falls. */
        void listen(Receiver receiver);

        /** The even port, 2 to 65 534. */
        int rtpPort();

        /** The RTCP port. */
        int rtcpPort();

        /** Sends from the RTP port. The bytes are copied or sent before this returns. */
        void sendRtp(InetSocketAddress to, byte[] bytes, int offset, int length);

        /** Sends from the RTCP port. The bytes are copied or sent before this returns. */
        void sendRtcp(InetSocketAddress to, byte[] bytes, int offset, int length);

        /** Closes both; nothing arrives any more once this returns. */
        void close();
    }
}
