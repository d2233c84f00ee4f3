package offhook.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;
import offhook.bench.load.LoadCall;
import offhook.bench.load.LoadGenerator;
import offhook.bench.load.Tally;

/**
 * Relays calls between browsers and phones through each gateway in its turn, and prints what a packet cost. The turns
 * interleave, so that whatever else the machine does falls on all of them.
 *
 * @param calls at one time
 * @param window what is measured of each turn
 * @param firstWarmUp of each gateway's first turn: a JIT compiler needs some seconds of load
 * @param warmUp of the others
 */
record RelayBench(int calls, Duration window, Duration firstWarmUp, Duration warmUp, int rounds, PrintStream out) {
    /** Calls that are being connected at one time: telephone traffic, not a stampede. */
    private static final int CONNECTING = 8;

    private static final Duration CONNECT = Duration.ofSeconds(20);

    /** A generator that is later than this with its packets sends bursts, not calls. */
    private static final double TOO_LATE_MILLIS = 20;

    /** What is still on its way when the window closes. */
    private static final Duration STRAGGLERS = Duration.ofMillis(500);

    /** One turn of one gateway. */
    record Turn(
            String gateway,
            double microsPerPacket,
            double cores,
            double lostPercent,
            long received,
            long damaged,
            double medianMillis,
            double p99Millis,
            double residentMegabytes,
            double generatorLateMillis) {}

    /** Runs all turns and prints them, their medians, and the ratio of the first gateway to each other. */
    List<Turn> run(LoadGenerator generator, List<Gateway> gateways) throws InterruptedException {
        out.printf(
                "%d calls DTLS-SRTP (AES_CM_128_HMAC_SHA1_80) <-> RTP, 20 ms PCMU, %d packets/s; ", calls, calls * 100);
        out.printf("%d rounds of %d s, interleaved%n%n", rounds, window.toSeconds());
        print("", "µs CPU/packet", "cores", "lost %", "p50 ms", "p99 ms", "RSS MB", "generator late p99");
        List<Turn> turns = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (Gateway gateway : gateways) {
                Turn turn = turn(generator, gateway, round == 0 ? firstWarmUp : warmUp);
                turns.add(turn);
                print(turn);
            }
        }
        if (rounds > 1) {
            out.println();
            List<Turn> medians = gateways.stream()
                    .map(gateway -> median(turns, gateway.name()))
                    .toList();
            medians.forEach(this::print);
            for (Turn rival : medians.subList(1, medians.size())) {
                Turn ours = medians.getFirst();
                out.printf(
                        Locale.ROOT,
                        "%nCPU per packet, %s / %s: %.2f%n",
                        ours.gateway(),
                        rival.gateway(),
                        ours.microsPerPacket() / rival.microsPerPacket());
            }
        }
        return turns;
    }

    private Turn turn(LoadGenerator generator, Gateway gateway, Duration warmUp) throws InterruptedException {
        List<LoadCall> opened = generator.open(calls);
        try {
            connect(gateway, opened);
            long start = generator.nowNanos() + warmUp.toNanos();
            Tally tally = generator.count(start, window);
            Thread.sleep(Duration.ofNanos(start - generator.nowNanos()));
            long cpu = gateway.target().cpuNanos();
            long from = generator.nowNanos();
            Thread.sleep(Duration.ofNanos(start + window.toNanos() - generator.nowNanos()));
            cpu = gateway.target().cpuNanos() - cpu;
            long length = generator.nowNanos() - from;
            Thread.sleep(STRAGGLERS);
            generator.settle();
            return new Turn(
                    gateway.name(),
                    cpu / 1e3 / tally.received(),
                    (double) cpu / length,
                    100.0 * (tally.sent() - tally.received()) / tally.sent(),
                    tally.received(),
                    tally.damaged(),
                    tally.latencyNanos(0.5) / 1e6,
                    tally.latencyNanos(0.99) / 1e6,
                    gateway.target().residentBytes() / 1e6,
                    tally.latenessNanos(0.99) / 1e6);
        } finally {
            opened.forEach(gateway::hangUp);
            generator.close(opened);
        }
    }

    private static void connect(Gateway gateway, List<LoadCall> calls) throws InterruptedException {
        for (int i = 0; i < calls.size(); i += CONNECTING) {
            List<LoadCall> some = calls.subList(i, Math.min(i + CONNECTING, calls.size()));
            some.forEach(gateway::connect);
            await(CompletableFuture.allOf(some.stream().map(LoadCall::up).toArray(CompletableFuture[]::new)), gateway);
        }
    }

    private static void await(CompletableFuture<Void> all, Gateway gateway) throws InterruptedException {
        try {
            all.get(CONNECT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    gateway.name() + " does not connect all calls: " + e + "\n"
                            + gateway.target().told(),
                    e);
        }
    }

    private static Turn median(List<Turn> turns, String gateway) {
        List<Turn> its =
                turns.stream().filter(turn -> turn.gateway().equals(gateway)).toList();
        return new Turn(
                gateway,
                median(its, Turn::microsPerPacket),
                median(its, Turn::cores),
                median(its, Turn::lostPercent),
                its.getFirst().received(),
                its.stream().mapToLong(Turn::damaged).sum(),
                median(its, Turn::medianMillis),
                median(its, Turn::p99Millis),
                median(its, Turn::residentMegabytes),
                median(its, Turn::generatorLateMillis));
    }

    private static double median(List<Turn> turns, ToDoubleFunction<Turn> figure) {
        double[] sorted = turns.stream().mapToDouble(figure).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private void print(Turn turn) {
        print(
                turn.gateway(),
                decimal(turn.microsPerPacket(), 1),
                decimal(turn.cores(), 3),
                decimal(turn.lostPercent(), 3),
                decimal(turn.medianMillis(), 2),
                decimal(turn.p99Millis(), 2),
                decimal(turn.residentMegabytes(), 0),
                decimal(turn.generatorLateMillis(), 1));
        if (turn.generatorLateMillis() > TOO_LATE_MILLIS) {
            out.println(
                    "    the generator did not keep pace: this machine was too busy for the turn to count for much");
        }
        if (turn.damaged() > 0) {
            out.println("    " + turn.damaged() + " packets arrived that were not what was sent");
        }
    }

    private static String decimal(double value, int places) {
        return String.format(Locale.ROOT, "%." + places + "f", value);
    }

    private void print(String... cells) {
        out.printf("%-10s %14s %7s %8s %7s %7s %7s %18s%n", (Object[]) cells);
        out.flush();
    }
}
