package offhook.server.sip;

import offhook.sip.transaction.Arrival;

/** The loops, as the SIP port sees them. */
@FunctionalInterface
public interface SipOwners {
    /**
     * Hands a whole message to a loop. From any thread; nothing waits.
     *
     * @param loop the loop that the message's identifiers name, -1 when they name none
     * @return false when the loop has no room for it
     */
    boolean deliver(int loop, byte[] message, Arrival from);
}
