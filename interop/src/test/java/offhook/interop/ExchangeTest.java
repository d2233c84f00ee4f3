package offhook.interop;

import offhook.interop.peer.Baresip;
import offhook.interop.peer.Baresip.Account;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Ears;
import offhook.interop.peer.Lab;
import offhook.interop.peer.OffhookServer;
import offhook.interop.peer.RealPeers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The first minutes of somebody who has just started the server: no PBX, no account, no configuration. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class ExchangeTest {
    private static final int PHONE_HERTZ = 1000;

    private final OffhookServer server;
    private final Chromium chromium;
    private final Lab lab;

    ExchangeTest(OffhookServer server, Chromium chromium, Lab lab) {
        this.server = server;
        this.chromium = chromium;
        this.lab = lab;
    }

    @Test
    void aVisitorHearsTheEcho() {
        PhonePage visitor = visitor("1000");
        visitor.page().locator("[data-testid=suggestion][data-number=echo]").click();
        visitor.callIs("established");
        Ears.awaitTone(visitor.page(), RealPeers.MICROPHONE_HERTZ);
        visitor.hangUp();
        visitor.shows("ended");
    }

    @Test
    void aVisitorHearsMusic() {
        PhonePage visitor = visitor("1000");
        visitor.call("music");
        visitor.callIs("established");
        Ears.awaitSound(visitor.page());
    }

    @Test
    void twoVisitorsHearEachOther() {
        PhonePage caller = visitor("1000");
        PhonePage called = visitor("1001");
        caller.call("1001");
        called.shows("incoming").says("peer", "1000");
        called.answer();
        caller.callIs("established");
        called.callIs("established");
        Ears.awaitTone(caller.page(), RealPeers.MICROPHONE_HERTZ);
        Ears.awaitTone(called.page(), RealPeers.MICROPHONE_HERTZ);
        called.hangUp();
        caller.shows("ended").endedBecause("normal");
    }

    @Test
    void aSoftphoneRegistersAndIsCalled() {
        Baresip phone = lab.phone(Account.at(server.exchange(), "1002", RealPeers.EXCHANGE_USERS.get("1002"))
                .offering("opus/48000/2,PCMU/8000/1")
                .speaking(PHONE_HERTZ));
        PhonePage visitor = visitor("1000");
        visitor.call("1002");
        visitor.callIs("established");
        Ears.awaitTone(visitor.page(), PHONE_HERTZ);
        phone.awaitTone(RealPeers.MICROPHONE_HERTZ);
        phone.hangUp();
        visitor.shows("ended");
    }

    @Test
    void aSoftphoneCallsTheEcho() {
        Baresip phone = lab.phone(Account.at(server.exchange(), "1003", RealPeers.EXCHANGE_USERS.get("1003"))
                .offering("PCMA/8000/1")
                .speaking(PHONE_HERTZ));
        phone.dial("sip:echo@" + server.exchange());
        phone.awaitEstablished();
        phone.awaitTone(PHONE_HERTZ);
    }

    private PhonePage visitor(String login) {
        PhonePage page = PhonePage.open(chromium, lab, server);
        page.page()
                .locator("[data-testid=demo-account][data-login='" + login + "']")
                .click();
        return page.isReady();
    }
}
