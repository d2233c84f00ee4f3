package offhook.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.regex.Pattern;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Kamailio;
import offhook.interop.peer.Lab;
import offhook.interop.peer.OffhookServer;
import offhook.interop.peer.RealPeers;

/**
 * The phone page as a person uses it. What it promises to tests stands at the top of {@code web/phone/phone.js}. Each
 * state that a test waits for is kept as a picture in the test's folder.
 */
final class PhonePage {
    private final Page page;
    private final Path pictures;
    private int pictureCount;

    private PhonePage(Page page, Path pictures) {
        this.page = page;
        this.pictures = pictures;
    }

    static PhonePage open(Chromium chromium, Lab lab, OffhookServer server) {
        return open(chromium.page(lab), lab, server);
    }

    static PhonePage open(Page page, Lab lab, OffhookServer server) {
        page.navigate(server.page());
        return new PhonePage(page, lab.folder()).shows("account");
    }

    /** Opens the page and signs in as one of Kamailio's users. */
    static PhonePage ready(Chromium chromium, Lab lab, OffhookServer server, Kamailio kamailio, String user) {
        PhonePage phone = open(chromium, lab, server);
        phone.signIn(user, RealPeers.USERS.get(user), kamailio.domain());
        return phone.isReady();
    }

    Page page() {
        return page;
    }

    void signIn(String login, String password, String domain) {
        if (!field("login").isVisible()) at("own-account").click();
        field("login").fill(login);
        field("password").fill(password);
        field("domain").fill(domain);
        at("connect").click();
    }

    PhonePage isReady() {
        has("data-connection", "registered");
        return shows("dial");
    }

    void call(String number) {
        at("number").fill(number);
        at("call").click();
    }

    void answer() {
        at("answer").click();
    }

    void decline() {
        at("decline").click();
    }

    void hangUp() {
        at("hang-up").click();
    }

    void mute() {
        at("mute").click();
    }

    /** Holds the call on the screen and waits until the other side has agreed. */
    PhonePage hold() {
        at("hold").click();
        has("data-held", "true");
        return pictured("held");
    }

    PhonePage resume() {
        at("resume").click();
        has("data-held", "false");
        return pictured("resumed");
    }

    /** Waits until the other side holds the call, or has taken it up again. */
    PhonePage isHeldByPeer(boolean held) {
        has("data-peer-held", Boolean.toString(held));
        return pictured(held ? "held-by-peer" : "taken-up-by-peer");
    }

    void press(char key) {
        if (!at("keypad-in-call").isVisible()) at("keypad-toggle").click();
        page.locator("[data-testid=call-key][data-key='" + key + "']").click();
    }

    /** Waits until the call on the screen is up and nothing else goes on about it: not held, not being transferred. */
    PhonePage isOnCall() {
        has("data-transfer", "none");
        has("data-held", "false");
        return callIs("established");
    }

    /** A blind transfer of the call on the screen. */
    void transfer(String number) {
        at("transfer").click();
        at("number").fill(number);
        at("transfer-now").click();
    }

    /** Asks somebody first: the call on the screen waits meanwhile. */
    void consult(String number) {
        at("transfer").click();
        at("number").fill(number);
        at("consult").click();
    }

    /** Connects the one who waits with the one who was asked. */
    void completeTransfer() {
        at("transfer-complete").click();
    }

    /** Answers the call that rings beside the one on the screen, which then waits. */
    void answerSecond() {
        at("second-answer").click();
    }

    void swap() {
        at("swap").click();
    }

    PhonePage hasLines(int count) {
        has("data-lines", Integer.toString(count));
        return this;
    }

    /** Waits for one of the page's screens: account, connecting, dial, incoming, call, ended or help. */
    PhonePage shows(String screen) {
        has("data-screen", screen);
        return pictured(screen);
    }

    PhonePage callIs(String state) {
        has("data-call", state);
        return pictured(state);
    }

    PhonePage endedBecause(String reason) {
        has("data-reason", reason);
        return this;
    }

    /** Waits for the help screen with this as its headline, and for advice below it. */
    PhonePage explains(String what) {
        shows("help");
        assertThat(at("help-what")).hasText(what);
        assertThat(at("help-why")).not().isEmpty();
        assertThat(at("help-todo")).not().isEmpty();
        return this;
    }

    /** Waits for the account's form with this sentence above it. */
    PhonePage blames(String what) {
        shows("account");
        assertThat(at("account-problem")).containsText(what);
        return this;
    }

    PhonePage says(String testId, String text) {
        assertThat(at(testId)).hasText(text);
        return this;
    }

    PhonePage says(String testId, Pattern text) {
        assertThat(at(testId)).hasText(text);
        return this;
    }

    Locator at(String testId) {
        return page.getByTestId(testId);
    }

    private Locator field(String name) {
        return at("field-" + name);
    }

    private void has(String attribute, String value) {
        assertThat(page.locator("body")).hasAttribute(attribute, value);
    }

    private PhonePage pictured(String name) {
        Path file = pictures.resolve("%02d-%s.png".formatted(++pictureCount, name));
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
        return this;
    }
}
