package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
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

/** Every button that the unmodified WCS SDK's {@code phone-ui} has for calls. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class WebSdkPhoneUiTest {
    private static final int BOB_HERTZ = 1000;
    private static final int CAROL_HERTZ = 600;

    private final Kamailio kamailio;
    private final Lab lab;
    private final Page page;
    private final WebSdk sdk;

    WebSdkPhoneUiTest(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        this.kamailio = kamailio;
        this.lab = lab;
        page = chromium.page(lab);
        sdk = WebSdk.serve(lab, server);
    }

    @Test
    @Tried(
            what = "phone-ui: call, hold, go on, keys, hang up",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itCallsAndHoldsAndGoesOnAndPressesKeys() {
        Baresip bob = phone("bob", BOB_HERTZ);
        PhoneUiDemo alice = PhoneUiDemo.ready(page, sdk, kamailio, "alice");

        alice.call("bob");
        alice.talksTo("bob");
        soundGoesBothWays(bob);

        alice.hold();
        bob.awaitSilence();
        alice.unhold();
        soundGoesBothWays(bob);

        for (String key : new String[] {"1", "0", "*", "#"}) {
            alice.press(key);
            assertEquals(key, bob.awaitKey());
        }
        soundGoesBothWays(bob);

        alice.hangUp();
        bob.awaitClosed();
        alice.isIdle();
    }

    @Test
    @Tried(
            what = "phone-ui: an incoming call, answered",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itIsCalledAndAnswers() {
        Baresip bob = phone("bob", BOB_HERTZ);
        PhoneUiDemo alice = PhoneUiDemo.ready(page, sdk, kamailio, "alice");

        bob.dial(kamailio.uri("alice"));
        alice.isCalledBy("bob");
        alice.answer();
        alice.talksTo("bob");
        soundGoesBothWays(bob);

        bob.hangUp();
        alice.isIdle();
    }

    @Test
    @Tried(
            what = "phone-ui: an incoming call, declined",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itDeclines() {
        Baresip bob = phone("bob", BOB_HERTZ);
        PhoneUiDemo alice = PhoneUiDemo.ready(page, sdk, kamailio, "alice");

        bob.dial(kamailio.uri("alice"));
        alice.isCalledBy("bob");
        alice.decline();
        bob.awaitClosed();
        alice.isIdle();
    }

    @Test
    @Tried(
            what = "phone-ui: transfer with holdForTransfer, given up and carried out",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itTransfers() {
        Baresip bob = phone("bob", BOB_HERTZ);
        Baresip carol = phone("carol", CAROL_HERTZ);
        PhoneUiDemo alice = PhoneUiDemo.ready(page, sdk, kamailio, "alice");

        alice.call("bob");
        alice.talksTo("bob");
        soundGoesBothWays(bob);

        alice.beginTransferAndGiveItUp();
        soundGoesBothWays(bob);

        alice.transfer("carol");
        carol.awaitEstablished();
        bob.awaitTone(CAROL_HERTZ);
        carol.awaitTone(BOB_HERTZ);
        alice.isIdle();
    }

    @Test
    @Tried(
            what = "phone-ui: a transfer that fails gives the call back",
            with = {Peer.WCS_SDK, Peer.LINPHONE})
    void aTransferThatFailsGivesTheCallBack() {
        Linphone bob = lab.linphone(kamailio, "bob", BOB_HERTZ, Linphone.Encryption.NONE);
        PhoneUiDemo alice = PhoneUiDemo.ready(page, sdk, kamailio, "alice");

        alice.call("bob");
        bob.awaitIncoming();
        bob.answer();
        alice.talksTo("bob");
        alice.transferInVain("nobody");
        alice.hold();
        alice.unhold();
        Ears.awaitTone(page, BOB_HERTZ);
        bob.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }

    @Test
    @Tried(
            what = "phone-ui: a second call while the first is held",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void aSecondCallWhileTheFirstIsHeldIsDeclinedAndTheFirstGoesOn() {
        Baresip bob = phone("bob", BOB_HERTZ);
        Baresip carol = phone("carol", CAROL_HERTZ);
        PhoneUiDemo alice = PhoneUiDemo.ready(page, sdk, kamailio, "alice");

        alice.call("bob");
        alice.talksTo("bob");
        soundGoesBothWays(bob);
        alice.hold();
        bob.awaitSilence();
        alice.awaitSecondCall(() -> carol.dial(kamailio.uri("alice")));
        alice.hangUp();
        carol.awaitClosed();

        alice.unhold();
        soundGoesBothWays(bob);
    }

    private Baresip phone(String user, int hertz) {
        return lab.phone(kamailio.account(user).answering(Answering.BY_ITSELF).speaking(hertz));
    }

    private void soundGoesBothWays(Baresip phone) {
        Ears.awaitTone(page, BOB_HERTZ);
        phone.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }
}
