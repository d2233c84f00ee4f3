package offhook.media.sdp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The descriptions among the test resources. */
final class SdpFiles {
    private static final Path ROOT = root();

    private SdpFiles() {}

    /** The {@code .sdp} files of some folders, without the {@code .printed.sdp} ones, by name. */
    static List<Path> in(String... folders) {
        return Stream.of(folders)
                .flatMap(folder -> list(ROOT.resolve(folder)).stream())
                .filter(file -> file.toString().endsWith(".sdp"))
                .filter(file -> !file.toString().endsWith(".printed.sdp"))
                .sorted()
                .toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static String read(String name) {
        return read(ROOT.resolve(name));
    }

    /** The file of the same name with another ending in place of {@code .sdp}. */
    static String beside(Path file, String ending) {
        String name = file.getFileName().toString().replace(".sdp", ending);
        return read(file.resolveSibling(name));
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Path root() {
        try {
            return Path.of(SdpFiles.class.getResource("/sdp").toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
