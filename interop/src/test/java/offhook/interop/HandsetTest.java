package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.regex.Pattern;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Baresip.Answering;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Ears;
import offhook.interop.peer.Kamailio;
import offhook.interop.peer.Lab;
import offhook.interop.peer.Linphone;
import offhook.interop.peer.OffhookServer;
import offhook.interop.peer.RealPeers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A person at the phone page does what the buttons of a phone on a desk do, with real phones behind Kamailio. After each
 * of it the two who should hear each other do.
 */
@Tag("real")
@ExtendWith(RealPeers.class)
final class HandsetTest {
    private static final int BOB_HERTZ = 1000;
    private static final int CAROL_HERTZ = 600;
    private static final int ALICE_HERTZ = RealPeers.MICROPHONE_HERTZ;

    private final OffhookServer server;
    private final Kamailio kamailio;
    private final Chromium chromium;
    private final Lab lab;

    HandsetTest(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        this.server = server;
        this.kamailio = kamailio;
        this.chromium = chromium;
        this.lab = lab;
    }

    @Test
    @Tried(what = "the page holds and resumes", with = Peer.BARESIP)
    @Tried(what = "the phone holds and resumes", with = Peer.BARESIP)
    @Tried(what = "a re-INVITE of the phone that changes nothing", with = Peer.BARESIP)
    void baresipAndThePageHoldEachOther() {
        Baresip bob = baresip("bob", BOB_HERTZ);
        PhonePage alice = alice();
        alice.call("bob");
        alice.callIs("established");
        hearEachOther(alice, bob);

        alice.hold();
        bob.awaitSilence();
        alice.resume();
        hearEachOther(alice, bob);

        bob.hold();
        alice.isHeldByPeer(true);
        bob.resume();
        alice.isHeldByPeer(false);
        hearEachOther(alice, bob);

        bob.hold();
        alice.isHeldByPeer(true).hold();
        bob.resume();
        alice.isHeldByPeer(false).resume();
        hearEachOther(alice, bob);

        bob.reinvite();
        hearEachOther(alice, bob);
        alice.hangUp();
        bob.awaitClosed();
    }

    @Test
    @Tried(what = "the page holds and resumes", with = Peer.LINPHONE)
    @Tried(what = "the phone holds and resumes", with = Peer.LINPHONE)
    void linphoneAndThePageHoldEachOther() {
        Linphone bob = linphone("bob", BOB_HERTZ);
        PhonePage alice = alice();
        alice.call("bob");
        bob.awaitIncoming();
        bob.answer();
        alice.callIs("established");
        hearEachOther(alice, bob);

        alice.hold();
        bob.awaitTrace("to LinphoneCallPausedByRemote");
        alice.resume();
        hearEachOther(alice, bob);

        bob.hold();
        alice.isHeldByPeer(true);
        bob.resume(1);
        alice.isHeldByPeer(false);
        hearEachOther(alice, bob);
        bob.hangUp();
        alice.shows("ended");
    }

    @Test
    @Tried(
            what = "keys by RFC 4733, from the page and from the phone",
            with = {Peer.BARESIP, Peer.LINPHONE})
    void keysArrive() {
        Baresip bob = baresip("bob", BOB_HERTZ);
        Linphone carol = linphone("carol", CAROL_HERTZ);
        PhonePage alice = alice();
        alice.call("bob");
        alice.callIs("established");
        alice.press('5');
        assertEquals("5", bob.awaitKey());
        alice.press('#');
        assertEquals("#", bob.awaitKey());
        alice.hangUp();
        bob.awaitClosed();
        alice.shows("dial");

        alice.call("carol");
        carol.awaitIncoming();
        carol.answer();
        alice.callIs("established");
        alice.press('7');
        carol.awaitKey('7');
        alice.hangUp();
        alice.shows("ended");

        SdkPhone dave = SdkPhone.ready(chromium, lab, server, kamailio, "dave");
        dave.dial("bob");
        dave.await(0, "established");
        bob.press("12*");
        assertEquals("1", dave.awaitKey(0));
        assertEquals("2", dave.awaitKey(0));
        assertEquals("*", dave.awaitKey(0));
        dave.hears(0, BOB_HERTZ);
        dave.tell(0, "hangUp()");
        dave.dial("carol");
        carol.awaitIncoming();
        carol.answer();
        dave.await(1, "established");
        carol.press('9');
        assertEquals("9", dave.awaitKey(1));
        dave.hears(1, CAROL_HERTZ);
    }

