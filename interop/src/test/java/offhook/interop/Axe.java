package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** axe-core, which looks for what keeps people with a disability from using a page. */
final class Axe {
    private static final Path SCRIPT = Path.of("node_modules", "axe-core", "axe.min.js");

    /** What is wrong and where, one text a rule. */
    private static final String RUN = """
            async () => {
              const { violations } = await axe.run(document, { resultTypes: ['violations'] });
              return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`);
            }""";

    private Axe() {}

    /** Fails with all that axe finds in the page as it is now. */
    static void findsNothing(Page page, String name) {
        if (!Boolean.TRUE.equals(page.evaluate("'axe' in globalThis"))) page.evaluate(script());
        assertEquals(List.of(), page.evaluate(RUN), () -> "axe about " + name);
    }

    /** The same, light and dark. */
    static void findsNothingInAnyLight(Page page, String name) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            show(page, scheme);
            findsNothing(page, name + ", " + scheme.name().toLowerCase(Locale.ROOT));
        }
    }

    /** Has the page light or dark. Nothing moves from now on: what is half faded in would be told as too faint. */
    static void show(Page page, ColorScheme scheme) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
    }

    private static String script() {
        try {
            return Files.readString(SCRIPT);
        } catch (IOException e) {
            throw new UncheckedIOException("run `npm ci` in the folder interop first", e);
        }
    }
}
