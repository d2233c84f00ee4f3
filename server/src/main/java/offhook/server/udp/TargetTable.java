package offhook.server.udp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The other way round from {@link PeerTable}: the sockaddr of an address, made once and kept. The same kind of table.
 */
final class TargetTable {
    /** Bytes of one entry: a sockaddr_in6 (28) or sockaddr_in (16), rounded up. */
    static final int STRIDE = 32;

    private static final int WINDOW = 4;
    private static final int SOCKADDR_IN = 16;
    private static final int SOCKADDR_IN6 = 28;
    private static final ValueLayout.OfShort FAMILY = ValueLayout.JAVA_SHORT_UNALIGNED;

    private final boolean ipv6;
    private final @Nullable InetSocketAddress[] addresses;
    private final MemorySegment sockaddrs;
    private final int mask;
    private int nextVictim;

    /** @param ipv6 whether the sockets are of the IPv6 family; those reach IPv4 peers by mapped addresses */
    TargetTable(boolean ipv6, int capacity, SegmentAllocator memory) {
        this.ipv6 = ipv6;
        addresses = new InetSocketAddress[capacity];
        sockaddrs = memory.allocate((long) capacity * STRIDE, 8);
        mask = capacity - 1;
    }

    /** Length of every sockaddr in this table. */
    int sockaddrLength() {
        return ipv6 ? SOCKADDR_IN6 : SOCKADDR_IN;
    }

    /** Writes the sockaddr of {@code to}; false when a socket of this family cannot reach it. */
    boolean write(InetSocketAddress to, MemorySegment target, long targetOffset) {
        int slot = slotOf(to);
        if (slot < 0) {
            return false;
        }
        MemorySegment.copy(sockaddrs, (long) slot * STRIDE, target, targetOffset, STRIDE);
        return true;
    }

    private int slotOf(InetSocketAddress to) {
        int start = (int) ((to.hashCode() * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        int free = -1;
        for (int i = 0; i < WINDOW; i++) {
            int slot = (start + i) & mask;
            InetSocketAddress known = addresses[slot];
            if (known == null) {
                free = slot;
                break;
            }
            if (known.equals(to)) {
                return slot;
            }
        }
        InetAddress address = to.getAddress();
        if (address == null || to.getPort() == 0 || (!ipv6 && !(address instanceof Inet4Address))) {
            return -1;
        }
        int slot = free >= 0 ? free : (start + nextVictim) & mask;
        nextVictim = (nextVictim + 1) % WINDOW;
        encode(to, sockaddrs.asSlice((long) slot * STRIDE, STRIDE), ipv6);
        addresses[slot] = to;
        return slot;
    }

    /**
     * Writes a sockaddr_in or sockaddr_in6 (the same on x86-64 and AArch64).
     *
     * @return its length
     */
    static int encode(InetSocketAddress address, MemorySegment sockaddr, boolean ipv6) {
        byte[] raw = address.getAddress().getAddress();
        short port = (short) address.getPort();
        sockaddr.fill((byte) 0);
        sockaddr.set(ValueLayout.JAVA_BYTE, 2, (byte) (port >> 8));
        sockaddr.set(ValueLayout.JAVA_BYTE, 3, (byte) port);
        if (!ipv6) {
            sockaddr.set(FAMILY, 0, (short) LinuxCalls.AF_INET);
            MemorySegment.copy(raw, 0, sockaddr, ValueLayout.JAVA_BYTE, 4, 4);
            return SOCKADDR_IN;
        }
        sockaddr.set(FAMILY, 0, (short) LinuxCalls.AF_INET6);
        if (raw.length == 4) {
            sockaddr.set(ValueLayout.JAVA_SHORT_UNALIGNED, 18, (short) -1);
            MemorySegment.copy(raw, 0, sockaddr, ValueLayout.JAVA_BYTE, 20, 4);
        } else {
            MemorySegment.copy(raw, 0, sockaddr, ValueLayout.JAVA_BYTE, 8, 16);
            if (address.getAddress() instanceof Inet6Address scoped) {
                sockaddr.set(ValueLayout.JAVA_INT_UNALIGNED, 24, scoped.getScopeId());
            }
        }
        return SOCKADDR_IN6;
    }
}
