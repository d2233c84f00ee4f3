package offhook.interop.peer;

import com.microsoft.playwright.Page;
import java.time.Duration;
import java.util.Map;
import offhook.interop.peer.Chromium.Answer;

/** Chromium's own question for the microphone, in a window on a {@link Screen}, answered by its buttons. */
public final class Question {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Chromium takes no notice of a button that is pressed sooner after its question appeared. */
    private static final double UNHEARD_MILLIS = 700;

    private static final int ATTEMPTS = 5;

    /** Where the browser's bar says that it asks, in the upper left corner of the screen. */
    private static final int LEFT = 120;

    private static final int TOP = 50;
    private static final int RIGHT = 280;
    private static final int BOTTOM = 80;

    /** Where its buttons are, for a page of 127.0.0.1. */
    private static final Map<Answer, int[]> BUTTONS = Map.of(
            Answer.ALLOW, new int[] {286, 318},
            Answer.NEVER, new int[] {286, 410},
            Answer.NOT_NOW, new int[] {418, 106});

    private final Screen screen;
    private final long unasked;

    private Question(Screen screen) {
        this.screen = screen;
        unasked = bar();
    }

    /** Looks at the browser's bar while it does not ask. */
    public static Question expect(Screen screen) {
        return new Question(screen);
    }

    /** Waits until {@code page} asks, and presses a button of the question; returns when the page has been told. */
    public void answer(Page page, Answer answer) {
        page.waitForFunction("() => ears.asks()");
        long[] seen = {unasked};
        Waiting.until("the browser's question", PATIENCE, () -> isStill(seen), () -> "the bar as it was");
        int[] button = BUTTONS.get(answer);
        for (int i = 0; i < ATTEMPTS; i++) {
            screen.click(button[0], button[1]);
            if (!stillAsks(page)) return;
        }
        throw new AssertionError("Chromium's question has other buttons than it had");
    }

    /** Whether the bar asks, and looks as it did a moment ago. */
    private boolean isStill(long[] seen) {
        long before = seen[0];
        seen[0] = bar();
        return seen[0] != unasked && seen[0] == before;
    }

    private long bar() {
        return screen.look(LEFT, TOP, RIGHT, BOTTOM);
    }

    private static boolean stillAsks(Page page) {
        try {
            page.waitForFunction(
                    "() => !ears.asks()", null, new Page.WaitForFunctionOptions().setTimeout(UNHEARD_MILLIS));
            return false;
        } catch (com.microsoft.playwright.TimeoutError e) {
            return true;
        }
    }
}
