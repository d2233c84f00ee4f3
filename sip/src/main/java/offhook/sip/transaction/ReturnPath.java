package offhook.sip.transaction;

import java.net.InetSocketAddress;
import offhook.sip.message.ViaHeader;

/**
 * The way that responses take (RFC 3261 section 18.2.2): back over the connection; when it is gone, over a new one to the
 * sent-by port of its address; over UDP to the source port when {@code rport} was asked for (RFC 3581 section 4), else to
 * the sent-by port. {@code maddr} is not looked at: it exists for multicast.
 */
final class ReturnPath {
    private final Arrival back;
    private final Hop withoutConnection;
    private boolean connectionLost;

    private ReturnPath(Arrival back, Hop withoutConnection) {
        this.back = back;
        this.withoutConnection = withoutConnection;
    }

    /** @param via the request's top Via as it came, and not yet stamped */
    static ReturnPath of(ViaHeader via, Arrival arrival) {
        Transport transport = arrival.transport();
        InetSocketAddress remote = arrival.remote();
        int sentByPort = via.port() == 0 ? transport.defaultPort() : via.port();
        boolean toSource = transport.reliable() || via.asksForRport();
        Arrival back =
                toSource ? arrival : new Arrival(transport, new InetSocketAddress(remote.getAddress(), sentByPort), 0);
        return new ReturnPath(back, new Hop(transport, remote.getAddress().getHostAddress(), sentByPort));
    }

    void send(TransactionLayer.Outbox outbox, byte[] response) {
        if (connectionLost) {
            outbox.send(withoutConnection, response);
        } else {
            outbox.reply(back, response);
        }
    }

    void onConnectionLost(long connection) {
        if (back.transport().reliable() && back.connection() == connection) {
            connectionLost = true;
        }
    }
}
