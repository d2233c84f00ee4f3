package offhook.call.switchboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.call.leg.RtpPorts;
import offhook.sip.message.SipResponse;
import org.junit.jupiter.api.Test;

class SwitchboardTest {
    // ------------------------------------------------------------------ defects of ours

    @Test
    void aDefectWhileDiallingEndsTheCallOnceAndLeavesNothing() {
        Bench bench = new Bench().open(false);
        bench.broken = RtpPorts.class;

        bench.dial("call");

        assertEquals(EndReason.INTERNAL, bench.ended());
        assertEquals(0, bench.switchboard.calls());
        assertEquals(0, bench.openPairs());
        assertEquals(1, bench.faults.size());
    }

    @Test
    void anAccountForCallsOutAloneIsReachedByNobody() {
        Bench bench = new Bench();
        bench.switchboard.open(Bench.AGENT, Bench.account("203.0.113.5", true).outgoingOnly(), bench.now);
        assertFalse(bench.hasSent("REGISTER"));
        bench.dial("call");
        String contact = bench.lastRequest("INVITE")
                .headers()
                .contacts()
                .getFirst()
                .uri()
                .user();

        bench.receive(bench.invite("1000", Bench.PCMU));
        assertEquals(404, bench.lastResponse().status());
        bench.receive(bench.invite(contact, Bench.PCMU).replace("Call-ID: ", "Call-ID: other-"));
        assertEquals(480, bench.lastResponse().status());
        assertEquals(1, bench.switchboard.calls());
    }

    @Test
    void theServerEndsACallForAReasonOfItsOwn() {
        Bench bench = new Bench().open(false);
        bench.dial("call");
        bench.receive(bench.response(bench.lastRequest("INVITE"), 200, "bob", Bench.PCMU));

        bench.switchboard.command(Bench.AGENT, new AgentCommand.End("call", EndReason.LONGEST_REACHED), bench.now);

        assertEquals(EndReason.LONGEST_REACHED, bench.ended());
        assertTrue(bench.hasSent("BYE"));
    }

    @Test
    void aDefectWhileACallComesInIsToldToTheCaller() {
        Bench bench = new Bench().open(true);
        bench.broken = AgentEvent.Incoming.class;

        bench.receive(bench.invite(bench.contactUser(), Bench.PCMU));

        assertEquals(500, bench.lastResponse().status());
        assertEquals(0, bench.switchboard.calls());
        assertEquals(0, bench.openPairs());
    }

    @Test
    void aDefectWhileAnsweringIsToldToTheCaller() {
        Bench bench = ringing(Bench.PCMU);
        bench.broken = RtpPorts.class;

        bench.switchboard.command(Bench.AGENT, answer(bench), bench.now);

        assertEquals(500, bench.lastResponse().status());
        assertEquals(EndReason.INTERNAL, bench.ended());
        assertEquals(0, bench.switchboard.calls());
        assertEquals(0, bench.openPairs());
    }

    @Test
    void anAccountThatNoSipMessageCanCarryIsRefusedInWords() {
        Bench bench = new Bench();

        bench.switchboard.open(Bench.AGENT, Bench.account("::1", true), 0);

        assertEquals(
                EndReason.INTERNAL,
                bench.event(AgentEvent.RegistrationFailed.class).reason());
        assertTrue(bench.events.getLast() instanceof AgentEvent.Closed);
        assertEquals(0, bench.switchboard.agents());
        assertEquals(1, bench.faults.size());
    }

    // ------------------------------------------------------------------ who may ring

    @Test
    void aRegisteredUserIsReachedByItsContactAlone() {
        Bench bench = new Bench().open(true);

        bench.receive(bench.invite("1000", Bench.PCMU));

        assertEquals(404, bench.lastResponse().status(), "a stranger who guesses the number must not make phones ring");
    }

    @Test
    void anUnregisteredUserIsReachedByItsLogin() {
        Bench bench = new Bench().open(false);

        bench.receive(bench.invite("1000", Bench.PCMU));

        assertEquals(180, bench.lastResponse().status());
        AgentEvent.Incoming incoming = bench.event(AgentEvent.Incoming.class);
        assertEquals("2000", incoming.caller());
        assertEquals("Alice", incoming.displayName());
    }

