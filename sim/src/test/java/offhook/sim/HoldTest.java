package offhook.sim;

import static offhook.sim.CallStage.CALL;
import static offhook.sim.CallStage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.sim.VirtualNetwork.Weather;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hold and resume from either side. After each the two hear each other, or nobody hears anything. */
class HoldTest {
    private static final String PCMU = "0 PCMU/8000";

    private final CallStage stage = new CallStage();
    private final ScriptedPeer peer = new ScriptedPeer(stage);
    private final PeerVoice voice = new PeerVoice(stage.network, Addresses.of(Addresses.PBX, 40_000), 1_000_000);
    private ScriptedPeer.Dialog dialog;

    private static String sdp(String direction) {
        return ScriptedPeer.sdp(Addresses.PBX, 40_000, direction, PCMU);
    }

    /** A call of the browser, answered with PCMU; both speak. */
    private SipRequest establish() {
        stage.register();
        stage.dial(true);
        SipRequest invite = peer.expect(SipMethod.INVITE);
        peer.respond(invite, 200, "t", sdp("sendrecv"));
        dialog = peer.dialogOf(invite, "t");
        peer.expect(SipMethod.ACK);
        voice.speak(CallStage.media(invite), 0);
        stage.run(SECOND);
        expectTalk();
        return invite;
    }

    private void hold() {
        stage.command(new AgentCommand.Hold(CALL));
    }

    private void resume() {
        stage.command(new AgentCommand.Resume(CALL));
    }

    /** The gateway's re-INVITE, which must offer this direction, answered. */
    private SipRequest expectOffer(String offered, String answered) {
        SipRequest invite = peer.expect(SipMethod.INVITE);
        assertTrue(ScriptedPeer.text(invite).contains("a=" + offered), () -> ScriptedPeer.text(invite));
        peer.respond(invite, 200, "", sdp(answered));
        peer.expect(SipMethod.ACK);
        return invite;
    }

    private void expectHeld(boolean held) {
        assertEquals(held, stage.expect(AgentEvent.Held.class).held());
    }

    private SipResponse reinvite(String sdp) {
        dialog.request(SipMethod.INVITE, sdp);
        SipResponse response = peer.expectFinal(SipMethod.INVITE);
        dialog.acknowledge(response, "");
        return response;
    }

    private void expectTalk() {
        voice.heard();
        long before = voice.heardBy(stage.browser);
        stage.run(2 * SECOND);
        assertTrue(voice.heard() > 90, "the peer hears the browser");
        assertTrue(voice.heardBy(stage.browser) > before + 90, "the browser hears the peer");
    }

    private void expectSilence() {
        stage.run(SECOND / 10);
        voice.heard();
        long before = voice.heardBy(stage.browser);
        stage.run(2 * SECOND);
        assertEquals(0, voice.heard(), "the peer hears nothing");
        assertEquals(before, voice.heardBy(stage.browser), "the browser hears nothing");
    }

