package offhook.interop.peer;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What one test works with: a folder for its files and logs, and the programs it started, which end with it. */
public final class Lab {
    private final Path folder;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<Page> pages = new ArrayList<>();

    Lab(String name) {
        folder = Path.of("target", "interop", name).toAbsolutePath();
        Folders.delete(folder);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code target/interop/<test>}: kept after the test. */
    public Path folder() {
        return folder;
    }

    /** Has {@code thing} closed at the end of the test, the latest first. */
    public <T extends AutoCloseable> T keep(T thing) {
        open.push(thing);
        return thing;
    }

    /** A phone that is ready to call and be called. */
    public Baresip phone(Baresip.Account account) {
        Baresip phone = keep(Baresip.start(folder, account));
        phone.awaitReady();
        return phone;
    }

    /** Linphone as one of Kamailio's users, ready to call and be called. */
    public Linphone linphone(Kamailio kamailio, String user, int toneHertz, Linphone.Encryption encryption) {
        Linphone phone = keep(Linphone.start(folder, kamailio, user, toneHertz, encryption));
        phone.awaitReady();
        return phone;
    }

    /** Has {@code page} pictured when the test fails. */
    void watch(Page page) {
        pages.add(page);
    }

    /** Keeps a picture of what each page shows at the moment of a failure. */
    void picture() {
        for (int i = 0; i < pages.size(); i++) {
            if (!pages.get(i).isClosed()) {
                Path file = folder.resolve("failed-" + i + ".png");
                pages.get(i).screenshot(new Page.ScreenshotOptions().setPath(file));
            }
        }
    }

    /** Closes all that was kept, and what cannot be closed keeps nothing else open: a phone that stays would take calls. */
    void end() {
        List<Throwable> failures = new ArrayList<>();
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception | AssertionError e) {
                failures.add(e);
            }
        }
        if (failures.isEmpty()) return;
        AssertionError failure = new AssertionError("the test's end", failures.getFirst());
        failures.stream().skip(1).forEach(failure::addSuppressed);
        throw failure;
    }
}
