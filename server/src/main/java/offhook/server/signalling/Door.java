package offhook.server.signalling;

import offhook.call.EndReason;
import org.jspecify.annotations.Nullable;

/**
 * Where one connection's frames come in: counted, read, and handed to the session that the first of them opens. Driven
 * by the connection's thread.
 */
public final class Door {
    private final Sessions sessions;
    private final Link link;
    private final MessageRate rate;
    private volatile @Nullable SessionThread session;
    private boolean closed;

    Door(Sessions sessions, Link link, MessageRate rate) {
        this.sessions = sessions;
        this.link = link;
        this.rate = rate;
    }

    /** A whole text frame. */
    public void onText(String text) {
        if (closed) {
            return;
        }
        if (!rate.take(System.nanoTime())) {
            refuse(
                    Refusal.of(
                            "", "", EndReason.LIMIT_REACHED, "The browser sends more messages than the server allows."),
                    Session.POLICY,
                    "too many messages");
            return;
        }
        ClientMessage message = sessions.read(text);
        SessionThread open = session;
        if (open != null) {
            open.onMessage(message, link);
        } else if (message instanceof ClientMessage.Connection connection) {
            connect(connection);
        } else {
            refuseBeforeConnection(message);
        }
    }

    /** Something other than a text frame, or one that is too long. */
    public void onUnreadable(int code, String why) {
        if (!closed) {
            refuse(Refusal.of("", "", EndReason.BAD_REQUEST, why), code, why);
        }
    }

    /** Whether the connection has said who it is. From any thread. */
    public boolean hasSession() {
        return session != null;
    }

    /** The connection is gone. */
    public void onClosed() {
        closed = true;
        SessionThread open = session;
        if (open != null) {
            open.onClosed(link);
        }
    }

    private void connect(ClientMessage.Connection connection) {
        Sessions.Admission admission = sessions.admit(connection, link);
        switch (admission) {
            case Sessions.Admission.Admitted admitted -> session = admitted.session();
            case Sessions.Admission.Refused refused -> refuse(refused.refusal(), refused.code(), "connection refused");
        }
    }

    /** Signs of life are fine; everything else needs a session. */
    private void refuseBeforeConnection(ClientMessage message) {
        switch (message) {
            case ClientMessage.Pong ignored -> {
                // nobody asked yet
            }
            case ClientMessage.Ping ignored -> link.send(WcsWriter.ping());
            case ClientMessage.OfCall call ->
                link.send(WcsWriter.fail(Refusal.of(
                        call.method(),
                        call.callId(),
                        EndReason.BAD_REQUEST,
                        "Send \"connection\" first: there is no session yet.")));
            case ClientMessage.Malformed malformed ->
                link.send(WcsWriter.fail(Refusal.of("", "", EndReason.BAD_REQUEST, malformed.why())));
            case ClientMessage.Connection ignored -> throw new IllegalStateException("that is the one that is allowed");
            case ClientMessage.SendData ignored -> needsConnection("sendData");
            case ClientMessage.PushLogs ignored -> needsConnection("pushLogs");
            case ClientMessage.SessionDebug ignored -> needsConnection("sessionDebug");
            case ClientMessage.BugReport ignored -> needsConnection("submitBugReport");
            case ClientMessage.Unsupported unknown -> needsConnection(unknown.method());
        }
    }

    private void needsConnection(String method) {
        link.send(WcsWriter.fail(
                Refusal.of(method, "", EndReason.BAD_REQUEST, "Send \"connection\" first: there is no session yet.")));
    }

    private void refuse(Refusal refusal, int code, String why) {
        closed = true;
        link.send(WcsWriter.fail(refusal));
        link.close(code, why);
        SessionThread open = session;
        if (open != null) {
            open.onClosed(link);
        }
    }
}
