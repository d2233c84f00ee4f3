package offhook.server.udp;

/**
 * How much the kernel keeps for each socket.
 *
 * @param receiveBytes SO_RCVBUF asked for; the system may give less
 * @param sendBytes SO_SNDBUF asked for; the system may give less
 */
public record SocketBuffers(int receiveBytes, int sendBytes) {
    /** Room for about 100 ms of 1,000 calls on one port. */
    public static final SocketBuffers STANDARD = new SocketBuffers(4 << 20, 1 << 20);

    public SocketBuffers {
        if (receiveBytes < 2048 || sendBytes < 2048) {
            throw new IllegalArgumentException(
                    "a socket's buffer holds at least one datagram: " + receiveBytes + ", " + sendBytes);
        }
    }
}
