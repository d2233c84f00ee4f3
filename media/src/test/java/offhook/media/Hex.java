package offhook.media;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Packets written as hexadecimal text, in resource files too: white space and lines that begin with # do not count. */
public final class Hex {
    private Hex() {}

    public static byte[] bytes(String text) {
        String digits = text.lines()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.joining())
                .replaceAll("\\s", "");
        return HexFormat.of().parseHex(digits);
    }

    public static byte[] read(Path file) {
        try {
            return bytes(Files.readString(file, UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files of a resource folder with this ending, in order. There must be one. */
    public static List<Path> files(String folder, String ending) {
        try (Stream<Path> files =
                Files.list(Path.of(Hex.class.getResource(folder).toURI()))) {
            List<Path> found = files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalStateException("No " + ending + " in " + folder);
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
