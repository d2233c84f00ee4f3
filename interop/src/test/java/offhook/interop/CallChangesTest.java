package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Kamailio;
import offhook.interop.peer.Lab;
import offhook.interop.peer.OffhookServer;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Sipp;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What phones will not do on request, by SIPp. Its media comes back as an echo: who hears its own microphone knows that
 * both directions work, and that is asked again after every change.
 */
@Tag("real")
@ExtendWith(RealPeers.class)
final class CallChangesTest {
    private static final Duration END = Duration.ofSeconds(20);
    private static final int PCMU = 0;
    private static final int PCMA = 8;

    private final OffhookServer server;
    private final Kamailio kamailio;
    private final Chromium chromium;
    private final Lab lab;

    CallChangesTest(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        this.server = server;
        this.kamailio = kamailio;
        this.chromium = chromium;
        this.lab = lab;
    }

    @Test
    @Tried(what = "the peer holds (sendonly, inactive, 0.0.0.0) and resumes by re-INVITE", with = Peer.SIPP)
    @Tried(what = "re-INVITE of the peer: other port, other codec, without an offer", with = Peer.SIPP)
    void thePeerChangesTheCallAgainAndAgain() {
        Sipp sipp = called("changes");
        SdkPhone alice = SdkPhone.towards(sipp, chromium, lab, server);
        alice.dial(sipp.uri());
        sipp.awaitMark("up");
        alice.await(0, "established");
        speaks(alice, sipp, PCMU);
        for (String hold : List.of("sendonly", "inactive", "unspecified")) {
            sipp.goOn();
            sipp.awaitMark(hold);
            assertEquals(true, alice.await(0, "held-by-peer"));
            sipp.media().awaitSilence();
            sipp.goOn();
            sipp.awaitMark("resumed");
            assertEquals(false, alice.await(0, "held-by-peer"));
            speaks(alice, sipp, PCMU);
        }
        sipp.goOn();
        sipp.awaitMark("moved");
        sipp.media().awaitMovedMedia(PCMU);
        alice.hears(0, RealPeers.MICROPHONE_HERTZ);
        sipp.goOn();
        sipp.awaitMark("alaw");
        sipp.media().awaitMovedMedia(PCMA);
        alice.hears(0, RealPeers.MICROPHONE_HERTZ);
        sipp.goOn();
        sipp.awaitMark("offerless");
        speaks(alice, sipp, PCMU);
        sipp.goOn();
        hangUp(alice, sipp);
        sipp.media().isOneUnbrokenStream();
    }

    @Test
    @Tried(what = "reliable early media (PRACK), then a 200 without SDP", with = Peer.SIPP)
    void reliableEarlyMediaIsHeard() {
        Sipp sipp = called("prack");
        SdkPhone alice = SdkPhone.towards(sipp, chromium, lab, server);
        alice.dial(sipp.uri());
        sipp.awaitMark("early");
        alice.await(0, "early-media");
        speaks(alice, sipp, PCMU);
        sipp.goOn();
        alice.await(0, "established");
        speaks(alice, sipp, PCMU);
        hangUp(alice, sipp);
        sipp.media().isOneUnbrokenStream();
    }

    @Test
    @Tried(what = "183 with SDP and at once a 200 without", with = Peer.SIPP)
    void aQuickAnswerAfterEarlyMediaIsHeard() {
        SdkPhone alice = alice();
        Sipp sipp = called("quick");
        alice.dial(sipp.uri());
        alice.await(0, "established");
        speaks(alice, sipp, PCMU);
        hangUp(alice, sipp);
    }

