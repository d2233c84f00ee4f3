package offhook.server.udp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.Consumer;

/**
 * The portable driver, on the JDK's Selector. The JDK itself makes a new address whenever a socket hears another peer
 * than the last time; that is the one allocation here that we cannot avoid. Sends go out at once: there is no call
 * that would take several.
 */
final class NioDriver implements PacketDriver {
    /** Datagrams taken from one socket before the others have their turn. */
    private static final int RECEIVE_BUDGET = 256;

    private final SocketBuffers buffers;
    private final String description;
    private final Selector selector;
    private final PacketCounters counters = new PacketCounters();
    private final Consumer<SelectionKey> onReady = this::receive;

    /** One byte more than is allowed, to tell a datagram that fits from one that was cut. */
    private final byte[] bytes = new byte[MAX_DATAGRAM + 1 + HEADROOM];

    private final ByteBuffer incoming = ByteBuffer.wrap(bytes);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(MAX_DATAGRAM);
    private int delivered;

    NioDriver(SocketBuffers buffers, String description) {
        this.buffers = buffers;
        this.description = description;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public UdpSocket open(InetSocketAddress local, Receiver receiver) {
        if (selector.keys().size() >= MAX_SOCKETS) {
            throw new UncheckedIOException(
                    new IOException("one loop's limit of " + MAX_SOCKETS + " sockets is reached"));
        }
        try {
            DatagramChannel channel = DatagramChannel.open(
                    local.getAddress() instanceof Inet4Address
                            ? StandardProtocolFamily.INET
                            : StandardProtocolFamily.INET6);
            try {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, buffers.receiveBytes());
                channel.setOption(StandardSocketOptions.SO_SNDBUF, buffers.sendBytes());
                channel.bind(local);
                channel.configureBlocking(false);
                Socket socket = new Socket(channel, receiver, (InetSocketAddress) channel.getLocalAddress());
                channel.register(selector, SelectionKey.OP_READ, socket);
                return socket;
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(local + ": " + e.getMessage(), e);
        }
    }

    @Override
    public int poll(long timeoutNanos) {
        delivered = 0;
        try {
            if (timeoutNanos <= 0) {
                selector.selectNow(onReady);
            } else {
                selector.select(onReady, Millis.roundedUp(timeoutNanos));
            }
        } catch (IOException e) {
            counters.receiveErrors++;
        }
        return delivered;
    }

    private void receive(SelectionKey key) {
        Socket socket = (Socket) key.attachment();
        for (int i = 0; i < RECEIVE_BUDGET && socket.channel.isOpen(); i++) {
            incoming.clear().limit(MAX_DATAGRAM + 1);
            InetSocketAddress from;
            try {
                from = (InetSocketAddress) socket.channel.receive(incoming);
            } catch (IOException e) {
                counters.receiveErrors++;
                continue;
            }
            if (from == null) {
                return;
            }
            int length = incoming.position();
            if (length > MAX_DATAGRAM) {
                counters.tooLong++;
                continue;
            }
            counters.received++;
            delivered++;
            socket.receiver.onPacket(socket, from, bytes, 0, length);
        }
    }

    @Override
    public void flush() {
        // every send has gone out at once
    }

    @Override
    public void wakeup() {
        try {
            selector.wakeup();
        } catch (ClosedSelectorException e) {
            // nobody waits any more
        }
    }

    @Override
    public PacketCounters counters() {
        return counters;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void close() {
        if (!selector.isOpen()) {
            return;
        }
        for (SelectionKey key : selector.keys().toArray(SelectionKey[]::new)) {
            ((Socket) key.attachment()).close();
        }
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Socket implements UdpSocket {
        private final DatagramChannel channel;
        private final Receiver receiver;
        private final InetSocketAddress localAddress;

        Socket(DatagramChannel channel, Receiver receiver, InetSocketAddress localAddress) {
            this.channel = channel;
            this.receiver = receiver;
            this.localAddress = localAddress;
        }

        @Override
        public InetSocketAddress localAddress() {
            return localAddress;
        }

        @Override
        public void send(InetSocketAddress to, byte[] bytes, int offset, int length) {
            if (length > MAX_DATAGRAM) {
                counters.tooLong++;
                return;
            }
            if (!channel.isOpen() || to.isUnresolved() || !reaches(to)) {
                counters.unreachable++;
                return;
            }
            outgoing.clear();
            outgoing.put(bytes, offset, length).flip();
            try {
                if (channel.send(outgoing, to) == 0 && length > 0) {
                    counters.sendBufferFull++;
                } else {
                    counters.sent++;
                }
            } catch (PortUnreachableException e) {
                counters.refused++;
            } catch (IOException e) {
                counters.sendErrors++;
            }
        }

        private boolean reaches(InetSocketAddress to) {
            return to.getPort() != 0
                    && (to.getAddress() instanceof Inet4Address
                            || !(localAddress.getAddress() instanceof Inet4Address));
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
