package offhook.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Baresip.Answering;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Ears;
import offhook.interop.peer.Kamailio;
import offhook.interop.peer.Lab;
import offhook.interop.peer.OffhookServer;
import offhook.interop.peer.RealPeers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The unmodified WCS SDK against our server: its own test, and its demo pages in calls with a real phone. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class WebSdkTest {
    private static final int PHONE_HERTZ = 1000;
    private static final double SIP_TEST_MILLIS = 40_000;

    @Test
    @Tried(
            what = "its own SIP test",
            with = {Peer.WCS_SDK})
    void itsOwnSipTestPasses(Chromium chromium, Lab lab) {
        OffhookServer server =
                lab.keep(OffhookServer.start(lab.folder(), Map.of("3000", "1234", "3001", "1234"), Map.of()));
        Page page = chromium.page(lab);
        WebSdk.serve(lab, server).openSipTest(page);

        page.waitForFunction("outcome.ended", null, new Page.WaitForFunctionOptions().setTimeout(SIP_TEST_MILLIS));

        assertEquals(List.of(), page.evaluate("outcome.failed"));
        assertEquals(List.of("should register", "outgoing and incoming call"), page.evaluate("outcome.passed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"phone", "phone-video"})
    @Tried(
            what = "phone and phone-video (its sound): call, hold, go on, hang up",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itsPhoneCallsHoldsAndGoesOn(String demo, OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = phone("bob", Answering.BY_ITSELF, kamailio, lab);
        Page page = phoneDemo(demo, server, kamailio, chromium, lab);

        page.fill("#callee", "bob");
        page.click("#callBtn");
        says(page, "#callStatus", "ESTABLISHED");
        soundGoesBothWays(page, bob);

        holdAndGoOn(page, bob);
        soundGoesBothWays(page, bob);

        page.click("#callBtn");
        bob.awaitClosed();
        says(page, "#callStatus", "FINISH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"phone", "phone-video"})
    @Tried(
            what = "phone and phone-video (its sound): an incoming call, answered, held, taken up again",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itsPhoneIsCalledHoldsAndGoesOn(
            String demo, OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = phone("bob", Answering.BY_ITSELF, kamailio, lab);
        Page page = phoneDemo(demo, server, kamailio, chromium, lab);

        bob.dial(kamailio.uri("alice"));
        assertThat(page.locator("#incomingCallAlert")).containsText("bob");
        page.click("#answerBtn");
        says(page, "#callStatus", "ESTABLISHED");
        soundGoesBothWays(page, bob);

        holdAndGoOn(page, bob);
        soundGoesBothWays(page, bob);

        bob.hangUp();
        says(page, "#callStatus", "FINISH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"phone", "phone-video"})
    @Tried(
            what = "phone and phone-video: an incoming call, declined",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itsPhoneDeclines(String demo, OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = phone("bob", Answering.BY_ITSELF, kamailio, lab);
        Page page = phoneDemo(demo, server, kamailio, chromium, lab);

        bob.dial(kamailio.uri("alice"));
        assertThat(page.locator("#incomingCallAlert")).containsText("bob");
        page.click("#hangupBtn");
        bob.awaitClosed();
        says(page, "#callStatus", "FINISH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"phone", "phone-video"})
    @Tried(
            what = "phone and phone-video: mute",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itsPhoneMutesItself(String demo, OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = phone("bob", Answering.BY_ITSELF, kamailio, lab);
        Page page = phoneDemo(demo, server, kamailio, chromium, lab);
        page.fill("#callee", "bob");
        page.click("#callBtn");
        soundGoesBothWays(page, bob);

        mute(page);
        bob.awaitSilence();
        mute(page);
        soundGoesBothWays(page, bob);
    }

    @Test
    @Tried(
            what = "phone: a call that is declined",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itsPhoneIsToldThatTheOtherIsBusy(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = phone("bob", Answering.BY_HAND, kamailio, lab);
        Page page = phoneDemo("phone", server, kamailio, chromium, lab);

        page.fill("#callee", "bob");
        page.click("#callBtn");
        says(page, "#callStatus", "RING");
        bob.hangUp();
        says(page, "#callStatus", "FAILED");
    }

    @Test
    @Tried(
            what = "phone: a call that is given up",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itsPhoneGivesUpWhileItRings(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = phone("bob", Answering.BY_HAND, kamailio, lab);
        Page page = phoneDemo("phone", server, kamailio, chromium, lab);

        page.fill("#callee", "bob");
        page.click("#callBtn");
        says(page, "#callStatus", "RING");
        page.click("#callBtn");
        bob.awaitClosed();
        says(page, "#callStatus", "FINISH");
    }

    @Test
    @Tried(
            what = "phone: back by its token, with keepAlive; a call that came meanwhile",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itsPhoneComesBackByItsTokenAndFindsACallThatCameMeanwhile(
            OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = phone("bob", Answering.BY_ITSELF, kamailio, lab);
        Page page = phoneDemo("phone", server, kamailio, chromium, lab);

        page.click("#connectBtn");
        says(page, "#regStatus", "DISCONNECTED");
        bob.dial(kamailio.uri("alice"));
        bob.awaitRinging();
        page.click("#connectTokenBtn");
        says(page, "#regStatus", "REGISTERED");
        assertThat(page.locator("#incomingCallAlert")).containsText("bob");
        page.click("#answerBtn");
        says(page, "#callStatus", "ESTABLISHED");
        soundGoesBothWays(page, bob);
    }

    @Test
    @Tried(
            what = "phone: back by its token on a page that was loaded again; a call that still rings",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itsPhoneIsToldAgainOfACallThatStillRings(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = phone("bob", Answering.BY_ITSELF, kamailio, lab);
        Page page = phoneDemo("phone", server, kamailio, chromium, lab);
        bob.dial(kamailio.uri("alice"));
        assertThat(page.locator("#incomingCallAlert")).containsText("bob");

        String token = page.inputValue("#authToken");
        page.reload();
        page.waitForSelector("#callBtn");
        page.fill("#urlServer", server.socket());
        page.fill("#authToken", token);
        page.click("#connectTokenBtn");
        assertThat(page.locator("#incomingCallAlert")).containsText("bob");
        page.click("#answerBtn");
        says(page, "#callStatus", "ESTABLISHED");
        soundGoesBothWays(page, bob);
    }

    @Test
    @Tried(
            what = "click-to-call",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itsClickToCallCallsAPhone(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = phone("bob", Answering.BY_ITSELF, kamailio, lab);
        Page page = chromium.page(lab);
        WebSdk.serve(lab, server).openDemo(page, "click-to-call/click-to-call.html");
        page.click("#sipCredentialsBtn");
        fillAccount(page, server, kamailio);
        page.click("#okBtn");

        page.fill("#callee", "bob");
        page.click("#callBtn");
        says(page, "#status", "Call: ESTABLISHED");
        soundGoesBothWays(page, bob);

        page.click("#callBtn");
        bob.awaitClosed();
        says(page, "#status", "Session: DISCONNECTED");
    }

    /** The ways in which the SDK's {@code sendDTMF} can be asked; the demos have buttons for the first. */
    @Test
    @Tried(
            what = "keys by RFC 2833, INFO and INFO with dtmf-relay",
            with = {Peer.WCS_SDK, Peer.BARESIP})
    void itsKeysAreHeardInEachWay(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = phone("bob", Answering.BY_ITSELF, kamailio, lab);
        Page page = phoneDemo("phone", server, kamailio, chromium, lab);
        page.fill("#callee", "bob");
        page.click("#callBtn");
        says(page, "#callStatus", "ESTABLISHED");

        page.evaluate("currentCall.sendDTMF(5)");
        assertEquals("5", bob.awaitKey());
        page.evaluate("currentCall.sendDTMF('#', 'RFC2833')");
        assertEquals("#", bob.awaitKey());
        page.evaluate("currentCall.sendDTMF('7', 'INFO_RELAY')");
        assertEquals("7", bob.awaitKey());
        page.evaluate("currentCall.sendDTMF('9', 'INFO')");
        bob.awaitContent("application/dtmf"); // which it takes no notice of
        soundGoesBothWays(page, bob);
    }

    private static void holdAndGoOn(Page page, Baresip phone) {
        Locator hold = page.locator("#holdBtn");
        hold.click();
        assertThat(hold).hasText("Unhold");
        assertThat(hold).isEnabled();
        phone.awaitSilence();
        hold.click();
        assertThat(hold).hasText("Hold");
        assertThat(hold).isEnabled();
    }

    /** The switch that the page draws over its checkbox. */
    private static void mute(Page page) {
        page.locator("#muteAudioToggle").dispatchEvent("click");
    }

    private static Baresip phone(String user, Answering answering, Kamailio kamailio, Lab lab) {
        return lab.phone(kamailio.account(user).answering(answering).speaking(PHONE_HERTZ));
    }

    private static void soundGoesBothWays(Page page, Baresip phone) {
        Ears.awaitTone(page, PHONE_HERTZ);
        phone.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }

    private static Page phoneDemo(String name, OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Page page = chromium.page(lab);
        WebSdk.serve(lab, server).openDemo(page, name + "/" + name + ".html");
        page.waitForSelector("#callBtn");
        fillAccount(page, server, kamailio);
        page.click("#connectBtn");
        says(page, "#regStatus", "REGISTERED");
        return page;
    }

    private static void fillAccount(Page page, OffhookServer server, Kamailio kamailio) {
        page.fill("#urlServer", server.socket());
        page.fill("#sipLogin", "alice");
        page.fill("#sipAuthenticationName", "alice");
        page.fill("#sipPassword", RealPeers.USERS.get("alice"));
        page.fill("#sipDomain", kamailio.domain());
        page.fill("#sipOutboundProxy", kamailio.domain());
        page.fill("#sipPort", Integer.toString(Kamailio.PORT));
    }

    private static void says(Page page, String selector, String text) {
        assertThat(page.locator(selector)).hasText(text);
    }
}
