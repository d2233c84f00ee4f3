package offhook.interop;

import java.time.Duration;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Ears;
import offhook.interop.peer.Firefox;
import offhook.interop.peer.Kamailio;
import offhook.interop.peer.Lab;
import offhook.interop.peer.OffhookServer;
import offhook.interop.peer.RealPeers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The phone page in Firefox: its ICE, DTLS and codecs are not Chromium's. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class FirefoxTest {
    private static final int PHONE_HERTZ = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Kamailio kamailio;
    private final Lab lab;
    private final Firefox.Tab page;

    FirefoxTest(OffhookServer server, Kamailio kamailio, Firefox firefox, Lab lab) {
        this.kamailio = kamailio;
        this.lab = lab;
        this.page = firefox.open(lab, server.page());
    }

    @Test
    void firefoxAndAPhoneHearEachOtherWhenItCalls() {
        Baresip bob = bob();
        signIn();

        fill("number", "bob");
        click("call");
        awaits("call", "established");
        hearEachOther(bob);

        click("hang-up");
        bob.awaitClosed();
        awaits("screen", "dial");
    }

    @Test
    void firefoxAndAPhoneHearEachOtherWhenItIsCalled() {
        Baresip bob = bob();
        signIn();

        bob.dial(kamailio.uri("alice"));
        awaits("screen", "incoming");
        click("answer");
        awaits("call", "established");
        hearEachOther(bob);

        bob.hangUp();
        awaits("screen", "dial");
    }

    private Baresip bob() {
        return lab.phone(kamailio.account("bob").speaking(PHONE_HERTZ));
    }

    private void signIn() {
        awaits("screen", "account");
        page.evaluate("document.querySelector('[data-testid=account-form]').closest('details').open = true");
        fill("field-login", "alice");
        fill("field-password", RealPeers.USERS.get("alice"));
        fill("field-domain", kamailio.domain());
        click("connect");
        awaits("connection", "registered");
        awaits("screen", "dial");
    }

    private void hearEachOther(Baresip bob) {
        Ears.awaitTone(page, PHONE_HERTZ);
        bob.awaitTone(RealPeers.MICROPHONE_HERTZ);
        page.screenshot(lab.folder().resolve("established.png"));
    }

    private void awaits(String fact, String value) {
        page.await("document.body.dataset.%s === '%s'".formatted(fact, value), PATIENCE);
    }

    private void click(String testId) {
        page.evaluate("document.querySelector('[data-testid=%s]').click()".formatted(testId));
    }

    private void fill(String testId, String value) {
        page.evaluate("""
                (() => {
                  const field = document.querySelector('[data-testid=%s]');
                  field.value = '%s';
                  field.dispatchEvent(new Event('input', { bubbles: true }));
                })()""".formatted(testId, value));
    }
}
