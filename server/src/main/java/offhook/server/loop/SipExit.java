package offhook.server.loop;

import java.util.List;
import java.util.function.Consumer;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;

/** The way out for a loop's SIP messages. From any loop's thread; nothing waits and nothing is thrown. */
public interface SipExit {
    /**
     * Finds the targets that a hop means, the best first.
     *
     * @param found is given one at least, on any thread
     * @param failed is told why there are none, on any thread
     */
    void locate(Hop hop, Consumer<List<Hop>> found, Consumer<String> failed);

    /** A target did not take a request: it comes last for a while. */
    void avoid(Hop target);

    /** Keeps the way to a target open that NATs and firewalls would close. */
    void keepAlive(Hop target);

    /**
     * Sends a message to a target.
     *
     * @param failed told, on any thread and at most once, why it could not be sent
     */
    void send(Hop hop, byte[] message, Consumer<String> failed);

    /** Sends a response back to where its request came from. */
    void reply(Arrival arrival, byte[] message);
}
