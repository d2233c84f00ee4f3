package offhook.interop;

import java.time.Duration;
import java.time.Instant;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Ears;
import offhook.interop.peer.Firefox;
import offhook.interop.peer.Firefox.Answer;
import offhook.interop.peer.Lab;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Shop;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The call window and a call button in Firefox, whose own question for the microphone is answered by its buttons. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class FirefoxVisitorTest {
    private static final int PHONE_HERTZ = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Shop shop;
    private final Firefox firefox;
    private final Lab lab;
    private final Baresip phone;

    FirefoxVisitorTest(Shop shop, Firefox firefox, Lab lab) {
        this.shop = shop;
        this.firefox = firefox;
        this.lab = lab;
        phone = lab.phone(shop.phone().speaking(PHONE_HERTZ));
    }

    @Test
    @Tried(
            what = "a call button in Firefox: its question allowed, both hear each other, the phone hangs up",
            with = {Peer.FIREFOX, Peer.BARESIP})
    void aButtonCallsWhenTheQuestionIsAllowed() {
        Firefox.Tab page = firefox.asking(lab, shop.pageWithButton("es"));
        String button = "document.querySelector('call-button')";
        page.await(button + ".call", PATIENCE);
        page.evaluate(button + ".call()");
        page.await(button + ".state === 'explaining'", PATIENCE);
        page.evaluate(button + ".shadowRoot.querySelector('.main').click()");
        firefox.answer(Answer.ALLOW);
        page.await(button + ".state === 'talking'", PATIENCE);
        hearEachOther(page);
        phone.hangUp();
        page.await(button + ".state === 'ended' && !ears.microphoneIsOpen()", PATIENCE);
    }

    @Test
    @Tried(
            what =
                    "the call window in Firefox: its question closed by Escape, told, the block taken back in the browser's bar,"
                            + " asked again and allowed: the call goes on",
            with = {Peer.FIREFOX, Peer.BARESIP})
    void aQuestionThatWasClosedIsAskedAgain() {
        Firefox.Tab page = asked(Answer.NOT_NOW);
        firefox.forgetAnswer(page);
        firefox.answer(Answer.ALLOW);
        shows(page, "talking");
        hearEachOther(page);
    }

    @Test
    @Tried(
            what =
                    "the call window in Firefox: the microphone blocked for good, told, allowed in the browser's bar: the call goes"
                            + " on by itself",
            with = {Peer.FIREFOX, Peer.BARESIP})
    void aBlockedMicrophoneIsExplainedAndAllowed() {
        Firefox.Tab page = asked(Answer.NEVER);
        firefox.allow(page);
        shows(page, "talking");
        hearEachOther(page);
    }

    /** Opens the window, answers, and reads what it says then. */
    private Firefox.Tab asked(Answer answer) {
        Firefox.Tab page =
                firefox.asking(lab, shop.signedLink(Shop.PHONE, Instant.now().getEpochSecond(), 3600));
        // What the window has said once it does not say again.
        page.await("['explaining', 'asking'].includes(document.body.dataset.state)", PATIENCE);
        page.evaluate("document.body.dataset.state === 'explaining' && document.getElementById('next').click()");
        firefox.answer(answer);
        shows(page, "failed");
        page.await("document.body.dataset.reason === 'microphone-denied'", PATIENCE);
        page.await(
                "document.querySelector('h2:not([hidden] *)').textContent === '%s'"
                        .formatted(Words.of("microphone.denied")),
                PATIENCE);
        page.screenshot(lab.folder().resolve("denied.png"));
        return page;
    }

    private static void shows(Firefox.Tab page, String state) {
        page.await("document.body.dataset.state === '%s'".formatted(state), PATIENCE);
    }

    private void hearEachOther(Firefox.Tab page) {
        Ears.awaitTone(page, PHONE_HERTZ);
        phone.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }
}
