package offhook.server.udp;

import java.net.InetSocketAddress;

/** One open UDP socket. Belongs to the thread of its {@link PacketDriver}. */
public interface UdpSocket {
    /** Where it listens, with the real port. */
    InetSocketAddress localAddress();

    /** Queues a datagram; the bytes are copied before this returns. A closed socket drops and counts it. */
    void send(InetSocketAddress to, byte[] bytes, int offset, int length);

    /** Sends what is queued and closes. Its receiver hears nothing more, not even of the batch now being delivered. */
    void close();
}
