package offhook.interop.peer;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Listening inside a page, whatever page it is: see {@code ears.js}, which must run before the page's own scripts. */
public final class Ears {
    static final String SCRIPT = script();
    private static final Duration HEARING = Duration.ofSeconds(15);

    private Ears() {}

    /** Waits until the far side of the page's newest call is heard as {@code hertz}, and is that tone above all. */
    public static void awaitTone(Page page, int hertz) {
        fail(page.evaluate("([hertz, millis]) => ears.awaitRemoteTone(hertz, millis)", arguments(hertz)), hertz);
    }

    /** Does {@code action}, and waits until the far side is heard as one of the two tones of a key (ITU-T Q.23). */
    public static void awaitKeyTone(Page page, int low, int high, Runnable action) {
        page.evaluate(
                "([low, high, millis]) => { globalThis.keyTone = ears.awaitRemoteToneOf([low, high], millis); }",
                new Object[] {low, high, (int) HEARING.toMillis()});
        action.run();
        fail(page.evaluate("keyTone"), low);
    }

    /** Whether a microphone that the page got is still open. */
    public static boolean microphoneIsOpen(Page page) {
        return Boolean.TRUE.equals(page.evaluate("ears.microphoneIsOpen()"));
    }

    /** Waits until the far side of the page's newest call is heard at all. */
    public static void awaitSound(Page page) {
        Object complaint = page.evaluate("millis => ears.awaitRemoteSound(millis)", (int) HEARING.toMillis());
        if (!"".equals(complaint)) throw new AssertionError("the page heard nothing: " + complaint);
    }

    /** The codec that the page's newest call sends, by the browser's own account. */
    public static String sentCodec(Page page) {
        return String.valueOf(page.evaluate("ears.sentCodec()"));
    }

    /** Waits until the page's microphone is heard as {@code hertz}. */
    public static void awaitMicrophone(Page page, int hertz) {
        fail(page.evaluate("([hertz, millis]) => ears.awaitMicrophone(hertz, millis)", arguments(hertz)), hertz);
    }

    /** The same as {@link #awaitTone(Page, int)} in Firefox. */
    public static void awaitTone(Firefox.Tab tab, int hertz) {
        fail(tab.evaluate("ears.awaitRemoteTone(" + hertz + "," + HEARING.toMillis() + ")"), hertz);
    }

    /** The same as {@link #awaitMicrophone(Page, int)} in Firefox. */
    public static void awaitMicrophone(Firefox.Tab tab, int hertz) {
        fail(tab.evaluate("ears.awaitMicrophone(" + hertz + "," + HEARING.toMillis() + ")"), hertz);
    }

    private static Object[] arguments(int hertz) {
        return new Object[] {hertz, (int) HEARING.toMillis()};
    }

    private static void fail(Object complaint, int hertz) {
        if (!"".equals(complaint)) throw new AssertionError("the page did not hear " + hertz + " Hz: " + complaint);
    }

    private static String script() {
        try (InputStream in = Ears.class.getResourceAsStream("ears.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
