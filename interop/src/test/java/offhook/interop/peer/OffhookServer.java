package offhook.interop.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Our own server as its users run it: a process of its own with a configuration file, on ports that are free. */
public final class OffhookServer implements AutoCloseable {
    private static final Duration STARTUP = Duration.ofSeconds(60);

    private final Program program;
    private final String pages;
    private final String exchange;

    private OffhookServer(Program program, String pages, String exchange) {
        this.program = program;
        this.pages = pages;
        this.exchange = exchange;
    }

    /**
     * Starts on a loopback address of its own, with its exchange at SIP's usual port: so a client that takes the
     * pages' host for its SIP domain finds the exchange, as it does when the defaults hold. No other program's media
     * ports are in its way there either.
     *
     * @param users of the exchange and their passwords
     * @param limits what differs from the defaults, by the names in the configuration
     */
    public static OffhookServer start(Path folder, Map<String, String> users, Map<String, Integer> limits) {
        return start(folder, users, limits, "");
    }

    /**
     * The same.
     *
     * @param sip further settings of {@code sip}, as YAML within braces has them
     */
    public static OffhookServer start(Path folder, Map<String, String> users, Map<String, Integer> limits, String sip) {
        return start(folder, users, limits, sip, Map.of());
    }

    /** Speaks SIP on all of this machine's addresses, those of IPv6 included. */
    public static OffhookServer startWithIpv6(Path folder) {
        return start(folder, Map.of(), Map.of(), "", Map.of("OFFHOOK_SIP_ADDRESS", "::"));
    }

    private static OffhookServer start(
            Path folder,
            Map<String, String> users,
            Map<String, Integer> limits,
            String sip,
            Map<String, String> environment) {
        String address = Loopback.freeAddress(Kamailio.PORT);
        String config = """
                web: {address: %s, port: 0}
                sip: {address: %s, port: 0%s}
                exchange: {address: %s, port: %d, users: %s}
                limits: %s
                """.formatted(
                        address,
                        address,
                        sip.isEmpty() ? "" : ", " + sip,
                        address,
                        Kamailio.PORT,
                        inline(users),
                        inline(limits));
        return start(folder, address, config, environment);
    }

    /**
     * Starts with its pages at 127.0.0.1, which has other names as well, and with its exchange as above.
     *
     * @param more gives further sections of the configuration, as YAML, for the exchange's address
     */
    static OffhookServer startWith(Path folder, Map<String, String> users, UnaryOperator<String> more) {
        String address = Loopback.freeAddress(Kamailio.PORT);
        String config = """
                web: {address: 127.0.0.1, port: 0}
                sip: {address: %s, port: 0}
                exchange: {address: %s, port: %d, users: %s}
                """.formatted(address, address, Kamailio.PORT, inline(users));
        return start(folder, address, config + more.apply(address), Map.of());
    }

    private static OffhookServer start(Path folder, String address, String config, Map<String, String> environment) {
        Path file = folder.resolve("offhook.yaml");
        try {
            Files.writeString(file, config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Program program = Program.start(
                "offhook",
                folder,
                environment,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "offhook.server.app.Main",
                        "run",
                        "--config",
                        file.toString()));
        String pages = program.awaitLine("phone page +(http://\\S+)", STARTUP).group(1);
        return new OffhookServer(program, pages, address);
    }

    private static String inline(Map<String, ?> values) {
        return values.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\": \"" + entry.getValue() + "\"")
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** The phone page. */
    public String page() {
        return pages;
    }

    /** Where clients of the wire protocol connect. */
    public String socket() {
        return pages.replaceFirst("^http", "ws");
    }

    /** The embedded exchange's address, which is its SIP domain as well. */
    public String exchange() {
        return exchange;
    }

    /** What the server printed last, for a failure's message. */
    public String told() {
        return program.told();
    }

    @Override
    public void close() {
        program.close();
    }
}
