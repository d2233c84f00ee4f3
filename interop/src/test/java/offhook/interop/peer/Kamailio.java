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

/**
 * Kamailio on a loopback address of its own at SIP's usual ports: as registrar and proxy with digest users, over UDP, TCP
 * and TLS, or as an edge proxy in front of such a one.
 */
public final class Kamailio implements AutoCloseable {
    public static final int PORT = 5060;
    public static final int TLS_PORT = 5061;
    private static final Duration STARTUP = Duration.ofSeconds(60);
    private static final Duration STEP = Duration.ofSeconds(15);

    private final String address;
    private final ServerCertificate certificate;
    private final Path config;
    private Program program;

    private Kamailio(String address, ServerCertificate certificate, Path config) {
        this.address = address;
        this.certificate = certificate;
        this.config = config;
        this.program = run(config);
    }

    /** Starts with the given users (name to password). */
    public static Kamailio start(Path folder, Map<String, String> users) {
        return start(folder, users, "");
    }

    /** The same, also for users of {@code domain}, a name; nothing but a name server of the test knows it. */
    public static Kamailio start(Path folder, Map<String, String> users, String domain) {
        StringBuilder table = new StringBuilder();
        new TreeMap<>(users)
                .forEach((user, password) -> table.append("  $sht(users=>")
                        .append(user)
                        .append(") = \"")
                        .append(password)
                        .append("\";\n"));
        String alias = domain.isEmpty() ? "" : "alias=" + domain + ":" + PORT;
        return start(folder, "kamailio.cfg", Map.of("@USERS@", table.toString(), "@ALIAS@", alias));
    }

    /**
     * An edge proxy that all requests to and from {@code registrar}'s users have to pass: it adds itself as Path (RFC
     * 3327), and the registrar names it as Service-Route (RFC 3608). It says in a line of its own what it relays.
     */
    public static Kamailio edge(Path folder, Kamailio registrar) {
        return start(folder, "kamailio-edge.cfg", Map.of("@REGISTRAR@", registrar.address));
    }

    private static Kamailio start(Path folder, String config, Map<String, String> words) {
        String address = Loopback.freeAddress(PORT);
        ServerCertificate certificate = ServerCertificate.make(folder, address);
        String text = template(config)
                .replace("@ADDRESS@", address)
                .replace("@MODULES@", modules().toString())
                .replace("@CERTIFICATE@", certificate.certificate().toString())
                .replace("@KEY@", certificate.privateKey().toString());
        for (Map.Entry<String, String> word : words.entrySet()) text = text.replace(word.getKey(), word.getValue());
        Path file = folder.resolve(config);
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Kamailio(address, certificate, file);
    }

    private static Program run(Path config) {
        String folder = config.getParent().toString();
        Program program = Program.start(
                "kamailio",
                config.getParent(),
                Map.of(),
                List.of("kamailio", "-DD", "-E", "-f", config.toString(), "-Y", folder, "-w", folder));
        program.awaitLine("ready to serve", STARTUP);
        return program;
    }

    /** Goes away and comes back, and has forgotten who was registered and who was connected. */
    public void restart() {
        program.close();
        program = run(config);
    }

    /** Address and SIP domain in one; the ports are SIP's usual ones. */
    public String domain() {
        return address;
    }

    /** The account of one of {@link RealPeers#USERS}. */
    public Baresip.Account account(String user) {
        return Baresip.Account.at(domain(), user, RealPeers.USERS.get(user));
    }

    public String uri(String user) {
        return "sip:" + user + "@" + address;
    }

    /** The PEM file that a client trusts it by. */
    public Path trust() {
        return certificate.certificate();
    }

    /** Waits until it has said that it served this method, such as {@code INVITE}, over this transport. */
    public void awaitServed(String method, String transport) {
        program.awaitNextLine("served " + method + " over " + transport, STEP);
    }

    @Override
    public void close() {
        program.close();
    }

    private static String template(String name) {
        try (InputStream in = Kamailio.class.getResourceAsStream(name)) {
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
