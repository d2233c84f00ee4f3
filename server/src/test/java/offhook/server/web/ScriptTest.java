package offhook.server.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScriptTest {
    private static final Path WEB = Path.of("..", "web");

    /** The same files are what {@code web/test/compact.test.js} tries; it proves that programs stay the same. */
    @Test
    void aScriptIsCompactedAsTheTestsOfThePagesDo() throws IOException {
        Path folder = WEB.resolve("test/compact");
        assertEquals(
                Files.readString(folder.resolve("compact.txt")),
                Script.compact(Files.readString(folder.resolve("source.txt"))));
    }

    @Test
    void everyLineThatStaysIsTheEndOfALineThatWas() throws IOException {
        try (Stream<Path> files = Files.walk(WEB.resolve("sdk"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".js")).toList()) {
                List<String> lines = Files.readAllLines(file);
                int at = 0;
                for (String kept :
                        Script.compact(Files.readString(file)).lines().toList()) {
                    while (!lines.get(at).endsWith(kept)) {
                        at++;
                    }
                    at++;
                }
                assertTrue(at <= lines.size(), file::toString);
            }
        }
    }
}