    // ------------------------------------------------------------------ offers and answers

    @Test
    void anAcknowledgementWithoutTheAnswerThatItOwesEndsTheCall() {
        Bench bench = ringing("");
        bench.switchboard.command(Bench.AGENT, answer(bench), bench.now);
        assertEquals(200, bench.lastResponse().status());

        bench.receive(bench.within("ACK", 1, ""));

        assertTrue(bench.hasSent("BYE"));
        assertEquals(EndReason.PEER_ERROR, bench.ended());
    }

    @Test
    void anAcknowledgementBringsTheAnswerToOurOffer() {
        Bench bench = ringing("");
        bench.switchboard.command(Bench.AGENT, answer(bench), bench.now);

        bench.receive(bench.within("ACK", 1, Bench.PCMU));

        assertFalse(bench.hasSent("BYE"));
        assertEquals("PCMU", bench.event(AgentEvent.CodecChosen.class).codec());
    }

    @Test
    void aSessionDescriptionThatNobodyAskedForChangesNothing() {
        Bench bench = ringing(Bench.PCMU);
        bench.switchboard.command(Bench.AGENT, answer(bench), bench.now);

        bench.receive(bench.within("ACK", 1, Bench.PCMU.replace("PCMU", "PCMA").replace("AVP 0", "AVP 8")));

        assertFalse(bench.hasSent("BYE"), "the offer was in the INVITE and the answer in our 200");
    }

    @Test
    void aBodyThatIsNoSessionDescriptionIsRefusedAsSuch() {
        Bench bench = new Bench().open(true);

        bench.receive(bench.invite(bench.contactUser(), Bench.PCMU).replace("application/sdp", "multipart/mixed"));

        SipResponse refusal = bench.lastResponse();
        assertEquals(415, refusal.status());
        assertEquals("application/sdp", refusal.headers().first("Accept").orElseThrow());
    }

    @Test
    void aReinviteWithAnotherBodyLeavesTheCallAsItWas() {
        Bench bench = ringing(Bench.PCMU);
        bench.switchboard.command(Bench.AGENT, answer(bench), bench.now);
        bench.receive(bench.within("ACK", 1, ""));

        bench.receive(bench.within("INVITE", 2, "x").replace("application/sdp", "text/plain"));

        assertEquals(415, bench.lastResponse().status());
        assertEquals(1, bench.switchboard.calls());
    }

    // ------------------------------------------------------------------ ends

    @Test
    void aCallThatNobodyAnswersIsRefusedAsUnavailable() {
        Bench bench = ringing(Bench.PCMU);

        bench.pass(Bench.LIMITS.ringNanos() + Bench.SECOND);

        assertEquals(EndReason.NO_ANSWER, bench.ended());
        assertEquals(480, bench.lastResponse().status(), "408 would blame the network");
    }

    @Test
    void theLastGoodbyesBelongToTheShutDown() {
        Bench bench = new Bench().open(false);
        bench.dial("call");
        bench.receive(bench.response(bench.lastRequest("INVITE"), 200, "bob", Bench.PCMU));

        bench.switchboard.shutDown(bench.now);

        assertTrue(bench.hasSent("BYE"));
        assertFalse(bench.switchboard.quiet(), "the BYE may have to be sent again");
        bench.receive(bench.response(bench.lastRequest("BYE"), 200, "", ""));
        assertTrue(bench.switchboard.quiet());
    }

    private static Bench ringing(String sdp) {
        Bench bench = new Bench().open(true);
        bench.receive(bench.invite(bench.contactUser(), sdp));
        assertEquals(180, bench.lastResponse().status());
        return bench;
    }

    private static AgentCommand answer(Bench bench) {
        return new AgentCommand.Answer(bench.event(AgentEvent.Incoming.class).callId(), Bench.BROWSER_ANSWER);
    }
}
