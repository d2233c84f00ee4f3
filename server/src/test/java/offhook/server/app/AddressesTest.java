package offhook.server.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import offhook.server.config.Configuration;
import org.junit.jupiter.api.Test;

class AddressesTest {
    private static final List<InetAddress> MACHINE = addresses("192.0.2.2", "2001:db8::2");

    private static List<InetAddress> addresses(String... literals) {
        return Stream.of(literals).map(InetAddress::ofLiteral).toList();
    }

    private static Addresses of(List<InetAddress> machine, String... settings) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        return Addresses.of(Configuration.read(null, environment), machine);
    }

    @Test
    void theZoneOfAnAddressIsNotToldToOthers() throws UnknownHostException {
        byte[] bytes = InetAddress.ofLiteral("2001:db8::2").getAddress();
        List<InetAddress> machine = List.of(Inet6Address.getByAddress("", bytes, 2));
        Addresses addresses = of(machine, "OFFHOOK_SIP_ADDRESS", "::");
        assertEquals("2001:db8:0:0:0:0:0:2", addresses.sipAddresses().getFirst().getHostAddress());
        assertEquals("2001:db8:0:0:0:0:0:2", addresses.rtpAddresses().getFirst().getHostAddress());
        assertEquals("2001:db8:0:0:0:0:0:2", addresses.candidates().getFirst().getHostAddress());
    }

    @Test
    void byDefaultBrowsersReachAllAddressesAndSipIsOnLoopback() {
        Addresses addresses = of(MACHINE);
        assertEquals(InetAddress.ofLiteral("::"), addresses.browserSocket());
        assertEquals(addresses("192.0.2.2", "2001:db8::2", "127.0.0.1"), addresses.candidates());
        assertEquals(InetAddress.ofLiteral("127.0.0.1"), addresses.rtpSocket());
        assertEquals(addresses("127.0.0.1"), addresses.rtpAddresses());
        assertEquals(addresses("127.0.0.1"), addresses.sipAddresses());
    }

    @Test
    void aMachineWithoutANetworkUsesLoopback() {
        Addresses addresses = of(List.of(), "OFFHOOK_WEB_ADDRESS", "0.0.0.0", "OFFHOOK_SIP_ADDRESS", "0.0.0.0");
        assertEquals(InetAddress.ofLiteral("0.0.0.0"), addresses.browserSocket());
        assertEquals(addresses("127.0.0.1"), addresses.candidates());
        assertEquals(addresses("127.0.0.1"), addresses.sipAddresses());
    }

    @Test
    void visitorsFromElsewhereAreNotOfferedLoopback() {
        assertEquals(MACHINE, of(MACHINE, "OFFHOOK_WEB_ADDRESS", "0.0.0.0").candidates());
    }

    @Test
    void aSocketOnAllAddressesIsToldAsTheFirst() {
        Addresses addresses = of(MACHINE, "OFFHOOK_SIP_ADDRESS", "0.0.0.0");
        assertEquals(InetAddress.ofLiteral("0.0.0.0"), addresses.sipSocket());
        assertEquals(addresses("192.0.2.2"), addresses.sipAddresses());
        assertEquals(addresses("192.0.2.2"), addresses.rtpAddresses());
    }

    @Test
    void aSocketOfBothFamiliesIsToldByTheFirstOfEach() {
        Addresses addresses = of(MACHINE, "OFFHOOK_SIP_ADDRESS", "::");
        assertEquals(addresses("192.0.2.2", "2001:db8::2"), addresses.sipAddresses());
        assertEquals(addresses("192.0.2.2", "2001:db8::2"), addresses.rtpAddresses());
        Addresses behindNat = of(MACHINE, "OFFHOOK_SIP_ADDRESS", "::", "OFFHOOK_SIP_PUBLIC_ADDRESS", "203.0.113.8");
        assertEquals(addresses("203.0.113.8", "2001:db8::2"), behindNat.sipAddresses());
    }

    @Test
    void behindNatThePublicAddressIsTold() {
        Addresses addresses = of(
                MACHINE,
                "OFFHOOK_WEB_ADDRESS",
                "0.0.0.0",
                "OFFHOOK_MEDIA_PUBLIC_ADDRESS",
                "203.0.113.7",
                "OFFHOOK_SIP_ADDRESS",
                "192.0.2.2",
                "OFFHOOK_SIP_PUBLIC_ADDRESS",
                "203.0.113.8");
        assertEquals(addresses("203.0.113.7", "192.0.2.2", "2001:db8::2"), addresses.candidates());
        assertEquals(addresses("203.0.113.7"), addresses.rtpAddresses());
        assertEquals(InetAddress.ofLiteral("192.0.2.2"), addresses.rtpSocket());
        assertEquals(addresses("203.0.113.8"), addresses.sipAddresses());
        assertEquals(InetAddress.ofLiteral("192.0.2.2"), addresses.sipSocket());
    }

    @Test
    void oneMediaAddressServesBothSides() {
        Addresses addresses = of(MACHINE, "OFFHOOK_MEDIA_ADDRESS", "192.0.2.2");
        assertEquals(addresses("192.0.2.2"), addresses.candidates());
        assertEquals(InetAddress.ofLiteral("192.0.2.2"), addresses.browserSocket());
        assertEquals(InetAddress.ofLiteral("192.0.2.2"), addresses.rtpSocket());
    }

    @Test
    void candidatesAreFewHoweverManyAddressesThereAre() {
        List<InetAddress> many = IntStream.range(1, 100)
                .mapToObj(i -> InetAddress.ofLiteral("10.0.0." + i))
                .toList();
        assertEquals(8, of(many).candidates().size());
    }

    @Test
    void aNameWithoutAnAddressIsToldWithItsSetting() {
        String told = assertThrows(StartFailure.class, () -> of(MACHINE, "OFFHOOK_SIP_ADDRESS", "no-such-host.invalid"))
                .getMessage();
        assertTrue(told.startsWith("sip.address: the name no-such-host.invalid"), told);
    }
}
