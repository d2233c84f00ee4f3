package offhook.server.signalling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole sessions as readable texts, exact to the byte of JSON: what the browser and the loop say, and under each line what
 * the session answers to either. {@link SessionScript} tells how a text reads.
 */
class SignallingDialogueTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "signalling");

    static List<Path> dialogues() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dialogues")
    void goesAsWritten(Path file) throws IOException {
        String written = Files.readString(file);
        assertTrue(written.startsWith("# "), "a dialogue begins with what it is about");
        assertEquals(written, new SessionScript().play(written));
    }
}
