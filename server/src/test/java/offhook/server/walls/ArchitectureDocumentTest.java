package offhook.server.walls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md speaks of things that exist: classes, methods, folders, files. */
class ArchitectureDocumentTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern QUOTED = Pattern.compile("`([^`\n]+)`");
    private static final Pattern CLASS = Pattern.compile("([A-Z][a-z]\\w+)(?:\\.(\\w+))?");
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|interface|enum|record)\\s+([A-Z]\\w+)");
    private static final Pattern LINKED = Pattern.compile("\\bdocs/[\\w./-]*\\w");

    @Test
    void everyClassAndMethodNamedThereExists() throws IOException {
        Map<String, String> sources = sourcesByClass();
        List<String> missing = new ArrayList<>();
        int looked = 0;
        Matcher quoted = QUOTED.matcher(document());
        while (quoted.find()) {
            Matcher named = CLASS.matcher(quoted.group(1));
            if (!named.matches()) {
                continue;
            }
            looked++;
            String source = sources.get(named.group(1));
            String method = named.group(2);
            if (!isOfTheLanguage(named.group(1)) && !(source != null && declares(source, method))) {
                missing.add(quoted.group(1));
            }
        }
        assertTrue(looked > 20, "only " + looked + " names were found in the document");
        assertEquals(List.of(), missing);
    }

    @Test
    void everyRoomNamedThereExistsAndEveryRoomIsNamed() throws IOException {
        String document = document();
        List<String> named = new ArrayList<>();
        Matcher rooms = Pattern.compile("^\\| `(\\w+)/` \\|", Pattern.MULTILINE).matcher(document);
        while (rooms.find()) {
            named.add(rooms.group(1));
            assertTrue(Files.isDirectory(ROOT.resolve(rooms.group(1))), rooms.group(1));
        }
        for (String module : modules()) {
            assertTrue(named.contains(module), "ARCHITECTURE.md does not name " + module);
        }
    }

    @Test
    void everyDocumentReferredToExists() throws IOException {
        Matcher linked = LINKED.matcher(document());
        while (linked.find()) {
            Path path = ROOT.resolve(linked.group());
            Path name = path.getFileName();
            assertTrue(Files.exists(path) || startsAFile(path.getParent(), name.toString()), linked.group());
        }
    }

    private static boolean declares(String source, @Nullable String member) {
        return member == null
                || Pattern.compile("\\b" + member + "\\(|(class|interface|record|enum) " + member + "\\b")
                        .matcher(source)
                        .find();
    }

    private static boolean isOfTheLanguage(String name) {
        try {
            return Class.forName("java.lang." + name) != null;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static String document() throws IOException {
        return Files.readString(ROOT.resolve("ARCHITECTURE.md"));
    }

    private static boolean startsAFile(Path folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith(prefix));
        }
    }

    private static List<String> modules() throws IOException {
        Matcher module = Pattern.compile("<module>(\\w+)</module>").matcher(Files.readString(ROOT.resolve("pom.xml")));
        return module.results().map(found -> found.group(1)).toList();
    }

    private static Map<String, String> sourcesByClass() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String module : modules()) {
            Path folder = ROOT.resolve(module).resolve("src");
            if (!Files.exists(folder)) {
                continue; // a module that is still empty
            }
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String source = Files.readString(file);
                    Matcher declared = DECLARED.matcher(source);
                    while (declared.find()) {
                        sources.putIfAbsent(declared.group(1), source);
                    }
                }
            }
        }
        return sources;
    }
}
