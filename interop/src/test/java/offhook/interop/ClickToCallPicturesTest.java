package offhook.interop;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Baresip.Answering;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Chromium.Answer;
import offhook.interop.peer.Lab;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Shop;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each state of click to call's pages, looked at by axe, light and dark. With {@code -Dpictures=FOLDER} each is pictured
 * as well, in the sizes that matter: those of the documentation are made so.
 */
@Tag("real")
@ExtendWith(RealPeers.class)
final class ClickToCallPicturesTest {
    /** Makes a WebP of a PNG, both in Base64. */
    private static final String WEBP = """
            async (png) => {
              const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
              const canvas = document.createElement('canvas');
              [canvas.width, canvas.height] = [image.width, image.height];
              canvas.getContext('2d').drawImage(image, 0, 0);
              return canvas.toDataURL('image/webp', 0.6).split(',')[1];
            }""";

    private static final String FOLDER = System.getProperty("pictures", "");

    private enum Size {
        POPUP(230, 300),
        PHONE(360, 640),
        DESKTOP(900, 600);

        private final int width;
        private final int height;

        Size(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    private static final String NEVER_ANSWERED = "navigator.mediaDevices.getUserMedia = () => new Promise(() => {});";
    private static final String REFUSED =
            "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('%s', '%s'));";

    private final Shop shop;
    private final Chromium chromium;
    private final Lab lab;
    private final Page darkroom;

    ClickToCallPicturesTest(Shop shop, Chromium chromium, Lab lab) {
        this.shop = shop;
        this.chromium = chromium;
        this.lab = lab;
        darkroom = chromium.page(lab);
    }

    @Test
    void theCallWindowBeforeACall() {
        Page page = chromium.page(lab);
        CallWindow.at(page, shop.makecall(Shop.PHONE));
        page.getByTestId("login-screen").waitFor();
        window(page, "login");
        CallWindow.at(page, shop.signedLink(Shop.PHONE, Instant.now().getEpochSecond() - 7300, 7200))
                .because("link-expired");
        window(page, "link-expired");
        CallWindow.at(page, Shop.insecure(link())).because("insecure-page");
        window(page, "not-secure");
    }

    @Test
    void theCallWindowAndTheMicrophone() {
        Page page = chromium.asking(lab, new NewContextOptions());
        chromium.answer(page, Answer.NOT_NOW);
        CallWindow window = CallWindow.at(page, link()).is("explaining");
        window(page, "explaining");
        window.goesOn().because("microphone-dismissed");
        window(page, "dismissed");
        chromium.answer(page, Answer.NEVER);
        window.button("call.retry").click();
        window.because("microphone-denied");
        window(page, "denied");

        refused("asking", NEVER_ANSWERED);
        refused("denied-by-system", REFUSED.formatted("Permission denied by system", "NotAllowedError"));
        refused("missing", REFUSED.formatted("Requested device not found", "NotFoundError"));
        refused("busy", REFUSED.formatted("Could not start audio source", "NotReadableError"));
    }

    private void refused(String name, String script) {
        Page page = chromium.asking(lab, new NewContextOptions());
        chromium.answer(page, Answer.NOT_NOW); // not asked yet
        page.addInitScript(script);
        CallWindow window = CallWindow.at(page, link()).goesOn();
        if (name.equals("asking")) window.is("asking");
        else window.because("microphone-" + name);
        window(page, name);
        page.close();
    }

    @Test
    void theCallWindowInACall() {
        Baresip phone = phone();
        Page page = chromium.page(lab);
        CallWindow window = CallWindow.at(page, link()).is("ringing");
        window(page, "ringing");
        phone.accept();
        window.talks();
        window(page, "talking");
        window.button("call.keypad").click();
        window(page, "keypad");
        window.button("call.hangUp").click();
        window.is("ended").says("call.ended");
        window(page, "ended");

        window.button("call.again").click();
        window.is("ringing");
        phone.hangUp();
        window.because("busy");
        window(page, "busy");
    }

    /** Its panel takes after the page whenever its state changes. */
    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    void theButton(ColorScheme scheme) {
        Baresip phone = phone();
        Page page = chromium.asking(lab, new NewContextOptions());
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        chromium.answer(page, Answer.NOT_NOW);
        CallButton button = CallButton.at(
                page,
                shop.page(
                        shop.buttonScript() + "<style>:root { color-scheme: light dark; font: 16px sans-serif }</style>"
                                + "<main><h1>The shop</h1><p>Questions? We are here.</p>"
                                + "<call-button token-url=\"/token/hs\">Call the shop</call-button></main>"));
        button(page, scheme, "ready");
        button.press().is("explaining");
        button(page, scheme, "explaining");
        button.button("call.proceed").click();
        button.because("microphone-dismissed");
        button(page, scheme, "dismissed");
        chromium.answer(page, Answer.NEVER);
        button.button("call.retry").click();
        button.because("microphone-denied");
        button(page, scheme, "denied");
        chromium.answer(page, Answer.ALLOW);
        button.is("ringing");
        button(page, scheme, "ringing");
        phone.accept();
        button.is("talking");
        button(page, scheme, "talking");
        button.button("call.keypad").click();
        button(page, scheme, "keypad");
        phone.hangUp();
        button.is("ended");
        button(page, scheme, "ended");
        button.with(shop.forged());
        button.button("button.close").first().click();
        button.press().is("failed");
        button(page, scheme, "failed");
    }

    private void button(Page page, ColorScheme scheme, String name) {
        pictures(page, "button-" + name, scheme, List.of(Size.PHONE, Size.DESKTOP));
    }

    @Test
    void theHelpPages() {
        Page page = chromium.page(lab);
        for (String name : List.of("help/microphone", "help/microphone-blocked", "test/microphone")) {
            page.navigate(shop.server().page() + name);
            page.locator("h1").waitFor();
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                pictures(page, name.replace('/', '-'), scheme, List.of(Size.PHONE, Size.DESKTOP));
            }
        }
    }

    private void window(Page page, String name) {
        pictures(page, "window-" + name, ColorScheme.LIGHT, List.of(Size.POPUP, Size.PHONE, Size.DESKTOP));
        pictures(page, "window-" + name, ColorScheme.DARK, List.of(Size.POPUP, Size.PHONE, Size.DESKTOP));
    }

    private void pictures(Page page, String name, ColorScheme scheme, List<Size> sizes) {
        Axe.show(page, scheme);
        String light = scheme.name().toLowerCase(Locale.ROOT);
        for (Size size : FOLDER.isEmpty() ? List.<Size>of() : sizes) {
            page.setViewportSize(size.width, size.height);
            keep(page.screenshot(), "%s-%s-%s.webp".formatted(name, size.name().toLowerCase(Locale.ROOT), light));
        }
        page.setViewportSize(sizes.getFirst().width, sizes.getFirst().height);
        Axe.findsNothing(page, name + ", " + light);
    }

    private void keep(byte[] png, String file) {
        Object webp = darkroom.evaluate(WEBP, Base64.getEncoder().encodeToString(png));
        try {
            Files.write(Path.of(FOLDER, file), Base64.getDecoder().decode(String.valueOf(webp)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String link() {
        return shop.signedLink(Shop.PHONE, Instant.now().getEpochSecond(), 3600);
    }

    private Baresip phone() {
        return lab.phone(shop.phone().answering(Answering.BY_HAND));
    }
}
