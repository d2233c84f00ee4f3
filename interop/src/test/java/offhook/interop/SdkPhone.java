package offhook.interop;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Kamailio;
import offhook.interop.peer.Lab;
import offhook.interop.peer.OffhookServer;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Sipp;

/**
 * Our SDK in a page of Chromium, for tests that are about the telephone and not about the phone page. Calls are numbered
 * in the order in which they come and go, from 0.
 */
final class SdkPhone {
    private static final double STEP_MILLIS = 15_000;

    /** What remains in the page: the phone, its calls, and the events of each, which a test takes one after the other. */
    private static final String START = """
            async (sip) => {
              const { connect } = await import('/sdk/offhook.js');
              const names = ['trying', 'ringing', 'early-media', 'established', 'ended', 'held', 'held-by-peer', 'peer',
                'key', 'transfer', 'warning'];
              const told = (value) => (value && typeof value === 'object' && 'direction' in value ? null : value ?? null);
              const calls = [];
              const add = (call) => {
                const line = { call, events: [] };
                for (const name of names) call.on(name, (value) => line.events.push([name, told(value)]));
                calls.push(line);
              };
              const phone = await connect({ sip, sounds: false });
              phone.on('incoming', add);
              globalThis.lab = {
                phone,
                calls,
                dial: (number, options) => add(phone.call(number, options)),
                // Takes the first event of that name out of those that came.
                take(index, name) {
                  const events = calls[index]?.events ?? [];
                  const at = events.findIndex(([one]) => one === name);
                  return at < 0 ? undefined : { value: events.splice(at, 1)[0][1] };
                },
              };
            }""";

    private final Page page;

    private SdkPhone(Page page) {
        this.page = page;
    }

    /** Connects as one of Kamailio's users and registers there. */
    static SdkPhone ready(Chromium chromium, Lab lab, OffhookServer server, Kamailio kamailio, String user) {
        return ready(chromium, lab, server, account(kamailio, user));
    }

    /** Connects with what the SDK takes as {@code sip}. */
    static SdkPhone ready(Chromium chromium, Lab lab, OffhookServer server, Map<String, Object> sip) {
        Page page = chromium.page(lab);
        page.navigate(server.page());
        page.evaluate(START, sip);
        return new SdkPhone(page);
    }

    /** Connects in vain, and returns the reason's word and the text. */
    static String refused(Chromium chromium, Lab lab, OffhookServer server, Map<String, Object> sip) {
        Page page = chromium.page(lab);
        page.navigate(server.page());
        return String.valueOf(page.evaluate(
                "(sip) => (" + START + ")(sip).then(() => 'none', (error) => error.reason + ': ' + error.text)", sip));
    }

    static Map<String, Object> account(Kamailio kamailio, String user) {
        Map<String, Object> sip = new LinkedHashMap<>();
        sip.put("login", user);
        sip.put("password", RealPeers.USERS.get(user));
        sip.put("domain", kamailio.domain());
        return sip;
    }

    /** Connects as a trunk does: nothing is registered, and all calls go straight to {@code peer}, with no proxy between. */
    static SdkPhone towards(Sipp peer, Chromium chromium, Lab lab, OffhookServer server) {
        return ready(chromium, lab, server, account(peer, false));
    }

    /** Connects and registers with {@code registrar}. */
    static SdkPhone registered(Sipp registrar, Chromium chromium, Lab lab, OffhookServer server) {
        return ready(chromium, lab, server, account(registrar, true));
    }

    private static Map<String, Object> account(Sipp peer, boolean register) {
        return Map.of(
                "login",
                "alice",
                "password",
                "secret",
                "domain",
                peer.host(),
                "port",
                peer.port(),
                "register",
                register);
    }

    Page page() {
        return page;
    }

    /** Ends its calls and withdraws its registration. */
    void disconnect() {
        page.evaluate("lab.phone.disconnect()");
    }

    void dial(String number) {
        page.evaluate("(number) => lab.dial(number)", number);
    }

    void dial(String number, Map<String, String> headers) {
        page.evaluate("([number, headers]) => lab.dial(number, { headers })", List.of(number, headers));
    }

    /** Has the call do something: a method of the SDK's {@code Call} with its arguments in JavaScript. */
    void tell(int call, String method) {
        page.evaluate("lab.calls[" + call + "].call." + method);
    }

    /** What the SDK's {@code Call} has in this property. */
    Object ask(int call, String property) {
        return page.evaluate("lab.calls[" + call + "].call." + property);
    }

    /** Waits until this many calls, and one more, have come and gone or are there. */
    void awaitIncoming(int call) {
        page.waitForFunction("(call) => lab.calls.length > call", call);
    }

    /** Waits for the next event of that name of the call and returns what it brings. */
    Object await(int call, String event) {
        try {
            Object found = page.waitForFunction(
                            "([call, event]) => lab.take(call, event)",
                            List.of(call, event),
                            new Page.WaitForFunctionOptions().setTimeout(STEP_MILLIS))
                    .jsonValue();
            return ((Map<?, ?>) found).get("value");
        } catch (TimeoutError e) {
            Object events = page.evaluate("JSON.stringify(lab.calls.map((one) => [one.call.state, one.events]))");
            throw new AssertionError("no event " + event + " of call " + call + "; states and events: " + events, e);
        }
    }

    /** Waits for a key that the other side pressed. */
    String awaitKey(int call) {
        return String.valueOf(((Map<?, ?>) await(call, "key")).get("key"));
    }

    /** Waits for the end of the call and returns the reason's word. */
    String awaitEnded(int call) {
        return String.valueOf(((Map<?, ?>) await(call, "ended")).get("reason"));
    }

    /** Waits for the end of a transfer and returns its last status, {@code completed} or {@code failed}. */
    String awaitTransferred(int call) {
        for (; ; ) {
            String status = String.valueOf(((Map<?, ?>) await(call, "transfer")).get("status"));
            if (status.equals("completed") || status.equals("failed")) return status;
        }
    }

    /** Waits until what the call brings is heard as {@code hertz}. */
    void hears(int call, int hertz) {
        Object complaint = page.evaluate(
                "([call, hertz, millis]) => ears.awaitTone(lab.calls[call].call.remoteStream, hertz, millis)",
                List.of(call, hertz, (int) STEP_MILLIS));
        if (!"".equals(complaint))
            throw new AssertionError("call " + call + " is not heard as " + hertz + " Hz: " + complaint);
    }
}
