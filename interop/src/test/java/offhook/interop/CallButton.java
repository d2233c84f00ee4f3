package offhook.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

/** A {@code <call-button>} on a page of somebody else's, as a visitor uses it. */
final class CallButton {
    private final Locator element;

    private CallButton(Locator element) {
        this.element = element;
    }

    static CallButton at(Page page, String address) {
        page.navigate(address);
        return on(page);
    }

    static CallButton on(Page page) {
        return new CallButton(page.locator("call-button"));
    }

    static CallButton in(FrameLocator frame) {
        return new CallButton(frame.locator("call-button"));
    }

    /** Has the button call with this token and no other. */
    CallButton with(String token) {
        element.evaluate("(button, token) => { button.token = token; }", token);
        return this;
    }

    CallButton press() {
        element.getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName("Call the shop").setExact(true))
                .click();
        return this;
    }

    /** The button of the panel with this text. */
    Locator button(String name) {
        return element.getByRole(
                AriaRole.BUTTON,
                new Locator.GetByRoleOptions().setName(Words.of(name)).setExact(true));
    }

    Locator element() {
        return element;
    }

    /** Waits for a heading with this text in the button's panel. */
    CallButton says(String what) {
        assertThat(element.getByRole(AriaRole.HEADING, new Locator.GetByRoleOptions().setName(Words.of(what))))
                .isVisible();
        return this;
    }

    /** Waits for this text anywhere in the panel. */
    CallButton adds(String words) {
        assertThat(element.getByText(Words.of(words)).first()).isVisible();
        return this;
    }

    CallButton is(String state) {
        assertThat(element).hasAttribute("state", state);
        return this;
    }

    CallButton because(String reason) {
        assertThat(element).hasAttribute("reason", reason);
        return this;
    }
}
