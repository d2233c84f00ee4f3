package offhook.sip.message;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The messages of RFC 4475, byte by byte, each with the verdict that is expected of us. */
record Torture(String name, Map<String, String> verdict) {
    static List<Torture> all() {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".dat"))
                    .map(file -> file.substring(0, file.length() - 4))
                    .sorted()
                    .map(name -> new Torture(name, verdict(name)))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(folder().resolve(name + ".dat"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(Torture.class.getResource("/torture"))
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Map<String, String> verdict(String name) {
        try {
            Map<String, String> lines = new LinkedHashMap<>();
            for (String line : Files.readAllLines(folder().resolve(name + ".verdict"))) {
                int equals = line.indexOf(" = ");
                lines.put(line.substring(0, equals), line.substring(equals + 3).translateEscapes());
            }
            return lines;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    byte[] bytes() {
        return bytes(name);
    }

    boolean isValid() {
        return "valid".equals(verdict.get("verdict"));
    }

    @Override
    public String toString() {
        return name;
    }
}
