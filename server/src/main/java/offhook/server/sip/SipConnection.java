package offhook.server.sip;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import offhook.sip.message.SipStreamFramer;
import offhook.sip.message.SipSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection, accepted or to be opened: a virtual thread that reads, one that writes (and connects first, where
 * that is still to be done), and a bounded queue before the latter.
 */
final class SipConnection {
    /** What a connection tells the edge; on its reading thread, but for {@link #closed}. */
    interface Listener {
        void message(SipConnection connection, byte[] message);

        void broken(SipConnection connection, String why);

        void closed(SipConnection connection);
    }

    /** RFC 5626 section 3.5.1. */
    private static final byte[] PONG = "\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Wakes the writer. */
    private static final Outgoing NOTHING = new Outgoing(new byte[0], Outgoing.NOBODY);

    private static final int READ_BYTES = 8192;

    private final long id;
    private final InetSocketAddress remote;
    private final SipEdgeSettings settings;
    private final Listener listener;
    private final Socket socket;
    private final BlockingQueue<Outgoing> queue;
    private volatile long lastUseNanos = System.nanoTime();

    /** Whether a whole message went either way: until then it may be anybody, and it has no more time than a message. */
    private volatile boolean useful;

    /** The reader's own. */
    private long partialSinceNanos;

    private volatile @Nullable String closedWhy;
    private volatile @Nullable String closeWhenSent;

    /** @param socket connected, or not yet */
    SipConnection(long id, InetSocketAddress remote, Socket socket, SipEdgeSettings settings, Listener listener) {
        this.id = id;
        this.remote = remote;
        this.socket = socket;
        this.settings = settings;
        this.listener = listener;
        queue = new ArrayBlockingQueue<>(settings.queue());
    }

    void start() {
        Thread.ofVirtual().name("sip-write-" + id).start(this::write);
    }

    long id() {
        return id;
    }

    InetSocketAddress remote() {
        return remote;
    }

    /** Queues a message; what cannot be queued or written is told to its {@code failed}. Nothing waits. */
    void send(Outgoing outgoing) {
        if (closedWhy != null) {
            outgoing.failed().accept(closedWhy);
        } else if (!queue.offer(outgoing)) {
            outgoing.failed().accept("too many messages wait for " + remote);
        } else if (closedWhy != null && queue.remove(outgoing)) {
            // the writer may have gone between the two looks, and taken no notice of this one
            outgoing.failed().accept(closedWhy);
        }
    }

    private void write() {
        Outgoing current = null;
        try {
            if (!socket.isConnected()) {
                socket.connect(remote, settings.connectMillis());
            }
            socket.setTcpNoDelay(true);
            Thread.ofVirtual().name("sip-read-" + id).start(this::read);
            OutputStream out = socket.getOutputStream();
            while (closedWhy == null) {
                current = queue.take();
                out.write(current.message());
                useful |= current.message().length > PONG.length;
                if (queue.isEmpty() && closeWhenSent != null) {
                    close(closeWhenSent);
                }
                lastUseNanos = System.nanoTime();
                current = null;
            }
        } catch (IOException e) {
            close("no connection to " + remote + " (" + e.getMessage() + ")");
        } catch (InterruptedException e) {
            close("the server stops");
        } finally {
            giveUp(current);
        }
    }

    private void giveUp(@Nullable Outgoing current) {
        String why = closedWhy == null ? "the connection to " + remote + " is closed" : closedWhy;
        if (current != null) {
            current.failed().accept(why);
        }
        for (Outgoing next = queue.poll(); next != null; next = queue.poll()) {
            next.failed().accept(why);
        }
    }

    private void read() {
        SipStreamFramer framer = new SipStreamFramer();
        Incoming incoming = new Incoming();
        byte[] buffer = new byte[READ_BYTES];
        partialSinceNanos = System.nanoTime();
        try {
            while (closedWhy == null) {
                boolean partial = framer.pendingBytes() > 0;
                if (!partial && useful) {
                    partialSinceNanos = System.nanoTime();
                }
                int wait = waitMillis(partial);
                if (wait <= 0) {
                    timedOut(partial);
                    return;
                }
                int read = read(buffer, wait);
                if (read < 0) {
                    close("the other side closed the connection");
                    return;
                }
                if (read > 0) {
                    lastUseNanos = System.nanoTime();
                    framer.feed(buffer, 0, read, incoming);
                }
            }
        } catch (SipSyntaxException e) {
            e.answer().ifPresent(answer -> send(new Outgoing(answer, Outgoing.NOBODY)));
            listener.broken(this, e.reason());
            closeWhenSent("the stream is not SIP");
        } catch (IOException e) {
            close("the connection broke (" + e.getMessage() + ")");
        }
    }

    /** Bytes read; 0 when none came in time; -1 at the end. */
    private int read(byte[] buffer, int waitMillis) throws IOException {
        try {
            socket.setSoTimeout(waitMillis);
            return socket.getInputStream().read(buffer);
        } catch (SocketTimeoutException e) {
            return 0;
        }
    }

    private void timedOut(boolean partial) {
        if (partial) {
            listener.broken(this, "a message did not come whole in time");
        }
        close("nothing came for too long");
    }

    /** How long to wait for bytes: a message that has begun must end in time, however it drips. */
    private int waitMillis(boolean partial) {
        boolean begun = useful && !partial;
        long limit = begun ? settings.idleMillis() : settings.partialMillis();
        long since = begun ? lastUseNanos : partialSinceNanos;
        return (int) (limit - (System.nanoTime() - since) / 1_000_000);
    }

    /** Closes once what is queued has gone. */
    private void closeWhenSent(String why) {
        closeWhenSent = why;
        if (!queue.offer(NOTHING)) {
            close(why);
        }
    }

    /** Closes for this reason; the first one counts. */
    void close(String why) {
        synchronized (queue) {
            if (closedWhy != null) {
                return;
            }
            closedWhy = why;
        }
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed all the same
        }
        queue.offer(NOTHING); // a full queue keeps the writer awake by itself
        listener.closed(this);
    }

    private final class Incoming implements SipStreamFramer.Sink {
        @Override
        public void message(byte[] bytes, int offset, int length) {
            useful = true;
            partialSinceNanos = System.nanoTime();
            listener.message(SipConnection.this, Arrays.copyOfRange(bytes, offset, offset + length));
        }

        @Override
        public void ping() {
            send(new Outgoing(PONG, Outgoing.NOBODY));
        }
    }
}
