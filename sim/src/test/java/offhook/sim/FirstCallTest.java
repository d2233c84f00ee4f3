package offhook.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.CallLimits;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.Test;

class FirstCallTest {
    private static final long SECOND = 1_000_000_000L;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    private final VirtualNetwork network = new VirtualNetwork(1);
    private final Gateway gateway = new Gateway(network, Addresses.of(Addresses.GATEWAY), random, CallLimits.DEFAULT);
    private final FakePbx pbx = new FakePbx(network, Addresses.PBX, random);
    private final FakeBrowser browser = new FakeBrowser(network, Addresses.of(Addresses.BROWSER, 50_000), random);

    private Account account() {
        return new Account(
                FakePbx.LOGIN,
                FakePbx.LOGIN,
                FakePbx.PASSWORD,
                Addresses.PBX,
                new Hop(Transport.UDP, Addresses.PBX, 5_060),
                "Browser",
                true);
    }

    private void dial(boolean answerAtOnce) {
        assertTrue(gateway.switchboard().open("a", account(), network.nowNanos()));
        network.run(2 * SECOND);
        assertTrue(pbx.registered());
        gateway.switchboard()
                .command(
                        "a",
                        new AgentCommand.Dial("c1", "2000", "", browser.offer(), answerAtOnce),
                        network.nowNanos());
        for (int i = 0; i < 20; i++) {
            network.run(SECOND / 4);
            gateway.events("a").stream()
                    .filter(AgentEvent.BrowserDescribed.class::isInstance)
                    .map(AgentEvent.BrowserDescribed.class::cast)
                    .findFirst()
                    .filter(described -> !browser.connected() && i0(described))
                    .ifPresent(described -> browser.onAnswer(described.sdp()));
            gateway.events("a").stream()
                    .filter(AgentEvent.CodecChosen.class::isInstance)
                    .map(AgentEvent.CodecChosen.class::cast)
                    .findFirst()
                    .ifPresent(chosen -> browser.speak(chosen.payloadType()));
        }
    }

    private static boolean i0(AgentEvent.BrowserDescribed described) {
        return described.answer();
    }

    @Test
    void bothSidesHearEachOther() {
        for (boolean answerAtOnce : List.of(true, false)) {
            FirstCallTest fresh = new FirstCallTest();
            fresh.dial(answerAtOnce);
            fresh.check();
        }
    }

    private void check() {
        assertEquals(List.of(), gateway.faults());
        assertTrue(pbx.established(), gateway.events("a").toString());
        assertTrue(browser.connected());
        network.run(5 * SECOND);
        assertTrue(pbx.heard().size() > 200, "the phone heard " + pbx.heard().size());
        assertTrue(
                browser.heard().size() > 200,
                "the browser heard " + browser.heard().size());
        gateway.switchboard().command("a", new AgentCommand.HangUp("c1"), network.nowNanos());
        network.run(40 * SECOND);
        assertEquals(0, gateway.switchboard().calls());
        assertEquals(0, gateway.openPorts());
        assertEquals(1, pbx.ends().size());
        assertTrue(gateway.events("a").getLast() instanceof AgentEvent.Ended);
    }
}
