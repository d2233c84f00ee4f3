package offhook.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.microsoft.playwright.Page;
import java.time.Instant;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Ears;
import offhook.interop.peer.Lab;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Shop;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Links in Vodia's form on pages of another origin, which open the small window that calls a SIP phone. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class CallWindowTest {
    private static final int PHONE_HERTZ = 1000;

    private final Shop shop;
    private final Chromium chromium;
    private final Lab lab;

    CallWindowTest(Shop shop, Chromium chromium, Lab lab) {
        this.shop = shop;
        this.chromium = chromium;
        this.lab = lab;
    }

    @Test
    @Tried(
            what =
                    "a Vodia link on a page of another origin: login, call, remembered at the next click until logout, the"
                            + " window closed by either side's hang-up",
            with = {Peer.CHROMIUM, Peer.BARESIP})
    void aLinkCallsAndTheWindowClosesByItself() {
        Baresip phone = phone();
        Page page = chromium.page(lab);
        CallWindow.snippet(page, shop, shop.makecall(Shop.PHONE));

        CallWindow first = CallWindow.opened(page);
        assertEquals(230, first.page().evaluate("innerWidth"));
        assertEquals(300, first.page().evaluate("innerHeight"));
        first.logsIn("1002", RealPeers.EXCHANGE_USERS.get("1002"), true).talks();
        hearEachOther(first, phone);
        first.closesItself(first.button("call.hangUp")::click);
        phone.awaitClosed();

        CallWindow second = CallWindow.opened(page).talks();
        hearEachOther(second, phone);
        second.closesItself(phone::hangUp);

        CallWindow third = CallWindow.opened(page).talks();
        third.page().getByTestId("log-out").click();
        third.closesItself(third.button("call.hangUp")::click);
        assertThat(CallWindow.opened(page).page().getByTestId("login-screen")).isVisible();
    }

    @Test
    @Tried(
            what =
                    "a signed Vodia link (md5) on a page of another origin: call at once, closed by either side's hang-up",
            with = {Peer.CHROMIUM, Peer.BARESIP})
    void aSignedLinkCallsAtOnce() {
        Baresip phone = phone();
        Page page = chromium.page(lab);
        CallWindow.snippet(page, shop, shop.signedLink(Shop.PHONE, Instant.now().getEpochSecond(), 3600));

        CallWindow first = CallWindow.opened(page).talks();
        hearEachOther(first, phone);
        assertFalse(first.page().url().contains("pass="), first.page().url());
        first.closesItself(phone::hangUp);

        CallWindow second = CallWindow.opened(page).talks();
        second.closesItself(second.button("call.hangUp")::click);
    }

    @Test
    @Tried(
            what = "a call window's keypad, heard by a menu, and its mute button",
            with = {Peer.CHROMIUM})
    void theKeypadIsHeardByTheMenu() {
        CallWindow window = CallWindow.at(
                chromium.page(lab), shop.signedLink("menu", Instant.now().getEpochSecond(), 3600));
        window.talks().button("call.keypad").click();
        Ears.awaitKeyTone(
                window.page(), 770, 1336, window.page().getByTestId("key").getByText("5")::click);
        Ears.awaitKeyTone(
                window.page(), 941, 1477, () -> window.page().keyboard().press("#"));
        window.button("call.mute").click();
        window.saysOfTheMicrophone("call.muted");
        window.button("call.hangUp").click();
        window.is("ended").saysOfTheMicrophone("call.microphoneOff");
        assertFalse(Ears.microphoneIsOpen(window.page()));
    }

    @Test
    void aWrongPasswordIsToldAtTheLogin() {
        Page page = chromium.page(lab);
        CallWindow window = CallWindow.at(page, shop.makecall(Shop.PHONE)).logsIn("1002", "not-the-secret", true);
        assertThat(page.getByTestId("login-problem")).isVisible();
        window.logsIn("1002", "not-the-secret", true).because("wrong-password");
        page.reload(); // nothing was remembered
        assertThat(page.getByTestId("login-screen")).isVisible();
    }

    @Test
    @Tried(
            what =
                    "signed Vodia links that are altered, too old or from the future: each refused in words, nobody rung",
            with = {Peer.CHROMIUM, Peer.BARESIP})
    void aLinkThatIsNotGoodIsToldAndCallsNobody() {
        Baresip phone = phone();
        Page page = chromium.page(lab);
        long now = Instant.now().getEpochSecond();
        String good = shop.signedLink(Shop.PHONE, now, 3600);

        refused(page, good.replace("duration=3600", "duration=7200"), "link-invalid");
        refused(page, good.replace("destnumber=1001", "destnumber=1002"), "link-invalid");
        refused(page, shop.signedLink(Shop.PHONE, now - 3700, 3600), "link-expired");
        refused(
                page,
                shop.signedLink(Shop.PHONE, now - 7300, 31_536_000),
                "link-expired"); // beyond the server's maximum
        refused(page, shop.signedLink(Shop.PHONE, now + 300, 3600), "link-expired");
        CallWindow.at(page, shop.signedLink(Shop.PHONE, now + 10, 3600)).talks(); // clocks differ
        phone.awaitEstablished();
        assertEquals(0, phone.calls());
    }

    private void refused(Page page, String link, String reason) {
        CallWindow.at(page, link).because(reason);
        assertThat(page.getByTestId("login-problem")).not().isEmpty();
    }

    private Baresip phone() {
        return lab.phone(shop.phone().speaking(PHONE_HERTZ));
    }

    private static void hearEachOther(CallWindow window, Baresip phone) {
        Ears.awaitTone(window.page(), PHONE_HERTZ);
        phone.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }
}
