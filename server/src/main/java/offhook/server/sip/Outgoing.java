package offhook.server.sip;

import java.util.function.Consumer;

/** A message on its way out. */
final class Outgoing {
    static final Consumer<String> NOBODY = why -> {};

    private final byte[] message;
    private final Consumer<String> failed;

    /** @param failed told at most once why the message did not go */
    Outgoing(byte[] message, Consumer<String> failed) {
        this.message = message;
        this.failed = failed;
    }

    /** Nobody writes into it. */
    byte[] message() {
        return message;
    }

    Consumer<String> failed() {
        return failed;
    }
}
