package offhook.call.switchboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.CallLimits;
import offhook.call.EndReason;
import offhook.call.Ending;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.junit.jupiter.api.Test;

/** Several sessions of one account: tabs of one browser, or the browsers of one person. */
class TabsTest {
    private static final String DOMAIN = "203.0.113.5";
    private static final String SECOND = "second";

    private final Bench bench = new Bench();

    private static AgentCommand answer(AgentEvent.Incoming incoming) {
        return new AgentCommand.Answer(incoming.callId(), Bench.BROWSER_ANSWER);
    }

    private boolean open(String agent, String password) {
        return bench.switchboard.open(agent, Bench.account(password, DOMAIN, true), bench.now);
    }

    private void openBoth() {
        bench.open(true);
        assertTrue(open(SECOND, "secret"));
    }

    private void ringBoth() {
        openBoth();
        bench.receive(bench.invite(bench.contactUser(), Bench.PCMU));
        assertEquals(180, bench.lastResponse().status());
    }

    private AgentEvent.Incoming incoming(String agent) {
        List<AgentEvent.Incoming> all = bench.told(agent, AgentEvent.Incoming.class);
        assertEquals(1, all.size(), () -> agent + " rang " + all.size() + " times");
        return all.getFirst();
    }

    private Ending end(String agent) {
        List<AgentEvent.Ended> all = bench.told(agent, AgentEvent.Ended.class);
        assertEquals(1, all.size(), () -> agent + " was told " + all.size() + " ends");
        return all.getFirst().ending();
    }

    // ------------------------------------------------------------------ one registration

    @Test
    void aSecondTabIsRegisteredAtOnceByTheRegistrationOfTheFirst() {
        openBoth();

        assertEquals(1, bench.requests("REGISTER"));
        assertEquals(1, bench.told(Bench.AGENT, AgentEvent.Registered.class).size());
        assertEquals(1, bench.told(SECOND, AgentEvent.Registered.class).size());
    }

    @Test
    void tabsThatOpenTogetherHearTogether() {
        bench.switchboard.open(Bench.AGENT, Bench.account(DOMAIN, true), bench.now);
        assertTrue(open(SECOND, "secret"));
        assertTrue(bench.told(SECOND, AgentEvent.Registered.class).isEmpty());

        bench.receive(bench.response(bench.lastRequest("REGISTER"), 403, "", ""));

        for (String agent : List.of(Bench.AGENT, SECOND)) {
            AgentEvent.RegistrationFailed failed =
                    bench.told(agent, AgentEvent.RegistrationFailed.class).getFirst();
            assertEquals(EndReason.FORBIDDEN, failed.reason());
        }
    }

    @Test
    void anotherPasswordIsAnotherUserWhoMustRegisterForItself() {
        bench.open(true);
        String contact = bench.contactUser();

        assertTrue(open(SECOND, "guessed"));

        assertEquals(2, bench.requests("REGISTER"));
        assertFalse(contact.equals(bench.contactUser()));
        assertTrue(bench.told(SECOND, AgentEvent.Registered.class).isEmpty());
        bench.receive(bench.invite(contact, Bench.PCMU));
        assertTrue(bench.told(SECOND, AgentEvent.Incoming.class).isEmpty(), "a stranger hears of no call");
    }

    @Test
    void theRegistrationLastsAsLongAsAnyTab() {
        openBoth();

        bench.switchboard.close(Bench.AGENT, bench.now);

        assertEquals(1, bench.told(Bench.AGENT, AgentEvent.Closed.class).size());
        assertEquals(1, bench.requests("REGISTER"), "the other tab still wants its calls");
        bench.receive(bench.invite(bench.contactUser(), Bench.PCMU));
        incoming(SECOND);
        assertTrue(bench.told(Bench.AGENT, AgentEvent.Incoming.class).isEmpty());

        bench.switchboard.close(SECOND, bench.now);
        assertTrue(bench.told(SECOND, AgentEvent.Closed.class).isEmpty());
        assertEquals(
                "0", bench.lastRequest("REGISTER").headers().first("Expires").orElseThrow());
        bench.receive(bench.response(bench.lastRequest("REGISTER"), 200, "", ""));
        assertEquals(1, bench.told(SECOND, AgentEvent.Closed.class).size());
        assertEquals(0, bench.switchboard.agents());
    }

    @Test
    void whoComesWhileTheLastOneLeavesRegistersAnew() {
        bench.open(true);
        String contact = bench.contactUser();
        bench.switchboard.close(Bench.AGENT, bench.now);

        assertTrue(open(SECOND, "secret"));

        assertEquals(3, bench.requests("REGISTER"));
        assertFalse(contact.equals(bench.contactUser()));
    }

    @Test
    void aRefusedRegistrationIsTriedAnewByWhoComesNext() {
        bench.switchboard.open(Bench.AGENT, Bench.account(DOMAIN, true), bench.now);
        bench.receive(bench.response(bench.lastRequest("REGISTER"), 403, "", ""));

        assertTrue(open(SECOND, "secret"));
        bench.receive(bench.response(bench.lastRequest("REGISTER"), 200, "", ""));

        assertEquals(1, bench.told(SECOND, AgentEvent.Registered.class).size());
        assertTrue(bench.told(Bench.AGENT, AgentEvent.Registered.class).isEmpty());
    }

    // ------------------------------------------------------------------ one call rings everywhere

