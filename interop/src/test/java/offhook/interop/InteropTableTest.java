package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Makes the table in {@code docs/interop.md} out of what the run of all tests has seen. The text around it is written by
 * hand; the peers' versions are those of the run that was copied, and are not compared.
 */
@Tag("real")
@Order(Integer.MAX_VALUE)
final class InteropTableTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "interop.md");
    private static final Path MADE = Path.of("target", "interop", "interop.md");
    private static final String BEGIN = "<!-- The test run makes what follows. -->\n";
    private static final String END = "<!-- Here it ends. -->\n";
    private static final String VERSIONS = "Tried with ";

    @Test
    void theTableIsWhatThisRunHasSeen(Tries.Seen seen) throws IOException {
        assumeTrue(seen.isWhole(), "only a part of the tests was asked for");
        String document = Files.readString(DOCUMENT);
        int begin = document.indexOf(BEGIN) + BEGIN.length();
        int end = document.indexOf(END);
        String made = document.substring(0, begin) + table(seen.rows()) + document.substring(end);
        Files.createDirectories(MADE.getParent());
        Files.writeString(MADE, made);
        // What fails is in the table that was made, and fails the run by itself unless a second try goes well.
        assertEquals(
                withoutVersions(made.replace(Tries.FAILS, Tries.WORKS)),
                withoutVersions(document),
                () -> "docs/interop.md is not what this run has seen; copy interop/" + MADE + " there");
    }

    private static String table(List<String> rows) {
        String versions = Arrays.stream(Peer.values())
                .map(peer -> peer.title() + " " + peer.version())
                .collect(Collectors.joining(", "));
        return Stream.concat(
                        Stream.of("", VERSIONS + versions + ".", "", "| with | what | how it went |", "|---|---|---|"),
                        rows.stream())
                .collect(Collectors.joining("\n", "", "\n\n"));
    }

    private static String withoutVersions(String document) {
        return document.lines().filter(line -> !line.startsWith(VERSIONS)).collect(Collectors.joining("\n"));
    }
}
