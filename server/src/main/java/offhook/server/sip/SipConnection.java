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
import javax.net.ssl.SSLException;
import offhook.sip.message.SipStreamFramer;
import offhook.sip.message.SipSyntaxException;
import offhook.sip.transaction.Transport;
import org.jspecify.annotations.Nullable;

/**
 * One TCP or TLS connection, accepted or to be opened: a virtual thread that reads, one that writes (and connects and
 * shakes hands first, where that is still to be done), and a bounded queue before the latter.
 */
final class SipConnection {
    /** What a connection tells the edge; on its reading thread, but for {@link #closed}. */
    interface Listener {
        void message(SipConnection connection, byte[] message);

        void broken(SipConnection connection, String why);

        void closed(SipConnection connection);
    }

    /** What becomes of a connected socket before SIP is spoken on it: TLS, or nothing. Blocks. */
    @FunctionalInterface
    interface Security {
        /** @throws IOException with the reason in plain words */
        Socket secured(Socket connected) throws IOException;
    }

    /** RFC 5626 section 3.5.1. */
    private static final byte[] PING = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** RFC 5626 section 3.5.1. */
    private static final byte[] PONG = "\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Wakes the writer. */
    private static final Outgoing NOTHING = new Outgoing(new byte[0], Outgoing.NOBODY);

    private static final int READ_BYTES = 8192;

    private final long id;
    private final Transport transport;
    private final InetSocketAddress remote;
    private final Security security;
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

    /** Whether the other side has to be opened to, and has been. */
    private volatile boolean established;

    /** Whether a keep-alive of ours waits for any sign of life. */
    private volatile boolean pinged;

    /** Whether it has answered one before: only then does silence mean anything (RFC 5626 section 4.4.1). */
    private volatile boolean answersPings;

    /** @param socket connected, or not yet */
    SipConnection(
            long id,
            Transport transport,
            InetSocketAddress remote,
            Socket socket,
            Security security,
            SipEdgeSettings settings,
            Listener listener) {
        this.id = id;
        this.transport = transport;
        this.remote = remote;
        this.security = security;
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

    Transport transport() {
        return transport;
    }

    InetSocketAddress remote() {
        return remote;
    }

    /** Whether SIP could ever be spoken on it. */
    boolean established() {
        return established;
    }

    /**
     * Sends something that keeps the way open; a peer that used to answer and has been silent since the last time is taken
     * for gone. From any thread.
     */
    void keepAlive() {
        if (pinged && answersPings) {
            close("the other side does not answer any more");
        } else if (established) {
            pinged = true;
            send(new Outgoing(PING, Outgoing.NOBODY));
        }
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
            Socket open = open();
            established = true;
            Thread.ofVirtual().name("sip-read-" + id).start(() -> read(open));
            OutputStream out = open.getOutputStream();
            while (closedWhy == null) {
                current = queue.take();
                out.write(current.message());
                useful |= current.message().length > PING.length;
                if (queue.isEmpty() && closeWhenSent != null) {
                    close(closeWhenSent);
                }
                lastUseNanos = System.nanoTime();
                current = null;
            }
        } catch (SSLException e) {
            close(SipTls.why(remote.toString(), e));
        } catch (IOException e) {
            close(established ? "the connection broke (" + e.getMessage() + ")" : String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            close("the server stops");
        } finally {
            giveUp(current);
        }
    }

    /** Connects and shakes hands, both within the time that a connection may take to open. */
    private Socket open() throws IOException {
        if (!socket.isConnected()) {
            try {
                socket.connect(remote, settings.connectMillis());
            } catch (IOException e) {
                throw new IOException("no connection to " + remote + " (" + e.getMessage() + ")", e);
            }
        }
        socket.setTcpNoDelay(true);
        if (transport != Transport.TLS) {
            return socket;
        }
        Thread impatience = Thread.ofVirtual().name("sip-handshake-" + id).start(() -> {
            try {
                Thread.sleep(settings.connectMillis());
                close("the TLS handshake with " + remote + " took too long");
            } catch (InterruptedException done) {
                // in time
            }
        });
        try {
            return security.secured(socket);
        } finally {
            impatience.interrupt();
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

    private void read(Socket open) {
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
                int read = read(open, buffer, wait);
                if (read < 0) {
                    close("the other side closed the connection");
                    return;
                }
                if (read > 0) {
                    lastUseNanos = System.nanoTime();
                    pinged = false;
                    framer.feed(buffer, 0, read, incoming);
                }
            }
        } catch (SipSyntaxException e) {
            e.answer().ifPresent(answer -> send(new Outgoing(answer, Outgoing.NOBODY)));
            listener.broken(this, e.reason());
            closeWhenSent("the stream is not SIP");
        } catch (SSLException e) {
            // Version 1.3 tells only now that it did not like our certificate.
            close(SipTls.why(remote.toString(), e));
        } catch (IOException e) {
            close("the connection broke (" + e.getMessage() + ")");
        }
    }

    /** Bytes read; 0 when none came in time; -1 at the end. */
    private static int read(Socket open, byte[] buffer, int waitMillis) throws IOException {
        try {
            open.setSoTimeout(waitMillis);
            return open.getInputStream().read(buffer);
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
            // The bare socket: closing TLS politely would wait for a peer that does not read.
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
        public void pong() {
            answersPings = true;
        }

        @Override
        public void ping() {
            send(new Outgoing(PONG, Outgoing.NOBODY));
        }
    }
}
