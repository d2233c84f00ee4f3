package offhook.interop.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Firefox, driven over WebDriver BiDi; its microphone is a tone. A page that asks for it is given it at once, or gets the
 * browser's own question, whose buttons are pressed here. One thread drives it.
 */
public final class Firefox implements AutoCloseable {
    private static final Duration STARTUP = Duration.ofSeconds(45);
    private static final Duration REPLY = Duration.ofSeconds(30);
    private static final Duration QUESTION = Duration.ofSeconds(15);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Pulse pulse;
    private final Program program;
    private final Path profile;
    private final WebSocket socket;
    private final Replies replies;
    private final AtomicLong lastId = new AtomicLong();

    private Firefox(Pulse pulse, Program program, Path profile, WebSocket socket, Replies replies) {
        this.pulse = pulse;
        this.program = program;
        this.profile = profile;
        this.socket = socket;
        this.replies = replies;
    }

    public static Firefox start(Path folder, int microphoneHertz) {
        Pulse pulse = Pulse.start(folder);
        try {
            Path profile = Files.createTempDirectory("firefox");
            Files.writeString(profile.resolve("user.js"), preferences(microphoneHertz));
            Program program = Program.start(
                    "firefox",
                    folder,
                    pulse.environment(),
                    List.of(
                            "firefox-esr",
                            "--headless",
                            "--no-remote",
                            "--profile",
                            profile.toString(),
                            "--remote-debugging-port",
                            "0",
                            "--remote-allow-system-access")); // to press the buttons of its own window
            String address = program.awaitLine("WebDriver BiDi listening on (ws://\\S+)", STARTUP)
                    .group(1);
            Replies replies = new Replies();
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create(address + "/session"), replies)
                    .join();
            Firefox firefox = new Firefox(pulse, program, profile, socket, replies);
            firefox.call("session.new", Map.of("capabilities", Map.of()));
            firefox.call("script.addPreloadScript", Map.of("functionDeclaration", "() => {" + Ears.SCRIPT + "}"));
            return firefox;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What somebody answers when the browser asks whether a page may have the microphone. */
    public enum Answer {
        ALLOW("question.button.click()"),
        /** Blocks, and has the browser remember that. */
        NEVER("question.checkbox.click(); question.secondaryButton.click()"),
        /** Presses Escape, which Firefox takes for a block until the tab is closed or the block is taken back. */
        NOT_NOW("""
                question.button.focus(); // as it is in a window that somebody looks at
                const keyboard = Cc['@mozilla.org/text-input-processor;1'].createInstance(Ci.nsITextInputProcessor);
                keyboard.beginInputTransactionForTests(asking);
                const escape = new asking.KeyboardEvent('', { key: 'Escape', code: 'Escape', keyCode: 27 });
                keyboard.keydown(escape);
                keyboard.keyup(escape)""");

        private final String press;

        Answer(String press) {
            this.press = press;
        }
    }

    /** Opens {@code url} in a tab of its own, which is closed at the end of the test, and lets it have the microphone. */
    public Tab open(Lab lab, String url) {
        permit(url, "ALLOW_ACTION");
        return asking(lab, url);
    }

    /** The same with a browser that asks. */
    public Tab asking(Lab lab, String url) {
        String context = call("browsingContext.create", Map.of("type", "tab"))
                .path("context")
                .asText();
        Tab tab = lab.keep(new Tab(this, context, url));
        call("browsingContext.navigate", Map.of("context", context, "url", url, "wait", "complete"));
        return tab;
    }

    /** Waits until the browser asks for the microphone, and answers by its buttons or keys. */
    public void answer(Answer answer) {
        Waiting.until(
                "Firefox's question",
                QUESTION,
                () -> Boolean.TRUE.equals(inBrowser("return Boolean(asking)")),
                () -> inBrowser("return windows.map((window) => window.PopupNotifications.panel.state).join()"));
        inBrowser("const question = asking.PopupNotifications.panel.firstElementChild; " + answer.press);
    }

    /** Lets the page of {@code tab} have the microphone from now on, as in the browser's bar. */
    public void allow(Tab tab) {
        permit(tab.url, "ALLOW_ACTION");
    }

    /** Takes back what was answered to the page of {@code tab}, as by the small cross in the browser's bar. */
    public void forgetAnswer(Tab tab) {
        inBrowser("""
                const { SitePermissions } = ChromeUtils.importESModule('resource:///modules/SitePermissions.sys.mjs');
                for (const { gBrowser } of windows) {
                  for (const browser of gBrowser.browsers.filter(({ currentURI }) => currentURI.spec.startsWith('%s'))) {
                    SitePermissions.removeFromPrincipal(browser.contentPrincipal, 'microphone', browser);
                  }
                }""".formatted(tab.url.replaceFirst("\\?.*", "")));
    }

    private void permit(String url, String action) {
        inBrowser("""
                const principal = Services.scriptSecurityManager.createContentPrincipalFromOrigin(new URL('%s').origin);
                Services.perms.addFromPrincipal(principal, 'microphone', Services.perms.%s)""".formatted(url, action));
    }

    /** Runs a script in the browser's own window, where {@code asking} is that of its windows that asks. */
    private Object inBrowser(String script) {
        String window = call("browsingContext.getTree", Map.of("moz:scope", "chrome"))
                .path("contexts")
                .path(0)
                .path("context")
                .asText();
        return evaluate(window, """
                (() => {
                  const windows = [...Services.wm.getEnumerator('navigator:browser')];
                  const asking = windows.find((window) => window.PopupNotifications.panel.state === 'open');
                  %s
                })()""".formatted(script));
    }

    private Object evaluate(String context, String expression) {
        JsonNode result = call(
                "script.evaluate",
                Map.of(
                        "expression",
                        expression,
                        "target",
                        Map.of("context", context),
                        "awaitPromise",
                        true,
                        "userActivation",
                        true));
        if (!result.path("type").asText().equals("success")) {
            throw new AssertionError(
                    expression + ": " + result.path("exceptionDetails").path("text"));
        }
        JsonNode value = result.path("result").path("value");
        if (value.isBoolean()) return value.booleanValue();
        if (value.isNumber()) return value.numberValue();
        return value.asText();
    }

    @Override
    public void close() {
        try {
            call("browser.close", Map.of());
        } finally {
            socket.abort();
            program.close();
            pulse.close();
            Folders.delete(profile);
        }
    }

    private JsonNode call(String method, Map<String, ?> parameters) {
        long id = lastId.incrementAndGet();
        CompletableFuture<JsonNode> reply = replies.expect(id);
        try {
            socket.sendText(JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)), true)
                    .get(REPLY.toSeconds(), TimeUnit.SECONDS);
            JsonNode message = reply.get(REPLY.toSeconds(), TimeUnit.SECONDS);
            if (message.has("error")) throw new AssertionError("Firefox refused " + method + ": " + message);
            return message.path("result");
        } catch (JsonProcessingException | ExecutionException e) {
            throw new AssertionError(method, e);
        } catch (TimeoutException e) {
            throw new AssertionError("Firefox did not answer " + method + " within " + REPLY + program.told(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + method, e);
        }
    }

