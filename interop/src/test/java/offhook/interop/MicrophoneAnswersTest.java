package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.time.Duration;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Chromium.Answer;
import offhook.interop.peer.Chromium.Microphone;
import offhook.interop.peer.Firefox;
import offhook.interop.peer.Lab;
import offhook.interop.peer.Pages;
import offhook.interop.peer.Question;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Screen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What browsers tell a page that asks for the microphone, by what is answered: what our pages' help stands on. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class MicrophoneAnswersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Asks, and leaves the answer to be looked at. */
    private static final String ASK = """
            (() => {
              globalThis.answer = '';
              navigator.mediaDevices.getUserMedia({ audio: true }).then(
                (stream) => {
                  stream.getTracks().forEach((track) => track.stop());
                  globalThis.answer = 'given';
                },
                ({ name, message }) => { globalThis.answer = name + ': ' + message; },
              );
            })()""";

    private static final String PERMISSION =
            "navigator.permissions.query({ name: 'microphone' }).then(({ state }) => state)";

    @Test
    @Tried(
            what =
                    "the browser's own question for the microphone, in a window: closed, blocked, allowed; what a page is told, which is the same without a window",
            with = {Peer.CHROMIUM})
    void chromiumTellsWhatItsQuestionWasAnswered(Lab lab) throws IOException {
        Screen screen = lab.keep(Screen.start(lab.folder()));
        Chromium chromium = lab.keep(Chromium.start(lab.folder(), screen));

        assertEquals("NotAllowedError: Permission dismissed, prompt", asked(chromium, screen, lab, Answer.NOT_NOW));
        assertEquals("NotAllowedError: Permission denied, denied", asked(chromium, screen, lab, Answer.NEVER));
        assertEquals("given, granted", asked(chromium, screen, lab, Answer.ALLOW));
    }

    @Test
    void chromiumWithoutAWindowTellsTheSame(Chromium chromium, Lab lab) throws IOException {
        Page page = chromium.asking(lab, new NewContextOptions());
        page.navigate(Pages.url(Pages.blank(lab)));

        chromium.answer(page, Answer.NOT_NOW);
        assertEquals("NotAllowedError: Permission dismissed, prompt", asked(page));
        chromium.answer(page, Answer.NEVER);
        assertEquals("NotAllowedError: Permission denied, denied", asked(page));
        chromium.answer(page, Answer.ALLOW);
        assertEquals("given, granted", asked(page));
    }

    @Test
    void chromiumTellsThatThereIsNoMicrophone(Lab lab) throws IOException {
        Chromium deaf = lab.keep(Chromium.start(lab.folder(), Microphone.NONE));
        Page page = deaf.page(lab);
        page.navigate(Pages.url(Pages.blank(lab)));
        assertEquals("NotFoundError: Requested device not found, granted", asked(page));
    }

    @Test
    void chromiumHasNoMicrophoneForAPageThatIsNotSecure(Chromium chromium, Lab lab) throws IOException {
        HttpServer pages = Pages.blank(lab);
        Page page = chromium.page(lab);
        page.navigate(
                "http://" + Chromium.INSECURE_HOST + ":" + pages.getAddress().getPort());
        assertEquals(false, page.evaluate("isSecureContext || 'mediaDevices' in navigator"));
    }

    @Test
    void firefoxTellsWhatItsQuestionWasAnswered(Firefox firefox, Lab lab) throws IOException {
        String url = Pages.url(Pages.blank(lab));
        String refused =
                "NotAllowedError: The request is not allowed by the user agent or the platform in the current context.";

        assertEquals("given, granted", asked(firefox, lab, url, Firefox.Answer.ALLOW));
        assertEquals(refused + ", denied", asked(firefox, lab, url, Firefox.Answer.NOT_NOW));
        assertEquals(refused + ", denied", asked(firefox, lab, url, Firefox.Answer.NEVER));
    }

    private static String asked(Chromium chromium, Screen screen, Lab lab, Answer answer) throws IOException {
        Page page = chromium.asking(lab, new NewContextOptions());
        page.navigate(Pages.url(Pages.blank(lab)));
        Question question = Question.expect(screen);
        page.evaluate(ASK);
        question.answer(page, answer);
        return answered(page);
    }

    private static String asked(Page page) {
        page.evaluate(ASK);
        return answered(page);
    }

    private static String answered(Page page) {
        page.waitForFunction("answer");
        return page.evaluate("answer") + ", " + page.evaluate(PERMISSION);
    }

    private static String asked(Firefox firefox, Lab lab, String url, Firefox.Answer answer) {
        Firefox.Tab tab = firefox.asking(lab, url);
        tab.evaluate(ASK);
        firefox.answer(answer);
        tab.await("answer", PATIENCE);
        return tab.evaluate("answer") + ", " + tab.evaluate(PERMISSION);
    }
}
