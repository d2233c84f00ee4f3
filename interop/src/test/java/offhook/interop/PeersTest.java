package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.time.Duration;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Baresip.Account;
import offhook.interop.peer.Baresip.Answering;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Ears;
import offhook.interop.peer.Firefox;
import offhook.interop.peer.Kamailio;
import offhook.interop.peer.Lab;
import offhook.interop.peer.Linphone;
import offhook.interop.peer.Pages;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Sipp;
import offhook.interop.peer.Tone;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The peers among themselves, without us: when one of these fails, the others' failures say nothing about our server. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class PeersTest {
    @Test
    void twoPhonesHearEachOtherThroughKamailio(Kamailio kamailio, Lab lab) {
        Baresip bob = lab.phone(kamailio.account("bob").speaking(1000));
        Baresip alice = lab.phone(kamailio.account("alice").speaking(440));

        alice.dial(kamailio.uri("bob"));
        alice.awaitEstablished();
        bob.awaitTone(440);
        alice.awaitTone(1000);

        bob.hangUp();
        alice.awaitClosed();
    }

    @Test
    void baresipHoldsSendsKeysAndTransfersEncrypted(Kamailio kamailio, Lab lab) {
        Baresip bob = lab.phone(kamailio.account("bob").speaking(1000).encrypting(Baresip.Encryption.OPTIONAL));
        Baresip carol = lab.phone(kamailio.account("carol").speaking(600).encrypting(Baresip.Encryption.OPTIONAL));
        Baresip alice = lab.phone(kamailio.account("alice").speaking(440).encrypting(Baresip.Encryption.MANDATORY));

        alice.dial(kamailio.uri("bob"));
        alice.awaitEstablished();
        assertEquals("AES_CM_128_HMAC_SHA1_80", alice.awaitEncrypted());
        bob.awaitTone(440);
        alice.press("5#");
        assertEquals("5", bob.awaitKey());
        assertEquals("#", bob.awaitKey());
        alice.hold();
        bob.awaitSilence();
        alice.resume();
        bob.awaitTone(440);
        alice.awaitTone(1000);
        bob.transfer(kamailio.uri("carol"));
        carol.awaitTone(440);
        alice.awaitTone(600);
    }

    @Test
    void linphoneHoldsSendsKeysAndTransfersEncrypted(Kamailio kamailio, Lab lab) {
        Linphone bob = lab.linphone(kamailio, "bob", 1000, Linphone.Encryption.SDES);
        Linphone carol = lab.linphone(kamailio, "carol", 600, Linphone.Encryption.SDES);
        Linphone alice = lab.linphone(kamailio, "alice", 440, Linphone.Encryption.SDES);

        alice.dial(kamailio.uri("bob"));
        bob.awaitIncoming();
        bob.answer();
        alice.awaitEstablished();
        bob.awaitTone(440);
        alice.awaitTone(1000);
        alice.press('5');
        bob.awaitKey('5');
        alice.hold();
        alice.awaitTrace("to LinphoneCallPaused");
        alice.dial(kamailio.uri("carol"));
        carol.awaitIncoming();
        carol.answer();
        alice.awaitEstablished();
        alice.transfer(1, 2);
        carol.awaitTone(1000);
        bob.awaitTone(600);
    }

    @Test
    void aPhoneDeclines(Kamailio kamailio, Lab lab) {
        Baresip bob = lab.phone(kamailio.account("bob").answering(Answering.BY_HAND));
        Baresip alice = lab.phone(kamailio.account("alice"));

        alice.dial(kamailio.uri("bob"));
        bob.awaitIncoming();
        bob.hangUp();
        assertEquals("486 Rejected", alice.awaitClosed());
    }

    @Test
    void kamailioKnowsNoSuchUser(Kamailio kamailio, Lab lab) {
        Baresip alice = lab.phone(kamailio.account("alice"));

        alice.dial(kamailio.uri("nobody"));
        assertEquals("404 Not Found", alice.awaitClosed());
    }

    @Test
    void sippCallsAPhone(Lab lab) {
        Baresip phone = lab.phone(Account.alone("phone").offering("PCMU/8000/1"));
        String target = phone.directUri().replace("sip:phone@", "");
        Sipp sipp = lab.keep(Sipp.caller(lab.folder(), "call", "phone", target, 2));
        sipp.awaitSuccess(Duration.ofSeconds(20));
    }

    @Test
    void aPhoneCallsSippAndHearsItself(Lab lab) {
        Sipp sipp = lab.keep(Sipp.called(lab.folder(), "answer"));
        Baresip phone = lab.phone(Account.alone("phone").offering("PCMU/8000/1").speaking(600));
        phone.dial(sipp.uri());
        phone.awaitEstablished();
        phone.awaitTone(600);
        phone.hangUp();
    }

    @Test
    void chromiumHearsItsMicrophone(Chromium chromium, Lab lab) throws IOException {
        HttpServer pages = Pages.blank(lab);
        Page page = chromium.page(lab);
        page.navigate(Pages.url(pages));
        Ears.awaitMicrophone(page, RealPeers.MICROPHONE_HERTZ);
    }

    @Test
    void chromiumHearsAnotherConnection(Chromium chromium, Lab lab) throws IOException {
        HttpServer pages = Pages.blank(lab);
        Page page = chromium.page(lab);
        page.navigate(Pages.url(pages));
        page.evaluate(Pages.CALL_WITHIN_PAGE);
        Ears.awaitTone(page, RealPeers.MICROPHONE_HERTZ);
    }

    @Test
    void firefoxHearsItsMicrophoneAndAnotherConnection(Firefox firefox, Lab lab) throws IOException {
        HttpServer pages = Pages.blank(lab);
        Firefox.Tab tab = firefox.open(lab, Pages.url(pages));
        Ears.awaitMicrophone(tab, RealPeers.MICROPHONE_HERTZ);
        tab.evaluate("(" + Pages.CALL_WITHIN_PAGE + ")()");
        Ears.awaitTone(tab, RealPeers.MICROPHONE_HERTZ);
    }

    @Test
    void aToneIsToldFromAnotherAndFromNoise(Lab lab) {
        var file = lab.folder().resolve("tone.wav");
        Tone.write(file, 440, 8000, Duration.ofMillis(1500));
        Tone tone = Tone.ofLastSecond(file).orElseThrow();
        assertEquals(440, tone.hertz());
        assertTrue(tone.isClear());
    }
}