    /** Loopback peers without questions, buttons that may be pressed at once, sound without a gesture, no other traffic. */
    private static String preferences(int microphoneHertz) {
        return """
                user_pref('media.navigator.streams.fake', true);
                user_pref('media.navigator.audio.fake_frequency', %d);
                user_pref('security.notification_enable_delay', 0);
                user_pref('media.autoplay.default', 0);
                user_pref('media.autoplay.blocking_policy', 0);
                user_pref('media.peerconnection.ice.loopback', true);
                user_pref('media.peerconnection.ice.obfuscate_host_addresses', false);
                user_pref('app.update.enabled', false);
                user_pref('browser.shell.checkDefaultBrowser', false);
                user_pref('datareporting.policy.dataSubmissionEnabled', false);
                user_pref('network.captive-portal-service.enabled', false);
                user_pref('network.connectivity-service.enabled', false);
                user_pref('toolkit.telemetry.enabled', false);
                """.formatted(microphoneHertz);
    }

    /** One open page. */
    public static final class Tab implements AutoCloseable {
        private final Firefox firefox;
        private final String context;
        private final String url;

        private Tab(Firefox firefox, String context, String url) {
            this.firefox = firefox;
            this.context = context;
            this.url = url;
        }

        /** The value of a JavaScript expression, awaited if it is a promise: a text, number, boolean, or "" for others. */
        public Object evaluate(String expression) {
            return firefox.evaluate(context, expression);
        }

        /** Waits until a JavaScript expression is true. */
        public void await(String expression, Duration patience) {
            Waiting.until(
                    expression,
                    patience,
                    () -> Boolean.TRUE.equals(evaluate("Boolean(" + expression + ")")),
                    () -> evaluate("document.body.innerText"));
        }

        public void screenshot(Path file) {
            JsonNode result = firefox.call("browsingContext.captureScreenshot", Map.of("context", context));
            try {
                Files.write(file, Base64.getDecoder().decode(result.path("data").asText()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            firefox.permit(url, "UNKNOWN_ACTION");
            if (isOpen()) firefox.call("browsingContext.close", Map.of("context", context));
        }

        /** Whether the page has not closed itself. */
        private boolean isOpen() {
            return firefox.call("browsingContext.getTree", Map.of())
                    .path("contexts")
                    .findValuesAsText("context")
                    .contains(context);
        }
    }

    /** Joins the frames of each reply and hands it to whoever asked. */
    private static final class Replies implements WebSocket.Listener {
        private final Map<Long, CompletableFuture<JsonNode>> expected = new ConcurrentHashMap<>();
        private final StringBuilder text = new StringBuilder();

        CompletableFuture<JsonNode> expect(long id) {
            CompletableFuture<JsonNode> reply = new CompletableFuture<>();
            expected.put(id, reply);
            return reply;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                deliver(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        private void deliver(String json) {
            try {
                JsonNode message = JSON.readTree(json);
                CompletableFuture<JsonNode> reply =
                        expected.remove(message.path("id").asLong(-1));
                if (reply != null) reply.complete(message);
            } catch (JsonProcessingException e) {
                throw new AssertionError("Firefox sent " + json, e);
            }
        }
    }
}
