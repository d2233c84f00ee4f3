package offhook.server.sip;

import java.net.InetSocketAddress;

/**
 * How the SIP port behaves.
 *
 * @param local where to listen, by UDP and TCP; port 0 for any
 * @param tcp whether to listen on TCP as well; connections of our own are made in any case
 * @param connections TCP connections at one time
 * @param connectMillis how long a connection may take to open
 * @param idleMillis how long a connection may carry nothing
 * @param partialMillis how long a message may take to come whole
 * @param queue messages waiting on one connection, and on the UDP socket
 */
public record SipEdgeSettings(
        InetSocketAddress local,
        boolean tcp,
        int connections,
        int connectMillis,
        int idleMillis,
        int partialMillis,
        int queue) {}
