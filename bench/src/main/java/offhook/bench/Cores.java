package offhook.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which core does what: what is measured has one for itself, the load generator has another. Where cores cannot be
 * assigned, everything runs where the system puts it.
 */
final class Cores {
    private final boolean pinned;
    private final int first;
    private final int last;

    private Cores(boolean pinned, int first, int last) {
        this.pinned = pinned;
        this.first = first;
        this.last = last;
    }

    /** Moves this process to the last core it may use, and keeps the first for what is measured. */
    static Cores share() throws InterruptedException {
        int[] allowed = allowed().orElse(new int[] {0, 0});
        Cores cores = new Cores(true, allowed[0], allowed[1]);
        String pid = Long.toString(ProcessHandle.current().pid());
        boolean works = allowed[0] < allowed[1] && runs("taskset", "-a", "-p", "-c", Integer.toString(cores.last), pid);
        return works ? cores : new Cores(false, 0, 0);
    }

    /** Leaves everything where it is. */
    static Cores any() {
        return new Cores(false, 0, 0);
    }

    /** What goes before the command of a program that is measured. */
    List<String> forTargets() {
        return pinned ? List.of("taskset", "-c", Integer.toString(first)) : List.of();
    }

    @Override
    public String toString() {
        return pinned ? "target alone on one core, generator on another" : "not pinned to cores";
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Optional<int[]> allowed() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("Cpus_allowed_list:")) {
                    String[] cores =
                            line.substring(line.indexOf(':') + 1).strip().split("[-,]", -1);
                    return Optional.of(
                            new int[] {Integer.parseInt(cores[0]), Integer.parseInt(cores[cores.length - 1])});
                }
            }
        } catch (IOException e) {
            // not Linux
        }
        return Optional.empty();
    }
}
