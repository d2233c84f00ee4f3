package offhook.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import offhook.bench.load.LoadGenerator;

/** {@code relay [CALLS] [SECONDS] [alone]} or {@code setup [CALLS]}. */
public final class BenchMain {
    private static final int RELAY_CALLS = 200;
    private static final int RELAY_SECONDS = 10;
    private static final int MAX_SECONDS = 120;
    private static final int SETUP_CALLS = 40;
    private static final int SETUP_WARM_UP = 20;
    private static final int MAX_SETUP_CALLS = 1_000;
    private static final int ROUNDS = 3;
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(10);
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration RING = Duration.ofMillis(300);

    private BenchMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        switch (arguments.length == 0 ? "relay" : arguments[0]) {
            case "relay" ->
                relay(
                        number(arguments, 1, RELAY_CALLS, LoadGenerator.MAX_CALLS),
                        Duration.ofSeconds(number(arguments, 2, RELAY_SECONDS, MAX_SECONDS)),
                        arguments.length > 3 && arguments[3].equals("alone"));
            case "setup" -> setup(number(arguments, 1, SETUP_CALLS, MAX_SETUP_CALLS));
            default -> throw new IllegalArgumentException("there are the benches relay and setup");
        }
    }

    private static int number(String[] arguments, int index, int otherwise, int most) {
        return arguments.length > index ? Math.clamp(Integer.parseInt(arguments[index]), 1, most) : otherwise;
    }

    private static void relay(int calls, Duration window, boolean alone) throws InterruptedException {
        PrintStream out = System.out;
        Cores cores = Cores.share();
        out.println(cores);
        List<Gateway> gateways = new ArrayList<>();
        try (LoadGenerator generator = new LoadGenerator()) {
            gateways.add(new OffhookGateway(cores, generator.sipPort()));
            if (!alone) {
                gateways.add(new RtpengineGateway(cores));
            }
            new RelayBench(calls, window, FIRST_WARM_UP, WARM_UP, ROUNDS, out).run(generator, gateways);
        } finally {
            gateways.forEach(Gateway::close);
        }
    }

    private static void setup(int calls) throws InterruptedException {
        Cores cores = Cores.share();
        System.out.println(cores);
        try (LoadGenerator generator = new LoadGenerator();
                OffhookGateway gateway = new OffhookGateway(cores, generator.sipPort())) {
            new SetupBench(calls, SETUP_WARM_UP, RING, System.out).run(generator, gateway);
        }
    }
}
