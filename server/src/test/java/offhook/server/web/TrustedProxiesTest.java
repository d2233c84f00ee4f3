package offhook.server.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {
    private final TrustedProxies proxies =
            new TrustedProxies(Set.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1")));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            198.51.100.7 | ''                                     | 198.51.100.7
            198.51.100.7 | 203.0.113.9                            | 198.51.100.7
            192.0.2.1    | ''                                     | 192.0.2.1
            192.0.2.1    | 203.0.113.9                            | 203.0.113.9
            192.0.2.1    | 10.0.0.1, 203.0.113.9                  | 203.0.113.9
            192.0.2.1    | 10.0.0.1;203.0.113.9,2001:db8::1       | 203.0.113.9
            2001:db8::1  | 2001:db8:7::9                          | 2001:db8:7:0:0:0:0:9
            192.0.2.1    | 203.0.113.9, unknown                   | 192.0.2.1
            192.0.2.1    | evil.example                           | 192.0.2.1
            192.0.2.1    | 203.0.113.9,                           | 192.0.2.1
            """)
    void onlyAProxyIsBelieved(String peer, String forwardedFor, String client) {
        assertEquals(
                client,
                proxies.client(
                        new InetSocketAddress(InetAddress.ofLiteral(peer), 1), List.of(forwardedFor.split(";", -1))));
    }
}