    @Test
    void whoAnswersFirstHasTheCallAndTheOthersStopRinging() {
        ringBoth();

        bench.switchboard.command(SECOND, answer(incoming(SECOND)), bench.now);

        assertEquals(200, bench.lastResponse().status());
        assertEquals(1, bench.told(SECOND, AgentEvent.Established.class).size());
        Ending elsewhere = end(Bench.AGENT);
        assertEquals(EndReason.ANSWERED_ELSEWHERE, elsewhere.reason());
        assertEquals(Ending.By.SERVER, elsewhere.by());
        assertEquals(1, bench.switchboard.calls());
        assertEquals(1, bench.openPairs());

        bench.receive(bench.within("ACK", 1, ""));
        bench.receive(bench.within("BYE", 2, ""));
        assertEquals(EndReason.NORMAL, end(SECOND).reason());
        assertEquals(0, bench.switchboard.calls());
    }

    @Test
    void anAnswerThatIsTooLateChangesNothing() {
        ringBoth();
        bench.switchboard.command(Bench.AGENT, answer(incoming(Bench.AGENT)), bench.now);

        bench.switchboard.command(SECOND, answer(incoming(SECOND)), bench.now);

        assertEquals(EndReason.ANSWERED_ELSEWHERE, end(SECOND).reason());
        assertTrue(bench.told(Bench.AGENT, AgentEvent.Ended.class).isEmpty());
        assertEquals(1, bench.switchboard.calls());
    }

    @Test
    void whoDeclinesDeclinesForAll() {
        ringBoth();

        bench.switchboard.command(
                SECOND, new AgentCommand.HangUp(incoming(SECOND).callId()), bench.now);

        assertEquals(603, bench.lastResponse().status());
        assertEquals(EndReason.DECLINED, end(Bench.AGENT).reason());
        assertEquals(Ending.By.SERVER, end(Bench.AGENT).by());
        assertEquals(Ending.By.BROWSER, end(SECOND).by());
        assertEquals(0, bench.switchboard.calls());
    }

    @Test
    void aTabThatFallsOutLeavesTheOthersRinging() {
        ringBoth();
        String broken = incoming(SECOND).callId();

        bench.switchboard.command(SECOND, new AgentCommand.Answer(broken, "no description"), bench.now);

        assertEquals(EndReason.BAD_REQUEST, end(SECOND).reason());
        assertEquals(180, bench.lastResponse().status());
        bench.switchboard.command(Bench.AGENT, answer(incoming(Bench.AGENT)), bench.now);
        assertEquals(200, bench.lastResponse().status());
    }

    @Test
    void aTabThatClosesLeavesTheOthersRinging() {
        ringBoth();

        bench.switchboard.close(SECOND, bench.now);

        assertEquals(180, bench.lastResponse().status());
        bench.switchboard.close(Bench.AGENT, bench.now);
        assertEquals(
                480,
                bench.sent.stream()
                        .filter(SipResponse.class::isInstance)
                        .map(SipResponse.class::cast)
                        .toList()
                        .getLast()
                        .status());
        assertEquals(0, bench.switchboard.calls());
        assertEquals(0, bench.openPairs());
    }

    @Test
    void whenTheCallerGivesUpAllTabsAreTold() {
        ringBoth();

        bench.receive(bench.within("BYE", 2, ""));

        for (String agent : List.of(Bench.AGENT, SECOND)) {
            assertEquals(Ending.By.PEER, end(agent).by());
        }
        assertEquals(0, bench.switchboard.calls());
    }

    @Test
    void aTabWithoutRoomIsSkipped() {
        openBoth();
        for (int i = 0; i < Bench.LIMITS.callsPerAgent(); i++) {
            bench.dial("call-" + i);
        }

        bench.receive(bench.invite(bench.contactUser(), Bench.PCMU));

        incoming(SECOND);
        assertTrue(bench.told(Bench.AGENT, AgentEvent.Incoming.class).isEmpty());
    }

    @Test
    void nobodyReplacesACallOfAnotherUser() {
        bench.open(true);
        String contact = bench.contactUser();
        bench.dial("call");
        SipRequest invite = bench.lastRequest("INVITE");
        bench.receive(bench.response(invite, 200, "bob", Bench.PCMU));
        assertTrue(open(SECOND, "guessed"));
        String replaces =
                invite.headers().callId() + ";to-tag=" + invite.headers().from().tag() + ";from-tag=bob";

        bench.receive(replacing(bench.invite(bench.contactUser(), Bench.PCMU), replaces));
        assertEquals(481, bench.lastResponse().status());
        assertTrue(bench.told(Bench.AGENT, AgentEvent.Ended.class).isEmpty());
        assertFalse(bench.hasSent("BYE"));

        bench.receive(replacing(bench.invite(contact, Bench.PCMU), replaces).replace("call-of-alice", "another"));
        assertEquals(200, bench.lastResponse().status());
        assertTrue(bench.hasSent("BYE"));
        assertEquals("2000", bench.lastRequest("BYE").uri().user());
        assertTrue(bench.told(Bench.AGENT, AgentEvent.Ended.class).isEmpty(), "the person talks on");
    }

    private static String replacing(String invite, String replaces) {
        return invite.replace("Contact:", "Replaces: " + replaces + "\r\nContact:");
    }

    @Test
    void ofManyTabsTheLatestRing() {
        Bench many = new Bench(new CallLimits(
                40, 3, 8, 40, 180 * Bench.SECOND, Bench.SECOND, Bench.SECOND, Bench.SECOND, 64, Bench.SECOND));
        List<String> tabs =
                IntStream.range(0, 20).mapToObj(number -> "tab-" + number).toList();
        tabs.forEach(tab -> many.switchboard.open(tab, Bench.account(DOMAIN, true), many.now));

        many.receive(many.invite(many.contactUser(), Bench.PCMU));

        assertEquals(8, many.switchboard.calls());
        for (String tab : tabs.subList(12, 20)) {
            assertEquals(1, many.told(tab, AgentEvent.Incoming.class).size());
        }
    }
}
