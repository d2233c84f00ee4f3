package offhook.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToLongFunction;
import offhook.bench.load.LoadCall;
import offhook.bench.load.LoadCall.FirstAudio;
import offhook.bench.load.LoadGenerator;

/**
 * How long after the phone's 200 the two sides hear each other: with a client that takes the answer at once, so that the
 * browser's media is connected while the phone still rings, and with one that gets it at the 200. The two take turns.
 *
 * @param calls of each kind that count
 * @param warmUp calls of each kind that do not count: class loading and the JIT compiler
 * @param ring how long the phone rings
 */
record SetupBench(int calls, int warmUp, Duration ring, PrintStream out) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    void run(LoadGenerator generator, OffhookGateway gateway) throws InterruptedException {
        generator.ringFor(ring);
        List<FirstAudio> atOnce = new ArrayList<>();
        List<FirstAudio> at200 = new ArrayList<>();
        for (int i = -warmUp; i < calls; i++) {
            FirstAudio early = call(generator, gateway, true);
            FirstAudio late = call(generator, gateway, false);
            if (i >= 0) {
                atOnce.add(early);
                at200.add(late);
            }
        }
        out.printf("From the phone's 200 to the first audio, ms; %d calls each, one at a time, on loopback%n%n", calls);
        out.printf("%-18s %28s %28s%n", "", "phone heard in the browser", "browser heard at the phone");
        out.printf("%-18s %14s %13s %14s %13s%n", "answer", "median", "p90", "median", "p90");
        print("at once", atOnce);
        print("at 200", at200);
    }

    private FirstAudio call(LoadGenerator generator, OffhookGateway gateway, boolean answerAtOnce)
            throws InterruptedException {
        List<LoadCall> one = generator.open(1);
        LoadCall call = one.getFirst();
        try {
            gateway.answerAtOnce(answerAtOnce);
            gateway.connect(call);
            return call.heard().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "nothing was heard: " + e + "\n" + gateway.target().told(), e);
        } finally {
            gateway.hangUp(call);
            generator.close(one);
        }
    }

    private void print(String answer, List<FirstAudio> heard) {
        out.printf(
                "%-18s %14s %13s %14s %13s%n",
                answer,
                millis(heard, FirstAudio::inBrowserNanos, 0.5),
                millis(heard, FirstAudio::inBrowserNanos, 0.9),
                millis(heard, FirstAudio::atPhoneNanos, 0.5),
                millis(heard, FirstAudio::atPhoneNanos, 0.9));
    }

    private static String millis(List<FirstAudio> heard, ToLongFunction<FirstAudio> figure, double share) {
        long[] sorted = heard.stream().mapToLong(figure).sorted().toArray();
        return String.format(Locale.ROOT, "%.1f", sorted[(int) (share * (sorted.length - 1))] / 1e6);
    }
}
