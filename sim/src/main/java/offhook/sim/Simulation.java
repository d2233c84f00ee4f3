package offhook.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.AgentEvent.CallEvent;
import offhook.call.CallLimits;
import offhook.call.EndReason;
import offhook.call.offer.MediaEncryption;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.jspecify.annotations.Nullable;

/** Plays a scenario and judges it. */
public final class Simulation {
    private static final long MILLISECOND = 1_000_000L;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final String AGENT = "agent";
    private static final String OUTGOING_CALL = "call-1";
    private static final int CALL_ID_SHOWN = 7;
    /** Packets of two seconds that must have been heard, of a hundred. */
    private static final int ENOUGH = 80;
    /** Longer than every timer of SIP, ICE, DTLS and silence together. */
    private static final long AFTERMATH = 240 * SECOND;

    private final Scenario scenario;
    private final VirtualNetwork network;
    private final Gateway gateway;
    private final FakePbx pbx;
    private final FakeBrowser browser;
    private final List<String> violations = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private int told;
    private String callId = OUTGOING_CALL;
    private @Nullable String browserAnswer;
    private boolean answered;
    private long beginNanos;
    private int heardByPeerBefore;
    private int heardByBrowserBefore;

    private Simulation(Scenario scenario) {
        this.scenario = scenario;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(scenario.seed());
        this.network = new VirtualNetwork(scenario.seed());
        this.gateway = new Gateway(network, Addresses.of(Addresses.GATEWAY), random, CallLimits.DEFAULT);
        this.pbx = new FakePbx(network, Addresses.PBX, random);
        this.browser = new FakeBrowser(network, Addresses.of(Addresses.BROWSER, 50_000), random);
    }

    /**
     * What came of a scenario.
     *
     * @param violations what must not be; empty when all is well
     * @param story what happened, a line for each event
     */
    public record Outcome(Scenario scenario, List<String> violations, List<String> story) {}

    /** Plays the scenario of a seed to its end. */
    public static Outcome play(long seed) {
        return play(Scenario.of(seed));
    }

    static Outcome play(Scenario scenario) {
        Simulation simulation = new Simulation(scenario);
        try {
            simulation.run();
        } catch (RuntimeException e) {
            simulation.violations.add("the simulation threw " + e);
        }
        return new Outcome(simulation.scenario, simulation.violations, simulation.story);
    }

    private void run() {
        register();
        network.weather(scenario.weather());
        pbx.habit(scenario.habit());
        pbx.answerAfter(scenario.answerNanos());
        pbx.codec(scenario.codec());
        long begin = network.nowNanos();
        beginNanos = begin;
        if (scenario.incoming()) {
            pbx.call(begin);
        } else {
            command(new AgentCommand.Dial(callId, "2000", "", browser.offer(), scenario.answerAtOnce(), Map.of()));
        }
        network.after(scenario.twistNanos(), this::twist);
        network.after(scenario.endNanos(), this::end);
        for (Scenario.Act act : scenario.acts()) {
            network.after(act.atNanos(), now -> perform(act.deed(), now));
        }
        if (!scenario.acts().isEmpty()) {
            network.after(scenario.endNanos() - Scenario.RESUME_NANOS, this::resume);
            network.after(scenario.endNanos() - Scenario.LISTEN_NANOS, this::listen);
            network.after(scenario.endNanos() - MILLISECOND, this::judgeSound);
        }
        // Through heavy loss the call may begin only after that.
        network.after(scenario.endNanos() + 60 * SECOND, this::end);
        while (network.nowNanos() - begin < scenario.endNanos() + AFTERMATH) {
            network.run(10 * MILLISECOND);
            follow(network.nowNanos() - begin);
            if (network.nowNanos() - begin > scenario.endNanos() + SECOND && over()) {
                break;
            }
        }
        // Whatever is still under way (the last transactions) gets its time.
        network.run(AFTERMATH);
        follow(network.nowNanos() - begin);
        judge();
    }

