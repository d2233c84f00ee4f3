package offhook.server.web;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import offhook.server.signalling.Door;
import offhook.server.signalling.Link;
import offhook.server.signalling.Sessions;
import org.jspecify.annotations.Nullable;

/** One WebSocket connection, between Helidon's thread that reads it and the session that writes to it. */
final class BrowserLink implements WsListener, Link {
    /** RFC 6455 section 7.4.1. */
    private static final int UNSUPPORTED_DATA = 1003;

    private static final int POLICY = 1008;
    private static final int TOO_BIG = 1009;

    private final Sessions sessions;
    private final int messageBytes;
    private final Duration unannounced;
    private final TrustedProxies proxies;
    private final StringBuilder fragments = new StringBuilder();

    /** Helidon's connection takes one writer at a time. */
    private final Lock writing = new ReentrantLock();

    private volatile @Nullable WsSession socket;
    private volatile @Nullable Door door;
    private volatile boolean closed;
    private volatile String origin = "";
    private volatile List<String> forwardedFor = List.of();

    /** @param unannounced how long it may be open without a session */
    BrowserLink(Sessions sessions, int messageBytes, Duration unannounced, TrustedProxies proxies) {
        this.proxies = proxies;
        this.sessions = sessions;
        this.messageBytes = messageBytes;
        this.unannounced = unannounced;
    }

    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers) {
        origin = headers.first(HeaderNames.ORIGIN).orElse("");
        forwardedFor = headers.values(HeaderNames.X_FORWARDED_FOR);
        return Optional.empty();
    }

    @Override
    public void onOpen(WsSession session) {
        socket = session;
        Door opened = sessions.open(this);
        door = opened;
        // Helidon tells its listener nothing when a connection just breaks; its thread's end does.
        Thread reader = Thread.currentThread();
        Thread.ofVirtual().name("browser-gone").start(() -> {
            try {
                if (!reader.join(unannounced) && !opened.hasSession()) {
                    close(POLICY, "no connection message came");
                    cut();
                }
                reader.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            closed = true;
            opened.onClosed();
        });
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
        Door open = door;
        if (open == null) {
            return;
        }
        if (fragments.length() + text.length() > messageBytes) {
            fragments.setLength(0);
            open.onUnreadable(TOO_BIG, "A message is longer than this server allows.");
            return;
        }
        if (last && fragments.isEmpty()) {
            open.onText(text);
            return;
        }
        fragments.append(text);
        if (last) {
            String whole = fragments.toString();
            fragments.setLength(0);
            open.onText(whole);
        }
    }

    @Override
    public void onMessage(WsSession session, BufferData buffer, boolean last) {
        Door open = door;
        if (open != null) {
            open.onUnreadable(UNSUPPORTED_DATA, "This server takes text messages only.");
        }
    }

    /** RFC 6455 section 5.5.2: a ping is answered with its own bytes. */
    @Override
    public void onPing(WsSession session, BufferData payload) {
        writing.lock();
        try {
            session.pong(payload);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public boolean send(String text) {
        WsSession open = socket;
        if (closed || open == null) {
            return false;
        }
        writing.lock();
        try {
            open.send(text, true);
            return true;
        } catch (RuntimeException broken) {
            closed = true;
            return false;
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close(int code, String reason) {
        WsSession open = socket;
        if (closed || open == null) {
            return;
        }
        writing.lock();
        try {
            open.close(code, reason);
        } catch (RuntimeException broken) {
            // there is nobody to say goodbye to
        } finally {
            closed = true;
            writing.unlock();
        }
    }

    @Override
    public void cut() {
        closed = true;
        if (socket instanceof ServerConnection connection) {
            connection.close(true);
        }
    }

    @Override
    public String peer() {
        WsSession open = socket;
        return open == null
                ? ""
                : proxies.client(open.socketContext().remotePeer().address(), forwardedFor);
    }

    @Override
    public String origin() {
        return origin;
    }
}
