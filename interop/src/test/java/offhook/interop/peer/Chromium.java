package offhook.interop.peer;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One Chromium whose microphone is a tone. Each test opens a context of its own in it. One thread drives it. */
public final class Chromium implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/bin/chromium");
    private static final int MICROPHONE_RATE = 48_000;
    private static final Duration MICROPHONE_LOOP = Duration.ofSeconds(10);
    private static final double STEP_TIMEOUT_MILLIS = 15_000;

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** What a page finds when it asks for the microphone. */
    public enum Microphone {
        TONE,
        REFUSED,
        NONE;

        private List<String> arguments() {
            return switch (this) {
                case TONE -> List.of("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream");
                case REFUSED -> List.of("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream=deny");
                case NONE -> List.of("--use-fake-ui-for-media-stream", "--disable-audio-input");
            };
        }
    }

    public static Chromium start(Path folder, Microphone microphone) {
        Path tone = folder.resolve("microphone.wav");
        Tone.write(tone, RealPeers.MICROPHONE_HERTZ, MICROPHONE_RATE, MICROPHONE_LOOP);
        List<String> arguments = new ArrayList<>(List.of(
                "--no-sandbox",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-gpu",
                "--disable-quic",
                "--disable-sync",
                "--autoplay-policy=no-user-gesture-required",
                "--use-file-for-fake-audio-capture=" + tone));
        arguments.addAll(microphone.arguments());
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(BINARY)
                        .setHeadless(true)
                        .setArgs(arguments));
        PlaywrightAssertions.setDefaultAssertionTimeout(STEP_TIMEOUT_MILLIS);
        return new Chromium(playwright, browser);
    }

    /** A page in a context of its own, closed at the end of the test; its console is kept in the test's folder. */
    public Page page(Lab lab) {
        return page(lab, new Browser.NewContextOptions());
    }

    public Page page(Lab lab, Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        lab.keep(context);
        context.setDefaultTimeout(STEP_TIMEOUT_MILLIS);
        context.addInitScript(Ears.SCRIPT);
        Page page = context.newPage();
        lab.watch(page);
        Path log = lab.folder().resolve("console.log");
        page.onConsoleMessage(message -> append(log, told(message)));
        page.onPageError(error -> append(log, "uncaught: " + error));
        return page;
    }

    private static String told(ConsoleMessage message) {
        return message.type() + ": " + message.text();
    }

    private static void append(Path log, String line) {
        try {
            Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
