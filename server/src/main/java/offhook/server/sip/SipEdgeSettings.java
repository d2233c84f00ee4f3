package offhook.server.sip;

import java.net.InetSocketAddress;
import java.util.Set;
import offhook.sip.transaction.Transport;

/**
 * How the SIP port behaves.
 *
 * @param local where to listen, by UDP and TCP; port 0 for any. {@code ::} takes both address families
 * @param transports that are spoken; without TCP nothing listens on it, while connections of our own are made in any case
 * @param tls SIP over TLS
 * @param dnsServer {@code host:port} of a name server to ask instead of the system's; empty for those
 * @param connections TCP and TLS connections at one time
 * @param connectMillis how long a connection may take to open
 * @param idleMillis how long a connection may carry nothing
 * @param partialMillis how long a message may take to come whole
 * @param queue messages waiting on one connection, and on the UDP socket
 */
public record SipEdgeSettings(
        InetSocketAddress local,
        Set<Transport> transports,
        SipTlsSettings tls,
        String dnsServer,
        int connections,
        int connectMillis,
        int idleMillis,
        int partialMillis,
        int queue) {
    public SipEdgeSettings {
        transports = Set.copyOf(transports);
    }

    boolean tcp() {
        return transports.contains(Transport.TCP);
    }
}
