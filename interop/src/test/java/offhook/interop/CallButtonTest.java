package offhook.interop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Ears;
import offhook.interop.peer.Lab;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Shop;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Visitors of a page of another origin, who call a SIP phone by a {@code <call-button>}. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class CallButtonTest {
    private static final int PHONE_HERTZ = 1000;
    private static final int MOST_SCRIPT_BYTES = 20_000;
    private static final int MOST_WORD_BYTES = 20_000;

    private final Shop shop;
    private final Chromium chromium;
    private final Lab lab;

    CallButtonTest(Shop shop, Chromium chromium, Lab lab) {
        this.shop = shop;
        this.chromium = chromium;
        this.lab = lab;
    }

    @Test
    @Tried(
            what =
                    "a call button with a token of the site's own (HS256): both hear each other, the visitor hangs up, the"
                            + " microphone is off",
            with = {Peer.CHROMIUM, Peer.BARESIP})
    void aVisitorCallsAndHangsUp() {
        Baresip phone = phone();
        CallButton button = CallButton.at(chromium.page(lab), shop.pageWithButton("hs"))
                .press()
                .is("talking");
        hearEachOther(button, phone);
        button.says("call.talking")
                .adds("call.microphoneOn")
                .button("call.hangUp")
                .click();
        phone.awaitClosed();
        ended(button);
    }

    @Test
    @Tried(
            what = "a call button with a token of the site's own (ES256): both hear each other, the phone hangs up, the"
                    + " microphone is off",
            with = {Peer.CHROMIUM, Peer.BARESIP})
    void aVisitorCallsAndThePhoneHangsUp() {
        Baresip phone = phone();
        CallButton button = CallButton.at(chromium.page(lab), shop.pageWithButton("es"))
                .press()
                .is("talking");
        hearEachOther(button, phone);
        phone.hangUp();
        ended(button);
    }

    @Test
    @Tried(
            what = "a call button whose visitors get their tokens from the server, after some work of the browser's",
            with = {Peer.CHROMIUM, Peer.BARESIP})
    void aVisitorsBrowserWorksForItsToken() {
        Baresip phone = phone();
        String page = shop.page(shop.buttonScript() + "<call-button line=\"shop\">Call the shop</call-button>");
        CallButton button = CallButton.at(chromium.page(lab), page).press().is("talking");
        hearEachOther(button, phone);
    }

    @Test
    @Tried(
            what = "a call button's tokens that are not good: each told in words on the page, nobody rung",
            with = {Peer.CHROMIUM, Peer.BARESIP})
    void aTokenThatIsNotGoodIsToldInWords() {
        Baresip phone = phone();
        Page page = chromium.page(lab);
        String address = shop.pageWithButton("hs");
        long now = Instant.now().getEpochSecond();

        refused(page, address, with("iat", now - 120, "exp", now - 60), "token-expired", "call.expired");
        refused(page, address, shop.unsigned(), "token-invalid", "call.site");
        refused(page, address, shop.forged(), "token-invalid", "call.site");
        refused(page, address, with("origin", "https://another.example"), "origin-not-allowed", "call.site");
        refused(page, address, with("sub", "1003"), "destination-not-allowed", "call.site");
        assertEquals(0, phone.calls());

        String once = shop.token();
        CallButton button = CallButton.at(page, address).with(once).press().is("talking");
        button.button("call.hangUp").click();
        button.is("ended");
        refused(page, address, once, "token-used", "call.expired");
    }

    /** All scripts of a call and the words of one language, as they are sent. */
    @Test
    void aPageWithAButtonLoadsLittle() throws Exception {
        phone();
        Page page = chromium.page(lab);
        Set<String> loaded = new LinkedHashSet<>();
        page.onRequestFinished(request -> {
            if (request.url().startsWith(shop.server().page())) loaded.add(request.url());
        });
        CallButton.at(page, shop.pageWithButton("hs")).press().is("talking");
        int scripts = 0;
        int words = 0;
        for (String url : loaded) {
            int bytes = gzippedBytes(url);
            if (url.endsWith(".js")) scripts += bytes;
            else words += bytes;
        }
        assertTrue(scripts < MOST_SCRIPT_BYTES, scripts + " bytes of " + loaded);
        assertTrue(words < MOST_WORD_BYTES, words + " bytes of " + loaded);
    }

    private static int gzippedBytes(String url) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .header("Accept-Encoding", "gzip")
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body().length;
        }
    }

    private void refused(Page page, String address, String token, String reason, String what) {
        CallButton button =
                CallButton.at(page, address).with(token).press().is("failed").because(reason);
        button.says(what);
        assertThat(button.element().getByText("For support: " + reason)).isVisible();
        assertFalse(Ears.microphoneIsOpen(page));
    }

    private String with(Object... others) {
        Map<String, Object> claims = shop.claims();
        for (int i = 0; i < others.length; i += 2) claims.put((String) others[i], others[i + 1]);
        return shop.token("hs", claims);
    }

    private static void ended(CallButton button) {
        button.is("ended").because("normal").says("call.ended").adds("call.microphoneOff");
        assertFalse(Ears.microphoneIsOpen(button.element().page()));
        button.button("button.close").first().click();
        button.is("ready");
    }

    private Baresip phone() {
        return lab.phone(shop.phone().speaking(PHONE_HERTZ));
    }

    private static void hearEachOther(CallButton button, Baresip phone) {
        Ears.awaitTone(button.element().page(), PHONE_HERTZ);
        phone.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }
}
