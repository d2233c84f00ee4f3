package offhook.server.udp;

import java.net.InetSocketAddress;

/**
 * The UDP sockets of one thread. All methods but {@link #wakeup()} belong to that thread; none blocks but
 * {@link #poll(long)}. What the network does to a packet is never an exception: it is counted.
 */
public interface PacketDriver extends AutoCloseable {
    /** The longest datagram taken in or sent out, bytes. Anything longer is counted and dropped. */
    int MAX_DATAGRAM = 2048;

    /** Spare bytes behind every received datagram in its array: room for SRTP's authentication tag and index. */
    int HEADROOM = 64;

    /** Sockets open at one time. */
    int MAX_SOCKETS = 1 << 16;

    /** Takes a socket's datagrams on the driver's thread. May open, send and close, but not poll. */
    @FunctionalInterface
    interface Receiver {
        /**
         * @param bytes lent for this call only; at least {@link #HEADROOM} bytes behind the datagram are free to write
         */
        void onPacket(UdpSocket socket, InetSocketAddress from, byte[] bytes, int offset, int length);
    }

    /**
     * Opens a socket.
     *
     * @param local where to listen; port 0 for any free port
     * @throws java.io.UncheckedIOException when the system refuses, a {@link java.net.BindException} inside when the
     *     address is taken or not this machine's
     */
    UdpSocket open(InetSocketAddress local, Receiver receiver);

    /**
     * Delivers what has arrived, waiting for it when nothing has.
     *
     * @param timeoutNanos longest wait; 0 or less looks only. Rounded up to whole milliseconds
     * @return datagrams delivered
     */
    int poll(long timeoutNanos);

    /** Sends what is queued. The end of every turn calls it. */
    void flush();

    /** Ends a {@link #poll(long)} that waits, or keeps the next one from waiting. From any thread, also after close. */
    void wakeup();

    /** What happened so far; read on the driver's thread. */
    PacketCounters counters();

    /** Which driver this is, and why not a better one: one phrase for the log. */
    String description();

    /** Closes every socket; what is queued is sent first. */
    @Override
    void close();

    /** The driver asked for, or for {@code AUTO} the best that works here. */
    static PacketDriver open(DriverChoice choice, SocketBuffers buffers) {
        return switch (choice) {
            case NIO -> new NioDriver(buffers, "nio, as configured");
            case EPOLL -> new EpollDriver(buffers, "epoll, as configured");
            case AUTO -> {
                String obstacle = EpollDriver.obstacle();
                if (!obstacle.isEmpty()) {
                    yield new NioDriver(buffers, "nio, because epoll is out: " + obstacle);
                }
                yield new EpollDriver(buffers, "epoll");
            }
        };
    }
}
