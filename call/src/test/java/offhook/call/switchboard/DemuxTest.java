package offhook.call.switchboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.media.ice.IceLite;
import offhook.media.stun.MessageIntegrity;
import offhook.media.stun.StunWriter;
import org.junit.jupiter.api.Test;

/** Which datagram at the browser port belongs to which call. */
class DemuxTest {
    private static final InetSocketAddress HOME = Bench.address("198.51.100.7", 50_000);
    private static final InetSocketAddress AWAY = Bench.address("198.51.100.7", 50_001);

    private final Bench bench = new Bench().open(false);
    private final Map<String, String> answers = new HashMap<>();

    @Test
    void mediaFromAnAddressThatNobodyHasProvedIsStray() {
        dial("call");
        media(HOME);
        assertEquals(1, bench.switchboard.counts().strayDatagrams());

        check("call", HOME);
        media(HOME);
        assertEquals(1, bench.switchboard.counts().strayDatagrams());
    }

    @Test
    void aCheckWithAForeignNameOrAWrongPasswordProvesNothing() {
        dial("call");
        String answer = answers.get("call");
        answers.put("call", answer.replaceAll("ice-pwd:....", "ice-pwd:AAAA"));
        check("call", HOME);
        answers.put("call", answer.replaceAll("ice-ufrag:.*", "ice-ufrag:nobody"));
        check("call", HOME);

        media(HOME);
        assertEquals(2, bench.switchboard.counts().strayDatagrams());
    }

    @Test
    void aForgedCheckTakesNobodysPacketsAway() {
        dial("victim");
        dial("thief");
        check("victim", HOME);

        check("thief", HOME);

        assertEquals(1, bench.switchboard.counts().contestedAddresses());
        hangUp("victim");
        media(HOME);
        assertEquals(1, bench.switchboard.counts().strayDatagrams(), "it was the victim's to the end");
    }

    @Test
    void anAddressThatItsCallHasLeftGoesToTheNext() {
        dial("before");
        dial("next");
        check("before", HOME);
        check("before", AWAY);

        check("next", HOME);

        assertEquals(0, bench.switchboard.counts().contestedAddresses());
        hangUp("before");
        media(HOME);
        assertEquals(0, bench.switchboard.counts().strayDatagrams());
    }

    @Test
    void anAddressThatHasFallenSilentGoesToTheNext() {
        dial("before");
        dial("next");
        check("before", HOME);
        check("next", HOME);
        bench.now += IceLite.SILENT_PAIR_NANOS;

        check("next", HOME);

        hangUp("before");
        media(HOME);
        assertEquals(0, bench.switchboard.counts().strayDatagrams());
    }

    @Test
    void ofABrowserThatMovesOnAndOnOnlyTheLatestPlacesAreRemembered() {
        dial("call");
        for (int i = 0; i < 10; i++) {
            check("call", Bench.address("198.51.100.7", 50_000 + i));
        }
        for (int i = 0; i < 10; i++) {
            media(Bench.address("198.51.100.7", 50_000 + i));
        }
        assertEquals(6, bench.switchboard.counts().strayDatagrams());
    }

    private void dial(String callId) {
        bench.dial(callId);
        answers.put(callId, bench.event(AgentEvent.BrowserDescribed.class).sdp());
    }

    private void hangUp(String callId) {
        bench.switchboard.command(Bench.AGENT, new AgentCommand.HangUp(callId), bench.now);
    }

    private void check(String callId, InetSocketAddress from) {
        StunWriter request = new StunWriter();
        request.bindingRequest(new byte[12])
                .username(value(callId, "ice-ufrag") + ":abcd")
                .priority(1_853_824_767L)
                .iceControlling(4_711L)
                .useCandidate()
                .finish(MessageIntegrity.shortTerm(value(callId, "ice-pwd")));
        byte[] bytes = Arrays.copyOf(request.bytes(), request.length() + 32);
        bench.switchboard.onBrowserDatagram(from, bytes, 0, request.length(), bench.now);
    }

    private void media(InetSocketAddress from) {
        byte[] bytes = new byte[64];
        bytes[0] = (byte) 0x80;
        bench.switchboard.onBrowserDatagram(from, bytes, 0, 32, bench.now);
    }

    private String value(String callId, String attribute) {
        return answers.get(callId)
                .lines()
                .filter(line -> line.startsWith("a=" + attribute + ":"))
                .findFirst()
                .orElseThrow()
                .substring(attribute.length() + 3);
    }
}
