package offhook.sim;

import static offhook.sim.CallStage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.junit.jupiter.api.Test;

/** What happens before the answer: early media, several phones that ring, and who is said to be there. */
class EarlyDialogsTest {
    private static final String PCMU = "0 PCMU/8000";
    private static final String PCMA = "8 PCMA/8000";

    private final CallStage stage = new CallStage();
    private final ScriptedPeer peer = new ScriptedPeer(stage);
    private final PeerVoice one = new PeerVoice(stage.network, Addresses.of(Addresses.PBX, 40_000), 1_000_000);
    private final PeerVoice two = new PeerVoice(stage.network, Addresses.of(Addresses.PBX, 42_000), 2_000_000);

    private static String sdp(int port, String... formats) {
        return ScriptedPeer.sdp(Addresses.PBX, port, "sendrecv", formats);
    }

    private SipRequest dial() {
        stage.register();
        stage.dial(true);
        return peer.expect(SipMethod.INVITE);
    }

    private void expectHeard(PeerVoice voice) {
        stage.run(SECOND);
        long before = voice.heardBy(stage.browser);
        stage.run(2 * SECOND);
        assertTrue(voice.heardBy(stage.browser) > before + 90, "the browser hears the phone");
    }

    private void expectTalk(PeerVoice voice) {
        stage.run(SECOND);
        voice.heard();
        expectHeard(voice);
        assertTrue(voice.heard() > 90, "the phone hears the browser");
    }

    private void answer(SipRequest invite, String tag, String sdp) {
        peer.respond(invite, 200, tag, sdp);
        peer.expect(SipMethod.ACK);
    }

    private void end() {
        stage.hangUp();
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        stage.expectEnd(EndReason.NORMAL);
        one.speak(null, 0);
        two.speak(null, 0);
        stage.expectNothingLeft();
    }

    @Test
    void anAnswerWithoutADescriptionStandsByTheEarlyOne() {
        SipRequest invite = dial();
        peer.respond(invite, 183, "a", sdp(40_000, PCMU));
        stage.run(SECOND / 10);
        answer(invite, "a", "");
        one.speak(CallStage.media(invite), 0);
        expectTalk(one);
        end();
    }

    @Test
    void anAnswerMayChangeWhatWasSaidEarly() {
        SipRequest invite = dial();
        peer.respond(invite, 183, "a", sdp(40_000, PCMU));
        one.speak(CallStage.media(invite), 0);
        expectHeard(one);
        one.speak(null, 0);
        answer(invite, "a", sdp(42_000, PCMA));
        two.speak(CallStage.media(invite), 8);
        expectTalk(two);
        assertEquals(8, stage.all(AgentEvent.CodecChosen.class).getLast().payloadType());
        end();
    }

    @Test
    void aRedirectIsFollowedWithinTheTelephoneSystem() {
        SipRequest first = dial();
        peer.respond(first, 302, "r", "", "Contact", "<sip:3000@" + Addresses.PBX + ">");
        SipRequest second = peer.expect(SipMethod.INVITE);
        assertEquals("sip:3000@" + Addresses.PBX, second.uri().toString());
        assertEquals(first.headers().callId(), second.headers().callId());
        answer(second, "a", sdp(40_000, PCMU));
        one.speak(CallStage.media(second), 0);
        expectTalk(one);
        end();
    }

    @Test
    void aRedirectToStrangersEndsTheCall() {
        peer.respond(dial(), 302, "r", "", "Contact", "<sip:3000@stranger.example>");
        assertEquals(302, stage.expectEnd(EndReason.PEER_ERROR).sipStatus());
        stage.expectNothingLeft();
    }

    @Test
    void ofTwoPhonesTheOneThatAnswersIsHeardThoughTheOtherSpokeBefore() {
        SipRequest invite = dial();
        peer.respond(invite, 183, "a", sdp(40_000, PCMU));
        one.speak(CallStage.media(invite), 0);
        expectHeard(one);
        peer.respond(invite, 183, "b", sdp(42_000, PCMU));
        stage.run(10 * SECOND);
        one.speak(null, 0);
        answer(invite, "b", sdp(42_000, PCMU));
        two.speak(CallStage.media(invite), 0);
        expectTalk(two);
        end();
    }

    @Test
    void aPhoneThatAnswersWithoutADescriptionIsHeardByItsOwn() {
        SipRequest invite = dial();
        peer.respond(invite, 183, "a", sdp(40_000, PCMU));
        stage.run(SECOND / 10);
        peer.respond(invite, 183, "b", sdp(42_000, PCMA));
        two.speak(CallStage.media(invite), 8);
        expectHeard(two);
        two.speak(null, 0);
        answer(invite, "a", "");
        one.speak(CallStage.media(invite), 0);
        expectTalk(one);
        end();
    }

