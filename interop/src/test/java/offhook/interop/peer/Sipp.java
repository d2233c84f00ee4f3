package offhook.interop.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** SIPp playing one of our scenarios (resources {@code sipp-*.xml}), as caller or as called. */
public final class Sipp implements AutoCloseable {
    private final Program program;
    private final int port;

    private Sipp(Program program, int port) {
        this.program = program;
        this.port = port;
    }

    /** Waits for calls and plays {@code scenario} with each. */
    public static Sipp called(Path folder, String scenario, String... more) {
        return start(folder, scenario, List.of(), List.of(more));
    }

    /** Places {@code calls} calls to {@code user} at {@code host:port} and then ends. */
    public static Sipp caller(Path folder, String scenario, String user, String target, int calls, String... more) {
        List<String> options = new ArrayList<>(List.of("-s", user, "-m", Integer.toString(calls), "-r", "10"));
        options.addAll(List.of(more));
        return start(folder, scenario, List.of(target), options);
    }

    /** Where this one can be called. */
    public String uri() {
        return "sip:sipp@127.0.0.1:" + port;
    }

    /** Waits until all calls were played to their end as the scenario wants it. */
    public void awaitSuccess(Duration patience) {
        int code = program.awaitExit(patience);
        if (code != 0) throw new AssertionError("SIPp's exit code is " + code + program.told());
    }

    @Override
    public void close() {
        program.close();
    }

    private static Sipp start(Path folder, String scenario, List<String> target, List<String> options) {
        int port = Loopback.freePort();
        Path file = folder.resolve("sipp-" + scenario + ".xml");
        try (InputStream in = Sipp.class.getResourceAsStream(file.getFileName().toString())) {
            Files.write(file, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(List.of("sipp"));
        command.addAll(target);
        command.addAll(List.of(
                "-sf",
                file.toString(),
                "-i",
                "127.0.0.1",
                "-mi",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-nostdin"));
        command.addAll(List.of("-mp", Integer.toString(Loopback.freePort()), "-trace_err", "-timeout", "60s"));
        command.addAll(options);
        Program program = Program.start("sipp-" + scenario, folder, Map.of("TERM", "dumb"), command);
        return new Sipp(program, port);
    }
}
