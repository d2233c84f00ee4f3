package offhook.sim;

import static offhook.sim.CallStage.AGENT;
import static offhook.sim.CallStage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.CallLimits;
import offhook.call.EndReason;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and that the call which is up does not notice. */
class LimitsTest {
    private static final String PCMU = "0 PCMU/8000";
    private static final CallLimits DEFAULT = CallLimits.DEFAULT;

    private static CallLimits limits(int agents, int callsPerAgent, int calls) {
        return new CallLimits(
                agents,
                callsPerAgent,
                DEFAULT.agentsRung(),
                calls,
                DEFAULT.ringNanos(),
                DEFAULT.connectNanos(),
                DEFAULT.consentNanos(),
                DEFAULT.mediaSilenceNanos(),
                DEFAULT.dtmfKeys(),
                DEFAULT.dtmfHoldNanos());
    }

    private static String sdp() {
        return ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendrecv", PCMU);
    }

    private static ScriptedPeer establish(CallStage stage) {
        ScriptedPeer peer = new ScriptedPeer(stage);
        stage.register();
        stage.dial(true);
        SipRequest invite = peer.expect(SipMethod.INVITE);
        peer.respond(invite, 200, "t", sdp());
        stage.expect(AgentEvent.Established.class);
        return peer;
    }

    private static void dialAgain(CallStage stage, String callId, String callee, String offer) {
        stage.command(new AgentCommand.Dial(callId, callee, "", offer, true, Map.of()));
    }

    private static void expectRefused(CallStage stage, String callId, EndReason reason) {
        AgentEvent.Ended ended = stage.expect(AgentEvent.Ended.class);
        assertEquals(callId, ended.callId());
        assertEquals(reason, ended.ending().reason());
        assertFalse(ended.ending().text().isBlank());
        assertEquals(1, stage.gateway.switchboard().calls());
        stage.run(SECOND);
        assertTrue(stage.gateway.faults().isEmpty());
    }

    @Test
    void anAgentsCallsAreLimited() {
        CallStage stage = new CallStage(limits(10, 1, 10));
        ScriptedPeer peer = establish(stage);
        dialAgain(stage, "call-2", "2001", stage.browser.offer());
        expectRefused(stage, "call-2", EndReason.LIMIT_REACHED);
        ScriptedPeer.Dialog dialog = peer.call(sdp());
        SipResponse busy = peer.expectFinal(SipMethod.INVITE);
        assertEquals(486, busy.status());
        dialog.acknowledge(busy, "");
        assertEquals(1, stage.gateway.switchboard().calls());
    }

    @Test
    void aLoopsCallsAreLimited() {
        CallStage stage = new CallStage(limits(10, 10, 1));
        ScriptedPeer peer = establish(stage);
        dialAgain(stage, "call-2", "2001", stage.browser.offer());
        expectRefused(stage, "call-2", EndReason.LIMIT_REACHED);
        ScriptedPeer.Dialog dialog = peer.call(sdp());
        SipResponse busy = peer.expectFinal(SipMethod.INVITE);
        assertEquals(486, busy.status());
        dialog.acknowledge(busy, "");
        assertEquals(2, stage.gateway.switchboard().counts().callsRefused());
    }

    @Test
    void withoutAPortThereIsNoCall() {
        CallStage stage = new CallStage();
        stage.gateway.portLimit(1);
        ScriptedPeer peer = establish(stage);
        dialAgain(stage, "call-2", "2001", stage.browser.offer());
        expectRefused(stage, "call-2", EndReason.LIMIT_REACHED);
        ScriptedPeer.Dialog dialog = peer.call(sdp());
        SipResponse busy = peer.expectFinal(SipMethod.INVITE);
        assertEquals(486, busy.status());
        dialog.acknowledge(busy, "");
        assertEquals(2, stage.gateway.switchboard().counts().callsRefused());
        assertEquals(1, stage.gateway.openPorts());
    }

    @Test
    void aLoopsAgentsAreLimited() {
        CallStage stage = new CallStage(limits(2, 10, 10));
        new ScriptedPeer(stage);
        stage.register();
        assertTrue(stage.open("second"));
        assertFalse(stage.open("third"));
        assertFalse(stage.open(AGENT), "a name is taken once");
        stage.gateway.switchboard().close("second", stage.network.nowNanos());
        stage.run(SECOND);
        assertTrue(stage.open("third"));
    }

    @Test
    void aSecondCallOfTheSameIdDoesNotTouchTheFirst() {
        CallStage stage = new CallStage();
        ScriptedPeer peer = establish(stage);
        int told = stage.gateway.events(AGENT).size();
        dialAgain(stage, CallStage.CALL, "2001", stage.browser.offer());
        stage.run(SECOND);
        assertTrue(stage.up());
        assertEquals(told, stage.gateway.events(AGENT).size());
        assertEquals(
                1,
                peer.received.stream()
                        .filter(message -> message instanceof SipRequest request && request.is(SipMethod.INVITE))
                        .count());
    }

