package offhook.server.loop;

import java.net.InetSocketAddress;

/** Takes the datagrams of one socket of a loop. */
@FunctionalInterface
public interface PacketReceiver {
    /** @param bytes lent for this call, with room behind the datagram for an SRTP tag */
    void onPacket(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos);
}
