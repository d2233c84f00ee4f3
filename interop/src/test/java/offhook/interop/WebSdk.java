package offhook.interop;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpHandlers;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import offhook.interop.peer.Lab;
import offhook.interop.peer.Loopback;

/** The unmodified WCS SDK, its tests and its demo pages, served from where npm put them. */
final class WebSdk {
    private static final Path MODULES = Path.of("node_modules").toAbsolutePath();

    private final HttpServer server;

    private WebSdk(HttpServer server) {
        this.server = server;
    }

    static WebSdk serve(Lab lab) {
        if (!Files.isDirectory(MODULES.resolve("@flashphoner/websdk"))) {
            throw new AssertionError("run `npm ci` in the folder interop first");
        }
        try {
            HttpServer server = HttpServer.create(Loopback.socket(0), 0);
            folder(server, "/websdk/", "@flashphoner/websdk");
            folder(server, "/mocha/", "mocha");
            folder(server, "/chai/", "chai");
            server.createContext(
                    "/sip-test.html", HttpHandlers.of(200, Headers.of("Content-Type", "text/html"), testPage()));
            server.start();
            lab.keep(() -> server.stop(0));
            return new WebSdk(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The page that runs the SDK's own SIP test against the server at {@code socket}. */
    String sipTest(String socket) {
        return origin() + "/sip-test.html?server=" + URLEncoder.encode(socket, StandardCharsets.UTF_8);
    }

    /** One of the SDK's SIP demos, for example {@code phone}. */
    String demo(String name) {
        return origin() + "/websdk/examples/demo/sip/" + name + "/" + name + ".html";
    }

    private String origin() {
        InetSocketAddress address = server.getAddress();
        return "http://" + address.getHostString() + ":" + address.getPort();
    }

    private static void folder(HttpServer server, String path, String module) {
        server.createContext(path, SimpleFileServer.createFileHandler(MODULES.resolve(module)));
    }

    private static String testPage() throws IOException {
        try (InputStream in = WebSdk.class.getResourceAsStream("sip-test.html")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
