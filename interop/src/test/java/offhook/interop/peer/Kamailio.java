package offhook.interop.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Kamailio as registrar and proxy with digest users, on a loopback address of its own at SIP's usual port. */
public final class Kamailio implements AutoCloseable {
    public static final int PORT = 5060;
    private static final Duration STARTUP = Duration.ofSeconds(15);

    private final String address;
    private final Program program;

    private Kamailio(String address, Program program) {
        this.address = address;
        this.program = program;
    }

    /** Starts with the given users (name to password). */
    public static Kamailio start(Path folder, Map<String, String> users) {
        String address = Loopback.freeAddress(PORT);
        StringBuilder table = new StringBuilder();
        new TreeMap<>(users)
                .forEach((user, password) -> table.append("  $sht(users=>")
                        .append(user)
                        .append(") = \"")
                        .append(password)
                        .append("\";\n"));
        String config = template()
                .replace("@ADDRESS@", address)
                .replace("@MODULES@", modules().toString())
                .replace("@USERS@", table);
        Path file = folder.resolve("kamailio.cfg");
        try {
            Files.writeString(file, config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Program program = Program.start(
                "kamailio",
                folder,
                Map.of(),
                List.of(
                        "kamailio",
                        "-DD",
                        "-E",
                        "-f",
                        file.toString(),
                        "-Y",
                        folder.toString(),
                        "-w",
                        folder.toString()));
        program.awaitLine("ready to serve", STARTUP);
        return new Kamailio(address, program);
    }

    /** Address and SIP domain in one; the port is SIP's usual one. */
    public String domain() {
        return address;
    }

    public String uri(String user) {
        return "sip:" + user + "@" + address;
    }

    @Override
    public void close() {
        program.close();
    }

    private static String template() {
        try (InputStream in = Kamailio.class.getResourceAsStream("kamailio.cfg")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path modules() {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-gnu*")) {
            for (Path folder : found) {
                Path modules = folder.resolve("kamailio/modules");
                if (Files.isDirectory(modules)) return modules;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("Kamailio's modules are not installed");
    }
}
