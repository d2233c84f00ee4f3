package offhook.server.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import offhook.server.sip.ServerLocator.NoServer;
import offhook.server.sip.ServerLocator.Server;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** RFC 3263 section 4, asked of a name server on loopback. */
class ServerLocatorTest {
    private static final Hop PBX = Hop.open("pbx.example", 0);

    private final NameServer names = new NameServer();
    private final ServerLocator locator = locator(Set.of(Transport.UDP, Transport.TCP, Transport.TLS));

    ServerLocatorTest() throws IOException {}

    private ServerLocator locator(Set<Transport> transports) {
        return new ServerLocator(new JndiDns(names.address()), transports, address -> true);
    }

    @AfterEach
    void close() {
        names.close();
    }

    private static String text(List<Server> servers) {
        return servers.stream()
                .sorted(Comparator.comparingInt(Server::rank).thenComparingInt(Server::priority))
                .map(server ->
                        server.transport() + " " + server.addresses().getFirst().getHostAddress() + ":" + server.port())
                .collect(Collectors.joining(", "));
    }

    @Test
    void naptrChoosesTheTransportAndSrvThePort() throws Exception {
        names.naptr("pbx.example", 20, 10, "SIP+D2U", "_sip._udp.pbx.example")
                .naptr("pbx.example", 10, 20, "SIP+D2T", "_sip._tcp.pbx.example")
                .naptr("pbx.example", 10, 10, "SIPS+D2T", "_sips._tcp.pbx.example")
                .naptr("pbx.example", 10, 5, "E2U+sip", "elsewhere.example")
                .srv("_sips._tcp.pbx.example", 1, 0, 5071, "a.pbx.example")
                .srv("_sip._tcp.pbx.example", 1, 0, 5070, "a.pbx.example")
                .address("a.pbx.example", "192.0.2.1");
        assertEquals("TLS 192.0.2.1:5071, TCP 192.0.2.1:5070", text(locator.locate(PBX)), "of the least order alone");
        assertEquals(
                "TCP 192.0.2.1:5070",
                text(locator(Set.of(Transport.UDP, Transport.TCP)).locate(PBX)),
                "and what we speak");
    }

    @Test
    void withoutNaptrTheSrvRecordsOfEachTransportCount() throws Exception {
        names.srv("_sip._udp.pbx.example", 10, 60, 5080, "a.pbx.example")
                .srv("_sip._udp.pbx.example", 20, 0, 5081, "b.pbx.example")
                .srv("_sip._tcp.pbx.example", 0, 0, 5082, "b.pbx.example")
                .address("a.pbx.example", "192.0.2.1")
                .address("b.pbx.example", "2001:db8::2");
        assertEquals(
                "UDP 192.0.2.1:5080, UDP 2001:db8:0:0:0:0:0:2:5081, TCP 2001:db8:0:0:0:0:0:2:5082",
                text(locator.locate(PBX)));
    }

    @Test
    void aNamedTransportAsksForItsOwnServiceAndNothingElse() throws Exception {
        names.srv("_sips._tcp.pbx.example", 1, 0, 5061, "a.pbx.example").address("a.pbx.example", "192.0.2.1");
        assertEquals("TLS 192.0.2.1:5061", text(locator.locate(new Hop(Transport.TLS, "pbx.example", 0))));
        assertEquals("SRV _sips._tcp.pbx.example", names.asked.getFirst());
        assertTrue(names.asked.stream().noneMatch(question -> question.startsWith("NAPTR")), names.asked::toString);
    }

    @Test
    void aPortLeavesNothingButTheAddressToAskFor() throws Exception {
        names.address("pbx.example", "192.0.2.1").srv("_sip._udp.pbx.example", 1, 0, 5099, "pbx.example");
        assertEquals("UDP 192.0.2.1:5070", text(locator.locate(Hop.open("pbx.example", 5070))));
        assertEquals(List.of("A pbx.example", "AAAA pbx.example"), names.asked);
    }

    @Test
    void withoutAnyServiceTheAddressAndTheDefaultPortHaveToDo() throws Exception {
        names.address("pbx.example", "192.0.2.1").address("pbx", "192.0.2.2");
        assertEquals("UDP 192.0.2.1:5060", text(locator.locate(PBX)));
        assertEquals("TLS 192.0.2.1:5061", text(locator.locate(new Hop(Transport.TLS, "pbx.example", 0))));
        names.asked.clear();
        assertEquals("UDP 192.0.2.2:5060", text(locator.locate(Hop.open("pbx", 0))));
        assertEquals(List.of("A pbx", "AAAA pbx"), names.asked, "a machine of this network stands in no zone");
    }

    @Test
    void aDomainThatDecidedlyHasNoServiceIsNotGuessedAt() {
        names.srv("_sip._udp.pbx.example", 0, 0, 0, ".").address("pbx.example", "192.0.2.1");
        NoServer refused = assertThrows(NoServer.class, () -> locator.locate(PBX));
        assertEquals("pbx.example has no SIP server that can be reached from here", refused.getMessage());
    }

    @Test
    void onlyAddressesThatOurSocketsReachCount() throws Exception {
        names.address("pbx.example", "2001:db8::1").address("pbx.example", "192.0.2.1");
        ServerLocator ipv6 =
                new ServerLocator(new JndiDns(names.address()), Set.of(), address -> address.getAddress().length == 16);
        assertEquals("UDP 2001:db8:0:0:0:0:0:1:5060", text(ipv6.locate(PBX)));
        names.address("old.example", "192.0.2.1");
        assertEquals(
                "the name old.example has no address",
                assertThrows(NoServer.class, () -> ipv6.locate(Hop.open("old.example", 0)))
                        .getMessage());
    }

    @Test
    void aNameServerThatSaysNothingIsNotWaitedForLong() {
        names.silent = true;
        assertEquals(
                "the name pbx.example has no address",
                assertThrows(NoServer.class, () -> locator.locate(PBX)).getMessage());
        assertTrue(names.asked.size() <= 6, names.asked::toString);
    }
}