    @Test
    @Tried(what = "a 200 that changes the SDP of the 183", with = Peer.SIPP)
    void anAnswerOtherThanTheEarlyOneIsHeard() {
        Sipp sipp = called("changed-answer");
        SdkPhone alice = SdkPhone.towards(sipp, chromium, lab, server);
        alice.dial(sipp.uri());
        sipp.awaitMark("early");
        sipp.media().awaitMovedMedia(PCMU);
        alice.hears(0, RealPeers.MICROPHONE_HERTZ);
        sipp.goOn();
        alice.await(0, "established");
        speaks(alice, sipp, PCMA);
        hangUp(alice, sipp);
        sipp.media().isOneUnbrokenStream();
    }

    @Test
    @Tried(what = "several early dialogs after forking, another one answers", with = Peer.SIPP)
    void theOneThatAnswersIsHeardAfterAnotherOnesEarlyMedia() {
        Sipp sipp = called("forked");
        SdkPhone alice = SdkPhone.towards(sipp, chromium, lab, server);
        alice.dial(sipp.uri());
        sipp.awaitMark("early");
        sipp.media().awaitMovedMedia(PCMU);
        alice.hears(0, RealPeers.MICROPHONE_HERTZ);
        sipp.goOn();
        alice.await(0, "established");
        speaks(alice, sipp, PCMA);
        hangUp(alice, sipp);
    }

    @Test
    @Tried(what = "UPDATE of the peer: early media moves; hold and resume", with = Peer.SIPP)
    void updatesChangeEarlyMediaAndHold() {
        Sipp sipp = called("update");
        SdkPhone alice = SdkPhone.towards(sipp, chromium, lab, server);
        alice.dial(sipp.uri());
        sipp.awaitMark("early");
        speaks(alice, sipp, PCMU);
        sipp.goOn();
        sipp.awaitMark("moved");
        sipp.media().awaitMovedMedia(PCMU);
        alice.hears(0, RealPeers.MICROPHONE_HERTZ);
        sipp.goOn();
        sipp.awaitMark("up");
        alice.await(0, "established");
        alice.hears(0, RealPeers.MICROPHONE_HERTZ);
        sipp.goOn();
        sipp.awaitMark("held");
        assertEquals(true, alice.await(0, "held-by-peer"));
        sipp.media().awaitSilence();
        sipp.goOn();
        sipp.awaitMark("resumed");
        assertEquals(false, alice.await(0, "held-by-peer"));
        sipp.media().awaitMovedMedia(PCMU);
        alice.hears(0, RealPeers.MICROPHONE_HERTZ);
        sipp.goOn();
        hangUp(alice, sipp);
        sipp.media().isOneUnbrokenStream();
    }

    @Test
    @Tried(what = "glare: re-INVITEs cross, 491 both ways, hold and resume come through", with = Peer.SIPP)
    void crossingReInvitesAreTriedAgain() {
        Sipp sipp = called("glare");
        SdkPhone alice = SdkPhone.towards(sipp, chromium, lab, server);
        alice.dial(sipp.uri());
        sipp.awaitMark("up");
        alice.await(0, "established");
        speaks(alice, sipp, PCMU);
        alice.tell(0, "hold()");
        sipp.awaitMark("crossed");
        sipp.awaitMark("held");
        assertEquals(true, alice.await(0, "held"));
        alice.tell(0, "resume()");
        sipp.awaitMark("resumed");
        assertEquals(false, alice.await(0, "held"));
        speaks(alice, sipp, PCMU);
        hangUp(alice, sipp);
        sipp.media().isOneUnbrokenStream();
    }

    @Test
    @Tried(what = "401 and 407 to a re-INVITE and a BYE of ours", with = Peer.SIPP)
    void credentialsAreShownWithinTheCall() {
        Sipp sipp = called("challenge");
        SdkPhone alice = SdkPhone.towards(sipp, chromium, lab, server);
        alice.dial(sipp.uri());
        sipp.awaitMark("up");
        alice.await(0, "established");
        speaks(alice, sipp, PCMU);
        alice.tell(0, "hold()");
        sipp.awaitMark("held");
        assertEquals(true, alice.await(0, "held"));
        hangUp(alice, sipp);
    }