    private void end() {
        assertTrue(stage.up());
        stage.hangUp();
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        stage.expectEnd(EndReason.NORMAL);
        voice.speak(null, 0);
        stage.expectNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 660, 1_310})
    void aHeldCallIsSilentHoweverLongAndGoesOnWhereItWas(long seconds) {
        establish();
        hold();
        SipRequest offer = expectOffer("sendonly", "recvonly");
        assertTrue(ScriptedPeer.text(offer).contains("m=audio"), "a hold is a whole offer");
        expectHeld(true);
        expectSilence();
        peer.refreshAnswer = sdp("recvonly");
        stage.run(seconds * SECOND);
        assertTrue(stage.up(), "a hold is no silence");
        peer.refreshAnswer = "";
        assertEquals(seconds > 900 ? 1 : 0, peer.refreshes, "session timers");
        assertEquals(1, stage.all(AgentEvent.Held.class).size());
        expectSilence();
        resume();
        expectOffer("sendrecv", "sendrecv");
        expectHeld(false);
        expectTalk();
        end();
    }

    @Test
    void nobodyHearsTheOtherFromTheMomentOfTheHold() {
        establish();
        hold();
        expectSilence();
        assertTrue(stage.all(AgentEvent.Held.class).isEmpty(), "the peer has not agreed yet");
        expectOffer("sendonly", "recvonly");
        expectHeld(true);
        end();
    }

    @Test
    void aPeerThatFallsSilentAfterTheResumeIsNoticed() {
        establish();
        hold();
        expectOffer("sendonly", "recvonly");
        expectHeld(true);
        voice.speak(null, 0);
        stage.run(300 * SECOND);
        resume();
        expectOffer("sendrecv", "sendrecv");
        stage.run(50 * SECOND);
        assertTrue(stage.up());
        stage.expectEnd(EndReason.MEDIA_SILENCE_PEER);
    }

    @Test
    void aRefusedHoldLeavesTheCallAsItWas() {
        establish();
        hold();
        peer.respond(peer.expect(SipMethod.INVITE), 488, "", "");
        AgentEvent.Refused refused = stage.expect(AgentEvent.Refused.class);
        assertEquals("hold", refused.request());
        assertEquals(488, refused.sipStatus());
        expectTalk();
        end();
    }

    @Test
    void aRefusedResumeLeavesTheCallHeld() {
        establish();
        hold();
        expectOffer("sendonly", "recvonly");
        expectHeld(true);
        resume();
        peer.respond(peer.expect(SipMethod.INVITE), 500, "", "");
        assertEquals("unhold", stage.expect(AgentEvent.Refused.class).request());
        expectSilence();
        resume();
        expectOffer("sendrecv", "sendrecv");
        expectHeld(false);
        expectTalk();
        end();
    }

    @Test
    void onlyACallThatIsUpIsHeld() {
        stage.register();
        stage.dial(true);
        SipRequest invite = peer.expect(SipMethod.INVITE);
        hold();
        assertEquals("hold", stage.expect(AgentEvent.Refused.class).request());
        peer.respond(invite, 486, "t", "");
        stage.expectEnd(EndReason.BUSY);
    }

    @Test
    void theLatestWishCounts() {
        establish();
        hold();
        resume();
        hold();
        resume();
        expectOffer("sendonly", "recvonly");
        expectOffer("sendrecv", "sendrecv");
        stage.run(SECOND);
        assertFalse(stage.all(AgentEvent.Held.class).getLast().held());
        expectTalk();
        assertEquals(
                3,
                peer.received.stream()
                        .filter(message -> message instanceof SipRequest request && request.is(SipMethod.INVITE))
                        .count());
        end();
    }

    @Test
    void bothMayHold() {
        establish();
        assertTrue(ScriptedPeer.text(reinvite(sdp("sendonly"))).contains("a=recvonly"));
        assertTrue(stage.expect(AgentEvent.HeldByPeer.class).held());
        hold();
        expectOffer("inactive", "inactive");
        expectHeld(true);
        expectSilence();
        assertTrue(ScriptedPeer.text(reinvite(sdp("sendrecv"))).contains("a=sendonly"), "we still hold");
        assertFalse(stage.expect(AgentEvent.HeldByPeer.class).held());
        expectSilence();
        resume();
        expectOffer("sendrecv", "sendrecv");
        expectHeld(false);
        expectTalk();
        end();
    }

    @Test
    void aPeerThatHoldsUsGoesOnHoldingWhenWeResume() {
        establish();
        hold();
        expectOffer("sendonly", "recvonly");
        expectHeld(true);
        assertTrue(ScriptedPeer.text(reinvite(sdp("sendonly"))).contains("a=inactive"));
        assertTrue(stage.expect(AgentEvent.HeldByPeer.class).held());
        resume();
        expectOffer("sendrecv", "sendonly");
        expectHeld(false);
        assertEquals(1, stage.all(AgentEvent.HeldByPeer.class).size());
        reinvite(sdp("sendrecv"));
        assertFalse(stage.expect(AgentEvent.HeldByPeer.class).held());
        expectTalk();
        end();
    }

    @Test
    void theOldWayToHoldIsToldToo() {
        establish();
        reinvite(ScriptedPeer.sdp("0.0.0.0", 40_000, "sendrecv", PCMU));
        assertTrue(stage.expect(AgentEvent.HeldByPeer.class).held());
        reinvite(sdp("sendrecv"));
        assertFalse(stage.expect(AgentEvent.HeldByPeer.class).held());
        expectTalk();
        end();
    }

    @Test
    void aHoldThatCrossesThePeersReinviteComesThrough() {
        establish();
        hold();
        dialog.request(SipMethod.INVITE, sdp("sendrecv"));
        SipRequest ours = peer.expect(SipMethod.INVITE);
        SipResponse theirs = peer.expectFinal(SipMethod.INVITE);
        assertEquals(491, theirs.status());
        dialog.acknowledge(theirs, "");
        peer.respond(ours, 491, "", "");
        // The peer, which did not make the Call-ID, comes again first.
        assertTrue(ScriptedPeer.text(reinvite(ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendrecv", "8 PCMA/8000")))
                .contains("a=sendonly"));
        SipRequest again = expectOffer("sendonly", "recvonly");
        assertTrue(version(again) > version(ours), "the answer in between had a version of its own");
        expectHeld(true);
        end();
    }

    private static long version(SipRequest described) {
        return Long.parseLong(ScriptedPeer.text(described).replaceAll("(?s).*o=\\S+ \\d+ (\\d+) .*", "$1"));
    }

    @Test
    void hangingUpWhileTheHoldIsUnderWayEndsTheCallOnce() {
        establish();
        hold();
        SipRequest offer = peer.expect(SipMethod.INVITE);
        stage.hangUp();
        stage.expectEnd(EndReason.NORMAL);
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        peer.respond(offer, 487, "", "");
        voice.speak(null, 0);
        stage.expectNothingLeft();
    }

    @Test
    void whatIsNotNewIsAnsweredToTheLetterAsBefore() {
        establish();
        String first = ScriptedPeer.text(reinvite(sdp("sendrecv")));
        String second = ScriptedPeer.text(reinvite(sdp("sendrecv")));
        assertEquals(first, second);
        String held = ScriptedPeer.text(reinvite(sdp("sendonly")));
        assertFalse(held.equals(second));
        assertTrue(stage.all(AgentEvent.Held.class).isEmpty());
        end();
    }

    @Test
    void ourContactIsWhereWeAreInEveryResponse() {
        SipRequest first = establish();
        for (String method : List.of(SipMethod.INVITE, SipMethod.UPDATE)) {
            dialog.request(method, sdp("sendrecv"));
            SipResponse response = peer.expectFinal(method);
            assertEquals(
                    first.headers().contacts(), response.headers().contacts(), "with our port: the ACK goes there");
            if (method.equals(SipMethod.INVITE)) {
                dialog.acknowledge(response, "");
            }
        }
        end();
    }

    @Test
    void holdAndResumeComeThroughAnUnreliableNetwork() {
        establish();
        for (int i = 0; i < 5; i++) {
            hold();
            expectOfferThroughLoss("recvonly");
            expectHeld(true);
            stage.run(40 * SECOND);
            resume();
            expectOfferThroughLoss("sendrecv");
            expectHeld(false);
            expectTalk();
        }
        end();
    }

    /** The scripted peer says everything once, so that only what the gateway says may be lost. */
    private void expectOfferThroughLoss(String answered) {
        stage.network.weather(new Weather(40, 20, 20_000_000L, 300_000_000L));
        SipRequest offer = peer.expect(SipMethod.INVITE);
        stage.network.weather(Weather.FAIR);
        peer.respond(offer, 200, "", sdp(answered));
        peer.expect(SipMethod.ACK);
    }

    // ------------------------------------------------------------------ UPDATE

    @Test
    void anUpdateChangesWhatAReinviteChanges() {
        SipRequest invite = establish();
        PeerVoice other = new PeerVoice(stage.network, Addresses.of(Addresses.PBX, 42_000), 2_000_000);
        dialog.request(SipMethod.UPDATE, ScriptedPeer.sdp(Addresses.PBX, 42_000, "sendrecv", "8 PCMA/8000"));
        SipResponse response = peer.expectFinal(SipMethod.UPDATE);
        assertEquals(200, response.status());
        assertTrue(ScriptedPeer.text(response).contains("PCMA/8000"));
        voice.speak(null, 0);
        other.speak(CallStage.media(invite), 8);
        stage.run(2 * SECOND);
        assertTrue(other.heard() > 90);
        assertTrue(other.heardBy(stage.browser) > 90);
        other.speak(null, 0);
        end();
    }

    @Test
    void anUpdateSaysWhoIsThereNow() {
        establish();
        dialog.requestWith(SipMethod.UPDATE, "", "P-Asserted-Identity", "\"Carol\" <sip:3000@" + Addresses.PBX + ">");
        assertEquals(200, peer.expectFinal(SipMethod.UPDATE).status());
        AgentEvent.PeerChanged changed = stage.expect(AgentEvent.PeerChanged.class);
        assertEquals("3000", changed.number());
        assertEquals("Carol", changed.displayName());
        dialog.requestWith(SipMethod.UPDATE, "", "P-Asserted-Identity", "\"Carol\" <sip:3000@" + Addresses.PBX + ">");
        peer.expectFinal(SipMethod.UPDATE);
        assertEquals(1, stage.all(AgentEvent.PeerChanged.class).size(), "that is no news");
        expectTalk();
        end();
    }

    @Test
    void anUpdateWithoutACommonCodecChangesNothing() {
        establish();
        dialog.request(SipMethod.UPDATE, ScriptedPeer.sdp(Addresses.PBX, 42_000, "sendrecv", "18 G729/8000"));
        assertEquals(488, peer.expectFinal(SipMethod.UPDATE).status());
        expectTalk();
        end();
    }
}
