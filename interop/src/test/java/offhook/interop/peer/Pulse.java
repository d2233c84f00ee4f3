package offhook.interop.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A PulseAudio of our own whose only sound card swallows everything: Firefox hangs without a sound card. */
public final class Pulse implements AutoCloseable {
    private static final Duration STARTUP = Duration.ofSeconds(10);

    private final Path socket;
    private final Program program;
    private final Path run;

    private Pulse(Path socket, Path run, Program program) {
        this.socket = socket;
        this.run = run;
        this.program = program;
    }

    public static Pulse start(Path folder) {
        try {
            // Not below the test's folder: a socket's path may have 107 bytes only.
            Path run = Files.createTempDirectory(
                    "pulse", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path socket = run.resolve("socket");
            Program program = Program.start(
                    "pulseaudio",
                    folder,
                    Map.of("HOME", run.toString(), "XDG_RUNTIME_DIR", run.toString()),
                    List.of(
                            "pulseaudio",
                            "-n",
                            "--daemonize=no",
                            "--disallow-exit",
                            "--exit-idle-time=-1",
                            "--use-pid-file=no",
                            "--disable-shm=yes",
                            "--log-level=info",
                            "-L",
                            "module-null-sink sink_name=nothing rate=48000",
                            "-L",
                            "module-native-protocol-unix auth-anonymous=1 socket=" + socket));
            program.awaitLine("Daemon startup complete", STARTUP);
            return new Pulse(socket, run, program);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a program must find in its environment to use this sound card. */
    public Map<String, String> environment() {
        return Map.of("PULSE_SERVER", "unix:" + socket, "XDG_RUNTIME_DIR", run.toString());
    }

    @Override
    public void close() {
        program.close();
        Folders.delete(run);
    }
}