    @Test
    void aPhoneThatHadNotRungMayAnswer() {
        SipRequest invite = dial();
        peer.respond(invite, 183, "a", sdp(40_000, PCMU));
        one.speak(CallStage.media(invite), 0);
        expectHeard(one);
        one.speak(null, 0);
        answer(invite, "b", sdp(42_000, PCMU));
        two.speak(CallStage.media(invite), 0);
        expectTalk(two);
        end();
    }

    @Test
    void reliableEarlyMediaIsAcknowledgedAndHeard() {
        SipRequest invite = dial();
        assertTrue(invite.headers().all("Supported").contains("100rel"));
        peer.respond(invite, 183, "a", sdp(40_000, PCMU), "Require", "100rel", "RSeq", "7");
        SipRequest prack = peer.expect(SipMethod.PRACK);
        assertEquals("7 1 INVITE", prack.headers().first("RAck").orElseThrow());
        peer.respond(prack, 200, "", "");
        one.speak(CallStage.media(invite), 0);
        expectHeard(one);
        answer(invite, "a", "");
        expectTalk(one);
        end();
    }

    @Test
    void anUpdateBeforeTheAnswerMovesEarlyMedia() {
        SipRequest invite = dial();
        peer.respond(invite, 183, "a", sdp(40_000, PCMU), "Require", "100rel", "RSeq", "7");
        peer.respond(peer.expect(SipMethod.PRACK), 200, "", "");
        ScriptedPeer.Dialog dialog = peer.dialogOf(invite, "a");
        dialog.request(SipMethod.UPDATE, sdp(42_000, PCMU));
        assertEquals(200, peer.expectFinal(SipMethod.UPDATE).status());
        two.speak(CallStage.media(invite), 0);
        expectHeard(two);
        answer(invite, "a", "");
        expectTalk(two);
        end();
    }

    // ------------------------------------------------------------------ who is there

    @Test
    void theTelephoneSystemSaysWhoHasAnswered() {
        SipRequest invite = dial();
        String identity = "\"Bob\" <sip:2001@" + Addresses.PBX + ">";
        peer.respond(invite, 200, "a", sdp(40_000, PCMU), "P-Asserted-Identity", identity);
        AgentEvent.PeerChanged changed = stage.expect(AgentEvent.PeerChanged.class);
        assertEquals("2001", changed.number());
        assertEquals("Bob", changed.displayName());
        peer.expect(SipMethod.ACK);
        end();
    }

    @Test
    void theTelephoneSystemSaysWhoCalls() {
        stage.register();
        peer.call(
                sdp(40_000, PCMU),
                "P-Asserted-Identity",
                "<tel:+49301234567;phone-context=x>",
                "X-Queue",
                "sales",
                "X-Secret",
                "no");
        AgentEvent.Incoming incoming = stage.expect(AgentEvent.Incoming.class);
        assertEquals("+49301234567", incoming.caller());
        assertEquals(Map.of("X-Queue", "sales"), incoming.headers());
        stage.hangUp();
        assertEquals(603, peer.expectFinal(SipMethod.INVITE).status());
    }

    @Test
    void whatThePageAddsIsInTheInvite() {
        stage.register();
        stage.command(new AgentCommand.Dial(
                CallStage.CALL, "2000", "", stage.browser.offer(), true, Map.of("X-Ticket", "4711")));
        SipRequest invite = peer.expect(SipMethod.INVITE);
        assertEquals("4711", invite.headers().first("X-Ticket").orElseThrow());
        peer.respond(invite, 486, "a", "", "Retry-After", "90");
        assertTrue(stage.expectEnd(EndReason.BUSY).text().contains("again in 90 seconds"));
    }

    @Test
    void aLineBreakInAHeaderOfThePageIsRefused() {
        stage.register();
        stage.command(new AgentCommand.Dial(
                CallStage.CALL, "2000", "", stage.browser.offer(), true, Map.of("X-Ticket", "4711\r\nX-Evil: 1")));
        stage.expectEnd(EndReason.INVALID_FIELD);
        stage.run(SECOND);
        assertTrue(peer.received.isEmpty());
    }

    // ------------------------------------------------------------------ the called side

    @Test
    void aCallWithoutAnOfferIsAnsweredByOursAndGoesOnAfterAReinvite() {
        stage.register();
        ScriptedPeer.Dialog dialog = peer.call("");
        stage.expect(AgentEvent.Incoming.class);
        stage.run(SECOND);
        stage.answer();
        SipResponse success = peer.expectFinal(SipMethod.INVITE);
        dialog.acknowledge(success, sdp(40_000, PCMU));
        one.speak(CallStage.media(success), 0);
        expectTalk(one);
        dialog.request(SipMethod.INVITE, sdp(42_000, PCMA));
        SipResponse again = peer.expectFinal(SipMethod.INVITE);
        dialog.acknowledge(again, "");
        one.speak(null, 0);
        two.speak(CallStage.media(again), 8);
        expectTalk(two);
        end();
    }
}
