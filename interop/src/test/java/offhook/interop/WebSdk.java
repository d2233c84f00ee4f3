package offhook.interop;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpHandlers;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import offhook.interop.peer.Lab;
import offhook.interop.peer.OffhookServer;

/**
 * The unmodified WCS SDK, its tests and its demo pages, served from where npm put them, on the address of one of our
 * servers: a page takes the host that it came from for that of the gateway.
 */
final class WebSdk {
    private static final Path MODULES = Path.of("node_modules").toAbsolutePath();

    private final HttpServer server;
    private final URI gateway;

    private WebSdk(HttpServer server, URI gateway) {
        this.server = server;
        this.gateway = gateway;
    }

    static WebSdk serve(Lab lab, OffhookServer offhook) {
        if (!Files.isDirectory(MODULES.resolve("@flashphoner/websdk"))) {
            throw new AssertionError("run `npm ci` in the folder interop first");
        }
        try {
            URI gateway = URI.create(offhook.socket());
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(gateway.getHost()), 0), 0);
            folder(server, "/websdk/", "@flashphoner/websdk");
            folder(server, "/mocha/", "mocha");
            folder(server, "/chai/", "chai");
            server.createContext(
                    "/sip-test.html", HttpHandlers.of(200, Headers.of("Content-Type", "text/html"), testPage()));
            server.start();
            lab.keep(() -> server.stop(0));
            return new WebSdk(server, gateway);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens the page that runs the SDK's own SIP test. */
    void openSipTest(Page page) {
        page.navigate(
                origin() + "/sip-test.html?server=" + URLEncoder.encode(gateway.toString(), StandardCharsets.UTF_8));
    }

    /** Opens one of the SDK's SIP demos, for example {@code phone/phone.html}. */
    void openDemo(Page page, String file) {
        // Where the SDK's own configuration file says which port the gateway has.
        page.addInitScript("globalThis.SERVER_PORTS = { ws: " + gateway.getPort() + " };");
        page.navigate(origin() + "/websdk/examples/demo/sip/" + file);
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
