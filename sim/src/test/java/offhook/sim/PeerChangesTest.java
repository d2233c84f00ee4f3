package offhook.sim;

import static offhook.sim.CallStage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.junit.jupiter.api.Test;

/** What the telephone system changes while a call is up. The browser hears one stream and is told nothing new. */
class PeerChangesTest {
    private static final String PCMU = "0 PCMU/8000";
    private static final String PCMA = "8 PCMA/8000";
    private static final String HERE = Addresses.PBX;

    private final CallStage stage = new CallStage();
    private final ScriptedPeer peer = new ScriptedPeer(stage);
    private final PeerVoice voice = new PeerVoice(stage.network, Addresses.of(HERE, 40_000), 1_000_000);
    private final PeerVoice other = new PeerVoice(stage.network, Addresses.of(HERE, 42_000), 2_000_000);
    private ScriptedPeer.Dialog dialog;

    private static String sdp(int port, String direction, String... formats) {
        return ScriptedPeer.sdp(HERE, port, direction, formats);
    }

    /** A call of the browser, answered with PCMU; both speak. */
    private SipRequest establish() {
        stage.register();
        stage.dial(true);
        SipRequest invite = peer.expect(SipMethod.INVITE);
        peer.respond(invite, 200, "t", sdp(40_000, "sendrecv", PCMU));
        dialog = peer.dialogOf(invite, "t");
        peer.expect(SipMethod.ACK);
        voice.speak(CallStage.media(invite), 0);
        stage.run(2 * SECOND);
        assertTrue(voice.heard() > 50);
        assertTrue(voice.heardBy(stage.browser) > 50);
        return invite;
    }

    private SipResponse reinvite(String sdp) {
        dialog.request(SipMethod.INVITE, sdp);
        SipResponse response = peer.expectFinal(SipMethod.INVITE);
        dialog.acknowledge(response, "");
        return response;
    }

    private void end() {
        assertTrue(stage.up());
        stage.hangUp();
        SipRequest bye = peer.expect(SipMethod.BYE);
        peer.respond(bye, 200, "", "");
        stage.expectEnd(EndReason.NORMAL);
        voice.speak(null, 0);
        other.speak(null, 0);
        stage.expectNothingLeft();
    }

    @Test
    void mediaFollowsThePeerToAnotherPort() {
        SipRequest invite = establish();
        assertEquals(200, reinvite(sdp(42_000, "sendrecv", PCMU)).status());
        voice.speak(null, 0);
        other.speak(CallStage.media(invite), 0);
        stage.run(2 * SECOND);
        assertTrue(other.heard() > 90);
        assertTrue(other.heardBy(stage.browser) > 90);
        end();
    }

    @Test
    void theBrowserIsToldWhichCodecToSendWhenThePeerChangesIt() {
        SipRequest invite = establish();
        assertEquals(200, reinvite(sdp(40_000, "sendrecv", PCMA)).status());
        stage.run(SECOND);
        assertEquals(8, stage.all(AgentEvent.CodecChosen.class).getLast().payloadType());
        voice.heard();
        voice.payloadTypes();
        voice.speak(CallStage.media(invite), 8);
        long before = voice.heardBy(stage.browser);
        stage.run(2 * SECOND);
        assertEquals(Set.of(8), voice.payloadTypes());
        assertTrue(voice.heardBy(stage.browser) > before + 90);
        end();
    }

    @Test
    void nothingIsSentToAPeerThatHoldsAndTheCallOutlivesALongHold() {
        SipRequest invite = establish();
        for (String direction : List.of("sendonly", "inactive")) {
            SipResponse response = reinvite(sdp(40_000, direction, PCMU));
            String expected = direction.equals("sendonly") ? "a=recvonly" : "a=inactive";
            assertTrue(ScriptedPeer.text(response).contains(expected), ScriptedPeer.text(response));
            voice.speak(null, 0);
            stage.run(SECOND);
            voice.heard();
            stage.run(300 * SECOND);
            assertEquals(0, voice.heard());
            assertTrue(stage.up(), "a hold is no silence");
            assertEquals(200, reinvite(sdp(40_000, "sendrecv", PCMU)).status());
            voice.speak(CallStage.media(invite), 0);
            stage.run(2 * SECOND);
            assertTrue(voice.heard() > 90);
        }
        end();
    }

