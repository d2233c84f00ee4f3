package offhook.server.udp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of peers by their raw bytes, so that the source of a packet costs a look instead of two objects. Open
 * addressing with a short window: a peer sits in one of {@link #WINDOW} places, and when all are taken the newcomer
 * displaces one of them. So the table never grows and never stalls; a displaced peer is made anew when it speaks again.
 */
final class PeerTable {
    private static final int WINDOW = 8;

    /** An IPv4 address is keyed in its IPv4-mapped form (RFC 4291 2.5.5.2): twelve bytes that no other address has. */
    static final long MAPPED = 0x0000_FFFF_0000_0000L;

    private final long[] highs;
    private final long[] lows;
    private final long[] scopesAndPorts;
    private final @Nullable InetSocketAddress[] addresses;
    private final int mask;
    private int nextVictim;

    /** @param capacity peers kept at most, a power of two */
    PeerTable(int capacity) {
        if (Integer.bitCount(capacity) != 1 || capacity < WINDOW) {
            throw new IllegalArgumentException("not a power of two: " + capacity);
        }
        highs = new long[capacity];
        lows = new long[capacity];
        scopesAndPorts = new long[capacity];
        addresses = new InetSocketAddress[capacity];
        mask = capacity - 1;
    }

    /**
     * The one object for these raw bytes.
     *
     * @param high first eight bytes of the IPv6 address, big-endian; 0 for a mapped IPv4 address
     * @param low last eight bytes; {@link #MAPPED} and the IPv4 address
     * @param scope scope id of a link-local address, else 0
     */
    InetSocketAddress of(long high, long low, int scope, int port) {
        long scopeAndPort = ((long) scope << 16) | port;
        int start = hash(high, low, scopeAndPort);
        int free = -1;
        for (int i = 0; i < WINDOW; i++) {
            int slot = (start + i) & mask;
            InetSocketAddress known = addresses[slot];
            if (known == null) {
                free = slot;
                break;
            }
            if (lows[slot] == low && highs[slot] == high && scopesAndPorts[slot] == scopeAndPort) {
                return known;
            }
        }
        int slot = free >= 0 ? free : (start + nextVictim++ % WINDOW) & mask;
        if (nextVictim == WINDOW) {
            nextVictim = 0;
        }
        InetSocketAddress made = make(high, low, scope, port);
        highs[slot] = high;
        lows[slot] = low;
        scopesAndPorts[slot] = scopeAndPort;
        addresses[slot] = made;
        return made;
    }

    private int hash(long high, long low, long scopeAndPort) {
        long mixed = (high * 31 + low) * 31 + scopeAndPort;
        return (int) ((mixed * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    }

    private static InetSocketAddress make(long high, long low, int scope, int port) {
        byte[] raw = new byte[16];
        for (int i = 0; i < 8; i++) {
            raw[i] = (byte) (high >>> (56 - 8 * i));
            raw[8 + i] = (byte) (low >>> (56 - 8 * i));
        }
        try {
            // getByAddress turns the mapped form back into IPv4; a scope is for link-local addresses alone
            InetAddress address =
                    scope == 0 ? InetAddress.getByAddress(raw) : Inet6Address.getByAddress(null, raw, scope);
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("sixteen bytes are an address", e);
        }
    }
}
