package offhook.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.AgentEvent.CallEvent;
import offhook.call.CallLimits;
import offhook.call.EndReason;
import offhook.call.Ending;
import offhook.call.offer.MediaEncryption;
import offhook.sip.message.SipMessage;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.jspecify.annotations.Nullable;

/**
 * The real switchboard, one fake browser with its page and session, and fair weather, for tests that play one scene. The
 * telephone system is the test's.
 */
final class CallStage {
    static final long MILLISECOND = 1_000_000L;
    static final long SECOND = 1_000 * MILLISECOND;
    static final String AGENT = "agent";
    static final String CALL = "call-1";

    final VirtualNetwork network = new VirtualNetwork(1);
    final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    final Gateway gateway;
    final FakeBrowser browser;
    /** The browsers of further calls, by the calls' ids. */
    final Map<String, FakeBrowser> otherBrowsers = new HashMap<>();

    private final List<AgentEvent> unread = new ArrayList<>();
    private int followed;
    /** What the account wants of its telephone system. */
    MediaEncryption encryption = MediaEncryption.OFF;

    /** Off for a browser whose page never takes our description. */
    boolean pageFollows = true;

    String callId = CALL;

    @Nullable
    String browserAnswer;

    CallStage() {
        this(CallLimits.DEFAULT);
    }

    CallStage(CallLimits limits) {
        gateway = new Gateway(network, Addresses.of(Addresses.GATEWAY), random, limits);
        browser = new FakeBrowser(network, Addresses.of(Addresses.BROWSER, 50_000), random);
    }

    void register() {
        assertTrue(open(AGENT));
        expect(AgentEvent.Registered.class);
    }

    boolean open(String agent) {
        Hop registrar = new Hop(Transport.UDP, Addresses.PBX, 5_060);
        Account account = new Account(
                FakePbx.LOGIN, FakePbx.LOGIN, FakePbx.PASSWORD, Addresses.PBX, registrar, "Browser", true, encryption);
        return gateway.switchboard().open(agent, account, network.nowNanos());
    }

    void command(AgentCommand command) {
        assertTrue(gateway.switchboard().command(AGENT, command, network.nowNanos()));
    }

    void dial(boolean answerAtOnce) {
        dial("2000", browser.offer(), answerAtOnce);
    }

    void dial(String callee, String offer, boolean answerAtOnce) {
        command(new AgentCommand.Dial(CALL, callee, "", offer, answerAtOnce, Map.of()));
    }

    void answer() {
        String answer = browserAnswer;
        assertTrue(answer != null, "nothing rang");
        command(new AgentCommand.Answer(callId, answer));
    }

    void hangUp() {
        command(new AgentCommand.HangUp(callId));
    }

    /** Lets time pass; the page follows what its session hears. */
    void run(long nanos) {
        long end = network.nowNanos() + nanos;
        while (network.nowNanos() < end) {
            network.run(Math.min(10 * MILLISECOND, end - network.nowNanos()));
            List<AgentEvent> events = gateway.events(AGENT);
            while (followed < events.size()) {
                follow(events.get(followed++));
            }
        }
    }

    /** The next event of this kind, within four minutes. */
    <T extends AgentEvent> T expect(Class<T> kind) {
        long end = network.nowNanos() + 240 * SECOND;
        while (network.nowNanos() < end) {
            for (AgentEvent event : unread) {
                if (kind.isInstance(event)) {
                    unread.remove(event);
                    return kind.cast(event);
                }
            }
            run(10 * MILLISECOND);
        }
        throw new AssertionError("no " + kind.getSimpleName() + " in " + gateway.events(AGENT));
    }

    /** Events of this kind so far. */
    <T extends AgentEvent> List<T> all(Class<T> kind) {
        return gateway.events(AGENT).stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    Ending expectEnd(EndReason reason) {
        Ending ending = expect(AgentEvent.Ended.class).ending();
        assertEquals(reason, ending.reason(), ending::toString);
        return ending;
    }

    boolean up() {
        return gateway.switchboard().calls() == 1 && all(AgentEvent.Ended.class).isEmpty();
    }

    /** Where a description of ours sends the peer's media. */
    static InetSocketAddress media(SipMessage described) {
        String sdp = ScriptedPeer.text(described);
        int port = Integer.parseInt(sdp.replaceAll("(?s).*m=audio (\\d+) .*", "$1"));
        return Addresses.of(Addresses.GATEWAY, port);
    }

    /** Gives every timer its time; then nothing may be left of any call. */
    void expectNothingLeft() {
        run(100 * SECOND);
        assertEquals(List.of(), gateway.faults());
        assertEquals(0, gateway.switchboard().counts().faults());
        assertEquals(0, gateway.switchboard().calls());
        assertEquals(0, gateway.openPorts());
        assertEquals(0, browser.badPackets());
        assertTrue(browser.ssrcs() <= 1);
        assertEquals(0, browser.sequenceBreaks());
        List<CallEvent> events = all(CallEvent.class);
        assertEquals(
                1, events.stream().filter(AgentEvent.Ended.class::isInstance).count());
        assertTrue(events.getLast() instanceof AgentEvent.Ended);
        assertTrue(all(AgentEvent.BrowserDescribed.class).size() <= 1);
        assertTrue(all(AgentEvent.Established.class).size() <= 1);
    }

    private FakeBrowser browserOf(String id) {
        return otherBrowsers.getOrDefault(id, browser);
    }

    private void follow(AgentEvent event) {
        unread.add(event);
        if (!pageFollows) {
            return;
        }
        switch (event) {
            case AgentEvent.BrowserDescribed described -> {
                FakeBrowser other = otherBrowsers.get(described.callId());
                if (other != null) {
                    other.onAnswer(described.sdp());
                    return;
                }
                callId = described.callId();
                if (described.answer()) {
                    browser.onAnswer(described.sdp());
                } else {
                    browserAnswer = browser.answer(described.sdp());
                }
            }
            case AgentEvent.CodecChosen chosen -> browserOf(chosen.callId()).speak(chosen.payloadType());
            case AgentEvent.Ended ended -> browserOf(ended.callId()).vanish();
            case AgentEvent.Registered registered -> {}
            case AgentEvent.RegistrationFailed failed -> {}
            case AgentEvent.Closed closed -> {}
            case AgentEvent.Trying trying -> {}
            case AgentEvent.Incoming incoming -> {}
            case AgentEvent.Ringing ringing -> {}
            case AgentEvent.Established established -> {}
            case AgentEvent.Held held -> {}
            case AgentEvent.HeldByPeer held -> {}
            case AgentEvent.PeerChanged changed -> {}
            case AgentEvent.KeyPressed key -> {}
            case AgentEvent.TransferProgress progress -> {}
            case AgentEvent.TransferEnded ended -> {}
            case AgentEvent.Refused refused -> {}
        }
    }
}
