package offhook.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import offhook.bench.load.LoadGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** That the benches still work, not what they measure. */
class RelayBenchTest {
    private static LoadGenerator generator;
    private static OffhookGateway gateway;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream printed = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @BeforeAll
    static void start() throws InterruptedException {
        generator = new LoadGenerator();
        gateway = new OffhookGateway(Cores.any(), generator.sipPort());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        generator.close();
    }

    @Test
    void relaysACallThroughOurServerAndPrintsWhatItCost() throws InterruptedException {
        RelayBench bench =
                new RelayBench(1, Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofMillis(500), 1, printed);
        List<RelayBench.Turn> turns = bench.run(generator, List.of(gateway));
        assertEquals(1, turns.size());
        assertTrue(turns.getFirst().received() > 0, "nothing arrived");
        assertEquals(0, turns.getFirst().damaged());
        assertTrue(bytes.toString(StandardCharsets.UTF_8).contains("offhook"));
    }

    @Test
    void measuresHowSoonAudioIsHeardAfterTheAnswer() throws InterruptedException {
        new SetupBench(1, 1, Duration.ofMillis(50), printed).run(generator, gateway);
        assertTrue(bytes.toString(StandardCharsets.UTF_8).contains("at once"));
    }
}