    @Test
    @Tried(what = "the page transfers blind", with = Peer.BARESIP)
    void thePageTransfersBaresip() {
        Baresip bob = baresip("bob", BOB_HERTZ);
        Baresip carol = baresip("carol", CAROL_HERTZ);
        PhonePage alice = alice();
        alice.call("bob");
        alice.callIs("established");
        hearEachOther(alice, bob);

        alice.transfer("carol");
        carol.awaitTone(BOB_HERTZ);
        bob.awaitTone(CAROL_HERTZ);
        alice.shows("ended").shows("dial");
    }

    @Test
    @Tried(what = "the page transfers blind", with = Peer.LINPHONE)
    @Tried(what = "a blind transfer by the page that fails gives the call back", with = Peer.LINPHONE)
    void thePageTransfersLinphone() {
        Linphone bob = linphone("bob", BOB_HERTZ);
        Baresip carol = baresip("carol", CAROL_HERTZ);
        PhonePage alice = alice();
        alice.call("bob");
        bob.awaitIncoming();
        bob.answer();
        alice.callIs("established");
        hearEachOther(alice, bob);

        alice.transfer("nobody");
        alice.shows("call").isOnCall();
        hearEachOther(alice, bob);

        alice.transfer("carol");
        carol.awaitTone(BOB_HERTZ);
        bob.awaitTone(CAROL_HERTZ);
        alice.shows("ended").shows("dial");
    }

    @Test
    @Tried(what = "the page asks first and transfers (attended)", with = Peer.LINPHONE)
    void thePageConsultsAndTransfers() {
        Linphone bob = linphone("bob", BOB_HERTZ);
        Linphone carol = linphone("carol", CAROL_HERTZ);
        PhonePage alice = alice();
        alice.call("bob");
        bob.awaitIncoming();
        bob.answer();
        alice.callIs("established");
        hearEachOther(alice, bob);

        alice.consult("carol");
        carol.awaitIncoming();
        carol.answer();
        alice.hasLines(2).callIs("established");
        hearEachOther(alice, carol);
        alice.completeTransfer();
        bob.awaitTone(CAROL_HERTZ);
        carol.awaitTone(BOB_HERTZ);
        alice.hasLines(0);
    }

    @Test
    @Tried(what = "the phone transfers the page blind", with = Peer.BARESIP)
    void baresipTransfersThePage() {
        Baresip bob = baresip("bob", BOB_HERTZ);
        Baresip carol = baresip("carol", CAROL_HERTZ);
        PhonePage alice = alice();
        alice.call("bob");
        alice.callIs("established");
        hearEachOther(alice, bob);

        bob.transfer(kamailio.uri("carol"));
        carol.awaitEstablished();
        hearEachOther(alice, carol);
        alice.says("peer", Pattern.compile("carol.*")).callIs("established");
        alice.hangUp();
        carol.awaitClosed();
    }

