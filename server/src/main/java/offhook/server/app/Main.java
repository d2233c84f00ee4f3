package offhook.server.app;

import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import offhook.server.config.Configuration;
import offhook.server.config.ConfigurationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. */
@Command(
        name = "offhook",
        description = "Lets a browser pick up any phone.",
        version = "Offhook " + OffhookServer.VERSION,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    /** The configuration cannot be used. */
    static final int BAD_CONFIGURATION = 2;

    /** A port, a name or a file cannot be had. */
    static final int CANNOT_START = 1;

    private final PrintStream out;
    private final PrintStream err;

    Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        LibraryLog.install();
        int code = commandLine(System.out, System.err).execute(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    static CommandLine commandLine(PrintStream out, PrintStream err) {
        return new CommandLine(new Main(out, err)).setUnmatchedOptionsArePositionalParams(false);
    }

    /** Starts the server and waits until it is told to stop. */
    @Command(name = "run", description = "Starts the server.", mixinStandardHelpOptions = true)
    int run(
            @Option(
                            names = {"-c", "--config"},
                            paramLabel = "FILE",
                            defaultValue = "${env:OFFHOOK_CONFIG}",
                            description = "The configuration (YAML). Without one, everything has its default.")
                    @Nullable
                    Path file)
            throws InterruptedException {
        OffhookServer server;
        try {
            server = OffhookServer.start(Configuration.read(file, System.getenv()));
        } catch (ConfigurationException e) {
            e.problems().forEach(problem -> err.println("offhook: " + problem));
            return BAD_CONFIGURATION;
        } catch (StartFailure e) {
            err.println("offhook: " + e.getMessage());
            return CANNOT_START;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.close();
                            stopped.countDown();
                        },
                        "stop"));
        announce(server);
        stopped.await();
        return 0;
    }

    private void announce(OffhookServer server) {
        out.println("Offhook " + OffhookServer.VERSION);
        out.println("  phone page  " + server.pageAddress());
        out.println("  SIP         " + written(server.sipAddress()));
        InetSocketAddress exchange = server.exchangeAddress();
        if (exchange != null) {
            out.println("  exchange    " + written(exchange)
                    + ", with echo, music, menu and these users (login password):");
            server.exchangeUsersForTheConsole()
                    .forEach((login, password) -> out.println("              " + login + " " + password));
        }
        if (server.pageCount() == 0) {
            err.println("offhook: this build holds no pages; only the WebSocket works");
        }
        out.flush();
    }

    private static String written(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
