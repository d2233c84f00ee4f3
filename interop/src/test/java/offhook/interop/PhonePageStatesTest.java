package offhook.interop;

import offhook.interop.peer.Baresip;
import offhook.interop.peer.Baresip.Answering;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Kamailio;
import offhook.interop.peer.Lab;
import offhook.interop.peer.OffhookServer;
import offhook.interop.peer.RealPeers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each state of the phone page, looked at by axe, light and dark. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class PhonePageStatesTest {
    private final OffhookServer server;
    private final Kamailio kamailio;
    private final Chromium chromium;
    private final Lab lab;

    PhonePageStatesTest(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        this.server = server;
        this.kamailio = kamailio;
        this.chromium = chromium;
        this.lab = lab;
    }

    @Test
    void betweenCalls() {
        PhonePage phone = PhonePage.open(chromium, lab, server);
        axe(phone, "account");
        phone.signIn("alice", "wrong", kamailio.domain());
        phone.at("account-problem").waitFor();
        axe(phone, "account-problem");
        phone.at("more").click();
        axe(phone, "account-more");
        phone.signIn("alice", RealPeers.USERS.get("alice"), kamailio.domain());
        phone.isReady();
        axe(phone, "dial");
        phone.at("open-history").click();
        phone.shows("history");
        axe(phone, "history-empty");
        phone.at("close-history").click();
        phone.at("door").click();
        phone.shows("account");
        axe(phone, "account-signed-in");
        phone.at("sound-settings").click();
        phone.at("settings").waitFor();
        axe(phone, "settings");
        phone.at("settings-done").click();
        phone.at("close").click();
        phone.call("nobody");
        phone.shows("help");
        axe(phone, "help");
    }

    @Test
    void inCalls() {
        Baresip bob = phone("bob");
        PhonePage alice = PhonePage.ready(chromium, lab, server, kamailio, "alice");
        alice.call("bob");
        alice.callIs("ringing");
        axe(alice, "ringing");
        bob.awaitIncoming();
        bob.accept();
        alice.callIs("established");
        axe(alice, "established");
        alice.press('5');
        axe(alice, "keypad");
        alice.at("keypad-toggle").click();
        alice.hold();
        axe(alice, "held");
        alice.resume();
        alice.at("transfer").click();
        alice.shows("transfer");
        axe(alice, "transfer");
        alice.at("close").click();

        Baresip carol = phone("carol");
        carol.dial(kamailio.uri("alice"));
        alice.at("second-incoming").waitFor();
        axe(alice, "second-incoming");
        alice.answerSecond();
        alice.hasLines(2).callIs("established");
        axe(alice, "two-calls");
        alice.hangUp();
        alice.hasLines(1);
        bob.hangUp();
        alice.shows("ended");
        axe(alice, "ended");

        alice.shows("dial");
        bob.dial(kamailio.uri("alice"));
        alice.shows("incoming");
        axe(alice, "incoming");
        bob.hangUp();
        alice.shows("dial");
        axe(alice, "missed");
        alice.at("open-history").click();
        alice.shows("history");
        axe(alice, "history");
    }

    private static void axe(PhonePage phone, String name) {
        Axe.findsNothingInAnyLight(phone.page(), name);
    }

    private Baresip phone(String user) {
        return lab.phone(kamailio.account(user).answering(Answering.BY_HAND));
    }
}
