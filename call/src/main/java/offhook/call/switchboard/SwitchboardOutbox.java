package offhook.call.switchboard;

import java.net.InetSocketAddress;
import offhook.call.AgentEvent;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;

/**
 * What a switchboard may ask of the world. Called on the owning loop only; an implementation never calls back into the
 * switchboard before it has returned, and throws nothing.
 */
public interface SwitchboardOutbox {
    /** One datagram from this loop's browser port. The bytes are lent for this call only. */
    void toBrowser(InetSocketAddress to, byte[] bytes, int offset, int length);

    /**
     * Asks which targets a SIP hop means whose host is a name; {@code onSipLocated} or {@code onSipNotLocated} answers.
     *
     * @return false when nothing is looked up here: the hop itself is the target
     */
    boolean locate(Hop hop);

    /** A SIP target did not take a request: another may be better for a while. */
    void avoid(Hop target);

    /** Keeps the way to a SIP target open that NATs and firewalls would close. */
    void keepAlive(Hop target);

    /** A SIP message on its way to a target; a failure comes back as {@code onSipFailure}. */
    void toHop(Hop hop, byte[] message);

    /** A SIP response on its way back to where its request came from. */
    void toArrival(Arrival arrival, byte[] message);

    /** What a user agent tells its session. */
    void report(String agentId, AgentEvent event);

    /** A defect of ours that ended one call or agent, to be logged and counted; the rest goes on. */
    void fault(String where, Throwable thrown);
}
