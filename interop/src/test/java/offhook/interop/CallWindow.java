package offhook.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;
import offhook.interop.peer.Shop;

/** The small window that makes a call, as a person uses it. What it promises to tests stands at the top of {@code makecall.js}. */
final class CallWindow {
    /** As the documentation of the seed has it, with {@code %s} for the address. */
    private static final String SNIPPET = "<div style=\"cursor:pointer;\" onclick=\"window.open('%s', '',"
            + " 'width=230, height=300, left=200, location=0');\">John Smith</div>";

    private final Page page;

    private CallWindow(Page page) {
        this.page = page;
    }

    /** Puts a link to {@code address} on a page of the shop's origin and opens that. */
    static void snippet(Page page, Shop shop, String address) {
        // Of another site as well: what somebody has pressed on a page of the same one counts in the window, too.
        page.navigate(shop.page(SNIPPET.formatted(address)).replace(shop.origin(), shop.elsewhere()));
    }

    /** Clicks the link. */
    static CallWindow opened(Page page) {
        return new CallWindow(
                page.waitForPopup(() -> page.getByText("John Smith").click()));
    }

    /** Opens the window in a page of its own. */
    static CallWindow at(Page page, String address) {
        page.navigate(address);
        return new CallWindow(page);
    }

    Page page() {
        return page;
    }

    CallWindow logsIn(String account, String password, boolean remember) {
        assertThat(page.getByTestId("login-screen")).isVisible();
        page.getByLabel("Account").fill(account);
        page.getByLabel("Password").fill(password);
        page.getByTestId("field-remember").setChecked(remember);
        page.getByTestId("sign-in").click();
        return this;
    }

    /** Reads why the microphone will be asked for, and goes on. */
    CallWindow goesOn() {
        says("call.explaining");
        button("call.proceed").click();
        return this;
    }

    /** Waits for a heading with this text. */
    CallWindow says(String what) {
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(Words.of(what))))
                .isVisible();
        return this;
    }

    CallWindow saysOfTheMicrophone(String words) {
        assertThat(page.getByTestId("microphone-line")).hasText(Words.of(words));
        return this;
    }

    /** Waits for one of the states of a call: asking, connecting, ringing, talking, ended, failed. */
    CallWindow is(String state) {
        has("data-state", state);
        return this;
    }

    CallWindow because(String reason) {
        has("data-reason", reason);
        return this;
    }

    CallWindow talks() {
        is("talking");
        assertThat(page.getByTestId("timer")).hasText(Pattern.compile("0:\\d\\d"));
        return saysOfTheMicrophone("call.microphoneOn");
    }

    /** The button with this text. */
    Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON,
                new Page.GetByRoleOptions().setName(Words.of(name)).setExact(true));
    }

    /** Does what has the window close, and waits until it has. */
    void closesItself(Runnable action) {
        page.waitForClose(action);
    }

    private void has(String attribute, String value) {
        assertThat(page.locator("body")).hasAttribute(attribute, value);
    }
}