    @Test
    @Tried(what = "422 and a longer session interval", with = Peer.SIPP)
    void aLongerSessionIntervalIsTaken() {
        SdkPhone alice = alice();
        Sipp sipp = called("brief");
        alice.dial(sipp.uri());
        alice.await(0, "established");
        speaks(alice, sipp, PCMU);
        hangUp(alice, sipp);
    }

    @Test
    @Tried(what = "302 to another phone", with = Peer.SIPP)
    void aRedirectionIsFollowed() {
        SdkPhone alice = alice();
        Sipp target = called("answer");
        Sipp sipp = called("redirect", "-key", "target", target.uri());
        alice.dial(sipp.uri());
        alice.await(0, "established");
        speaks(alice, target, PCMU);
        hangUp(alice, target);
        sipp.awaitSuccess(END);
    }

    @Test
    @Tried(what = "480 with Retry-After", with = Peer.SIPP)
    void whenToTryAgainIsTold() {
        SdkPhone alice = alice();
        Sipp sipp = called("busy-later");
        alice.dial(sipp.uri());
        Map<?, ?> outcome = (Map<?, ?>) alice.await(0, "ended");
        assertEquals("unavailable", outcome.get("reason"));
        sipp.awaitSuccess(END);
    }

    @Test
    @Tried(what = "keys by SIP INFO from the peer, of both kinds", with = Peer.SIPP)
    @Tried(what = "OPTIONS, unknown INFO, MESSAGE and an unknown method within a call", with = Peer.SIPP)
    void whatComesWithinTheCallIsAnswered() {
        SdkPhone alice = alice();
        Sipp sipp = called("messages");
        alice.dial(sipp.uri());
        sipp.awaitMark("up");
        alice.await(0, "established");
        sipp.goOn();
        sipp.awaitMark("keys");
        assertEquals("5", alice.awaitKey(0));
        assertEquals("#", alice.awaitKey(0));
        sipp.goOn();
        sipp.awaitMark("answered");
        speaks(alice, sipp, PCMU);
        sipp.goOn();
        hangUp(alice, sipp);
    }

    @Test
    @Tried(what = "keys by SIP INFO to the peer, of both kinds", with = Peer.SIPP)
    void keysGoByInfo() {
        SdkPhone alice = alice();
        Sipp sipp = called("keys");
        alice.dial(sipp.uri());
        sipp.awaitMark("up");
        alice.await(0, "established");
        alice.tell(0, "sendKeys('5', { type: 'info-relay' })");
        assertEquals("application/dtmf-relay Signal=5", sipp.awaitMark("key"));
        alice.tell(0, "sendKeys('#', { type: 'info' })");
        assertEquals("application/dtmf #", sipp.awaitMark("key"));
        hangUp(alice, sipp);
    }

    @Test
    @Tried(what = "keys by RFC 4733 to the peer and from it, one held down", with = Peer.SIPP)
    void keysGoAsEventsAndComeBack() {
        SdkPhone alice = alice();
        Sipp sipp = called("answer");
        alice.dial(sipp.uri());
        alice.await(0, "established");
        speaks(alice, sipp, PCMU);
        alice.tell(0, "sendKeys('12')");
        sipp.media().awaitKeys("12");
        assertEquals("1", alice.awaitKey(0));
        assertEquals("2", alice.awaitKey(0));
        alice.tell(0, "pressKey('9')");
        sipp.media().awaitHeldDown('9');
        alice.tell(0, "releaseKey()");
        sipp.media().awaitKeys("129");
        assertEquals("9", alice.awaitKey(0));
        speaks(alice, sipp, PCMU);
        hangUp(alice, sipp);
        sipp.media().isOneUnbrokenStream();
    }

