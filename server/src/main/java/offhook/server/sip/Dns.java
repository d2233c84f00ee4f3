package offhook.server.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** What is asked of name servers. Each question blocks, for a few seconds at most. */
interface Dns {
    /**
     * A server of a service (RFC 2782).
     *
     * @param priority the least is asked first
     * @param weight the share among those of one priority
     * @param target a host name without the closing dot; empty when there is decidedly no such service
     */
    record Srv(int priority, int weight, int port, String target) {}

    /**
     * A service of a domain (RFC 3403, RFC 3263 section 4.1).
     *
     * @param order the least alone counts
     * @param preference the least comes first within an order
     * @param flags {@code s} for SRV records at the replacement
     * @param service such as {@code SIP+D2U}
     * @param replacement a name without the closing dot
     */
    record Naptr(int order, int preference, String flags, String service, String replacement) {}

    /**
     * The SRV records of a name, none when there are none.
     *
     * @throws IOException when no name server answers
     */
    List<Srv> srv(String name) throws IOException;

    /**
     * The NAPTR records of a name that have a replacement, none when there are none.
     *
     * @throws IOException when no name server answers
     */
    List<Naptr> naptr(String name) throws IOException;

    /**
     * The addresses of a host, by A and AAAA records or this machine's own list of hosts; none when there are none.
     *
     * @throws IOException when no name server answers
     */
    List<InetAddress> addresses(String name) throws IOException;
}
