package offhook.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import offhook.call.Account;
import offhook.call.AgentEvent;
import offhook.call.CallLimits;
import offhook.call.EndReason;
import offhook.call.offer.MediaEncryption;
import offhook.call.switchboard.OwnAddresses;
import offhook.media.dtls.DtlsIdentity;
import offhook.server.metrics.Metrics;
import offhook.server.udp.DriverChoice;
import offhook.server.udp.PacketDriver;
import offhook.server.udp.SocketBuffers;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MediaLoopTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final Metrics metrics = new Metrics();
    private final BlockingQueue<AgentEvent> heard = new LinkedBlockingQueue<>();
    private final MediaLoop loop = new MediaLoop(
            new MediaLoopSettings(
                    0,
                    new InetSocketAddress(LOOPBACK, 0),
                    List.of(LOOPBACK),
                    LOOPBACK,
                    30_000,
                    30_001,
                    new OwnAddresses(List.of(LOOPBACK), Map.of(Transport.UDP, 5070), List.of(LOOPBACK)),
                    0,
                    DtlsIdentity.generate(new SecureRandom(), Instant.EPOCH, Instant.EPOCH.plusSeconds(4_000_000_000L)),
                    CallLimits.DEFAULT,
                    target -> false,
                    List.of(),
                    "Offhook",
                    64),
            PacketDriver.open(DriverChoice.NIO, SocketBuffers.STANDARD),
            new Nowhere(),
            metrics);

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void anAgentThatCannotBeOpenedIsAnsweredAllTheSame() throws InterruptedException {
        String unusable = "no host at all";
        Account account = new Account(
                "1000", "1000", "", unusable, new Hop(Transport.UDP, "127.0.0.1", 0), "", true, MediaEncryption.OFF);
        assertTrue(loop.open("a", account, heard::add));
        AgentEvent.RegistrationFailed failed = (AgentEvent.RegistrationFailed) heard.poll(5, TimeUnit.SECONDS);
        assertEquals(EndReason.INTERNAL, failed.reason());
        assertFalse(failed.retrying());
        assertEquals(new AgentEvent.Closed(), heard.poll(5, TimeUnit.SECONDS));
        assertTrue(loop.isRunning());
        assertTrue(metrics.text().contains("offhook_loop_faults_total{loop=\"media-0\"} 1\n"), metrics.text());
    }

    private static final class Nowhere implements SipExit {
        @Override
        public void locate(Hop hop, Consumer<List<Hop>> found, Consumer<String> failed) {}

        @Override
        public void avoid(Hop target) {}

        @Override
        public void keepAlive(Hop target) {}

        @Override
        public void send(Hop hop, byte[] message, Consumer<String> failed) {}

        @Override
        public void reply(Arrival arrival, byte[] message) {}
    }
}
