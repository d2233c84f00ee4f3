package offhook.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import offhook.sim.FakePbx.Habit;
import offhook.sim.VirtualNetwork.Weather;

/**
 * What happens in one simulation: decided by its seed alone. Times are nanoseconds after the call began.
 *
 * @param seed from which everything here follows
 * @param weather how the network treats datagrams
 * @param incoming whether the telephone system calls the browser
 * @param answerAtOnce outgoing: the browser takes its answer before the far side has chosen
 * @param prepared incoming: the browser connects while it rings
 * @param habit what the telephone system does with a call
 * @param answerNanos after which time the called side answers
 * @param codec what the telephone system speaks
 * @param twist what goes wrong
 * @param twistNanos when it does
 * @param endNanos when somebody hangs up
 * @param acts what the two sides do while the call is up, in the order of time
 */
public record Scenario(
        long seed,
        Weather weather,
        boolean incoming,
        boolean answerAtOnce,
        boolean prepared,
        Habit habit,
        long answerNanos,
        String codec,
        Twist twist,
        long twistNanos,
        long endNanos,
        List<Act> acts) {
    public Scenario {
        acts = List.copyOf(acts);
    }

    /** What a call may run into. */
    public enum Twist {
        /** Nothing: the browser hangs up in the end. */
        BROWSER_HANGS_UP,
        /** Nothing: the peer hangs up in the end. */
        PEER_HANGS_UP,
        /** Both hang up at one moment: BYE crosses BYE. */
        BOTH_HANG_UP,
        /** The browser gives up at the moment of the answer: CANCEL crosses 200, or BYE the ACK. */
        BROWSER_GIVES_UP_AT_THE_ANSWER,
        /** The peer gives up at the moment of the answer. */
        PEER_GIVES_UP_AT_THE_ANSWER,
        /** The browser's address changes; then it hangs up. */
        BROWSER_MOVES,
        /** The page is gone without a word. */
        BROWSER_VANISHES,
        /** The peer stops sending media; nobody hangs up. */
        PEER_FALLS_SILENT,
        /** The session is closed while the call is up. */
        SESSION_CLOSES
    }

    /** What one of the two sides does while the call is up. */
    public enum Deed {
        BROWSER_HOLDS,
        BROWSER_RESUMES,
        PEER_HOLDS,
        PEER_RESUMES,
        /** By UPDATE, where the gateway takes it: it does. */
        PEER_UPDATES,
        /** The peer has the browser call somebody else, who takes its place. */
        PEER_REFERS,
        BROWSER_TRANSFERS
    }

    /** A deed and when it is done. */
    public record Act(Deed deed, long atNanos) {}

    /** How long before the end everything is resumed, and how long before it the two must hear each other again. */
    static final long RESUME_NANOS = 12_000_000_000L;

    static final long LISTEN_NANOS = 2_000_000_000L;
    private static final int MAX_ACTS = 4;

    private static final long MILLISECOND = 1_000_000L;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final String[] CODECS = {"0 PCMU/8000", "8 PCMA/8000", "9 G722/8000", "97 opus/48000/2"};
    /** Of ten scenarios this many have no loss at all, so that what is heard can be counted. */
    private static final int FAIR_IN_TEN = 3;

    /** The scenario of a seed. */
    public static Scenario of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean fair = random.nextInt(10) < FAIR_IN_TEN;
        Weather weather = new Weather(
                fair ? 0 : random.nextInt(31),
                random.nextInt(11),
                random.nextLong(5, 80) * MILLISECOND,
                random.nextLong(0, 60) * MILLISECOND);
        boolean incoming = random.nextBoolean();
        Habit habit = incoming ? Habit.ANSWER : pick(Habit.values(), random);
        long answer = random.nextLong(1, 6_000) * MILLISECOND;
        Twist twist = pick(Twist.values(), random);
        long end = answer + random.nextLong(3, 12) * SECOND;
        long moment = switch (twist) {
            case BROWSER_GIVES_UP_AT_THE_ANSWER, PEER_GIVES_UP_AT_THE_ANSWER ->
                Math.max(0, answer + random.nextLong(-200, 200) * MILLISECOND);
            case BROWSER_HANGS_UP,
                    PEER_HANGS_UP,
                    BOTH_HANG_UP,
                    BROWSER_MOVES,
                    BROWSER_VANISHES,
                    PEER_FALLS_SILENT,
                    SESSION_CLOSES -> random.nextLong(1, end / MILLISECOND) * MILLISECOND;
        };
        boolean answerAtOnce = random.nextBoolean();
        boolean prepared = random.nextBoolean();
        String codec = pick(CODECS, random);
        List<Act> acts = new ArrayList<>();
        if (isAnswered(habit) && random.nextBoolean()) {
            long first = answer + SECOND;
            random.longs(random.nextInt(1, MAX_ACTS + 1), 0, 15_000)
                    .sorted()
                    .forEach(after -> acts.add(new Act(pick(Deed.values(), random), first + after * MILLISECOND)));
            end = acts.getLast().atNanos() + SECOND + RESUME_NANOS;
        }
        return new Scenario(
                seed, weather, incoming, answerAtOnce, prepared, habit, answer, codec, twist, moment, end, acts);
    }

    /** A call of an hour with nothing in it but what it takes to keep it up. */
    static Scenario ofAnHour(boolean incoming) {
        return new Scenario(
                1,
                Weather.FAIR,
                incoming,
                true,
                true,
                Habit.ANSWER,
                SECOND,
                CODECS[0],
                Twist.BROWSER_HANGS_UP,
                2 * SECOND,
                3_600 * SECOND,
                List.of());
    }

    private static boolean isAnswered(Habit habit) {
        return habit == Habit.ANSWER || habit == Habit.EARLY_MEDIA;
    }

    /** Whether both sides must have heard each other when it is over. */
    boolean soundExpected() {
        return isAnswered(habit)
                && acts.isEmpty()
                && weather.lossPercent() == 0
                && endNanos - answerNanos >= 3 * SECOND
                && (twist == Twist.BROWSER_HANGS_UP
                        || twist == Twist.PEER_HANGS_UP
                        || twist == Twist.BOTH_HANG_UP
                        || twist == Twist.BROWSER_MOVES);
    }

    /** Whether both sides must hear each other in the end, after all that they did. */
    boolean soundExpectedAtLast() {
        return !acts.isEmpty()
                && weather.lossPercent() == 0
                && acts.stream().noneMatch(act -> act.deed() == Deed.BROWSER_TRANSFERS)
                && (twist == Twist.BROWSER_HANGS_UP || twist == Twist.PEER_HANGS_UP || twist == Twist.BOTH_HANG_UP);
    }

    /** The scenario in a few lines, for people. */
    public String words() {
        String browser = incoming
                ? (prepared ? "the browser connects while it rings" : "the browser connects when it answers")
                : (answerAtOnce ? "the browser is answered at once" : "the browser is answered when the peer is known");
        return """
                seed %d: %s, the peer speaks %s, %s
                  network   %d %% lost, %d %% doubled, %d to %d ms under way
                  peer      %s, the answer after %.3f s
                  twist     %s at %.3f s, the end at %.3f s%s""".formatted(
                        seed,
                        incoming ? "incoming call" : "outgoing call",
                        codec.substring(codec.indexOf(' ') + 1),
                        browser,
                        weather.lossPercent(),
                        weather.duplicatePercent(),
                        weather.delayNanos() / MILLISECOND,
                        (weather.delayNanos() + weather.jitterNanos()) / MILLISECOND,
                        habit,
                        answerNanos / 1e9,
                        twist,
                        twistNanos / 1e9,
                        endNanos / 1e9,
                        acts.stream()
                                .map(act -> "\n  act       %s at %.3f s".formatted(act.deed(), act.atNanos() / 1e9))
                                .collect(Collectors.joining()));
    }

    private static <T> T pick(T[] choices, SplittableRandom random) {
        return choices[random.nextInt(choices.length)];
    }
}
