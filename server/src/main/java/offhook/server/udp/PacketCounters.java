package offhook.server.udp;

/** What one driver's packets met with. Written and read by the driver's thread alone. */
public final class PacketCounters {
    long received;
    long sent;
    long receiveErrors;
    long tooLong;
    long sendBufferFull;
    long refused;
    long unreachable;
    long sendErrors;

    /** Datagrams handed to a receiver. */
    public long received() {
        return received;
    }

    /** Datagrams that the system took. */
    public long sent() {
        return sent;
    }

    /** Reads that failed, ICMP errors included. */
    public long receiveErrors() {
        return receiveErrors;
    }

    /** Datagrams dropped for being longer than {@link PacketDriver#MAX_DATAGRAM}, either way. */
    public long tooLong() {
        return tooLong;
    }

    /** Datagrams dropped because the kernel had no room for them (EAGAIN, ENOBUFS). */
    public long sendBufferFull() {
        return sendBufferFull;
    }

    /** Sends answered by an earlier ICMP "port unreachable" (ECONNREFUSED). */
    public long refused() {
        return refused;
    }

    /** Datagrams for an address that their socket cannot reach: the other family, unresolved, no route, socket closed. */
    public long unreachable() {
        return unreachable;
    }

    /** Sends refused for any other reason. */
    public long sendErrors() {
        return sendErrors;
    }
}
