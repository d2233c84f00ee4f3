package offhook.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program under measurement, in a process of its own that ends with this one. */
final class Target implements AutoCloseable {
    private static final int LINES_KEPT = 30;
    private static final Duration STOP = Duration.ofSeconds(10);

    private final String name;
    private final Process process;
    private final CompletableFuture<Matcher> announced = new CompletableFuture<>();
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final Thread killer;

    private Target(String name, Process process, Pattern announcement) {
        this.name = name;
        this.process = process;
        killer = new Thread(process::destroy, "kill " + name);
        Runtime.getRuntime().addShutdownHook(killer);
        Thread.ofVirtual().start(() -> read(announcement));
    }

    /**
     * Starts a program.
     *
     * @param announcement the line by which it says that it is ready
     */
    static Target start(String name, List<String> command, Map<String, String> environment, Pattern announcement) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            return new Target(name, builder.start(), announcement);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " does not start", e);
        }
    }

    private void read(Pattern announcement) {
        try (var lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (lastLines) {
                    lastLines.add(line);
                    if (lastLines.size() > LINES_KEPT) {
                        lastLines.remove();
                    }
                }
                Matcher matcher = announcement.matcher(line);
                if (matcher.find()) {
                    announced.complete(matcher);
                }
            }
        } catch (IOException e) {
            // it is gone, and so is its output
        }
        announced.completeExceptionally(new IllegalStateException(name + " ended:\n" + told()));
    }

    /** Waits until it is ready. */
    Matcher awaitAnnouncement(Duration patience) throws InterruptedException {
        try {
            return announced.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(name + " did not say that it is ready:\n" + told(), e);
        }
    }

    /** What it printed last. */
    String told() {
        synchronized (lastLines) {
            return String.join("\n", lastLines);
        }
    }

    /** CPU time of all its threads so far, user and system, in nanoseconds; the system counts in steps of 10 ms. */
    long cpuNanos() {
        return process.info().totalCpuDuration().orElseThrow().toNanos();
    }

    /** Memory that it holds, in bytes; 0 where the system does not say. */
    long residentBytes() {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException e) {
            // not Linux
        }
        return 0;
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(killer);
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
