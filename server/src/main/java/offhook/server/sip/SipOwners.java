package offhook.server.sip;

import java.net.InetSocketAddress;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Transport;

/** The loops, as the SIP port sees them. */
public interface SipOwners {
    /**
     * Hands a whole message to a loop. From any thread; nothing waits.
     *
     * @param loop the loop that the message's identifiers name, -1 when they name none
     * @return false when the loop has no room for it
     */
    boolean deliver(int loop, byte[] message, Arrival from);

    /** A connection that requests may have come by is gone (RFC 3261 section 18.2.2). From any thread; nothing waits. */
    void connectionLost(long connection);

    /**
     * A connection that we had opened to a server is gone: what registered over it cannot be reached any more (RFC 5626
     * section 4.4). From any thread; nothing waits.
     */
    void flowLost(Transport transport, InetSocketAddress server);
}
