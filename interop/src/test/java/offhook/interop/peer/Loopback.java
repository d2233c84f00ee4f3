package offhook.interop.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Free addresses and ports on this machine for programs that must be told theirs. */
public final class Loopback {
    /** This machine's loopback addresses. */
    static final String IPV4 = "127.0.0.1";

    static final String IPV6 = "::1";

    /** Below the range from which the system gives ports by itself, so nobody is given one between our look and its use. */
    private static final int FIRST_PORT = 10_000;

    private static final int LAST_PORT = 19_990;
    private static final int ATTEMPTS = 200;
    private static final int BLOCK = 4;
    private static final AtomicInteger NEXT_BLOCK =
            new AtomicInteger(RandomGenerator.getDefault().nextInt());

    private Loopback() {}

    public static InetSocketAddress socket(int port) {
        return socket(IPV4, port);
    }

    /** @param address as text, without brackets */
    static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    /**
     * A port on 127.0.0.1 that is free for UDP and TCP, as are the three behind it: phones take the next one for TLS, SIPp
     * the one after that for video. None is given twice, as what asks for one may bind it later than what asks next.
     */
    public static int freePort() {
        InetAddress address = InetAddress.ofLiteral("127.0.0.1");
        for (int i = 0; i < ATTEMPTS; i++) {
            int port =
                    FIRST_PORT + BLOCK * Math.floorMod(NEXT_BLOCK.getAndIncrement(), (LAST_PORT - FIRST_PORT) / BLOCK);
            if (IntStream.range(port, port + BLOCK).allMatch(each -> isFree(address, each))) return port;
        }
        throw new AssertionError("no free port on 127.0.0.1");
    }

    /**
     * A loopback address whose {@code port} is free for UDP and TCP. All of 127/8 is this machine, so a program can
     * have a well-known port, such as SIP's 5060, without meeting another one's.
     */
    public static String freeAddress(int port) {
        RandomGenerator random = RandomGenerator.getDefault();
        for (int i = 0; i < ATTEMPTS; i++) {
            String text = "127.%d.%d.%d".formatted(random.nextInt(1, 255), random.nextInt(256), random.nextInt(1, 255));
            if (isFree(InetAddress.ofLiteral(text), port)) return text;
        }
        throw new AssertionError("no loopback address with a free port " + port);
    }

    private static boolean isFree(InetAddress address, int port) {
        try (ServerSocket tcp = new ServerSocket();
                DatagramSocket udp = new DatagramSocket(null)) {
            tcp.setReuseAddress(true);
            tcp.bind(new InetSocketAddress(address, port));
            udp.bind(new InetSocketAddress(address, port));
            return true;
        } catch (java.net.BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
