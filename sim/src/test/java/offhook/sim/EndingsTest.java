package offhook.sim;

import static offhook.sim.CallStage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.call.Ending.By;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.junit.jupiter.api.Test;

/** How calls end that nobody hangs up, and that each ending has its name. */
class EndingsTest {
    private static final String PCMU = "0 PCMU/8000";

    private final CallStage stage = new CallStage();
    private final ScriptedPeer peer = new ScriptedPeer(stage);
    private final PeerVoice voice = new PeerVoice(stage.network, Addresses.of(Addresses.PBX, 40_000), 1_000_000);

    private static String sdp() {
        return ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendrecv", PCMU);
    }

    private SipRequest invited() {
        stage.register();
        stage.dial(true);
        return peer.expect(SipMethod.INVITE);
    }

    /** A call of the browser that is answered. */
    private SipRequest answered() {
        SipRequest invite = invited();
        peer.respond(invite, 200, "t", sdp());
        stage.expect(AgentEvent.Established.class);
        return invite;
    }

    private void expectBye() {
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        voice.speak(null, 0);
        stage.expectNothingLeft();
    }

    @Test
    void aPeerThatFallsSilentEndsTheCall() {
        SipRequest invite = answered();
        voice.speak(CallStage.media(invite), 0);
        stage.run(10 * SECOND);
        voice.speak(null, 0);
        long from = stage.network.nowNanos();
        stage.expectEnd(EndReason.MEDIA_SILENCE_PEER);
        assertEquals(60, Math.round((stage.network.nowNanos() - from) / 1e9));
        expectBye();
    }

    @Test
    void aBrowserThatFallsSilentEndsTheCall() {
        SipRequest invite = answered();
        voice.speak(CallStage.media(invite), 0);
        stage.run(10 * SECOND);
        stage.browser.mute(true);
        stage.expectEnd(EndReason.MEDIA_SILENCE_BROWSER);
        expectBye();
    }

    @Test
    void aBrowserThatIsGoneLosesItsConsentFirst() {
        SipRequest invite = answered();
        voice.speak(CallStage.media(invite), 0);
        stage.run(10 * SECOND);
        stage.browser.vanish();
        stage.expectEnd(EndReason.ICE_CONSENT_EXPIRED);
        expectBye();
    }

    @Test
    void aBrowserWhoseChecksNeverArriveIsAnIceTimeout() {
        stage.pageFollows = false;
        SipRequest invite = answered();
        voice.speak(CallStage.media(invite), 0);
        stage.expectEnd(EndReason.ICE_TIMEOUT);
        expectBye();
    }

    @Test
    void anotherCertificateThanAnnouncedIsRefused() {
        stage.register();
        String offer =
                stage.browser.offer().replaceAll("(?m)^(a=fingerprint:sha-256 )[0-9A-F]{2}:[0-9A-F]{2}", "$100:00");
        stage.dial("2000", offer, true);
        stage.expectEnd(EndReason.DTLS_FINGERPRINT);
        assertFalse(stage.browser.connected() && stage.gateway.switchboard().calls() > 0);
        SipRequest invite = peer.expect(SipMethod.INVITE);
        peer.respond(invite, 180, "t", "");
        peer.respond(peer.expect(SipMethod.CANCEL), 200, "t", "");
        peer.respond(invite, 487, "t", "");
        stage.expectNothingLeft();
    }

    @Test
    void aPhoneThatRingsForEverIsGivenUp() {
        SipRequest invite = invited();
        peer.respond(invite, 180, "t", "");
        long from = stage.network.nowNanos();
        assertEquals(By.SERVER, stage.expectEnd(EndReason.NO_ANSWER).by());
        assertEquals(180, Math.round((stage.network.nowNanos() - from) / 1e9));
        peer.respond(peer.expect(SipMethod.CANCEL), 200, "t", "");
        peer.respond(invite, 487, "t", "");
        stage.expectNothingLeft();
    }

