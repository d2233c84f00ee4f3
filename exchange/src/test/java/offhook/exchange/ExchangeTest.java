package offhook.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import offhook.exchange.extension.ExtensionLimits;
import offhook.exchange.routing.RoutingLimits;
import offhook.sip.message.HeaderName;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Phones with real sockets at the exchange. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ExchangeTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String PASSWORD = "secret";
    private static final String SDP = "v=0\r\n";

    private final Deque<Phone> phones = new ArrayDeque<>();
    private Exchange exchange;

    @BeforeEach
    void start() {
        exchange = Exchange.start(new ExchangeSettings(
                LOOPBACK,
                0,
                IntStream.range(1000, 1005).boxed().collect(Collectors.toMap(String::valueOf, user -> PASSWORD)),
                new RoutingLimits(2, 2, 300),
                ExtensionLimits.DEFAULT,
                6));
    }

    @AfterEach
    void stop() {
        phones.forEach(Phone::close);
        exchange.close();
    }

    private Phone phone(Transport transport, String user, String password) throws IOException {
        Phone phone = new Phone(exchange, transport, user, password);
        phones.add(phone);
        return phone;
    }

    private Phone registered(Transport transport, String user) throws Exception {
        return phone(transport, user, PASSWORD).registered();
    }

    @ParameterizedTest
    @EnumSource(names = {"UDP", "TCP"})
    void registersByPassword(Transport transport) throws Exception {
        Phone phone = phone(transport, "1000", PASSWORD);
        phone.register();
        assertEquals("registered 300", Phone.next(phone.registrations));
        phone.unregister();
        assertEquals("unregistered", Phone.next(phone.registrations));
        Phone caller = phone(transport, "1001", PASSWORD);
        assertEquals("refused 480", caller.call("1000", SDP).next());
    }

    @ParameterizedTest
    @EnumSource(names = {"UDP", "TCP"})
    void refusesAWrongPassword(Transport transport) throws Exception {
        Phone phone = phone(transport, "1000", "guessed");
        phone.register();
        assertEquals("failed WRONG_CREDENTIALS", Phone.next(phone.registrations));
        assertEquals("credentials refused 407", phone.call("echo", SDP).next());
    }

    @Test
    void refusesAnUnknownUser() throws Exception {
        Phone phone = phone(Transport.UDP, "4711", PASSWORD);
        phone.register();
        assertEquals("failed NOT_FOUND", Phone.next(phone.registrations));
    }

    @ParameterizedTest
    @CsvSource({"UDP, UDP", "UDP, TCP", "TCP, UDP", "TCP, TCP"})
    void connectsTwoPhonesAndKeepsThemConnected(Transport from, Transport to) throws Exception {
        Phone caller = phone(from, "1000", PASSWORD);
        Phone callee = registered(to, "1001");

        Phone.Call calling = caller.call("1001", SDP);
        Phone.Call called = Phone.next(callee.incoming);
        assertTrue(
                called.invite().headers().first(HeaderName.PROXY_AUTHORIZATION).isEmpty());
        called.progress();
        assertEquals("ringing 180", calling.next());
        called.answer("v=0\r\ns=called\r\n");
        assertEquals("answered", calling.next());
        assertEquals("v=0\r\ns=called\r\n", calling.description());
        assertEquals("acknowledged", called.next());

        caller.info(calling);
        assertEquals("INFO", called.next());
        assertEquals("info 200", calling.next());
        callee.info(called);
        assertEquals("INFO", calling.next());
        assertEquals("info 200", called.next());

        called.hangUp();
        assertEquals("hung up", called.next());
        assertEquals("bye", calling.next());

        Phone.Call again = caller.call("1001", SDP);
        Phone.Call calledAgain = Phone.next(callee.incoming);
        calledAgain.answer(SDP);
        assertEquals("answered", again.next());
        assertEquals("acknowledged", calledAgain.next());
        again.hangUp();
        assertEquals("bye", calledAgain.next());
    }

    @Test
    void aCallIsCancelled() throws Exception {
        Phone callee = registered(Transport.UDP, "1001");
        Phone.Call calling = phone(Transport.UDP, "1000", PASSWORD).call("1001", SDP);
        Phone.Call called = Phone.next(callee.incoming);
        called.progress();
        assertEquals("ringing 180", calling.next());
        calling.hangUp();
        assertEquals("cancelled", called.next());
    }

    @Test
    void busyIsBusyAndDeclinedIsDeclined() throws Exception {
        Phone callee = registered(Transport.UDP, "1001");
        Phone caller = phone(Transport.TCP, "1000", PASSWORD);
        for (int status : new int[] {486, 603}) {
            Phone.Call calling = caller.call("1001", SDP);
            Phone.next(callee.incoming).refuse(status);
            assertEquals("refused " + status, calling.next());
        }
    }

    @Test
    void ringsAllPhonesOfAUserAndTakesTheFirstThatAnswers() throws Exception {
        Phone first = registered(Transport.UDP, "1001");
        Phone second = registered(Transport.TCP, "1001");
        Phone.Call calling = phone(Transport.UDP, "1000", PASSWORD).call("1001", SDP);
        Phone.Call atFirst = Phone.next(first.incoming);
        Phone.Call atSecond = Phone.next(second.incoming);
        atFirst.progress();
        assertEquals("ringing 180", calling.next());
        atSecond.progress();
        assertEquals("ringing 180", calling.next());
        atSecond.answer(SDP);
        assertEquals("answered", calling.next());
        assertEquals("cancelled", atFirst.next());
        assertEquals("acknowledged", atSecond.next());
    }

    @Test
    void oneBusyPhoneLetsTheOtherRingOn() throws Exception {
        Phone first = registered(Transport.UDP, "1001");
        Phone second = registered(Transport.UDP, "1001");
        Phone.Call calling = phone(Transport.UDP, "1000", PASSWORD).call("1001", SDP);
        Phone.next(first.incoming).refuse(486);
        Phone.Call atSecond = Phone.next(second.incoming);
        atSecond.answer(SDP);
        assertEquals("answered", calling.next());
        assertEquals("acknowledged", atSecond.next());
    }

    @Test
    void whoCallsTheirOwnNumberReachesTheirOtherPhone() throws Exception {
        Phone first = registered(Transport.UDP, "1000");
        Phone second = registered(Transport.UDP, "1000");
        Phone.Call calling = first.call("1000", SDP);
        Phone.next(second.incoming).answer(SDP);
        assertEquals("answered", calling.next());
        assertTrue(first.incoming.isEmpty());
    }

    @Test
    void unknownNumbersAreNotFoundAndAbsentUsersUnavailable() throws Exception {
        Phone caller = phone(Transport.UDP, "1000", PASSWORD);
        assertEquals("refused 404", caller.call("4711", SDP).next());
        assertEquals("refused 480", caller.call("1004", SDP).next());
    }

    @Test
    void aPhoneWhoseConnectionIsGoneIsUnavailable() throws Exception {
        registered(Transport.TCP, "1001").close();
        assertEquals(
                "refused 480",
                phone(Transport.UDP, "1000", PASSWORD).call("1001", SDP).next());
    }

    @Test
    void onePhoneTooManyIsForbidden() throws Exception {
        registered(Transport.UDP, "1000");
        registered(Transport.UDP, "1000");
        Phone third = phone(Transport.UDP, "1000", PASSWORD);
        third.register();
        assertEquals("failed FORBIDDEN", Phone.next(third.registrations));
        assertEquals(1, exchange.counters().registeredUsers());
    }

    @Test
    void malformedInputIsCountedAndHarmsNobody() throws Exception {
        Phone phone = registered(Transport.UDP, "1000");
        try (Socket stream = new Socket(LOOPBACK, exchange.port())) {
            phone.sendRaw("\u0001\u0002\u0003");
            phone.sendRaw("INVITE sip:1001@127.0.0.1 SIP/2.0\r\nVia: nonsense\r\n\r\n");
            stream.getOutputStream().write("<html>".getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, stream.getInputStream().read());
        }
        assertEquals("refused 480", phone.call("1001", SDP).next());
        assertEquals(3, exchange.counters().malformed());
    }

    @Test
    void answersAPingWithAPong() throws Exception {
        try (Socket stream = new Socket(LOOPBACK, exchange.port())) {
            stream.getOutputStream().write("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals("\r\n", new String(stream.getInputStream().readNBytes(2), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void oneConnectionTooManyIsClosed() throws Exception {
        for (int i = 0; i < 6; i++) {
            registered(Transport.TCP, "100" + i % 3);
        }
        try (Socket stream = new Socket(LOOPBACK, exchange.port())) {
            assertEquals(-1, stream.getInputStream().read());
        }
        assertEquals(1, exchange.counters().refusedConnections());
    }

    @Test
    void nothingGoesAlongARouteThatIsNotOurs() throws Exception {
        Phone victim = registered(Transport.UDP, "1001");
        Phone phone = phone(Transport.TCP, "1000", PASSWORD);
        try (Socket stream = new Socket(LOOPBACK, exchange.port())) {
            String place = "00" + "13c4" + "7f000001" + "0123456789abcdef";
            String forged = """
                    BYE sip:1001@127.0.0.1:5060 SIP/2.0
                    Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKforged
                    Route: <sip:%s@127.0.0.1:%d;lr>
                    From: <sip:a@b>;tag=1
                    To: <sip:c@d>;tag=2
                    Call-ID: forged
                    CSeq: 1 BYE
                    Max-Forwards: 70
                    Content-Length: 0

                    """.formatted(place, exchange.port()).replace("\n", "\r\n");
            stream.getOutputStream().write(forged.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte["SIP/2.0 481".length()];
            assertEquals(answer.length, stream.getInputStream().readNBytes(answer, 0, answer.length));
            assertEquals("SIP/2.0 481", new String(answer, StandardCharsets.US_ASCII));
        }
        assertTrue(victim.incoming.isEmpty() && phone.incoming.isEmpty());
    }

    @Test
    void saysWhichPortIsTaken() {
        ExchangeSettings taken = new ExchangeSettings(LOOPBACK, exchange.port(), Map.of());
        UncheckedIOException refusal = assertThrows(UncheckedIOException.class, () -> Exchange.start(taken));
        assertTrue(refusal.getMessage().contains("port " + exchange.port()), refusal.getMessage());
        assertEquals(
                Set.of("1000", "1001", "1002", "1003", "1004"), exchange.users().keySet());
    }
}
