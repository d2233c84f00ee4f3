package offhook.server.app;

/** The server cannot start. The message tells its operator why, and which setting to change. */
public final class StartFailure extends RuntimeException {
    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
