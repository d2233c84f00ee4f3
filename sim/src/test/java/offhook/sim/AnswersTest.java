package offhook.sim;

import static offhook.sim.CallStage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.sip.digest.DigestServer;
import offhook.sip.message.HeaderName;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which an INVITE is answered: early media, forks, late and changed descriptions, challenges. */
class AnswersTest {
    private static final String PCMU = "0 PCMU/8000";
    private static final String PCMA = "8 PCMA/8000";

    private final CallStage stage = new CallStage();
    private final ScriptedPeer peer = new ScriptedPeer(stage);
    private final PeerVoice first = new PeerVoice(stage.network, Addresses.of(Addresses.PBX, 40_000), 1_000_000);
    private final PeerVoice second = new PeerVoice(stage.network, Addresses.of(Addresses.PBX, 42_000), 2_000_000);

    private static String sdp(int port, String... formats) {
        return ScriptedPeer.sdp(Addresses.PBX, port, "sendrecv", formats);
    }

    private SipRequest dial(boolean answerAtOnce) {
        stage.register();
        stage.dial(answerAtOnce);
        return peer.expect(SipMethod.INVITE);
    }

    private void peerHangsUp(ScriptedPeer.Dialog dialog) {
        first.speak(null, 0);
        second.speak(null, 0);
        dialog.request(SipMethod.BYE, "");
        assertEquals(200, peer.expectFinal(SipMethod.BYE).status());
        stage.expectEnd(EndReason.NORMAL);
        stage.expectNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneOfTwoForksWithEarlyMediaAnswers(boolean answerAtOnce) {
        SipRequest invite = dial(answerAtOnce);
        peer.respond(invite, 183, "fork1", sdp(40_000, PCMU));
        first.speak(CallStage.media(invite), 0);
        assertTrue(stage.expect(AgentEvent.Ringing.class).earlyMedia());
        stage.run(SECOND);
        assertTrue(first.heardBy(stage.browser) > 10, "the first fork's ringback is heard");

        peer.respond(invite, 183, "fork2", sdp(42_000, PCMU));
        stage.run(SECOND / 10);
        first.speak(null, 0);
        second.speak(CallStage.media(invite), 0);
        stage.run(SECOND);
        peer.respond(invite, 200, "fork2", sdp(42_000, PCMU));
        stage.expect(AgentEvent.Established.class);
        assertEquals("fork2", peer.expect(SipMethod.ACK).headers().to().tag());
        first.heard();
        second.heard();
        stage.run(2 * SECOND);
        assertEquals(0, first.heard());
        assertTrue(second.heard() > 90);
        assertTrue(second.heardBy(stage.browser) > 90);
        peerHangsUp(peer.dialogOf(invite, "fork2"));
    }

    @Test
    void aForkWithoutACommonCodecDoesNotEndTheCallOfTheOthers() {
        SipRequest invite = dial(true);
        peer.respond(invite, 183, "fork1", sdp(40_000, "18 G729/8000"));
        stage.run(SECOND);
        peer.respond(invite, 183, "fork2", sdp(42_000, PCMU));
        peer.respond(invite, 200, "fork2", sdp(42_000, PCMU));
        stage.expect(AgentEvent.Established.class);
        second.speak(CallStage.media(invite), 0);
        stage.run(2 * SECOND);
        assertTrue(second.heardBy(stage.browser) > 50);
        peerHangsUp(peer.dialogOf(invite, "fork2"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theAnswerMayChangeWhatEarlyMediaSaid(boolean answerAtOnce) {
        SipRequest invite = dial(answerAtOnce);
        peer.respond(invite, 183, "t", sdp(40_000, PCMU, PCMA));
        stage.run(SECOND);
        peer.respond(invite, 200, "t", sdp(42_000, PCMA));
        stage.expect(AgentEvent.Established.class);
        second.speak(CallStage.media(invite), 8);
        stage.run(2 * SECOND);
        assertEquals(8, stage.all(AgentEvent.CodecChosen.class).getLast().payloadType());
        first.heard();
        second.heard();
        stage.run(2 * SECOND);
        assertTrue(second.heard() > 90);
        assertEquals(0, first.heard());
        assertTrue(second.heardBy(stage.browser) > 90);
        peerHangsUp(peer.dialogOf(invite, "t"));
    }

    @Test
    void aSuccessWithoutSdpAfterEarlyMediaKeepsWhatWasAgreed() {
        SipRequest invite = dial(true);
        peer.respond(invite, 183, "t", sdp(40_000, PCMU));
        stage.run(SECOND);
        peer.respond(invite, 200, "t", "");
        stage.expect(AgentEvent.Established.class);
        first.speak(CallStage.media(invite), 0);
        first.heard();
        stage.run(2 * SECOND);
        assertTrue(first.heard() > 90);
        peerHangsUp(peer.dialogOf(invite, "t"));
    }

    @Test
    void aSuccessWithoutAnySdpEndsTheCallByBye() {
        SipRequest invite = dial(true);
        peer.respond(invite, 200, "t", "");
        peer.expect(SipMethod.ACK);
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        stage.expectEnd(EndReason.PEER_ERROR);
        stage.expectNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 407})
    void aChallengeToTheInviteIsMet(int status) {
        SipRequest invite = dial(true);
        DigestServer digest = new DigestServer("pbx", stage.random);
        SipResponse challenge = digest.challenge(invite, status, false, "c", stage.network.nowNanos());
        peer.sendBytes(challenge.toBytes());
        SipRequest again = peer.expect(SipMethod.INVITE);
        assertTrue(again.headers().has(status == 401 ? HeaderName.AUTHORIZATION : HeaderName.PROXY_AUTHORIZATION));
        DigestServer.Verdict verdict =
                digest.verify(again, status, user -> Optional.of(FakePbx.PASSWORD), stage.network.nowNanos());
        assertTrue(verdict instanceof DigestServer.Verdict.Accepted, verdict::toString);
        peer.respond(again, 200, "t", sdp(40_000, PCMU));
        stage.expect(AgentEvent.Established.class);
        peerHangsUp(peer.dialogOf(again, "t"));
    }

    @Test
    void aChallengeToTheAnswerOfAChallengeIsAWrongPassword() {
        SipRequest invite = dial(true);
        DigestServer digest = new DigestServer("pbx", stage.random);
        peer.sendBytes(digest.challenge(invite, 407, false, "c", stage.network.nowNanos())
                .toBytes());
        SipRequest again = peer.expect(SipMethod.INVITE);
        peer.sendBytes(digest.challenge(again, 407, false, "d", stage.network.nowNanos())
                .toBytes());
        stage.expectEnd(EndReason.WRONG_PASSWORD);
        stage.expectNothingLeft();
    }

    @Test
    void anOfferlessInviteIsOfferedEverythingAndAnsweredInTheAck() {
        stage.register();
        ScriptedPeer.Dialog dialog = peer.call("");
        stage.expect(AgentEvent.Incoming.class);
        stage.run(SECOND);
        stage.answer();
        SipResponse success = peer.expectFinal(SipMethod.INVITE);
        assertTrue(ScriptedPeer.text(success).contains("opus/48000/2"));
        dialog.acknowledge(success, sdp(40_000, PCMA));
        first.speak(CallStage.media(success), 8);
        stage.run(2 * SECOND);
        assertEquals(8, stage.expect(AgentEvent.CodecChosen.class).payloadType());
        assertTrue(first.heard() > 50);
        assertTrue(first.heardBy(stage.browser) > 50);
        peerHangsUp(dialog);
    }

    @Test
    void anOfferlessInviteWhoseAckBringsNothingUsableEndsByBye() {
        stage.register();
        ScriptedPeer.Dialog dialog = peer.call("");
        stage.expect(AgentEvent.Incoming.class);
        stage.answer();
        SipResponse success = peer.expectFinal(SipMethod.INVITE);
        dialog.acknowledge(success, sdp(40_000, "18 G729/8000"));
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        stage.expectEnd(EndReason.NO_COMMON_CODEC);
        stage.expectNothingLeft();
    }

    @Test
    void anInviteWithoutACommonCodecIsRefusedWithoutRinging() {
        stage.register();
        ScriptedPeer.Dialog dialog = peer.call(sdp(40_000, "18 G729/8000"));
        SipResponse refused = peer.expectFinal(SipMethod.INVITE);
        assertEquals(488, refused.status());
        dialog.acknowledge(refused, "");
        stage.run(SECOND);
        assertTrue(stage.all(AgentEvent.Incoming.class).isEmpty());
        assertEquals(0, stage.gateway.switchboard().calls());
        assertEquals(0, stage.gateway.openPorts());
    }
}
