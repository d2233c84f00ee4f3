package offhook.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.time.Instant;
import java.util.Map;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Chromium.Answer;
import offhook.interop.peer.Chromium.Microphone;
import offhook.interop.peer.Chromium.Sound;
import offhook.interop.peer.Ears;
import offhook.interop.peer.Lab;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Shop;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Visitors who do not get their microphone at once: each is told what to do, and calls without loading the page again. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class MicrophoneHelpTest {
    private static final int PHONE_HERTZ = 1000;

    private final Shop shop;
    private final Chromium chromium;
    private final Lab lab;

    MicrophoneHelpTest(Shop shop, Chromium chromium, Lab lab) {
        this.shop = shop;
        this.chromium = chromium;
        this.lab = lab;
    }

    @Test
    @Tried(
            what =
                    "the browser's question closed (\"not now\"), told in the call window, asked and closed again, then changed to allowed: the call goes on by itself",
            with = {Peer.CHROMIUM, Peer.BARESIP})
    void aQuestionThatWasClosedIsAskedAgain() {
        Baresip phone = phone();
        Page page = chromium.asking(lab, new NewContextOptions());
        chromium.answer(page, Answer.NOT_NOW);
        CallWindow window = CallWindow.at(page, link()).goesOn().because("microphone-dismissed");
        window.says("microphone.dismissed").button("call.retry").click();
        window.because("microphone-dismissed").says("microphone.dismissed");

        chromium.answer(page, Answer.ALLOW);
        hearEachOther(window, phone);
    }

    @Test
    @Tried(
            what =
                    "the microphone blocked in the browser: told where to press, allowed there: the call goes on by itself",
            with = {Peer.CHROMIUM, Peer.BARESIP})
    void aBlockedMicrophoneIsExplainedAndAllowed() {
        Baresip phone = phone();
        Page page = chromium.asking(lab, new NewContextOptions());
        chromium.answer(page, Answer.NEVER);
        CallWindow window = CallWindow.at(page, link()).because("microphone-denied");

        window.says("microphone.denied").saysOfTheMicrophone("call.microphoneOff");
        assertThat(page.getByText(Words.of("help.again.icon"))).isVisible();
        assertThat(page.getByText(Words.of("microphone.continues"))).isVisible();
        assertThat(page.getByTestId("picture").getByRole(AriaRole.IMG).first()).isVisible();
        Page help = page.waitForPopup(
                () -> page.getByText(Words.of("microphone.help")).click());
        assertThat(help.locator("#chrome")).isVisible();
        help.close();

        chromium.answer(page, Answer.ALLOW);
        hearEachOther(window, phone);
        window.button("call.hangUp").click();
        window.is("ended").saysOfTheMicrophone("call.microphoneOff");
        assertFalse(Ears.microphoneIsOpen(page));
    }

    @Test
    @Tried(
            what =
                    "a call button whose question was answered \"not now\", then changed to allowed while the visitor reads: the"
                            + " call goes on by itself",
            with = {Peer.CHROMIUM, Peer.BARESIP})
    void aQuestionThatWasPutOffGoesOnByItself() {
        Baresip phone = phone();
        Page page = chromium.asking(lab, new NewContextOptions());
        chromium.answer(page, Answer.NOT_NOW);
        CallButton button =
                CallButton.at(page, shop.pageWithButton("hs")).press().says("call.explaining");
        button.button("call.proceed").click();
        button.because("microphone-dismissed").says("microphone.dismissed");

        chromium.answer(page, Answer.ALLOW);
        hearEachOther(button.is("talking"), phone);
    }

    @Test
    @Tried(
            what = "no microphone: told in the call window and by a call button",
            with = {Peer.CHROMIUM})
    void aMissingMicrophoneIsTold() {
        Chromium deaf = lab.keep(Chromium.start(lab.folder(), Microphone.NONE));
        Page page = deaf.page(lab);
        CallWindow.at(page, link())
                .because("microphone-missing")
                .says("microphone.missing")
                .saysOfTheMicrophone("call.microphoneOff");
        CallButton.at(page, shop.pageWithButton("hs"))
                .press()
                .because("microphone-missing")
                .says("microphone.missing")
                .adds("microphone.missing.todo");
    }

    @Test
    @Tried(
            what =
                    "a page without https by a name that is not this machine's own: told in the call window and by a call button",
            with = {Peer.CHROMIUM})
    void aPageThatIsNotSecureIsTold() {
        Page page = chromium.page(lab);
        CallWindow.at(page, Shop.insecure(link())).because("insecure-page").says("microphone.insecure");
        CallButton.at(page, Shop.insecure(shop.pageWithButton("hs")))
                .press()
                .because("insecure-page")
                .says("microphone.insecure")
                .adds("microphone.insecure.todo");
    }

    @Test
    @Tried(
            what =
                    "a call button in a frame of another origin without allow=\"microphone\": told, opened in a tab of its own:"
                            + " it calls; and in a frame that has it",
            with = {Peer.CHROMIUM, Peer.BARESIP})
    void aFrameThatMayNotAskIsTold() {
        Baresip phone = phone();
        Page page = chromium.page(lab);
        String framed = shop.pageWithButton("hs");
        page.navigate(shop.pageAround(framed, ""));
        CallButton button = CallButton.in(page.frameLocator("iframe")).press();
        button.because("microphone-denied-in-frame").says("microphone.denied-in-frame");
        Page tab = page.waitForPopup(
                () -> button.element().getByText(Words.of("call.openInTab")).click());
        CallButton own = CallButton.on(tab).with(elsewhere()).press().is("talking");
        hearEachOther(own, phone);
        own.button("call.hangUp").click();
        phone.awaitClosed();

        page.navigate(shop.pageAround(framed, "allow=\"microphone\""));
        CallButton allowed =
                CallButton.in(page.frameLocator("iframe")).with(elsewhere()).press();
        allowed.is("talking");
        phone.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }

    @Test
    @Tried(
            what = "a browser that plays nothing before something was pressed: told, pressed, heard",
            with = {Peer.CHROMIUM, Peer.BARESIP})
    void soundThatIsHeldBackIsHeardAfterAPress() {
        Baresip phone = phone();
        Chromium silent = lab.keep(Chromium.start(lab.folder(), Microphone.TONE, Sound.AFTER_A_PRESS));
        Page page = silent.page(lab);
        CallWindow.snippet(page, shop, link());
        CallWindow window = CallWindow.opened(page);
        // Until then the test does not touch the window: Chromium would take that for a press.
        phone.awaitTone(RealPeers.MICROPHONE_HERTZ);
        Locator play = window.button("call.playAudio");
        play.click();
        assertThat(play).isHidden();
        Ears.awaitTone(window.page(), PHONE_HERTZ);
    }

    /** The two that no browser on this machine can be brought to; what they say is what Chromium says elsewhere. */
    @Test
    void aMicrophoneThatTheSystemKeepsIsExplained() {
        Baresip phone = phone();
        refusedThenGiven(phone, "Permission denied by system", "NotAllowedError", "microphone.denied-by-system");
        refusedThenGiven(phone, "Could not start audio source", "NotReadableError", "microphone.busy");
    }

    private void refusedThenGiven(Baresip phone, String message, String name, String what) {
        Page page = chromium.page(lab);
        page.addInitScript("""
                const given = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
                navigator.mediaDevices.getUserMedia = async (constraints) => {
                  if (!globalThis.given) throw new DOMException('%s', '%s');
                  return given(constraints);
                };""".formatted(message, name));
        CallWindow window = CallWindow.at(page, link()).is("failed").says(what);
        page.evaluate("globalThis.given = true");
        window.button("call.retry").click();
        hearEachOther(window, phone);
        page.close();
        phone.awaitClosed();
    }

    private String link() {
        return shop.signedLink(Shop.PHONE, Instant.now().getEpochSecond(), 3600);
    }

    private String elsewhere() {
        Map<String, Object> claims = shop.claims();
        claims.put("origin", shop.elsewhere());
        return shop.token("hs", claims);
    }

    private Baresip phone() {
        return lab.phone(shop.phone().speaking(PHONE_HERTZ));
    }

    private static void hearEachOther(CallWindow window, Baresip phone) {
        window.talks();
        Ears.awaitTone(window.page(), PHONE_HERTZ);
        phone.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }

    private static void hearEachOther(CallButton button, Baresip phone) {
        Ears.awaitTone(button.element().page(), PHONE_HERTZ);
        phone.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }
}
