package offhook.call.switchboard;

import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.leg.RtpPorts;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;

/**
 * Everything that one media loop owns. Driven by bytes, commands and time; not thread-safe: one loop (or one simulation)
 * calls it. Time is monotonic, in nanoseconds, from any origin.
 */
public final class Switchboard {
    public Switchboard(
            SwitchboardSettings settings, RtpPorts rtpPorts, RandomGenerator random, SwitchboardOutbox outbox) {}

    /**
     * Opens a user agent for an account and registers it if the account says so.
     *
     * @param agentId the session's own name for it, unique on this loop; comes back with each event
     * @return false when there is one of this name or the limit on agents is reached
     */
    public boolean open(String agentId, Account account, long nowNanos) {
        return false;
    }

    /** What a session asks of its agent. A command for an agent that is gone is answered by an {@code Ended} event. */
    public void command(String agentId, AgentCommand command, long nowNanos) {}

    /** Ends the agent's calls and withdraws its registration; a {@code Closed} event follows when that is done. */
    public void close(String agentId, long nowNanos) {}

    /** Ends every agent politely; nothing new is accepted any more. {@link #agents()} falls to 0 as they close. */
    public void shutDown(long nowNanos) {}

    /** Open agents. */
    public int agents() {
        return 0;
    }

    /** Calls that have not ended. */
    public int calls() {
        return 0;
    }

    /** A datagram at this loop's browser port: STUN, DTLS, SRTP or SRTCP (RFC 7983). */
    public void onBrowserDatagram(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {}

    /** A whole SIP message: a UDP datagram, or one message cut from a stream. */
    public void onSip(byte[] bytes, int offset, int length, Arrival from, long nowNanos) {}

    /** A message handed to {@link SwitchboardOutbox#toHop} could not be sent: name unknown, connection refused. */
    public void onSipFailure(Hop hop, byte[] message, String why, long nowNanos) {}

    /** When {@link #onDeadline} wants to be called next; {@link Long#MAX_VALUE} for never. */
    public long deadlineNanos() {
        return Long.MAX_VALUE;
    }

    /** Everything that is due. */
    public void onDeadline(long nowNanos) {}
}
