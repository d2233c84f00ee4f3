package offhook.exchange;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;

/** A UDP socket and the thread that reads it. */
final class DatagramPort implements AutoCloseable {
    /** Who takes what comes in, on the reading thread. */
    @FunctionalInterface
    interface Receiver {
        void onDatagram(byte[] bytes, InetSocketAddress from);
    }

    private static final int MAX_DATAGRAM = 65_535;
    private static final int BUFFER_BYTES = 1 << 20;

    private final DatagramChannel channel;

    /** @param port 0 for any that is free */
    DatagramPort(InetAddress address, int port) throws IOException {
        channel = DatagramChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
            channel.bind(new InetSocketAddress(address, port));
        } catch (IOException taken) {
            channel.close();
            throw taken;
        }
    }

    int port() {
        return channel.socket().getLocalPort();
    }

    void start(Receiver receiver) {
        Thread.ofVirtual().name("exchange-udp-" + port()).start(() -> read(receiver));
    }

    /** Whether it could be sent; whether it arrives, nobody knows. Any thread. */
    boolean send(byte[] bytes, InetSocketAddress to) {
        try {
            channel.send(ByteBuffer.wrap(bytes), to);
            return true;
        } catch (IOException unreachable) {
            return false;
        }
    }

    private void read(Receiver receiver) {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM);
        while (channel.isOpen()) {
            try {
                buffer.clear();
                InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
                receiver.onDatagram(Arrays.copyOf(buffer.array(), buffer.position()), from);
            } catch (IOException closedOrPassing) {
                // Closed ends the loop; an unconnected socket has no other lasting trouble.
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException gone) {
            // There is nothing left to close.
        }
    }
}
