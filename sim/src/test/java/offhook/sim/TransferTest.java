package offhook.sim;

import static offhook.sim.CallStage.CALL;
import static offhook.sim.CallStage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers: those that the person asks for, and those that the telephone system does. */
class TransferTest {
    private static final String PCMU = "0 PCMU/8000";
    private static final String PCMA = "8 PCMA/8000";
    private static final String CONSULT = "call-2";
    private static final String HERE = Addresses.PBX;

    private final CallStage stage = new CallStage();
    private final ScriptedPeer peer = new ScriptedPeer(stage);
    private final PeerVoice voice = new PeerVoice(stage.network, Addresses.of(HERE, 40_000), 1_000_000);
    private final PeerVoice other = new PeerVoice(stage.network, Addresses.of(HERE, 42_000), 2_000_000);
    private final FakeBrowser otherBrowser =
            new FakeBrowser(stage.network, Addresses.of(Addresses.BROWSER, 50_002), stage.random);
    private SipRequest invite;
    private ScriptedPeer.Dialog dialog;
    private ScriptedPeer.Dialog consult;

    private static String sdp(int port, String direction, String... formats) {
        return ScriptedPeer.sdp(HERE, port, direction, formats);
    }

    /** A call of the browser, answered with PCMU; both speak. */
    private void establish() {
        stage.register();
        stage.dial(true);
        invite = peer.expect(SipMethod.INVITE);
        peer.respond(invite, 200, "t", sdp(40_000, "sendrecv", PCMU));
        dialog = peer.dialogOf(invite, "t");
        peer.expect(SipMethod.ACK);
        voice.speak(CallStage.media(invite), 0);
        stage.run(SECOND);
        expectTalk(voice, stage.browser);
    }

    /** Another call of the same browser, while the first one is held. */
    private void consult() {
        stage.command(new AgentCommand.Hold(CALL));
        expectReinvite("sendonly", "recvonly");
        stage.otherBrowsers.put(CONSULT, otherBrowser);
        stage.command(new AgentCommand.Dial(CONSULT, "3000", "", otherBrowser.offer(), true, Map.of()));
        SipRequest second = peer.expect(SipMethod.INVITE);
        peer.respond(second, 200, "u", sdp(42_000, "sendrecv", PCMU));
        consult = peer.dialogOf(second, "u");
        peer.expect(SipMethod.ACK);
        other.speak(CallStage.media(second), 0);
        stage.run(SECOND);
        expectTalk(other, otherBrowser);
    }

    private SipRequest expectReinvite(String offered, String answered) {
        SipRequest reinvite = peer.expect(SipMethod.INVITE);
        assertTrue(ScriptedPeer.text(reinvite).contains("a=" + offered), () -> ScriptedPeer.text(reinvite));
        boolean first = reinvite.headers().callId().equals(invite.headers().callId());
        peer.respond(reinvite, 200, "", sdp(first ? 40_000 : 42_000, answered, PCMU));
        peer.expect(SipMethod.ACK);
        return reinvite;
    }

    private static void expectTalk(PeerVoice voice, FakeBrowser browser, CallStage stage) {
        voice.heard();
        long before = voice.heardBy(browser);
        stage.run(2 * SECOND);
        assertTrue(voice.heard() > 90, "the peer hears the browser");
        assertTrue(voice.heardBy(browser) > before + 90, "the browser hears the peer");
    }

    private void expectTalk(PeerVoice heard, FakeBrowser browser) {
        expectTalk(heard, browser, stage);
    }

    private SipRequest transfer() {
        stage.command(new AgentCommand.Transfer(CALL, "4000"));
        expectReinvite("sendonly", "recvonly");
        SipRequest refer = peer.expect(SipMethod.REFER);
        assertEquals(
                "<sip:4000@" + HERE + ">", refer.headers().first("Refer-To").orElseThrow());
        return refer;
    }

    private AgentEvent.TransferEnded transferEnded() {
        return stage.expect(AgentEvent.TransferEnded.class);
    }

    private void silence() {
        voice.speak(null, 0);
        other.speak(null, 0);
    }

    private void end() {
        assertEquals(1, stage.gateway.switchboard().calls());
        stage.hangUp();
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        stage.expectEnd(EndReason.NORMAL);
        silence();
        stage.expectNothingLeft();
    }

