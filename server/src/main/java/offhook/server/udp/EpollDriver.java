package offhook.server.udp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The driver for Linux: epoll tells which sockets have something, recvmmsg and sendmmsg carry up to {@link #BATCH}
 * datagrams a call. Batches form on one socket, so the browsers' shared port gains most.
 *
 * <p>Structures as 64-bit Linux lays them out, offsets in bytes:
 *
 * <pre>
 * mmsghdr (64):  0 msg_name*  8 msg_namelen  16 msg_iov*  24 msg_iovlen  32 msg_control*  40 msg_controllen
 *               48 msg_flags 56 msg_len
 * iovec (16):    0 iov_base*  8 iov_len
 * epoll_event:   0 events     4 data on x86-64 (12 bytes, packed); 8 data on AArch64 (16 bytes)
 * sockaddr_in:   0 family     2 port  4 address
 * sockaddr_in6:  0 family     2 port  4 flow  8 address  24 scope
 * </pre>
 */
final class EpollDriver implements PacketDriver {
    /** Datagrams to one system call. */
    private static final int BATCH = 32;

    /** Full batches taken from one socket before the others have their turn. */
    private static final int RECEIVE_BATCHES = 8;

    /** Sockets reported by one epoll_wait; more are reported by the next. */
    private static final int EVENTS = 256;

    /** Datagrams queued over all sockets before they are sent without waiting for the end of the turn. */
    private static final int QUEUE = 512;

    /** Peers whose addresses are kept. */
    private static final int PEERS = 1 << 13;

    private static final int MSG = 64;
    private static final int MSG_NAMELEN = 8;
    private static final int MSG_IOV = 16;
    private static final int MSG_IOVLEN = 24;
    private static final int MSG_FLAGS = 48;
    private static final int MSG_LEN = 56;
    private static final int IOVEC = 16;
    private static final int IOV_LEN = 8;
    private static final int NAME = TargetTable.STRIDE;
    private static final int NAMELEN_MAX = 28;

    private static final boolean PACKED_EVENTS =
            System.getProperty("os.arch", "").matches("amd64|x86_64");
    private static final int EVENT = PACKED_EVENTS ? 12 : 16;
    private static final int EVENT_DATA = PACKED_EVENTS ? 4 : 8;

    /** What epoll says of the eventfd; sockets say their generation and index. */
    private static final long WAKE = -1;

    private static final int NONE = -1;

    private final SocketBuffers buffers;
    private final String description;
    private final Arena arena = Arena.ofShared();
    private final LinuxCalls calls = new LinuxCalls(arena);
    private final PacketCounters counters = new PacketCounters();
    private final int epoll;

    private final Object wakeLock = new Object();
    private final LinuxCalls wakeCalls = new LinuxCalls(arena);

    /** Whether a wakeup is on its way: written, or about to be, and not yet read. */
    private final AtomicBoolean woken = new AtomicBoolean();

    private final int wakeFd;
    private final MemorySegment one = arena.allocateFrom(JAVA_LONG, 1);
    private boolean closed;

    private final MemorySegment events = arena.allocate((long) EVENT * EVENTS, 8);
    private final MemorySegment scratch = arena.allocate(32, 8);

    private final MemorySegment inMessages = arena.allocate((long) MSG * BATCH, 8);
    private final MemorySegment inNames = arena.allocate((long) NAME * BATCH, 8);
    private final MemorySegment inBytes = arena.allocate((long) MAX_DATAGRAM * BATCH, 64);
    private final byte[] bytes = new byte[MAX_DATAGRAM + HEADROOM];
    private final PeerTable peers = new PeerTable(PEERS);

    private final MemorySegment outMessages = arena.allocate((long) MSG * BATCH, 8);
    private final MemorySegment outNames = arena.allocate((long) NAME * QUEUE, 8);
    private final MemorySegment outVectors = arena.allocate((long) IOVEC * QUEUE, 8);
    private final MemorySegment outBytes = arena.allocate((long) MAX_DATAGRAM * QUEUE, 64);
    private final TargetTable targets4 = new TargetTable(false, PEERS, arena);
    private final TargetTable targets6 = new TargetTable(true, PEERS, arena);

    /** The queue: slots 0 to queued - 1 are taken, chained socket by socket. */
    private final int[] nextSlot = new int[QUEUE];

    private int queued;
    private @Nullable Socket firstWithQueue;

    private @Nullable Socket[] sockets = new Socket[64];
    private int[] freeIndexes = new int[64];
    private int freeCount;
    private int socketCount;
    private int generation;

    EpollDriver(SocketBuffers buffers, String description) {
        String obstacle = obstacle();
        if (!obstacle.isEmpty()) {
            arena.close();
            throw new UncheckedIOException(new IOException("the epoll driver does not work here: " + obstacle));
        }
        this.buffers = buffers;
        this.description = description;
        epoll = require(calls.epollCreate(), "epoll_create1");
        wakeFd = require(calls.eventfd(LinuxCalls.SOCK_NONBLOCK | LinuxCalls.SOCK_CLOEXEC), "eventfd");
        watch(wakeFd, WAKE);
        long base = inBytes.address();
        MemorySegment inVectors = arena.allocate((long) IOVEC * BATCH, 8);
        for (int i = 0; i < BATCH; i++) {
            long vector = (long) i * IOVEC;
            inVectors.set(JAVA_LONG, vector, base + (long) i * MAX_DATAGRAM);
            inVectors.set(JAVA_LONG, vector + IOV_LEN, MAX_DATAGRAM);
            long message = (long) i * MSG;
            inMessages.set(ADDRESS, message, inNames.asSlice((long) i * NAME));
            inMessages.set(ADDRESS, message + MSG_IOV, inVectors.asSlice(vector));
            inMessages.set(JAVA_LONG, message + MSG_IOVLEN, 1);
            outMessages.set(JAVA_LONG, message + MSG_IOVLEN, 1);
        }
        expectNames(BATCH);
        for (int slot = 0; slot < QUEUE; slot++) {
            outVectors.set(JAVA_LONG, (long) slot * IOVEC, outBytes.address() + (long) slot * MAX_DATAGRAM);
        }
    }

    /** Why this driver cannot work here; empty when it can. */
    static String obstacle() {
        String system = System.getProperty("os.name", "");
        String machine = System.getProperty("os.arch", "");
        if (!system.equals("Linux")) {
            return "it is for Linux and this is " + system;
        }
        if (!machine.matches("amd64|x86_64|aarch64")) {
            return "it knows x86-64 and AArch64 and this is " + machine;
        }
        try (Arena trial = Arena.ofConfined()) {
            LinuxCalls calls = new LinuxCalls(trial);
            int fd = calls.epollCreate();
            return fd < 0 ? "epoll_create1: " + LinuxCalls.meaning(-fd) : closed(calls, fd);
        } catch (LinkageError | RuntimeException e) {
            return "calls into the C library are not allowed (" + e + ")";
        }
    }

    private static String closed(LinuxCalls calls, int fd) {
        int result = calls.close(fd);
        return result < 0 ? "close: " + LinuxCalls.meaning(-result) : "";
    }

    @Override
    public UdpSocket open(InetSocketAddress local, Receiver receiver) {
        if (socketCount >= MAX_SOCKETS) {
            throw new UncheckedIOException(
                    new IOException("one loop's limit of " + MAX_SOCKETS + " sockets is reached"));
        }
        boolean ipv6 = !(local.getAddress() instanceof Inet4Address);
        int family = ipv6 ? LinuxCalls.AF_INET6 : LinuxCalls.AF_INET;
        int fd = require(
                calls.socket(family, LinuxCalls.SOCK_DGRAM | LinuxCalls.SOCK_NONBLOCK | LinuxCalls.SOCK_CLOEXEC),
                "socket");
        try {
            setOption(fd, LinuxCalls.SOL_SOCKET, LinuxCalls.SO_RCVBUF, buffers.receiveBytes());
            setOption(fd, LinuxCalls.SOL_SOCKET, LinuxCalls.SO_SNDBUF, buffers.sendBytes());
            if (ipv6) {
                setOption(fd, LinuxCalls.IPPROTO_IPV6, LinuxCalls.IPV6_V6ONLY, 0);
            }
            int bound = calls.bind(fd, scratch, TargetTable.encode(local, scratch, ipv6));
            if (bound < 0) {
                BindException refused = new BindException(LinuxCalls.meaning(-bound));
                throw new UncheckedIOException(local + ": " + refused.getMessage(), refused);
            }
            int index = freeCount > 0 ? freeIndexes[--freeCount] : socketCount;
            if (index == sockets.length) {
                sockets = Arrays.copyOf(sockets, index * 2);
                freeIndexes = Arrays.copyOf(freeIndexes, index * 2);
            }
            Socket socket = new Socket(fd, ipv6, index, generation++, boundTo(fd), receiver);
            watch(fd, socket.tag());
            sockets[index] = socket;
            socketCount++;
            return socket;
        } catch (RuntimeException e) {
            calls.close(fd);
            throw e;
        }
    }

    private InetSocketAddress boundTo(int fd) {
        MemorySegment length = scratch.asSlice(28, 4);
        length.set(JAVA_INT, 0, NAMELEN_MAX);
        require(calls.getsockname(fd, scratch, length), "getsockname");
        return peer(scratch, 0);
    }

    private void setOption(int fd, int level, int option, int value) {
        scratch.set(JAVA_INT, 0, value);
        require(calls.setsockopt(fd, level, option, scratch, 4), "setsockopt");
    }

    private void watch(int fd, long tag) {
        scratch.set(JAVA_INT, 0, LinuxCalls.EPOLLIN);
        scratch.set(JAVA_LONG_UNALIGNED, EVENT_DATA, tag);
        require(calls.epollCtl(epoll, LinuxCalls.EPOLL_CTL_ADD, fd, scratch), "epoll_ctl");
    }

    @Override
    public int poll(long timeoutNanos) {
        int ready = calls.epollWait(epoll, events, EVENTS, Millis.roundedUp(timeoutNanos));
        int delivered = 0;
        for (int i = 0; i < ready; i++) {
            long tag = events.get(JAVA_LONG_UNALIGNED, (long) i * EVENT + EVENT_DATA);
            if (tag == WAKE) {
                // In this order: a wakeup between the two would be read away and yet count as one that is still to
                // come,
                // and no other would ever be written again.
                calls.read(wakeFd, scratch, 8);
                woken.set(false);
                continue;
            }
            Socket socket = sockets[(int) tag];
            // a socket that was closed a moment ago, by the packet of another, is no longer ours to read
            if (socket != null && socket.tag() == tag) {
                delivered += receive(socket);
            }
        }
        return delivered;
    }

    private int receive(Socket socket) {
        int delivered = 0;
        for (int round = 0; round < RECEIVE_BATCHES; round++) {
            int count = calls.recvmmsg(socket.fd, inMessages, BATCH);
            if (count < 0) {
                if (count != -LinuxCalls.EAGAIN && count != -LinuxCalls.EINTR) {
                    counters.receiveErrors++;
                }
                break;
            }
            expectNames(count);
            for (int i = 0; i < count; i++) {
                long message = (long) i * MSG;
                if ((inMessages.get(JAVA_INT, message + MSG_FLAGS) & LinuxCalls.MSG_TRUNC) != 0) {
                    counters.tooLong++;
                    continue;
                }
                int length = inMessages.get(JAVA_INT, message + MSG_LEN);
                MemorySegment.copy(inBytes, JAVA_BYTE, (long) i * MAX_DATAGRAM, bytes, 0, length);
                counters.received++;
                delivered++;
                socket.receiver.onPacket(socket, peer(inNames, (long) i * NAME), bytes, 0, length);
                if (socket.closed) {
                    return delivered;
                }
            }
            if (count < BATCH) {
                break;
            }
        }
        return delivered;
    }

    /** Gives the first places for names their full length again, which the system has overwritten. */
    private void expectNames(int count) {
        for (int i = 0; i < count; i++) {
            inMessages.set(JAVA_INT, (long) i * MSG + MSG_NAMELEN, NAMELEN_MAX);
        }
    }

    private InetSocketAddress peer(MemorySegment names, long at) {
        int port = Short.toUnsignedInt(bigEndian(names.get(JAVA_SHORT, at + 2)));
        if (names.get(JAVA_SHORT, at) == LinuxCalls.AF_INET) {
            int address = bigEndian(names.get(JAVA_INT, at + 4));
            return peers.of(0, PeerTable.MAPPED | Integer.toUnsignedLong(address), 0, port);
        }
        long high = bigEndian(names.get(JAVA_LONG, at + 8));
        long low = bigEndian(names.get(JAVA_LONG, at + 16));
        return peers.of(high, low, names.get(JAVA_INT, at + 24), port);
    }

    @Override
    public void flush() {
        for (Socket socket = firstWithQueue; socket != null; ) {
            Socket next = socket.nextWithQueue;
            sendQueueOf(socket);
            socket.nextWithQueue = null;
            socket.inQueue = false;
            socket = next;
        }
        firstWithQueue = null;
        queued = 0;
    }

    /** Sends one socket's chain. What does not go now is dropped: for media, late is as bad as lost. */
    private void sendQueueOf(Socket socket) {
        int slot = socket.firstSlot;
        while (slot != NONE) {
            int count = 0;
            for (; count < BATCH && slot != NONE; count++, slot = nextSlot[slot]) {
                long message = (long) count * MSG;
                outMessages.set(JAVA_LONG, message, outNames.address() + (long) slot * NAME);
                outMessages.set(JAVA_INT, message + MSG_NAMELEN, socket.targets.sockaddrLength());
                outMessages.set(JAVA_LONG, message + MSG_IOV, outVectors.address() + (long) slot * IOVEC);
            }
            sendBatch(socket.fd, count);
        }
        socket.firstSlot = NONE;
        socket.lastSlot = NONE;
    }

    private void sendBatch(int fd, int count) {
        int done = 0;
        while (done < count) {
            int sent =
                    calls.sendmmsg(fd, done == 0 ? outMessages : outMessages.asSlice((long) done * MSG), count - done);
            if (sent > 0) {
                counters.sent += sent;
                done += sent;
                continue;
            }
            switch (-sent) {
                case LinuxCalls.EINTR -> {
                    // nothing was lost: once more
                }
                case LinuxCalls.EAGAIN, LinuxCalls.ENOBUFS -> {
                    counters.sendBufferFull += count - done;
                    return;
                }
                case LinuxCalls.ECONNREFUSED -> {
                    counters.refused++;
                    done++;
                }
                case LinuxCalls.ENETUNREACH, LinuxCalls.EHOSTUNREACH -> {
                    counters.unreachable++;
                    done++;
                }
                default -> {
                    counters.sendErrors++;
                    done++;
                }
            }
        }
    }

    @Override
    public void wakeup() {
        if (woken.compareAndSet(false, true)) {
            synchronized (wakeLock) {
                if (!closed) {
                    wakeCalls.write(wakeFd, one, 8);
                }
            }
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
        for (Socket socket : sockets) {
            if (socket != null) {
                socket.close();
            }
        }
        synchronized (wakeLock) {
            if (closed) {
                return;
            }
            closed = true;
            calls.close(wakeFd);
            calls.close(epoll);
            arena.close();
        }
    }

    private static short bigEndian(short value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Short.reverseBytes(value);
    }

    private static int bigEndian(int value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    private static long bigEndian(long value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
    }

    private static int require(int result, String call) {
        if (result < 0) {
            throw new UncheckedIOException(new IOException(call + ": " + LinuxCalls.meaning(-result)));
        }
        return result;
    }

    private final class Socket implements UdpSocket {
        private final int fd;
        private final int index;
        private final int generation;
        private final InetSocketAddress localAddress;
        private final Receiver receiver;
        private final TargetTable targets;
        private int firstSlot = NONE;
        private int lastSlot = NONE;
        private boolean inQueue;
        private @Nullable Socket nextWithQueue;
        private boolean closed;

        Socket(int fd, boolean ipv6, int index, int generation, InetSocketAddress localAddress, Receiver receiver) {
            this.fd = fd;
            this.index = index;
            this.generation = generation;
            this.localAddress = localAddress;
            this.receiver = receiver;
            targets = ipv6 ? targets6 : targets4;
        }

        /** Never {@link #WAKE}, because an index is not negative. */
        long tag() {
            return ((long) generation << 32) | index;
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
            if (queued == QUEUE) {
                flush();
            }
            int slot = queued;
            if (closed || !targets.write(to, outNames, (long) slot * NAME)) {
                counters.unreachable++;
                return;
            }
            MemorySegment.copy(bytes, offset, outBytes, JAVA_BYTE, (long) slot * MAX_DATAGRAM, length);
            outVectors.set(JAVA_LONG, (long) slot * IOVEC + IOV_LEN, length);
            nextSlot[slot] = NONE;
            if (lastSlot == NONE) {
                firstSlot = slot;
            } else {
                nextSlot[lastSlot] = slot;
            }
            lastSlot = slot;
            queued++;
            if (!inQueue) {
                inQueue = true;
                nextWithQueue = firstWithQueue;
                firstWithQueue = this;
            }
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            sendQueueOf(this);
            closed = true;
            calls.epollCtl(epoll, LinuxCalls.EPOLL_CTL_DEL, fd, events);
            calls.close(fd);
            sockets[index] = null;
            freeIndexes[freeCount++] = index;
            socketCount--;
        }
    }
}