    @Test
    void commandsForCallsThatAreNotThereDoNothing() {
        CallStage stage = new CallStage();
        establish(stage);
        int told = stage.gateway.events(AGENT).size();
        for (AgentCommand command : List.of(
                new AgentCommand.HangUp("nobody"),
                new AgentCommand.Answer("nobody", "v=0"),
                new AgentCommand.Prepare("nobody", "v=0"),
                new AgentCommand.Answer(CallStage.CALL, "v=0"),
                new AgentCommand.Prepare(CallStage.CALL, "v=0"))) {
            stage.command(command);
        }
        assertFalse(stage.gateway
                .switchboard()
                .command("no agent", new AgentCommand.HangUp("x"), stage.network.nowNanos()));
        stage.run(SECOND);
        assertTrue(stage.up());
        assertEquals(told, stage.gateway.events(AGENT).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v=0", "no sdp at all", "v=0\r\no=- 1 1 IN IP4 0\r\ns=-\r\nt=0 0\r\nm=audio x y z\r\n"})
    void aMalformedOfferIsRefused(String offer) {
        CallStage stage = new CallStage();
        establish(stage);
        dialAgain(stage, "call-2", "2001", offer);
        expectRefused(stage, "call-2", EndReason.BAD_REQUEST);
    }

    @Test
    void aMalformedAnswerEndsTheCallThatItIsFor() {
        CallStage stage = new CallStage();
        ScriptedPeer peer = new ScriptedPeer(stage);
        stage.register();
        ScriptedPeer.Dialog dialog = peer.call(sdp());
        stage.expect(AgentEvent.Incoming.class);
        stage.command(new AgentCommand.Answer(stage.callId, "v=0\r\nnonsense"));
        stage.expectEnd(EndReason.BAD_REQUEST);
        SipResponse refused = peer.expectFinal(SipMethod.INVITE);
        assertTrue(refused.status() >= 400);
        dialog.acknowledge(refused, "");
        stage.expectNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "20 00<sip:evil@example.com>",
                "2000\r\nRoute: <sip:evil@example.com>",
                "2000>\r\nX: y",
                "sip:2000@pbx\r\nX: y",
                "sip:20\u000000@pbx",
                "a b@pbx",
                "sip:",
                "sip:@",
                "tel:\u007f"
            })
    void aCalleeWithCharactersThatSipDoesNotAllowIsRefused(String callee) {
        CallStage stage = new CallStage();
        ScriptedPeer peer = establish(stage);
        dialAgain(stage, "call-2", callee, stage.browser.offer());
        expectRefused(stage, "call-2", EndReason.INVALID_FIELD);
        assertEquals(
                1,
                peer.received.stream()
                        .filter(message -> message instanceof SipRequest request && request.is(SipMethod.INVITE))
                        .count());
    }

    @Test
    void fiveHundredCallsForOneUserAreBusyBeyondTheLimitAndTouchNothing() {
        CallStage stage = new CallStage();
        ScriptedPeer peer = establish(stage);
        stage.pageFollows = false;
        int rung = DEFAULT.callsPerAgent() - 1;
        for (int i = 0; i < 500; i++) {
            peer.call(sdp());
        }
        for (int i = 0; i < 500 - rung; i++) {
            assertEquals(486, peer.expectFinal(SipMethod.INVITE).status());
        }
        assertEquals(rung, stage.all(AgentEvent.Incoming.class).size());
        assertEquals(DEFAULT.callsPerAgent(), stage.gateway.switchboard().calls());
        assertEquals(DEFAULT.callsPerAgent(), stage.gateway.openPorts());
        assertTrue(stage.up() || stage.all(AgentEvent.Ended.class).isEmpty(), "the call that was up still is");
        assertTrue(stage.gateway.faults().isEmpty());
    }

    @Test
    void aFloodOfHoldsIsOneOfferAtATime() {
        CallStage stage = new CallStage();
        ScriptedPeer peer = establish(stage);
        for (int i = 0; i < 1_001; i++) {
            stage.command(new AgentCommand.Resume(CallStage.CALL));
            stage.command(new AgentCommand.Hold(CallStage.CALL));
        }
        SipRequest hold = peer.expect(SipMethod.INVITE);
        peer.respond(hold, 200, "", ScriptedPeer.sdp(Addresses.PBX, 40_000, "recvonly", PCMU));
        assertFalse(
                stage.expect(AgentEvent.Held.class).held(), "it was not held when it was first asked to be resumed");
        assertTrue(stage.expect(AgentEvent.Held.class).held());
        stage.run(SECOND);
        assertEquals(
                2,
                peer.received.stream()
                        .filter(message -> message instanceof SipRequest request && request.is(SipMethod.INVITE))
                        .count());
    }

    @Test
    void anInviteForNobodyIsNotFound() {
        CallStage stage = new CallStage();
        ScriptedPeer peer = establish(stage);
        ScriptedPeer.Dialog dialog = peer.dialogTo(SipUri.parse("sip:nobody@" + Addresses.GATEWAY + ":5070"));
        dialog.request(SipMethod.INVITE, sdp());
        SipResponse refused = peer.expectFinal(SipMethod.INVITE);
        assertEquals(404, refused.status());
        dialog.acknowledge(refused, "");
        assertTrue(stage.up());
    }
}