    @Test
    void musicOnHoldIsHeard() {
        SipRequest invite = establish();
        reinvite(sdp(42_000, "sendonly", PCMU));
        voice.speak(null, 0);
        other.speak(CallStage.media(invite), 0);
        stage.run(2 * SECOND);
        assertTrue(other.heardBy(stage.browser) > 90);
        assertEquals(0, other.heard());
        end();
    }

    @Test
    void theUnspecifiedAddressOfAnOldDeviceIsAHold() {
        SipRequest invite = establish();
        assertEquals(
                200,
                reinvite(ScriptedPeer.sdp("0.0.0.0", 40_000, "sendrecv", PCMU)).status());
        voice.speak(null, 0);
        stage.run(SECOND);
        voice.heard();
        stage.run(300 * SECOND);
        assertEquals(0, voice.heard());
        assertTrue(stage.up(), "a hold is no silence");
        reinvite(sdp(40_000, "sendrecv", PCMU));
        voice.speak(CallStage.media(invite), 0);
        stage.run(2 * SECOND);
        assertTrue(voice.heard() > 90);
        end();
    }

    @Test
    void anOfferlessReinviteIsOfferedEverythingAndAnsweredInTheAck() {
        SipRequest invite = establish();
        dialog.request(SipMethod.INVITE, "");
        SipResponse response = peer.expectFinal(SipMethod.INVITE);
        assertTrue(ScriptedPeer.text(response).contains("a=sendrecv"));
        assertTrue(ScriptedPeer.text(response).contains("opus/48000/2"));
        dialog.acknowledge(response, sdp(42_000, "sendrecv", PCMA));
        stage.run(SECOND);
        voice.speak(null, 0);
        other.speak(CallStage.media(invite), 8);
        other.heard();
        stage.run(2 * SECOND);
        assertTrue(other.heard() > 90);
        assertTrue(other.heardBy(stage.browser) > 90);
        end();
    }

    @Test
    void aReinviteThatCannotBeTakenIsRefusedAndChangesNothing() {
        establish();
        assertEquals(488, reinvite(sdp(42_000, "sendrecv", "18 G729/8000")).status());
        assertEquals(
                488,
                reinvite(ScriptedPeer.sdp("224.0.0.1", 42_000, "sendrecv", PCMU))
                        .status());
        dialog.request(SipMethod.INVITE, "v=0\r\nthis is no description\r\n");
        SipResponse refused = peer.expectFinal(SipMethod.INVITE);
        assertTrue(refused.status() >= 400, refused::toString);
        dialog.acknowledge(refused, "");
        voice.heard();
        long before = voice.heardBy(stage.browser);
        stage.run(2 * SECOND);
        assertTrue(voice.heard() > 90);
        assertTrue(voice.heardBy(stage.browser) > before + 90);
        end();
    }

    @Test
    void ofTwoReinvitesInOneBreathTheSecondCounts() {
        SipRequest invite = establish();
        dialog.request(SipMethod.INVITE, sdp(44_000, "sendrecv", PCMU));
        SipResponse first = peer.expectFinal(SipMethod.INVITE);
        dialog.request(SipMethod.INVITE, sdp(42_000, "sendrecv", PCMU));
        SipResponse second = peer.expectFinal(SipMethod.INVITE);
        assertEquals(200, first.status());
        assertEquals(200, second.status());
        dialog.acknowledge(first, "");
        dialog.acknowledge(second, "");
        voice.speak(null, 0);
        other.speak(CallStage.media(invite), 0);
        stage.run(2 * SECOND);
        assertTrue(other.heard() > 90);
        end();
    }

    @Test
    void aByeInsideAReinviteEndsTheCallOnce() {
        establish();
        dialog.request(SipMethod.INVITE, sdp(40_000, "sendrecv", PCMU));
        dialog.request(SipMethod.BYE, "");
        stage.expectEnd(EndReason.NORMAL);
        voice.speak(null, 0);
        assertEquals(200, peer.expectFinal(SipMethod.BYE).status());
        assertFalse(peer.heard(SipMethod.BYE));
        stage.expectNothingLeft();
    }
}
