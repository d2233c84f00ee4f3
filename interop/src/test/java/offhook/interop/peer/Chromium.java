package offhook.interop.peer;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.CDPSession;
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
    /** Another name for 127.0.0.1: a page that comes from there without TLS is not secure, and gets no microphone. */
    public static final String INSECURE_HOST = "insecure.example";

    private static final Path BINARY = Path.of("/usr/bin/chromium");
    private static final int MICROPHONE_RATE = 48_000;
    private static final Duration MICROPHONE_LOOP = Duration.ofSeconds(10);
    private static final double STEP_TIMEOUT_MILLIS = 15_000;

    private final Playwright playwright;
    private final Browser browser;
    private final CDPSession protocol; // open as long as the browser: with it go the answers that it has set

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
        protocol = browser.newBrowserCDPSession();
    }

    /** The devices that there are. */
    public enum Microphone {
        TONE("--use-fake-device-for-media-stream"),
        NONE("--disable-audio-input");

        private final String argument;

        Microphone(String argument) {
            this.argument = argument;
        }
    }

    /** When a page may make a sound. */
    public enum Sound {
        AT_ONCE("no-user-gesture-required"),
        /** Not before something in the page was pressed, whether it has the microphone or not, as on some phones. */
        AFTER_A_PRESS("user-gesture-required");

        private final String policy;

        Sound(String policy) {
            this.policy = policy;
        }
    }

    /** What somebody answers when the browser asks whether a page may have the microphone or the camera. */
    public enum Answer {
        ALLOW("granted"),
        NEVER("denied"),
        /** Closes the question. */
        NOT_NOW("prompt");

        private final String setting;

        Answer(String setting) {
            this.setting = setting;
        }
    }

    /** One without a window: it answers its questions by itself, see {@link #answer}. */
    public static Chromium start(Path folder, Microphone microphone) {
        return start(folder, microphone, Sound.AT_ONCE);
    }

    public static Chromium start(Path folder, Microphone microphone, Sound sound) {
        return start(folder, List.of(microphone.argument, "--autoplay-policy=" + sound.policy), headless());
    }

    /** One in a window of {@code screen}, where it asks and waits for a {@link Question} to be answered. */
    public static Chromium start(Path folder, Screen screen) {
        return start(
                folder,
                List.of(Microphone.TONE.argument, "--ozone-platform=x11", "--window-position=0,0"),
                new BrowserType.LaunchOptions().setHeadless(false).setEnv(screen.environment()));
    }

    private static BrowserType.LaunchOptions headless() {
        return new BrowserType.LaunchOptions().setHeadless(true);
    }

    private static Chromium start(Path folder, List<String> particular, BrowserType.LaunchOptions options) {
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
                "--host-resolver-rules=MAP " + INSECURE_HOST + " 127.0.0.1",
                "--use-file-for-fake-audio-capture=" + tone));
        arguments.addAll(particular);
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser =
                playwright.chromium().launch(options.setExecutablePath(BINARY).setArgs(arguments));
        PlaywrightAssertions.setDefaultAssertionTimeout(STEP_TIMEOUT_MILLIS);
        return new Chromium(playwright, browser);
    }

    /**
     * A page in a context of its own, closed at the end of the test, which is given the microphone; its console and that
     * of each window that it opens are kept in the test's folder.
     */
    public Page page(Lab lab) {
        return page(lab, new Browser.NewContextOptions());
    }

    public Page page(Lab lab, Browser.NewContextOptions options) {
        Page page = asking(lab, options);
        answer(page, Answer.ALLOW);
        return page;
    }

    /** The same with a browser that has not been told yet what to answer. */
    public Page asking(Lab lab, Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        lab.keep(context);
        context.setDefaultTimeout(STEP_TIMEOUT_MILLIS);
        context.addInitScript(Ears.SCRIPT);
        Path log = lab.folder().resolve("console.log");
        context.onPage(page -> {
            lab.watch(page);
            page.onConsoleMessage(message -> append(log, told(message)));
            page.onPageError(error -> append(log, "uncaught: " + error));
        });
        return context.newPage();
    }

    /**
     * Has the browser answer so from now on, to each page of the context of {@code page}. A page that watches its
     * permission is told at once, as when somebody changes it in the browser's bar.
     */
    public void answer(Page page, Answer answer) {
        String context = contextId(page);
        for (String device : List.of("microphone", "camera")) {
            JsonObject permission = new JsonObject();
            permission.addProperty("name", device);
            JsonObject order = new JsonObject();
            order.add("permission", permission);
            order.addProperty("setting", answer.setting);
            order.addProperty("browserContextId", context);
            protocol.send("Browser.setPermission", order);
        }
    }

    private static String contextId(Page page) {
        CDPSession session = page.context().newCDPSession(page);
        try {
            return session.send("Target.getTargetInfo")
                    .getAsJsonObject("targetInfo")
                    .get("browserContextId")
                    .getAsString();
        } finally {
            session.detach();
        }
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
