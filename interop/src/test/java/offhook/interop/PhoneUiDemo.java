package offhook.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocket;
import com.microsoft.playwright.WebSocketFrame;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import offhook.interop.peer.Kamailio;
import offhook.interop.peer.RealPeers;

/** The WCS SDK's demo {@code phone-ui}, by its buttons. */
final class PhoneUiDemo {
    private static final Pattern OPEN = Pattern.compile("(^|\\s)open(\\s|$)");

    private final Page page;
    private final WebSocket socket;

    private PhoneUiDemo(Page page, WebSocket socket) {
        this.page = page;
        this.socket = socket;
    }

    /** Opens the demo and logs in as one of Kamailio's users. */
    static PhoneUiDemo ready(Page page, WebSdk sdk, Kamailio kamailio, String user) {
        sdk.openDemo(page, "phone-ui/Phone.html");
        page.click(".b-display__header__login");
        page.fill("#sipLogin", user);
        page.fill("#sipAuthenticationName", user);
        page.fill("#sipPassword", RealPeers.USERS.get(user));
        page.fill("#sipDomain", kamailio.domain());
        page.fill("#sipOutboundProxy", kamailio.domain());
        page.fill("#sipPort", Integer.toString(Kamailio.PORT));
        AtomicBoolean registered = new AtomicBoolean();
        // Before the socket is there: what it receives at once would be missed.
        page.onWebSocket(opened -> opened.onFrameReceived(frame -> {
            if (says("\"message\":\"registered\"").test(frame)) registered.set(true);
        }));
        WebSocket socket = page.waitForWebSocket(() -> page.click(".b-login__btn input"));
        assertThat(page.locator(".b-display__header__sip_login")).hasText(user);
        page.waitForCondition(registered::get);
        return new PhoneUiDemo(page, socket);
    }

    void call(String number) {
        page.click(".b-display__bottom__number>span");
        page.fill(".b-numbers", number);
        page.click(".b-nav__voice");
    }

    void answer() {
        page.click(".b-nav__answer");
    }

    void decline() {
        page.click(".b-nav__hangup");
    }

    void hangUp() {
        page.click(".b-nav__cancel_call");
    }

    void hold() {
        page.click(".voice_call__stop");
        opens(".voice_call__call__pause");
    }

    void unhold() {
        page.click(".voice_call__play");
        closes(".voice_call__call__pause");
    }

    void press(String key) {
        page.locator(".b-num td")
                .getByText(key, new Locator.GetByTextOptions().setExact(true))
                .click();
    }

    void transfer(String target) {
        page.click(".voice_call__transfer");
        opens(".voice_call__call__pause");
        page.fill("#transfer", target);
        page.click(".b-transfer__ok");
    }

    /** A transfer that fails shows in nothing: the page goes on waiting, with the call on hold. */
    void transferInVain(String target) {
        socket.waitForFrameReceived(
                new WebSocket.WaitForFrameReceivedOptions().setPredicate(says("\"apiMethod\":\"transfer\"")),
                () -> transfer(target));
    }

    void beginTransferAndGiveItUp() {
        page.click(".voice_call__transfer");
        opens(".voice_call__call__pause");
        page.click(".b-transfer__cancel");
        closes(".voice_call__call__pause");
    }

    void isCalledBy(String user) {
        opens(".call__inc__dial");
        assertThat(page.locator(".call__inc__dial")).hasText(user);
    }

    /** A call that comes while there is one shows in nothing but the page's own log; "Hangup" is for it then. */
    void awaitSecondCall(Runnable dial) {
        page.waitForConsoleMessage(
                new Page.WaitForConsoleMessageOptions()
                        .setPredicate(message -> message.text().contains("It seems like a hold")),
                dial);
    }

    void talksTo(String user) {
        opens(".voice_call__call");
        assertThat(page.locator(".interlocutor2")).hasText(user);
    }

    void isIdle() {
        closes(".voice_call__call");
        closes(".b-nav__inc");
        assertThat(page.locator("body")).not().hasClass(Pattern.compile("voice_call"));
    }

    private static Predicate<WebSocketFrame> says(String text) {
        return frame -> frame.text() != null && frame.text().contains(text);
    }

    private void opens(String block) {
        assertThat(page.locator(block)).hasClass(OPEN);
    }

    private void closes(String block) {
        assertThat(page.locator(block)).not().hasClass(OPEN);
    }
}