    private void register() {
        expect(
                "the agent is taken",
                () -> gateway.switchboard()
                        .open(
                                AGENT,
                                new Account(
                                        FakePbx.LOGIN,
                                        FakePbx.LOGIN,
                                        FakePbx.PASSWORD,
                                        Addresses.PBX,
                                        new Hop(Transport.UDP, Addresses.PBX, 5_060),
                                        "Browser",
                                        true,
                                        MediaEncryption.OFF),
                                network.nowNanos()));
        network.run(2 * SECOND);
        expect("the agent is registered", pbx::registered);
    }

    private void command(AgentCommand command) {
        gateway.switchboard().command(AGENT, command, network.nowNanos());
    }

    /** What the session and the page would do with each event. */
    private void follow(long sinceNanos) {
        List<AgentEvent> events = gateway.events(AGENT);
        while (told < events.size()) {
            AgentEvent event = events.get(told++);
            story.add("%8.3f s  %s".formatted(sinceNanos / 1e9, brief(event)));
            switch (event) {
                case AgentEvent.BrowserDescribed described -> {
                    callId = described.callId();
                    if (described.answer()) {
                        browser.onAnswer(described.sdp());
                    } else {
                        String answer = browser.answer(described.sdp());
                        browserAnswer = answer;
                        if (scenario.prepared()) {
                            command(new AgentCommand.Prepare(callId, answer));
                        }
                        network.after(scenario.answerNanos(), this::answer);
                    }
                }
                case AgentEvent.CodecChosen chosen -> browser.speak(chosen.payloadType());
                case AgentEvent.Ended ended -> browser.vanish();
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

    private void answer(long nowNanos) {
        String answer = browserAnswer;
        if (answer != null && !answered) {
            answered = true;
            command(new AgentCommand.Answer(callId, answer));
        }
    }

    private void perform(Scenario.Deed deed, long nowNanos) {
        story.add("%8.3f s  %s".formatted((nowNanos - beginNanos) / 1e9, deed));
        switch (deed) {
            case BROWSER_HOLDS -> command(new AgentCommand.Hold(callId));
            case BROWSER_RESUMES -> command(new AgentCommand.Resume(callId));
            case PEER_HOLDS -> pbx.hold(true, nowNanos);
            case PEER_RESUMES -> pbx.hold(false, nowNanos);
            case PEER_UPDATES -> pbx.update(nowNanos);
            case PEER_REFERS -> pbx.refer(nowNanos);
            case BROWSER_TRANSFERS -> command(new AgentCommand.Transfer(callId, "4000"));
        }
    }

    private void resume(long nowNanos) {
        command(new AgentCommand.Resume(callId));
        pbx.hold(false, nowNanos);
    }

    private void listen(long nowNanos) {
        heardByPeerBefore = pbx.heard().size();
        heardByBrowserBefore = browser.heard().size();
    }

    private void judgeSound(long nowNanos) {
        if (scenario.soundExpectedAtLast()) {
            check("after all the peer does not hear the browser", pbx.heard().size() > heardByPeerBefore + ENOUGH);
            check(
                    "after all the browser does not hear the peer",
                    browser.heard().size() > heardByBrowserBefore + ENOUGH);
        }
    }

    private void twist(long nowNanos) {
        switch (scenario.twist()) {
            case BROWSER_HANGS_UP, PEER_HANGS_UP, BOTH_HANG_UP -> {}
            case BROWSER_GIVES_UP_AT_THE_ANSWER -> command(new AgentCommand.HangUp(callId));
            case PEER_GIVES_UP_AT_THE_ANSWER -> pbx.hangUp(nowNanos);
            case BROWSER_MOVES -> browser.move(Addresses.of("198.51.100.99", 61_000));
            case BROWSER_VANISHES -> browser.vanish();
            case PEER_FALLS_SILENT -> pbx.silent(true);
            case SESSION_CLOSES -> gateway.switchboard().close(AGENT, nowNanos);
        }
    }

    private void end(long nowNanos) {
        switch (scenario.twist()) {
            // Who gave up before the other side had even heard of the call, gives up again.
            case BROWSER_HANGS_UP, BROWSER_MOVES, BROWSER_GIVES_UP_AT_THE_ANSWER ->
                command(new AgentCommand.HangUp(callId));
            case PEER_HANGS_UP, PEER_GIVES_UP_AT_THE_ANSWER -> pbx.hangUp(nowNanos);
            case BOTH_HANG_UP -> {
                pbx.hangUp(nowNanos);
                command(new AgentCommand.HangUp(callId));
            }
            case BROWSER_VANISHES, PEER_FALLS_SILENT, SESSION_CLOSES -> {}
        }
    }

    private boolean over() {
        return gateway.switchboard().calls() == 0 && !pbx.busy();
    }

    private void judge() {
        gateway.faults().forEach(fault -> violations.add("a defect was contained: " + fault));
        check(
                "calls left behind: " + gateway.switchboard().calls(),
                gateway.switchboard().calls() == 0);
        check("ports left open: " + gateway.openPorts(), gateway.openPorts() == 0);
        check("the peer's call is still up", !pbx.busy());
        List<CallEvent> events = gateway.events(AGENT).stream()
                .filter(CallEvent.class::isInstance)
                .map(CallEvent.class::cast)
                .toList();
        judgeEvents(events);
        check("packets that the browser could not decrypt: " + browser.badPackets(), browser.badPackets() == 0);
        check("the browser saw " + browser.ssrcs() + " streams", browser.ssrcs() <= 1);
        check("the browser's stream jumped", browser.sequenceBreaks() == 0);
        if (scenario.soundExpected()) {
            long frames = (scenario.endNanos() - scenario.answerNanos()) / (20 * MILLISECOND);
            check(
                    "the peer heard only " + browserHeardByPeer() + " of about " + frames,
                    browserHeardByPeer() > frames / 2);
            check(
                    "the browser heard only " + browser.heard().size() + " of about " + frames,
                    browser.heard().size() > frames / 2);
            check("no call was established", events.stream().anyMatch(AgentEvent.Established.class::isInstance));
        }
    }

    private int browserHeardByPeer() {
        return pbx.heard().size();
    }

    private void judgeEvents(List<CallEvent> events) {
        if (events.isEmpty()) {
            // The peer's INVITE may have been given up before it arrived.
            check("an outgoing call without a word", scenario.incoming());
            return;
        }
        long ends = events.stream().filter(AgentEvent.Ended.class::isInstance).count();
        check("Ended came " + ends + " times", ends == 1);
        check("Ended is not the last event", events.getLast() instanceof AgentEvent.Ended);
        check(
                "two descriptions for the browser",
                events.stream()
                                .filter(AgentEvent.BrowserDescribed.class::isInstance)
                                .count()
                        <= 1);
        check(
                "Established came twice",
                events.stream().filter(AgentEvent.Established.class::isInstance).count() <= 1);
        check(
                "an outgoing call does not begin with Trying",
                scenario.incoming() || events.getFirst() instanceof AgentEvent.Trying);
        if (events.getLast() instanceof AgentEvent.Ended ended) {
            check("the call ended as internal", ended.ending().reason() != EndReason.INTERNAL);
        }
    }

    private void check(String violation, boolean holds) {
        if (!holds) {
            violations.add(violation);
        }
    }

    private void expect(String what, BooleanSupplier holds) {
        if (!holds.getAsBoolean()) {
            throw new IllegalStateException("not so: " + what);
        }
    }

    /** An event on one line: without SDP, and with no more of a call's id than tells it from others. */
    private static String brief(AgentEvent event) {
        return switch (event) {
            case AgentEvent.BrowserDescribed described ->
                "BrowserDescribed[" + (described.answer() ? "answer" : "offer") + "]";
            case CallEvent told
            when told.callId().length() > CALL_ID_SHOWN ->
                told.toString().replace(told.callId(), told.callId().substring(0, CALL_ID_SHOWN) + "\u2026");
            default -> event.toString();
        };
    }
}