    @Test
    void aPersonWhoDoesNotAnswerEndsTheCallOfThePeer() {
        stage.register();
        ScriptedPeer.Dialog dialog = peer.call(sdp());
        stage.expect(AgentEvent.Incoming.class);
        stage.expectEnd(EndReason.NO_ANSWER);
        SipResponse refused = peer.expectFinal(SipMethod.INVITE);
        assertTrue(refused.status() >= 400, refused::toString);
        dialog.acknowledge(refused, "");
        stage.expectNothingLeft();
    }

    @Test
    void aPeerThatSaysNothingAtAllIsATimeout() {
        invited();
        assertEquals(By.SERVER, stage.expectEnd(EndReason.REQUEST_TIMEOUT).by());
        stage.expectNothingLeft();
    }

    @Test
    void aPeerThatNeverAcknowledgesIsHungUpOn() {
        stage.register();
        peer.call(sdp());
        stage.expect(AgentEvent.Incoming.class);
        stage.answer();
        SipResponse success = peer.expectFinal(SipMethod.INVITE);
        voice.speak(CallStage.media(success), 0);
        long from = stage.network.nowNanos();
        stage.expectEnd(EndReason.REQUEST_TIMEOUT);
        assertEquals(32, Math.round((stage.network.nowNanos() - from) / 1e9));
        expectBye();
    }

    @Test
    void aCallerWhoGivesUpIsHeard() {
        stage.register();
        ScriptedPeer.Dialog dialog = peer.call(sdp());
        stage.expect(AgentEvent.Incoming.class);
        dialog.cancel();
        assertEquals(200, peer.expectFinal(SipMethod.CANCEL).status());
        SipResponse terminated = peer.expectFinal(SipMethod.INVITE);
        assertEquals(487, terminated.status());
        dialog.acknowledge(terminated, "");
        stage.expectEnd(EndReason.CANCELLED);
        stage.expectNothingLeft();
    }

    @Test
    void shuttingDownHangsUpAndUnregisters() {
        SipRequest invite = answered();
        voice.speak(CallStage.media(invite), 0);
        stage.run(2 * SECOND);
        stage.gateway.switchboard().shutDown(stage.network.nowNanos());
        stage.expectEnd(EndReason.SHUTTING_DOWN);
        expectBye();
        stage.expect(AgentEvent.Closed.class);
        assertEquals(1, peer.unregistrations);
        assertEquals(0, stage.gateway.switchboard().agents());
        assertFalse(stage.open("another"), "nothing new is accepted");
    }

    @Test
    void shuttingDownRefusesWhatStillRings() {
        stage.register();
        ScriptedPeer.Dialog dialog = peer.call(sdp());
        stage.expect(AgentEvent.Incoming.class);
        stage.gateway.switchboard().shutDown(stage.network.nowNanos());
        SipResponse refused = peer.expectFinal(SipMethod.INVITE);
        assertEquals(503, refused.status());
        dialog.acknowledge(refused, "");
        stage.expectEnd(EndReason.SHUTTING_DOWN);
        stage.expect(AgentEvent.Closed.class);
        assertEquals(1, peer.unregistrations);
    }

    @Test
    void theRegistrationIsRefreshedAllThroughACallOfAnHour() {
        SipRequest invite = answered();
        voice.speak(CallStage.media(invite), 0);
        int before = peer.registrations;
        peer.refreshAnswer = sdp();
        stage.run(3_600 * SECOND);
        assertTrue(stage.up());
        assertEquals(3, peer.refreshes, "session timers, each quarter of an hour");
        int refreshes = peer.registrations - before;
        long shortest = ScriptedPeer.REGISTRATION_SECONDS / 2;
        assertTrue(
                refreshes >= 3_600 / ScriptedPeer.REGISTRATION_SECONDS && refreshes <= 1 + 3_600 / shortest,
                refreshes + " refreshes");
        assertTrue(voice.heardBy(stage.browser) > 179_000);
        assertTrue(voice.heard() > 179_000);
        stage.hangUp();
        stage.expectEnd(EndReason.NORMAL);
        expectBye();
    }
}
