package offhook.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Baresip.Account;
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

/** The unmodified WCS SDK against our server: its own test, and its demo pages in calls with a real phone. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class WebSdkTest {
    private static final int PHONE_HERTZ = 1000;
    private static final double SIP_TEST_MILLIS = 40_000;

    @Test
    void itsOwnSipTestPasses(Chromium chromium, Lab lab) {
        OffhookServer server =
                lab.keep(OffhookServer.start(lab.folder(), Map.of("3000", "1234", "3001", "1234"), Map.of()));
        Page page = chromium.page(lab);
        page.navigate(WebSdk.serve(lab).sipTest(server.socket()));

        page.waitForFunction("outcome.ended", null, new Page.WaitForFunctionOptions().setTimeout(SIP_TEST_MILLIS));

        assertEquals(List.of(), page.evaluate("outcome.failed"));
        assertEquals(List.of("should register", "outgoing and incoming call"), page.evaluate("outcome.passed"));
    }

    @Test
    void itsPhoneDemoCallsAPhone(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = lab.phone(
                Account.at(kamailio, "bob", RealPeers.USERS.get("bob")).speaking(PHONE_HERTZ));
        Page page = phoneDemo(server, kamailio, chromium, lab);

        page.fill("#callee", "bob");
        page.click("#callBtn");
        says(page, "#callStatus", "ESTABLISHED");
        Ears.awaitTone(page, PHONE_HERTZ);
        bob.awaitTone(RealPeers.MICROPHONE_HERTZ);

        page.click("#callBtn");
        bob.awaitClosed();
        says(page, "#callStatus", "FINISH");
    }

    @Test
    void itsPhoneDemoIsCalledByAPhone(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = lab.phone(
                Account.at(kamailio, "bob", RealPeers.USERS.get("bob")).speaking(PHONE_HERTZ));
        Page page = phoneDemo(server, kamailio, chromium, lab);

        bob.dial(kamailio.uri("alice"));
        assertThat(page.locator("#incomingCallAlert")).containsText("bob");
        page.click("#answerBtn");
        says(page, "#callStatus", "ESTABLISHED");
        Ears.awaitTone(page, PHONE_HERTZ);
        bob.awaitTone(RealPeers.MICROPHONE_HERTZ);

        bob.hangUp();
        says(page, "#callStatus", "FINISH");
    }

    @Test
    void itsPhoneDemoIsToldThatTheOtherIsBusy(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = lab.phone(
                Account.at(kamailio, "bob", RealPeers.USERS.get("bob")).answering(Answering.BY_HAND));
        Page page = phoneDemo(server, kamailio, chromium, lab);

        page.fill("#callee", "bob");
        page.click("#callBtn");
        says(page, "#callStatus", "RING");
        bob.hangUp();
        says(page, "#callStatus", "FAILED");
    }

    @Test
    void itsClickToCallDemoCallsAPhone(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Baresip bob = lab.phone(
                Account.at(kamailio, "bob", RealPeers.USERS.get("bob")).speaking(PHONE_HERTZ));
        Page page = chromium.page(lab);
        page.navigate(WebSdk.serve(lab).demo("click-to-call"));
        page.click("#sipCredentialsBtn");
        fillAccount(page, server, kamailio);
        page.click("#okBtn");

        page.fill("#callee", "bob");
        page.click("#callBtn");
        says(page, "#status", "Call: ESTABLISHED");
        Ears.awaitTone(page, PHONE_HERTZ);
        bob.awaitTone(RealPeers.MICROPHONE_HERTZ);

        page.click("#callBtn");
        bob.awaitClosed();
        says(page, "#status", "Session: DISCONNECTED");
    }

    private static Page phoneDemo(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Page page = chromium.page(lab);
        page.navigate(WebSdk.serve(lab).demo("phone"));
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
