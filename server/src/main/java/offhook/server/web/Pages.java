package offhook.server.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All files of the pages, read once at the start from the folder {@code web} of the class path. What is not there then
 * cannot be asked for, so no path needs to be checked.
 */
final class Pages {
    private static final String FOLDER = "web";
    private static final String INDEX = "index.html";

    /** Addresses that people keep, print and link to. */
    private static final Map<String, String> NAMED = Map.of(
            "/", "/phone/",
            "/makecall.htm", "/makecall/",
            "/help/microphone", "/help/microphone.html",
            "/help/microphone-blocked", "/help/microphone-blocked.html",
            "/test/microphone", "/help/microphone-test.html");

    private final Map<String, Page> byPath = new HashMap<>();
    private final Map<String, Page> sources = new HashMap<>();

    private Pages() {}

    static Pages load(ClassLoader from) {
        URL folder = from.getResource(FOLDER);
        Pages pages = new Pages();
        if (folder == null) {
            return pages;
        }
        try {
            URI uri = folder.toURI();
            if (uri.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    pages.read(jar.getPath("/" + FOLDER));
                }
            } else {
                pages.read(Path.of(uri));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return pages;
    }

    private void read(Path root) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String path = "/" + root.relativize(file).toString().replace('\\', '/');
            try (InputStream in = Files.newInputStream(file)) {
                put(path, in.readAllBytes());
            }
        }
    }

    private void put(String path, byte[] bytes) {
        if (path.endsWith(".js")) {
            String source = new String(bytes, StandardCharsets.UTF_8);
            byPath.put(path, new Page(path, Script.compact(source).getBytes(StandardCharsets.UTF_8)));
            sources.put(path, new Page(path, bytes));
        } else {
            byPath.put(path, new Page(path, bytes));
        }
    }

    /** A script as it was written; null for anything else. */
    @Nullable
    Page source(String path) {
        return sources.get(path);
    }

    /** The file at a path; a folder's is its {@code index.html}, and some pages have a shorter name. */
    @Nullable
    Page at(String path) {
        String wanted = NAMED.getOrDefault(path, path);
        Page page = byPath.get(wanted.endsWith("/") ? wanted + INDEX : wanted);
        return page != null ? page : byPath.get(wanted + "/" + INDEX);
    }

    /** Files in all. */
    int count() {
        return byPath.size();
    }
}
