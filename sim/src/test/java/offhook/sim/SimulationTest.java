package offhook.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {
    /** Others by {@code -Dsim.seed=N -Dsim.count=N}. */
    private static final long FIRST_SEED = Long.getLong("sim.seed", 1);

    private static final long SEEDS = Long.getLong("sim.count", 240);

    @Test
    void everySeedEndsWell() {
        List<String> failures = LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
                .parallel()
                .mapToObj(Simulation::play)
                .filter(outcome -> !outcome.violations().isEmpty())
                .map(outcome -> "./offhook sim " + outcome.scenario().seed() + "  " + outcome.violations() + "  "
                        + outcome.scenario())
                .toList();
        assertEquals(List.of(), failures, () -> String.join("\n", failures));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallOfAnHourIsKeptUpByItsSessionTimers(boolean incoming) {
        assertEquals(List.of(), Simulation.play(Scenario.ofAnHour(incoming)).violations());
    }

    @Test
    void aSeedPlaysTheSameTwice() {
        assertEquals(Simulation.play(42).story(), Simulation.play(42).story());
    }
}
