package offhook.call;

import java.net.InetSocketAddress;

/** What a call asks of its owner. It never calls back into the call that called it. */
public interface CallOutbox {
    /** One datagram from the loop's browser port. The bytes are lent for this call only. */
    void toBrowser(InetSocketAddress to, byte[] bytes, int offset, int length);

    /** The browser was authenticated at this address: what comes from there belongs to this call. */
    void browserAt(InetSocketAddress remote);

    /** What the call's session hears. {@link AgentEvent.Ended} comes last, once, unless it has heard nothing before. */
    void report(AgentEvent.CallEvent event);

    /** Something other than a datagram or a deadline moved the call: its deadline may be another now. */
    void touched();

    /** The media is closed and the last SIP transaction is under way or done: the call can be forgotten. */
    void over();

    /** A defect of ours, contained: the call has ended because of it. */
    void fault(Throwable thrown);
}
