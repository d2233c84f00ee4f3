package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Baresip.Encryption;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Kamailio;
import offhook.interop.peer.Lab;
import offhook.interop.peer.Linphone;
import offhook.interop.peer.OffhookServer;
import offhook.interop.peer.RealPeers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** SRTP by SDES (RFC 4568) towards phones that can, that must, and that cannot; keys stay right across hold and resume. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class EncryptionTest {
    private static final int BOB_HERTZ = 1000;
    private static final String SUITE = "AES_CM_128_HMAC_SHA1_80";

    private final Kamailio kamailio;
    private final Chromium chromium;
    private final Lab lab;

    EncryptionTest(Kamailio kamailio, Chromium chromium, Lab lab) {
        this.kamailio = kamailio;
        this.chromium = chromium;
        this.lab = lab;
    }

    @Test
    @Tried(what = "SRTP (SDES) optional here: phones that can and that cannot, called and calling", with = Peer.BARESIP)
    void optionalEncryptionSuitsPhonesThatCanAndThatCannot() {
        SdkPhone alice = alice("optional");
        int call = 0;
        for (Encryption encryption : List.of(Encryption.OPTIONAL, Encryption.NONE)) {
            Baresip bob = bob(encryption);
            alice.dial("bob");
            alice.await(call, "established");
            if (encryption == Encryption.OPTIONAL) assertEquals(SUITE, bob.awaitEncrypted());
            hearEachOther(alice, call, bob);
            alice.tell(call++, "hangUp()");
            bob.awaitClosed();
            isCalledBy(bob, alice, call++);
            bob.close();
        }
    }

    @Test
    @Tried(what = "SRTP (SDES) optional here: a phone that insists calls", with = Peer.BARESIP)
    void optionalEncryptionTakesCallsOfPhonesThatInsist() {
        SdkPhone alice = alice("optional");
        Baresip bob = bob(Encryption.MANDATORY);
        isCalledBy(bob, alice, 0);
        assertEquals(SUITE, bob.awaitEncrypted());
    }

    @Test
    @Tried(what = "SRTP (SDES) mandatory here: held and resumed by both sides", with = Peer.BARESIP)
    void mandatoryEncryptionLastsAcrossHold() {
        SdkPhone alice = alice("mandatory");
        Baresip bob = bob(Encryption.MANDATORY);
        alice.dial("bob");
        alice.await(0, "established");
        bob.awaitEncrypted();
        hearEachOther(alice, 0, bob);
        alice.tell(0, "hold()");
        assertEquals(true, alice.await(0, "held"));
        bob.awaitSilence();
        alice.tell(0, "resume()");
        assertEquals(false, alice.await(0, "held"));
        hearEachOther(alice, 0, bob);
        bob.hold();
        assertEquals(true, alice.await(0, "held-by-peer"));
        bob.resume();
        assertEquals(false, alice.await(0, "held-by-peer"));
        hearEachOther(alice, 0, bob);
    }

    @Test
    @Tried(what = "SRTP (SDES) mandatory here, and a phone that has none: refused", with = Peer.BARESIP)
    void mandatoryEncryptionRefusesPlainPhones() {
        SdkPhone alice = alice("mandatory");
        Baresip bob = bob(Encryption.NONE);
        bob.dial(kamailio.uri("alice"));
        assertEquals("488 Not Acceptable Here", bob.awaitClosed());
        alice.dial("bob");
        assertEquals("no-common-encryption", alice.awaitEnded(0));
    }

    @Test
    @Tried(
            what = "SRTP (SDES) that the phone insists on: called and calling, held and resumed, keys",
            with = Peer.LINPHONE)
    void linphoneInsistsOnEncryption() {
        SdkPhone alice = alice("optional");
        Linphone bob = lab.linphone(kamailio, "bob", BOB_HERTZ, Linphone.Encryption.SDES);
        alice.dial("bob");
        bob.awaitIncoming();
        bob.answer();
        alice.await(0, "established");
        hearEachOther(alice, bob);
        bob.hold();
        assertEquals(true, alice.await(0, "held-by-peer"));
        bob.resume(1);
        assertEquals(false, alice.await(0, "held-by-peer"));
        hearEachOther(alice, bob);
        alice.tell(0, "sendKeys('4')");
        bob.awaitKey('4');
        bob.press('6');
        assertEquals("6", alice.awaitKey(0));
        bob.hangUp();
        alice.awaitEnded(0);
        bob.dial(kamailio.uri("alice"));
        alice.awaitIncoming(1);
        alice.tell(1, "answer()");
        bob.awaitEstablished();
        bob.awaitTone(RealPeers.MICROPHONE_HERTZ);
        alice.hears(1, BOB_HERTZ);
    }

    private void isCalledBy(Baresip bob, SdkPhone alice, int call) {
        bob.dial(kamailio.uri("alice"));
        alice.awaitIncoming(call);
        alice.tell(call, "answer()");
        bob.awaitEstablished();
        hearEachOther(alice, call, bob);
        bob.hangUp();
        alice.awaitEnded(call);
    }

    private SdkPhone alice(String encryption) {
        OffhookServer server =
                lab.keep(OffhookServer.start(lab.folder(), Map.of(), Map.of(), "mediaEncryption: " + encryption));
        return SdkPhone.ready(chromium, lab, server, kamailio, "alice");
    }

    private Baresip bob(Encryption encryption) {
        return lab.phone(kamailio.account("bob").speaking(BOB_HERTZ).encrypting(encryption));
    }

    private static void hearEachOther(SdkPhone alice, int call, Baresip bob) {
        alice.hears(call, BOB_HERTZ);
        bob.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }

    private static void hearEachOther(SdkPhone alice, Linphone bob) {
        alice.hears(0, BOB_HERTZ);
        bob.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }
}
