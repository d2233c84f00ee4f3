package offhook.interop.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program of somebody else, running: its output goes to a log file and can be waited for. Safe for any thread. */
public final class Program implements AutoCloseable {
    private static final Duration POLITE_END = Duration.ofSeconds(10);
    private static final int TOLD_LINES = 25;

    private final String name;
    private final Process process;
    private final Thread reader;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> lines = new ArrayList<>();
    private final Writer input;
    private int nextLine;
    private boolean ended;

    private Program(String name, Process process, Path log) throws IOException {
        this.name = name;
        this.process = process;
        Writer writer = Files.newBufferedWriter(log);
        input = process.outputWriter(StandardCharsets.UTF_8);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy)); // when the test run itself is interrupted
        reader = Thread.ofVirtual().name(name + " output").start(() -> read(writer));
    }

    /** Starts {@code command} in {@code folder}; all it prints is kept in {@code folder/name.log}. It has nothing to read. */
    public static Program start(String name, Path folder, Map<String, String> environment, List<String> command) {
        return start(
                name,
                folder,
                environment,
                command,
                ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    }

    /** The same for a program that reads commands from its standard input: see {@link #say}. */
    public static Program startListening(
            String name, Path folder, Map<String, String> environment, List<String> command) {
        return start(name, folder, environment, command, ProcessBuilder.Redirect.PIPE);
    }

    private static Program start(
            String name,
            Path folder,
            Map<String, String> environment,
            List<String> command,
            ProcessBuilder.Redirect input) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(input);
        builder.environment().putAll(environment);
        try {
            return new Program(name, builder.start(), folder.resolve(name + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    /** Gives a line to a program that was started {@linkplain #startListening listening}. */
    public void say(String line) {
        try {
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw new AssertionError(name + " does not listen to " + line + told(), e);
        }
    }

    /** Waits until the program has printed a line in which {@code pattern} is found, now or at any time before. */
    public MatchResult awaitLine(String pattern, Duration patience) {
        return awaitLine(0, pattern, patience);
    }

    /** The same, but only lines behind the one that was found by the last call of this method count. */
    public MatchResult awaitNextLine(String pattern, Duration patience) {
        return awaitLine(nextLine, pattern, patience);
    }

    private MatchResult awaitLine(int first, String pattern, Duration patience) {
        Pattern compiled = Pattern.compile(pattern);
        long deadline = System.nanoTime() + patience.toNanos();
        lock.lock();
        try {
            for (int next = first; ; ) {
                for (; next < lines.size(); next++) {
                    Matcher matcher = compiled.matcher(lines.get(next));
                    if (matcher.find()) {
                        nextLine = Math.max(nextLine, next + 1);
                        return matcher.toMatchResult();
                    }
                }
                if (ended) throw new AssertionError(name + " ended before it printed " + pattern + told());
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError(name + " did not print " + pattern + " within " + patience + told());
                }
                changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + name, e);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the program to end by itself and returns its exit code. */
    public int awaitExit(Duration patience) {
        try {
            if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError(name + " did not end within " + patience + told());
            }
            reader.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + name, e);
        }
    }

    public boolean alive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** What the program printed last, for a failure's message. */
    public String told() {
        lock.lock();
        try {
            List<String> last = lines.subList(Math.max(0, lines.size() - TOLD_LINES), lines.size());
            return "\n--- last lines of " + name + "\n" + String.join("\n", last) + "\n---";
        } finally {
            lock.unlock();
        }
    }

    /** Asks the program to end, and ends it by force when it does not. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(POLITE_END.toNanos(), TimeUnit.NANOSECONDS)) process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
            reader.join(POLITE_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Writer writer) {
        try (writer;
                BufferedReader output =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                writer.write(line + "\n");
                writer.flush();
                add(line);
            }
        } catch (IOException e) {
            add("(reading the output ended: " + e.getMessage() + ")");
        } finally {
            lock.lock();
            try {
                ended = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void add(String line) {
        lock.lock();
        try {
            lines.add(line);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
