package offhook.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import java.util.regex.Pattern;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Ears;
import offhook.interop.peer.Lab;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Shop;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page on which a visitor tries the microphone. What it says of itself stands at the top of {@code microphone-test.js}. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class MicrophonePageTest {
    private final Page page;

    MicrophonePageTest(Shop shop, Chromium chromium, Lab lab) {
        page = chromium.page(lab);
        page.navigate(shop.server().page() + "test/microphone");
    }

    @Test
    @Tried(what = "the microphone test: its level, and three seconds of it played back", with = Peer.CHROMIUM)
    void theMicrophoneIsSeenAndPlayedBack() {
        click("listen");
        has("data-hear", "on");
        assertThat(page.getByTestId("hear-words")).hasText(Words.of("test.hear.works"));
        assertThat(page.getByTestId("meter")).hasAttribute("aria-valuenow", Pattern.compile("[3-9]\\d|100"));
        says("call.microphoneOn");
        assertTrue(Ears.microphoneIsOpen(page));

        click("record");
        has("data-hear", "recording");
        has("data-hear", "playing");
        assertFalse(Ears.microphoneIsOpen(page));
        has("data-hear", "off");
        assertThat(page.getByTestId("hear-words")).hasText(Words.of("test.played"));
        says("call.microphoneOff");
    }

    @Test
    @Tried(what = "the microphone test: a call to the server's own echo, whose sound comes back", with = Peer.CHROMIUM)
    void theEchoIsHeard() {
        assertEquals(Words.of("test.echo.call"), page.getByTestId("call").textContent());
        click("call");
        has("data-echo", "talking");
        Ears.awaitTone(page, RealPeers.MICROPHONE_HERTZ);
        assertThat(page.getByTestId("echo-remote")).hasAttribute("aria-valuenow", Pattern.compile("[3-9]\\d|100"));
        click("hang-up");
        has("data-echo", "ended");
        says("call.microphoneOff");
        assertFalse(Ears.microphoneIsOpen(page));
    }

    private void click(String testId) {
        page.getByTestId(testId).click();
    }

    private void has(String attribute, String value) {
        assertThat(page.locator("body")).hasAttribute(attribute, value);
    }

    private void says(String words) {
        assertThat(page.getByTestId("microphone-line")).hasText(Words.of(words));
    }
}