    private void expectNothingLeftOfBoth() {
        silence();
        stage.run(100 * SECOND);
        assertEquals(List.of(), stage.gateway.faults());
        assertEquals(0, stage.gateway.switchboard().calls());
        assertEquals(0, stage.gateway.openPorts());
        assertEquals(2, stage.all(AgentEvent.Ended.class).size());
    }

    // ------------------------------------------------------------------ the person transfers

    @Test
    void aBlindTransferIsFollowedToItsEndAndEndsTheCall() {
        establish();
        peer.respond(transfer(), 202, "", "");
        stage.run(SECOND);
        for (String status : List.of("100 Trying", "180 Ringing")) {
            dialog.notify(status, false);
            assertEquals(200, peer.expectFinal("NOTIFY").status());
        }
        dialog.notify("200 OK", true);
        AgentEvent.TransferEnded ended = transferEnded();
        assertTrue(ended.succeeded());
        assertEquals(
                List.of(202, 100, 180),
                stage.all(AgentEvent.TransferProgress.class).stream()
                        .map(AgentEvent.TransferProgress::sipStatus)
                        .toList());
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        stage.expectEnd(EndReason.NORMAL);
        silence();
        stage.expectNothingLeft();
    }

    @Test
    void aPeerThatAgreesAndHangsUpHasDoneIt() {
        establish();
        peer.respond(transfer(), 202, "", "");
        dialog.notify("100 Trying", false);
        stage.run(SECOND);
        dialog.request(SipMethod.BYE, "");
        assertTrue(transferEnded().succeeded());
        stage.expectEnd(EndReason.NORMAL);
        silence();
        stage.expectNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"486 Busy Here,BUSY", "603 Decline,DECLINED", "404 Not Found,NOT_FOUND", "503 Oops,SERVER_ERROR"})
    void aFailedTransferGivesTheCallBack(String status, EndReason reason) {
        establish();
        peer.respond(transfer(), 202, "", "");
        dialog.notify(status, true);
        assertEquals(reason, transferEnded().reason());
        expectReinvite("sendrecv", "sendrecv");
        expectTalk(voice, stage.browser);
        end();
    }

    @Test
    void aPeerThatHoldsWhileItTransfersIsLetToResumeByItself() {
        failWhilePeerHolds();
        stage.run(SECOND / 2);
        reinvited("sendrecv", "sendrecv");
        assertFalse(stage.all(AgentEvent.Held.class).getLast().held());
        expectTalk(voice, stage.browser);
        end();
    }

    @Test
    void aPeerThatHoldsWhileItTransfersAndForgetsToResumeIsAskedFor() {
        failWhilePeerHolds();
        expectReinvite("sendrecv", "sendrecv");
        expectTalk(voice, stage.browser);
        end();
    }

    private void failWhilePeerHolds() {
        establish();
        peer.respond(transfer(), 202, "", "");
        reinvited("sendonly", "inactive");
        dialog.notify("404 Not Found", true);
        assertFalse(transferEnded().succeeded());
    }

    /** The peer changes the direction; the gateway must answer with this one. */
    private void reinvited(String offered, String answered) {
        dialog.request(SipMethod.INVITE, sdp(40_000, offered, PCMU));
        SipResponse answer = peer.expectFinal(SipMethod.INVITE);
        assertTrue(ScriptedPeer.text(answer).contains("a=" + answered), () -> ScriptedPeer.text(answer));
        dialog.acknowledge(answer, "");
        stage.run(SECOND);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 405, 501, 603})
    void aPeerThatWillNotTransferLeavesTheCallAsItWas(int status) {
        establish();
        peer.respond(transfer(), status, "", "");
        AgentEvent.TransferEnded ended = transferEnded();
        assertFalse(ended.succeeded());
        assertEquals(status, ended.sipStatus());
        expectReinvite("sendrecv", "sendrecv");
        expectTalk(voice, stage.browser);
        end();
    }

    @Test
    void aPeerThatNeverSaysHowItWentLeavesTheCall() {
        establish();
        peer.respond(transfer(), 202, "", "");
        stage.run(170 * SECOND);
        assertTrue(stage.all(AgentEvent.TransferEnded.class).isEmpty());
        stage.run(20 * SECOND);
        assertEquals(EndReason.REQUEST_TIMEOUT, transferEnded().reason());
        expectReinvite("sendrecv", "sendrecv");
        expectTalk(voice, stage.browser);
        end();
    }

    @Test
    void aCallThatWasHeldBeforeStaysHeldWhenItsTransferFails() {
        establish();
        stage.command(new AgentCommand.Hold(CALL));
        expectReinvite("sendonly", "recvonly");
        stage.command(new AgentCommand.Transfer(CALL, "4000"));
        peer.respond(peer.expect(SipMethod.REFER), 202, "", "");
        dialog.notify("486 Busy Here", true);
        assertFalse(transferEnded().succeeded());
        stage.run(5 * SECOND);
        assertTrue(stage.all(AgentEvent.Held.class).getLast().held());
        end();
    }

    @Test
    void aPeerThatWillNotHoldIsAskedToTransferAllTheSame() {
        establish();
        stage.command(new AgentCommand.Transfer(CALL, "4000"));
        peer.respond(peer.expect(SipMethod.INVITE), 488, "", "");
        peer.respond(peer.expect(SipMethod.REFER), 403, "", "");
        assertFalse(transferEnded().succeeded());
        assertTrue(stage.all(AgentEvent.Refused.class).isEmpty(), "nobody asked for a hold");
        expectTalk(voice, stage.browser);
        end();
    }

    @Test
    void oneTransferAtATime() {
        establish();
        SipRequest refer = transfer();
        for (int i = 0; i < 50; i++) {
            stage.command(new AgentCommand.Transfer(CALL, "500" + i));
        }
        assertEquals(50, stage.all(AgentEvent.Refused.class).size());
        peer.respond(refer, 403, "", "");
        assertFalse(transferEnded().succeeded());
        expectReinvite("sendrecv", "sendrecv");
        end();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sip:4000@elsewhere.example", "4000@elsewhere.example", "4000>\r\nX: y", ""})
    void aTargetThatMayNotBeCalledIsRefused(String target) {
        establish();
        stage.command(new AgentCommand.Transfer(CALL, target));
        AgentEvent.Refused refused = stage.expect(AgentEvent.Refused.class);
        assertEquals("transfer", refused.request());
        stage.run(SECOND);
        assertFalse(peer.heard(SipMethod.REFER));
        expectTalk(voice, stage.browser);
        end();
    }

    @Test
    void hangingUpDuringATransferEndsTheCall() {
        establish();
        peer.respond(transfer(), 202, "", "");
        stage.run(SECOND);
        stage.hangUp();
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        stage.expectEnd(EndReason.NORMAL);
        silence();
        stage.expectNothingLeft();
    }

    // ------------------------------------------------------------------ with a call in between

    @Test
    void anAttendedTransferConnectsTheTwoAndEndsBothCalls() {
        establish();
        consult();
        stage.command(new AgentCommand.AttendedTransfer(CALL, CONSULT));
        SipRequest hold = expectReinvite("sendonly", "recvonly");
        assertFalse(hold.headers().callId().equals(invite.headers().callId()), "the first was held already");
        SipRequest refer = peer.expect(SipMethod.REFER);
        assertEquals(invite.headers().callId(), refer.headers().callId());
        String referTo = refer.headers().first("Refer-To").orElseThrow();
        assertTrue(referTo.startsWith("<sip:2000@" + HERE + "?Replaces="), referTo);
        assertTrue(referTo.contains(hold.headers().callId().replace("@", "%40")), referTo);
        assertTrue(referTo.contains("to-tag%3Du"), referTo);
        peer.respond(refer, 202, "", "");
        dialog.notify("200 OK", true);
        assertTrue(transferEnded().succeeded());
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        expectNothingLeftOfBoth();
    }

    @Test
    void theOtherSideOfAnAttendedTransferMayHangUpFirst() {
        establish();
        consult();
        stage.command(new AgentCommand.AttendedTransfer(CALL, CONSULT));
        expectReinvite("sendonly", "recvonly");
        peer.respond(peer.expect(SipMethod.REFER), 202, "", "");
        stage.run(SECOND);
        consult.request(SipMethod.BYE, "");
        stage.expectEnd(EndReason.NORMAL);
        dialog.notify("200 OK", true);
        assertTrue(transferEnded().succeeded());
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        expectNothingLeftOfBoth();
    }

    @Test
    void aFailedAttendedTransferLeavesBothCallsAsTheyWere() {
        establish();
        consult();
        stage.command(new AgentCommand.AttendedTransfer(CALL, CONSULT));
        expectReinvite("sendonly", "recvonly");
        peer.respond(peer.expect(SipMethod.REFER), 202, "", "");
        dialog.notify("503 Service Unavailable", true);
        assertFalse(transferEnded().succeeded());
        SipRequest resumed = expectReinvite("sendrecv", "sendrecv");
        assertFalse(resumed.headers().callId().equals(invite.headers().callId()), "the first stays held");
        expectTalk(other, otherBrowser);
        stage.command(new AgentCommand.HangUp(CONSULT));
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        stage.command(new AgentCommand.Resume(CALL));
        expectReinvite("sendrecv", "sendrecv");
        expectTalk(voice, stage.browser);
        stage.hangUp();
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        expectNothingLeftOfBoth();
    }

    @Test
    void acallIsNotTransferredToItself() {
        establish();
        for (String id : List.of(CALL, "nobody")) {
            stage.command(new AgentCommand.AttendedTransfer(CALL, id));
            assertEquals("transfer", stage.expect(AgentEvent.Refused.class).request());
        }
        end();
    }

    // ------------------------------------------------------------------ the telephone system refers the person

    private SipRequest referred(String target) {
        dialog.requestWith(SipMethod.REFER, "", "Refer-To", target, "Referred-By", "<sip:2000@" + HERE + ">");
        assertEquals(202, peer.expectFinal(SipMethod.REFER).status());
        expectNotify("100");
        return peer.expect(SipMethod.INVITE);
    }

    private void expectNotify(String status) {
        SipRequest notify = peer.expect("NOTIFY");
        assertTrue(ScriptedPeer.text(notify).startsWith("SIP/2.0 " + status), () -> ScriptedPeer.text(notify));
        peer.respond(notify, 200, "", "");
    }

    @Test
    void theBrowserTalksOnWithWhoeverThePeerRefersItTo() {
        establish();
        SipRequest next = referred("<sip:3000@" + HERE + ">");
        assertEquals("sip:3000@" + HERE, next.uri().toString());
        assertEquals(
                "<sip:2000@" + HERE + ">", next.headers().first("Referred-By").orElseThrow());
        peer.respond(next, 180, "n", "");
        expectNotify("180");
        expectTalk(voice, stage.browser);
        peer.respond(next, 200, "n", sdp(42_000, "sendrecv", PCMA));
        expectNotify("200");
        peer.expect(SipMethod.ACK);
        SipRequest bye = peer.expect(SipMethod.BYE);
        assertEquals(invite.headers().callId(), bye.headers().callId());
        peer.respond(bye, 200, "", "");
        assertEquals("3000", stage.expect(AgentEvent.PeerChanged.class).number());
        other.speak(CallStage.media(next), 8);
        stage.run(SECOND);
        expectTalk(other, stage.browser);
        assertEquals(1, stage.all(AgentEvent.BrowserDescribed.class).size());
        end();
    }

    @Test
    void whoIsCalledMayBeReferredToo() {
        stage.register();
        dialog = peer.call(sdp(40_000, "sendrecv", PCMU));
        stage.expect(AgentEvent.Incoming.class);
        stage.run(SECOND);
        stage.answer();
        SipResponse success = peer.expectFinal(SipMethod.INVITE);
        dialog.acknowledge(success, "");
        voice.speak(CallStage.media(success), 0);
        stage.run(SECOND);
        SipRequest next = referred("<sip:3000@" + HERE + ">");
        peer.respond(next, 200, "n", sdp(42_000, "sendrecv", PCMU));
        expectNotify("200");
        peer.expect(SipMethod.ACK);
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        other.speak(CallStage.media(next), 0);
        stage.run(SECOND);
        expectTalk(other, stage.browser);
        end();
    }

    @Test
    void whoeverIsReferredToMayBeHeldAndHoldLikeTheFirst() {
        establish();
        SipRequest next = referred("<sip:3000@" + HERE + ">");
        peer.respond(next, 200, "n", sdp(42_000, "sendrecv", PCMU));
        expectNotify("200");
        peer.expect(SipMethod.ACK);
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        other.speak(CallStage.media(next), 0);
        stage.command(new AgentCommand.Hold(CALL));
        SipRequest hold = peer.expect(SipMethod.INVITE);
        assertEquals(next.headers().callId(), hold.headers().callId());
        peer.respond(hold, 200, "", sdp(42_000, "recvonly", PCMU));
        assertTrue(stage.expect(AgentEvent.Held.class).held());
        stage.command(new AgentCommand.Resume(CALL));
        peer.respond(peer.expect(SipMethod.INVITE), 200, "", sdp(42_000, "sendrecv", PCMU));
        assertFalse(stage.expect(AgentEvent.Held.class).held());
        expectTalk(other, stage.browser);
        end();
    }

    @Test
    void earlyMediaOfWhoeverIsCalledIsHeard() {
        establish();
        SipRequest next = referred("<sip:3000@" + HERE + ">");
        voice.speak(null, 0);
        peer.respond(next, 183, "n", sdp(42_000, "sendrecv", PCMU));
        expectNotify("183");
        other.speak(CallStage.media(next), 0);
        stage.run(SECOND);
        long before = other.heardBy(stage.browser);
        stage.run(2 * SECOND);
        assertTrue(other.heardBy(stage.browser) > before + 90);
        peer.respond(next, 486, "n", "");
        expectNotify("486");
        other.speak(null, 0);
        voice.speak(CallStage.media(invite), 0);
        stage.run(SECOND);
        expectTalk(voice, stage.browser);
        end();
    }

    @Test
    void whenNobodyAnswersThePeerHasTheCallBack() {
        establish();
        SipRequest next = referred("<sip:3000@" + HERE + ">");
        peer.respond(next, 486, "n", "");
        expectNotify("486");
        expectTalk(voice, stage.browser);
        assertTrue(stage.all(AgentEvent.PeerChanged.class).isEmpty());
        end();
    }

    @Test
    void aPeerThatLeavesAtOnceIsReplacedAllTheSame() {
        establish();
        SipRequest next = referred("<sip:3000@" + HERE + ">");
        peer.respond(next, 180, "n", "");
        dialog.request(SipMethod.BYE, "");
        assertEquals(200, peer.expectFinal(SipMethod.BYE).status());
        voice.speak(null, 0);
        stage.run(100 * SECOND);
        assertTrue(stage.up(), "nobody is to be heard meanwhile");
        peer.respond(next, 200, "n", sdp(42_000, "sendrecv", PCMU));
        peer.expect(SipMethod.ACK);
        other.speak(CallStage.media(next), 0);
        stage.run(SECOND);
        expectTalk(other, stage.browser);
        end();
    }

    @Test
    void aPeerThatLeavesAtOnceAndNobodyAnswersIsTheEnd() {
        establish();
        SipRequest next = referred("<sip:3000@" + HERE + ">");
        dialog.request(SipMethod.BYE, "");
        peer.expectFinal(SipMethod.BYE);
        peer.respond(next, 486, "n", "");
        stage.expectEnd(EndReason.BUSY);
        silence();
        stage.expectNothingLeft();
    }

    @Test
    void hangingUpEndsTheOldCallAndTheNewOne() {
        establish();
        SipRequest next = referred("<sip:3000@" + HERE + ">");
        peer.respond(next, 180, "n", "");
        stage.run(SECOND);
        stage.hangUp();
        SipRequest cancel = peer.expect(SipMethod.CANCEL);
        peer.respond(cancel, 200, "", "");
        peer.respond(next, 487, "n", "");
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        stage.expectEnd(EndReason.NORMAL);
        silence();
        stage.expectNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({
        "<sip:3000@elsewhere.example>,403",
        "<sip:3000@" + HERE + ";method=BYE>,403",
        "<tel:+49301234>,416",
        "<sip:30 00@" + HERE + ">,400",
        "<sip:3000@" + HERE + "?Replaces=a%0d%0aX-Evil:%20b>,400"
    })
    void whereNobodyMayBeSentIsRefused(String target, int status) {
        establish();
        dialog.requestWith(SipMethod.REFER, "", "Refer-To", target);
        assertEquals(status, peer.expectFinal(SipMethod.REFER).status());
        stage.run(SECOND);
        assertFalse(peer.heard("NOTIFY"));
        expectTalk(voice, stage.browser);
        end();
    }

    @Test
    void oneReferralAtATime() {
        establish();
        SipRequest next = referred("<sip:3000@" + HERE + ">");
        dialog.requestWith(SipMethod.REFER, "", "Refer-To", "<sip:3001@" + HERE + ">");
        SipResponse second = peer.expectFinal(SipMethod.REFER);
        assertTrue(second.status() >= 400, second::toString);
        peer.respond(next, 404, "n", "");
        expectNotify("404");
        expectTalk(voice, stage.browser);
        end();
    }

    @Test
    void aReferralBringsReplacesToItsTarget() {
        establish();
        SipRequest next = referred("<sip:3000@" + HERE + "?Replaces=abc%40x%3Bto-tag%3D1%3Bfrom-tag%3D2>");
        assertEquals(
                "abc@x;to-tag=1;from-tag=2", next.headers().first("Replaces").orElseThrow());
        peer.respond(next, 486, "n", "");
        end();
    }

    // ------------------------------------------------------------------ the telephone system replaces a call

    private SipResponse replace(String replaces, String sdp) {
        ScriptedPeer.Dialog next = peer.call(sdp, "Replaces", replaces);
        SipResponse response = peer.expectFinal(SipMethod.INVITE);
        next.acknowledge(response, "");
        return response;
    }

    @Test
    void anotherCallTakesThePlaceOfThisOne() {
        establish();
        SipResponse answer = replace(dialog.replaces(), sdp(42_000, "sendrecv", PCMA));
        assertEquals(200, answer.status());
        SipRequest bye = peer.expect(SipMethod.BYE);
        assertEquals(invite.headers().callId(), bye.headers().callId());
        peer.respond(bye, 200, "", "");
        assertEquals("Alice", stage.expect(AgentEvent.PeerChanged.class).displayName());
        other.speak(CallStage.media(answer), 8);
        stage.run(SECOND);
        expectTalk(other, stage.browser);
        assertTrue(stage.all(AgentEvent.Incoming.class).isEmpty(), "nothing rings");
        end();
    }

    @Test
    void aCallThatStillRingsIsAnsweredByItsReplacement() {
        stage.register();
        stage.dial(false);
        invite = peer.expect(SipMethod.INVITE);
        peer.respond(invite, 180, "t", "");
        stage.run(SECOND);
        dialog = peer.dialogOf(invite, "t");
        SipResponse answer = replace(dialog.replaces(), sdp(42_000, "sendrecv", PCMU));
        assertEquals(200, answer.status());
        stage.expect(AgentEvent.Established.class);
        SipMessage cancel = peer.expect(SipMethod.CANCEL);
        peer.respond((SipRequest) cancel, 200, "", "");
        peer.respond(invite, 487, "t", "");
        other.speak(CallStage.media(answer), 0);
        stage.run(2 * SECOND);
        expectTalk(other, stage.browser);
        end();
    }

    @Test
    void aHeldCallIsStillHeldAfterItsReplacement() {
        establish();
        stage.command(new AgentCommand.Hold(CALL));
        expectReinvite("sendonly", "recvonly");
        SipResponse answer = replace(dialog.replaces(), sdp(42_000, "sendrecv", PCMU));
        assertTrue(ScriptedPeer.text(answer).contains("a=sendonly"), () -> ScriptedPeer.text(answer));
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        other.speak(CallStage.media(answer), 0);
        stage.run(SECOND);
        assertTrue(stage.all(AgentEvent.Held.class).getLast().held());
        stage.command(new AgentCommand.Resume(CALL));
        SipRequest resume = peer.expect(SipMethod.INVITE);
        peer.respond(resume, 200, "", sdp(42_000, "sendrecv", PCMU));
        stage.run(SECOND);
        expectTalk(other, stage.browser);
        end();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody;to-tag=a;from-tag=b", "x;to-tag=;from-tag=b", "%%%"})
    void aReplacementOfNothingIsRefused(String replaces) {
        establish();
        SipResponse refused = replace(replaces, sdp(42_000, "sendrecv", PCMU));
        assertTrue(refused.status() == 481 || refused.status() == 400, refused::toString);
        expectTalk(voice, stage.browser);
        end();
    }

    @Test
    void aReplacementThatCannotBeTakenLeavesTheCall() {
        establish();
        assertEquals(
                488,
                replace(dialog.replaces(), sdp(42_000, "sendrecv", "18 G729/8000"))
                        .status());
        expectTalk(voice, stage.browser);
        end();
    }
}
