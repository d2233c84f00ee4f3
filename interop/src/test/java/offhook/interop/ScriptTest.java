package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import offhook.interop.peer.Lab;
import offhook.interop.peer.Program;
import offhook.interop.peer.RealPeers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The script at the root, where it does not build: what it says to somebody who is lost. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class ScriptTest {
    private static final Path SCRIPT = Path.of("..", "offhook").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Lab lab;

    ScriptTest(Lab lab) {
        this.lab = lab;
    }

    @Test
    void withoutACommandItListsThem() {
        Program script = run(SCRIPT);
        assertEquals(0, script.awaitExit(PATIENCE));
        for (String command : List.of("run", "test", "test fast", "format", "sim SEED", "bench relay")) {
            script.awaitLine("^ +" + command + " ", PATIENCE);
        }
    }

    @Test
    void itWorksThroughALinkInAnotherFolder() throws IOException {
        Path link = Files.createSymbolicLink(lab.folder().resolve("link"), SCRIPT);
        assertEquals(0, run(link, "help").awaitExit(PATIENCE));
    }

    @Test
    void anUnknownCommandIsNamed() {
        Program script = run(SCRIPT, "dance");
        assertEquals(1, script.awaitExit(PATIENCE));
        assertTrue(script.told().contains("there is no command called dance"), script::told);
    }

    @Test
    void withoutAJdkThatWillDoItSaysWhatItFoundAndWhatToInstall() throws IOException {
        Path demanding = lab.folder().resolve("offhook");
        Files.writeString(demanding, Files.readString(SCRIPT).replace("wanted_jdk=25", "wanted_jdk=99"));
        Files.setPosixFilePermissions(demanding, PosixFilePermissions.fromString("rwx------"));
        Program script = run(demanding, "format");
        assertEquals(1, script.awaitExit(PATIENCE));
        assertTrue(script.told().contains("needs a JDK 99 or newer and found: /"), script::told);
        assertTrue(script.told().contains("Install one"), script::told);
    }

    private Program run(Path script, String... arguments) {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        return lab.keep(Program.start("script", lab.folder(), Map.of(), command));
    }
}
