package offhook.server.signalling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.call.Ending;
import offhook.call.offer.MediaEncryption;
import offhook.server.loop.AgentListener;
import offhook.server.loop.UserAgents;
import offhook.server.metrics.Metrics;
import offhook.sip.transaction.Hop;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SessionsTest {
    private static final String CONNECTION = """
            {"message":"connection","data":[{"sipLogin":"1000","sipPassword":"x","sipDomain":"127.0.0.1"%s}]}""";

    private static final String TOKEN =
            "{\"message\":\"connection\",\"data\":[{\"offhook\":{\"sdk\":\"0.1.0\",\"token\":\"t0ken\"}%s}]}";

    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final Loop loop = new Loop();

    private Sessions sessions(int most, int perSecond, int queue) {
        return sessions(most, perSecond, queue, Grants.NONE);
    }

    private Sessions sessions(int most, int perSecond, int queue, Grants grants) {
        return new Sessions(
                new SignallingSettings(
                        most,
                        4_096,
                        perSecond,
                        queue,
                        3_600_000_000_000L,
                        10,
                        3_600_000_000_000L,
                        0,
                        8,
                        "0.1.0",
                        new DomainPolicy(List.of()),
                        new HeaderPolicy(List.of())),
                account -> loop,
                grants,
                new Metrics());
    }

    @Test
    void everythingButConnectionIsRefusedBeforeIt() throws InterruptedException {
        Door door = sessions(1, 50, 64).open(new TestLink());
        door.onText("{\"message\":\"call\",\"data\":[{\"callId\":\"c-1\",\"callee\":\"1001\",\"sdp\":\"v=0\"}]}");
        expect("fail", "\"apiMethod\":\"call\",\"id\":\"c-1\"", "Send \\\"connection\\\" first");
        door.onText("{\"message\":\"publishStream\",\"data\":[{}]}");
        expect("fail", "publishStream");
        door.onText("[[[[");
        expect("fail", "not JSON");
        door.onText("{\"message\":\"ping\",\"data\":[null]}");
        expect("ping");
    }

    @Test
    void aWrongFieldEndsTheConnectionWithItsName() throws InterruptedException {
        Door door = sessions(1, 50, 64).open(new TestLink());
        door.onText("{\"message\":\"connection\",\"data\":[{\"sipLogin\":\"<10 00>\",\"sipDomain\":\"127.0.0.1\"}]}");
        expect("fail", "RegistrationStatusEvent", "\"reason\":\"invalid-field\"", "\"field\":\"login\"");
        expect("closed 1000");
        door.onText("{\"message\":\"ping\",\"data\":[null]}");
        assertTrue(said.isEmpty(), "a closed door is silent");
    }

    @Test
    void moreSessionsThanAllowedAreSentAway() throws InterruptedException {
        Sessions sessions = sessions(1, 50, 64);
        Door first = sessions.open(new TestLink());
        first.onText(CONNECTION.formatted(""));
        expect("getUserData");
        sessions.open(new TestLink()).onText(CONNECTION.formatted(""));
        expect("fail", "limit-reached");
        expect("closed 1013");
        first.onClosed();
        assertEquals("close", loop.asked.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void aFloodOfMessagesIsToldAndCutOff() throws InterruptedException {
        Door door = sessions(1, 1, 64).open(new TestLink());
        for (int i = 0; i < 11; i++) {
            door.onText("{\"message\":\"pong\",\"data\":[null]}");
        }
        expect("fail", "limit-reached", "more messages than");
        expect("closed 1008");
    }

    @Test
    void theTokenTakesASessionUpAgainAndAnUnknownOneDoesNot() throws InterruptedException {
        Sessions sessions = sessions(2, 50, 64);
        Door first = sessions.open(new TestLink());
        first.onText(CONNECTION.formatted(",\"keepAlive\":true"));
        String token = expect("getUserData").replaceAll(".*\"authToken\":\"([0-9a-f]{40})\".*", "$1");
        loop.listener().onEvent(new AgentEvent.Registered(300));
        expect("registered");
        first.onClosed();
        Door second = sessions.open(new TestLink());
        second.onText(
                "{\"message\":\"connection\",\"data\":[{\"keepAlive\":true,\"authToken\":\"%s\"}]}".formatted(token));
        expect("getUserData", token, "\"sipLogin\":\"1000\"");
        expect("registered");
        assertEquals(1, sessions.count());
        Door third = sessions.open(new TestLink());
        third.onText("{\"message\":\"connection\",\"data\":[{\"keepAlive\":true,\"authToken\":\"0000\"}]}");
        expect("fail", "session-lost");
        expect("closed 1000");
        second.onClosed();
    }

    @Test
    void aBrowserThatDoesNotReadIsCutOffAndItsAgentClosed() throws InterruptedException {
        Sessions sessions = sessions(1, 50, 16);
        TestLink link = new TestLink();
        Door door = sessions.open(link);
        door.onText(CONNECTION.formatted(""));
        expect("getUserData");
        link.reads = new CountDownLatch(1);
        for (int i = 0; i < 40; i++) {
            loop.listener().onEvent(new AgentEvent.Registered(i));
        }
        expect("cut");
        assertEquals("close", loop.asked.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void aCallThatItsBrowserLeavesHasItsLineInTheLog() throws InterruptedException {
        BlockingQueue<String> logged = new LinkedBlockingQueue<>();
        AppenderBase<ILoggingEvent> log = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                logged.add(event.getFormattedMessage());
            }
        };
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(Session.class);
        logger.addAppender(log);
        logger.setLevel(Level.INFO);
        try {
            Door door = sessions(1, 50, 64).open(new TestLink());
            door.onText(CONNECTION.formatted(""));
            door.onText(
                    "{\"message\":\"call\",\"data\":[{\"callId\":\"left-1\",\"callee\":\"1001\",\"sdp\":\"v=0\"}]}");
            assertTrue(
                    String.valueOf(loop.asked.poll(5, TimeUnit.SECONDS)).startsWith("Dial[callId=left-1"),
                    () -> said + " " + logged);
            door.onClosed();
            assertEquals("close", loop.asked.poll(5, TimeUnit.SECONDS));
            loop.listener()
                    .onEvent(new AgentEvent.Ended("left-1", Ending.of(EndReason.SESSION_LOST, Ending.By.BROWSER)));
            String line = "";
            while (line != null && !line.contains("event=call-ended")) {
                line = logged.poll(5, TimeUnit.SECONDS);
            }
            assertTrue(line != null && line.contains("call=left-1") && line.contains("reason=session-lost"), line);
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
        }
    }

    @Test
    void aTokenIsRedeemedForASessionThatDoesNotRegisterAndTakesNoCalls() throws InterruptedException {
        BlockingQueue<EndReason> over = new LinkedBlockingQueue<>();
        List<String> asked = new ArrayList<>();
        Sessions sessions = sessions(2, 50, 64, (token, origin, peer) -> {
            asked.add(token + " " + origin + " " + peer);
            Account account = new Account(
                    "1000", "1000", "x", "pbx.example", Hop.open("pbx.example", 0), "", true, MediaEncryption.OFF);
            return new Grant("sales", account, "1001", "", Duration.ofSeconds(60), over::add);
        });
        Door door = sessions.open(new TestLink());
        door.onText(TOKEN.formatted(""));
        assertFalse(expect("getUserData", "\"sipLogin\":\"\"").contains("1000"), "the account is the server's secret");
        assertEquals(List.of("t0ken https://shop.example 192.0.2.7"), asked);
        loop.listener();
        assertEquals("open Account[1000@pbx.example via udp:pbx.example] false", loop.opened);
        door.onText("{\"message\":\"call\",\"data\":[{\"callId\":\"c\",\"callee\":\"\",\"sdp\":\"v=0\"}]}");
        assertTrue(loop.asked.poll(5, TimeUnit.SECONDS).startsWith("Dial[callId=c, callee=1001, "));
        door.onClosed();
        assertEquals("close", loop.asked.poll(5, TimeUnit.SECONDS));
        loop.listener().onEvent(new AgentEvent.Ended("c", Ending.of(EndReason.SESSION_LOST, Ending.By.BROWSER)));
        assertEquals(EndReason.SESSION_LOST, over.poll(5, TimeUnit.SECONDS));
        assertTrue(over.isEmpty());
    }

    @Test
    void aRefusedTokenEndsTheConnectionWithItsReason() throws InterruptedException {
        Sessions sessions = sessions(1, 50, 64, (token, origin, peer) -> {
            throw new GrantRefused(EndReason.TOKEN_EXPIRED, "token", "Too late.");
        });
        sessions.open(new TestLink()).onText(TOKEN.formatted(""));
        expect(
                "fail",
                "\"apiMethod\":\"connection\"",
                "\"reason\":\"token-expired\"",
                "Too late.",
                "\"field\":\"token\"");
        expect("closed 1000");
        assertEquals(0, sessions.count());
        sessions(1, 50, 64).open(new TestLink()).onText(TOKEN.formatted(""));
        expect("fail", "token-invalid");
        expect("closed 1000");
    }

    @Test
    void aTokenIsNotUsedUpWhereThereIsNoRoomOrMoreThanItIsAskedFor() throws InterruptedException {
        List<String> asked = new ArrayList<>();
        Sessions sessions = sessions(1, 50, 64, (token, origin, peer) -> {
            asked.add(token);
            throw new GrantRefused(EndReason.TOKEN_INVALID, "token", "");
        });
        sessions.open(new TestLink()).onText(TOKEN.formatted(",\"sipLogin\":\"1000\""));
        expect("fail", "invalid-field", "\"field\":\"token\"");
        expect("closed 1000");
        sessions.open(new TestLink()).onText(CONNECTION.formatted(""));
        expect("getUserData");
        sessions.open(new TestLink()).onText(TOKEN.formatted(""));
        expect("fail", "limit-reached");
        expect("closed 1013");
        assertEquals(List.of(), asked);
    }

    private String expect(String... parts) throws InterruptedException {
        String text = said.poll(5, TimeUnit.SECONDS);
        for (String part : parts) {
            assertTrue(text != null && text.contains(part), part + " expected in " + text);
        }
        return text;
    }

    private final class TestLink implements Link {
        /** At 0 the browser reads what it is sent. */
        private volatile CountDownLatch reads = new CountDownLatch(0);

        private volatile boolean gone;

        @Override
        public boolean send(String text) {
            try {
                reads.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (!gone) {
                said.add(text);
            }
            return !gone;
        }

        @Override
        public void close(int code, String reason) {
            gone = true;
            said.add("closed " + code);
        }

        @Override
        public void cut() {
            gone = true;
            said.add("cut");
            reads.countDown();
        }

        @Override
        public String peer() {
            return "192.0.2.7";
        }

        @Override
        public String origin() {
            return "https://shop.example";
        }
    }

    private static final class Loop implements UserAgents {
        private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        private volatile String opened = "";
        private final CompletableFuture<AgentListener> listener = new CompletableFuture<>();

        AgentListener listener() {
            return listener.orTimeout(5, TimeUnit.SECONDS).join();
        }

        @Override
        public boolean open(String agentId, Account account, AgentListener listener) {
            opened = "open " + account + " " + account.takesCalls();
            return this.listener.complete(listener);
        }

        @Override
        public boolean command(String agentId, AgentCommand command) {
            return asked.add(command.toString());
        }

        @Override
        public boolean close(String agentId) {
            return asked.add("close");
        }
    }
}
