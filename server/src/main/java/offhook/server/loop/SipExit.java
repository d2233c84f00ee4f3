package offhook.server.loop;

import java.util.function.Consumer;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;

/** The way out for a loop's SIP messages. From any loop's thread; nothing waits and nothing is thrown. */
public interface SipExit {
    /**
     * Sends a message to a hop.
     *
     * @param failed told, on any thread and at most once, why it could not be sent
     */
    void send(Hop hop, byte[] message, Consumer<String> failed);

    /** Sends a response back to where its request came from. */
    void reply(Arrival arrival, byte[] message);
}
