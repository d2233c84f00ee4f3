package offhook.server.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopbackTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, localhost:8080, false, true",
        "127.0.0.1, localhost, false, true",
        "127.0.0.1, phone.localhost:8080, false, true",
        "127.0.0.1, 127.0.0.1:8080, false, true",
        "::1, [::1]:8080, false, true",
        "127.0.0.1, evil.example:8080, false, false",
        "127.0.0.1, 127.0.0.1.evil.example, false, false",
        "127.0.0.1, localhost.evil.example, false, false",
        "127.0.0.1, 192.0.2.7:8080, false, false",
        "127.0.0.1, '', false, false",
        "127.0.0.1, [, false, false",
        "127.0.0.1, localhost:8080, true, false",
        "192.0.2.7, localhost:8080, false, false",
    })
    void aVisitorOnThisMachineComesFromHereUnderANameOfHere(
            String peer, String host, boolean forwarded, boolean visitor) {
        assertEquals(
                visitor, Loopback.isVisitor(new InetSocketAddress(InetAddress.ofLiteral(peer), 5555), host, forwarded));
    }
}