    @Test
    @Tried(what = "keys as tones in the sound, to a peer without telephone-event and from it", with = Peer.SIPP)
    void keysGoAsTonesAndComeBack() {
        SdkPhone alice = alice();
        Sipp sipp = called("without-events");
        alice.dial(sipp.uri());
        alice.await(0, "established");
        speaks(alice, sipp, PCMU);
        alice.tell(0, "sendKeys('7#')");
        assertEquals("7", alice.awaitKey(0));
        assertEquals("#", alice.awaitKey(0));
        speaks(alice, sipp, PCMU);
        assertEquals(List.of(), sipp.media().keys());
        hangUp(alice, sipp);
    }

    @Test
    @Tried(what = "SIP and media over IPv6", with = Peer.SIPP)
    void aCallGoesOverIpv6() {
        OffhookServer both = lab.keep(OffhookServer.startWithIpv6(lab.folder()));
        Sipp sipp = lab.keep(Sipp.calledOnceByIpv6(lab.folder(), "answer"));
        SdkPhone alice = SdkPhone.towards(sipp, chromium, lab, both);
        alice.dial(sipp.uri());
        alice.await(0, "established");
        speaks(alice, sipp, PCMU);
        hangUp(alice, sipp);
        sipp.media().isOneUnbrokenStream();
    }

    @Test
    @Tried(what = "INVITE without an offer", with = Peer.SIPP)
    void aCallWithoutAnOfferIsAnswered() {
        SdkPhone alice = alice();
        Sipp sipp = calling(alice, "call-offerless");
        alice.await(0, "established");
        speaks(alice, sipp, PCMU);
        sipp.goOn();
        assertEquals("normal", alice.awaitEnded(0));
        sipp.awaitSuccess(END);
    }

    @Test
    @Tried(what = "INVITE that requires reliable provisional responses", with = Peer.SIPP)
    void ringingIsToldReliably() {
        SdkPhone alice = alice();
        Sipp sipp = lab.keep(Sipp.caller(lab.folder(), "call-prack", "alice", kamailio.domain(), 1));
        sipp.pass("ringing");
        alice.tell(0, "answer()");
        sipp.awaitMark("up");
        alice.await(0, "established");
        speaks(alice, sipp, PCMU);
        sipp.goOn();
        assertEquals("normal", alice.awaitEnded(0));
        sipp.awaitSuccess(END);
    }

    @Test
    @Tried(what = "REFER from the peer", with = Peer.SIPP)
    void aTransferByThePeerIsFollowed() {
        SdkPhone alice = alice();
        Sipp target = called("answer");
        Sipp sipp = called("refer", "-key", "target", target.uri());
        alice.dial(sipp.uri());
        sipp.awaitMark("up");
        alice.await(0, "established");
        speaks(alice, sipp, PCMU);
        sipp.goOn();
        speaks(alice, target, PCMU);
        sipp.awaitSuccess(END);
        speaks(alice, target, PCMU);
        hangUp(alice, target);
    }

    @Test
    @Tried(what = "REFER from the peer to a target that refuses: the call stays", with = Peer.SIPP)
    void aTransferByThePeerThatFailsLeavesTheCall() {
        SdkPhone alice = alice();
        Sipp target = called("decline");
        Sipp sipp = called("refer", "-key", "target", target.uri());
        alice.dial(sipp.uri());
        sipp.awaitMark("up");
        alice.await(0, "established");
        sipp.goOn();
        target.awaitSuccess(END);
        speaks(alice, sipp, PCMU);
        hangUp(alice, sipp);
    }

    @Test
    @Tried(what = "REFER from the peer to a domain that is not allowed: 403", with = Peer.SIPP)
    void aTransferToAForeignDomainIsRefused() {
        SdkPhone alice = alice();
        Sipp sipp = called("refer-refused", "-key", "target", "sip:thief@premium.example");
        alice.dial(sipp.uri());
        sipp.awaitMark("up");
        alice.await(0, "established");
        sipp.goOn();
        sipp.awaitMark("refused");
        speaks(alice, sipp, PCMU);
        hangUp(alice, sipp);
    }