    @Test
    @Tried(what = "the phone transfers the page blind and after asking (attended)", with = Peer.LINPHONE)
    void linphoneTransfersThePage() {
        Linphone bob = linphone("bob", BOB_HERTZ);
        Linphone carol = linphone("carol", CAROL_HERTZ);
        PhonePage alice = alice();
        bob.dial(kamailio.uri("alice"));
        alice.shows("incoming").answer();
        bob.awaitEstablished();
        hearEachOther(alice, bob);

        bob.hold();
        alice.isHeldByPeer(true);
        bob.dial(kamailio.uri("carol"));
        carol.awaitIncoming();
        carol.answer();
        bob.awaitEstablished();
        bob.transfer(1, 2);
        hearEachOther(alice, carol);
        alice.callIs("established").says("peer", Pattern.compile("carol.*"));

        carol.transfer(kamailio.uri("bob"));
        bob.awaitIncoming();
        bob.answer();
        hearEachOther(alice, bob);
    }

    @Test
    @Tried(
            what = "a second call waits, is answered, and the two are swapped",
            with = {Peer.BARESIP, Peer.LINPHONE})
    void aSecondCallWaitsAndIsSwapped() {
        Baresip bob = baresip("bob", BOB_HERTZ);
        Linphone carol = linphone("carol", CAROL_HERTZ);
        PhonePage alice = alice();
        alice.call("bob");
        alice.callIs("established");
        hearEachOther(alice, bob);

        carol.dial(kamailio.uri("alice"));
        alice.at("second-incoming").waitFor();
        alice.answerSecond();
        carol.awaitEstablished();
        carol.awaitTone(ALICE_HERTZ);
        bob.awaitSilence();
        alice.swap();
        bob.awaitTone(ALICE_HERTZ);
        carol.awaitTrace("to LinphoneCallPausedByRemote");
        alice.swap();
        carol.awaitTone(ALICE_HERTZ);
        Ears.awaitTone(alice.page(), CAROL_HERTZ);
        alice.hasLines(2).hangUp();
        alice.hasLines(1);
    }

    @Test
    @Tried(what = "two tabs of one user share a registration, both ring, one answers", with = Peer.BARESIP)
    void bothTabsRingAndOneAnswers() {
        Baresip bob = baresip("bob", BOB_HERTZ);
        PhonePage alice = alice();
        PhonePage alsoAlice = alice();
        bob.dial(kamailio.uri("alice"));
        alice.shows("incoming");
        alsoAlice.shows("incoming");
        alsoAlice.answer();
        bob.awaitEstablished();
        alice.shows("dial");
        hearEachOther(alsoAlice, bob);
        bob.hangUp();
        alsoAlice.shows("ended");
    }

    @Test
    @Tried(
            what = "a proxy forks to two phones, one answers",
            with = {Peer.KAMAILIO, Peer.BARESIP, Peer.LINPHONE})
    void oneOfTwoPhonesAnswers() {
        Baresip desk = lab.phone(kamailio.account("bob").speaking(BOB_HERTZ).answering(Answering.BY_HAND));
        Linphone pocket = linphone("bob", CAROL_HERTZ);
        PhonePage alice = alice();
        alice.call("bob");
        desk.awaitIncoming();
        pocket.awaitIncoming();
        alice.callIs("ringing");
        desk.accept();
        alice.callIs("established");
        hearEachOther(alice, desk);
        pocket.awaitClosed();
        alice.hangUp();
        desk.awaitClosed();
    }

    private Baresip baresip(String user, int hertz) {
        return lab.phone(kamailio.account(user).speaking(hertz));
    }

    private Linphone linphone(String user, int hertz) {
        return lab.linphone(kamailio, user, hertz, Linphone.Encryption.NONE);
    }

    private PhonePage alice() {
        return PhonePage.ready(chromium, lab, server, kamailio, "alice");
    }

    private static void hearEachOther(PhonePage page, Baresip phone) {
        Ears.awaitTone(page.page(), phone.toneHertz());
        phone.awaitTone(ALICE_HERTZ);
    }

    private static void hearEachOther(PhonePage page, Linphone phone) {
        Ears.awaitTone(page.page(), phone.toneHertz());
        phone.awaitTone(ALICE_HERTZ);
    }
}
