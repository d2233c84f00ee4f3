package offhook.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import offhook.sip.message.SipStreamFramer;
import offhook.sip.message.SipSyntaxException;

/** One TCP connection: a virtual thread that reads, another that writes, so that a slow peer holds up nobody else. */
final class Connection implements AutoCloseable {
    /** What a connection tells, on its own threads. */
    interface Listener {
        /** A whole message. */
        void message(Connection connection, byte[] bytes);

        /** The stream carries no SIP; the connection ends. */
        void malformed();

        /** It is over, said once. {@code connected}: whether it ever was a connection. */
        void closed(Connection connection, boolean connected);
    }

    private static final int MAX_WAITING = 256;
    private static final int READ_BYTES = 8_192;
    private static final int CONNECT_MILLIS = 5_000;
    /** Who connects and says nothing whole is let go after this. */
    private static final int FIRST_MESSAGE_MILLIS = 30_000;
    /** Phones register again at least once an hour, and send again before that. */
    private static final int IDLE_MILLIS = 2 * 3_600_000;

    private static final byte[] PONG = "\r\n".getBytes(StandardCharsets.US_ASCII);
    /** The writer's last; no message is empty. */
    private static final byte[] END = new byte[0];

    private final long id;
    private final InetSocketAddress remote;
    private final Socket socket;
    private final Listener listener;
    private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(MAX_WAITING);

    private Connection(long id, InetSocketAddress remote, Socket socket, Listener listener) {
        this.id = id;
        this.remote = remote;
        this.socket = socket;
        this.listener = listener;
    }

    /** One that the remote opened. */
    static Connection accepted(long id, Socket socket, Listener listener) {
        InetSocketAddress remote = (InetSocketAddress) socket.getRemoteSocketAddress();
        return new Connection(id, remote, socket, listener);
    }

    /** One that is to be opened; what is sent meanwhile waits. */
    static Connection to(long id, InetSocketAddress remote, Listener listener) {
        return new Connection(id, remote, new Socket(), listener);
    }

    long id() {
        return id;
    }

    InetSocketAddress remote() {
        return remote;
    }

    void start() {
        Thread.ofVirtual().name("exchange-tcp-" + id).start(this::run);
    }

    /** Whether there was room for it. Any thread. */
    boolean send(byte[] message) {
        return outgoing.offer(message);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException gone) {
            // There is nothing left to close.
        }
    }

    private void run() {
        boolean connected = false;
        try (socket) {
            if (!socket.isConnected()) {
                socket.connect(remote, CONNECT_MILLIS);
            }
            connected = true;
            socket.setTcpNoDelay(true);
            Thread.ofVirtual().name("exchange-tcp-write-" + id).start(this::write);
            read();
        } catch (IOException over) {
            // Reset, timed out, unreachable or closed by us: it is over.
        } finally {
            // A writer that cannot take the word is blocked in a write, which the closed socket ends.
            outgoing.clear();
            outgoing.offer(END);
            listener.closed(this, connected);
        }
    }

    private void read() throws IOException {
        SipStreamFramer framer = new SipStreamFramer();
        SipStreamFramer.Sink sink = new SipStreamFramer.Sink() {
            @Override
            public void message(byte[] bytes, int offset, int length) {
                listener.message(Connection.this, Arrays.copyOfRange(bytes, offset, offset + length));
                idleFor(IDLE_MILLIS);
            }

            @Override
            public void ping() {
                outgoing.offer(PONG);
            }
        };
        idleFor(FIRST_MESSAGE_MILLIS);
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[READ_BYTES];
        try {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                framer.feed(buffer, 0, length, sink);
            }
        } catch (SipSyntaxException notSip) {
            listener.malformed();
            if (notSip.answer().isPresent()) {
                socket.getOutputStream().write(notSip.answer().get());
            }
        }
    }

    private void idleFor(int millis) {
        try {
            socket.setSoTimeout(millis);
        } catch (IOException closed) {
            // The next read says so.
        }
    }

    private void write() {
        try {
            OutputStream out = socket.getOutputStream();
            for (byte[] next = outgoing.take(); next.length > 0; next = outgoing.take()) {
                out.write(next);
                out.flush();
            }
        } catch (IOException over) {
            close();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