    @Test
    @Tried(what = "INVITE with Replaces", with = Peer.SIPP)
    void anotherPhoneTakesOver() {
        SdkPhone alice = alice();
        Sipp sipp = called("replaced");
        alice.dial(sipp.uri());
        String replaces = sipp.awaitMark("up");
        alice.await(0, "established");
        speaks(alice, sipp, PCMU);
        Sipp other = lab.keep(Sipp.caller(
                lab.folder(), "call-replaces", "alice", kamailio.domain(), 1, "-key", "replaces", replaces));
        other.awaitMark("up");
        sipp.awaitSuccess(END);
        speaks(alice, other, PCMU);
        other.goOn();
        assertEquals("normal", alice.awaitEnded(0));
        other.awaitSuccess(END);
    }

    @Test
    @Tried(what = "INVITE with Replaces for a call that is not there: 481", with = Peer.SIPP)
    void nobodyTakesOverWhatIsNotThere() {
        SdkPhone alice = alice();
        Sipp sipp = called("answer");
        alice.dial(sipp.uri());
        alice.await(0, "established");
        lab.keep(Sipp.caller(
                        lab.folder(),
                        "call-replaces-nothing",
                        "alice",
                        kamailio.domain(),
                        1,
                        "-key",
                        "replaces",
                        "no-such-call;to-tag=a;from-tag=b"))
                .awaitSuccess(END);
        speaks(alice, sipp, PCMU);
        hangUp(alice, sipp);
    }

    @Test
    @Tried(what = "further headers to and from the peer; its name by P-Asserted-Identity", with = Peer.SIPP)
    void headersAndNamesGoBothWays() {
        OffhookServer open = lab.keep(OffhookServer.start(
                lab.folder(), Map.of(), Map.of(), "customHeaders: [X-Customer], incomingHeaders: [X-Queue]"));
        SdkPhone alice = SdkPhone.ready(chromium, lab, open, kamailio, "alice");
        Sipp sipp = called("headers");
        alice.dial(sipp.uri(), Map.of("X-Customer", "4711"));
        assertEquals("4711", sipp.awaitMark("customer"));
        alice.await(0, "established");
        hangUp(alice, sipp);

        Sipp caller = lab.keep(Sipp.caller(lab.folder(), "call-headers", "alice", kamailio.domain(), 1));
        alice.awaitIncoming(1);
        assertEquals("5551234", alice.ask(1, "number"));
        assertEquals("Erika Mustermann", alice.ask(1, "name"));
        assertEquals("sales", alice.ask(1, "headers['X-Queue']"));
        alice.tell(1, "answer()");
        caller.awaitSuccess(END);
        alice.awaitEnded(1);
    }

    private Sipp called(String scenario, String... more) {
        return lab.keep(Sipp.calledOnce(lab.folder(), scenario, more));
    }

    /** Through Kamailio. */
    private SdkPhone alice() {
        return SdkPhone.ready(chromium, lab, server, kamailio, "alice");
    }

    private Sipp calling(SdkPhone alice, String scenario) {
        Sipp sipp = lab.keep(Sipp.caller(lab.folder(), scenario, "alice", kamailio.domain(), 1));
        alice.awaitIncoming(0);
        alice.tell(0, "answer()");
        sipp.awaitMark("up");
        return sipp;
    }

    /** The tone test in both directions: what alice says arrives in this codec, and what comes back she hears. */
    private static void speaks(SdkPhone alice, Sipp sipp, int payloadType) {
        sipp.media().awaitMedia(payloadType);
        alice.hears(0, RealPeers.MICROPHONE_HERTZ);
    }

    private static void hangUp(SdkPhone alice, Sipp sipp) {
        alice.tell(0, "hangUp()");
        alice.awaitEnded(0);
        sipp.awaitSuccess(END);
    }
}
