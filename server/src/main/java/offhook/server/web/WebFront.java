package offhook.server.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsRouting;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import offhook.server.click.CallDesk;
import offhook.server.metrics.Metrics;
import offhook.server.signalling.Sessions;
import offhook.server.tls.PemFiles;
import org.jspecify.annotations.Nullable;

/** The one HTTP port: pages, WebSocket, health and metrics. */
public final class WebFront implements AutoCloseable {
    /** What Helidon tells of its comings and goings is nothing to an operator; a port in use is told by us. */
    private static final List<Logger> HELIDON =
            List.of(Logger.getLogger("io.helidon"), Logger.getLogger("io.helidon.webserver.LoomServer"));

    /** The query that gets a script as it was written. */
    private static final String SOURCE = "source";

    /** How long a connection may carry nothing, where browsers are not given longer. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private static final Duration IDLE_CHECK = Duration.ofSeconds(10);

    /** How long a WebSocket may be open without a {@code connection} message. */
    private static final Duration UNANNOUNCED = Duration.ofSeconds(20);

    private final Pages pages;
    private final Metrics metrics;
    private final BooleanSupplier healthy;
    private final Supplier<@Nullable DemoExchange> exchange;
    private final WebServer server;
    private final boolean secure;

    /**
     * Opens the port.
     *
     * @param healthy whether the server takes calls
     * @param exchange the embedded exchange and its users, shown to visitors on this machine only; null for none
     * @param desk asked for call tokens and tickets
     * @param accounts of people who log in at the call window
     * @throws UncheckedIOException with a {@link BindException} as its cause when the port cannot be had
     * @throws IllegalArgumentException with a sentence for the operator when the TLS files cannot be used
     */
    public WebFront(
            WebSettings settings,
            Sessions sessions,
            Metrics metrics,
            BooleanSupplier healthy,
            Supplier<@Nullable DemoExchange> exchange,
            CallDesk desk,
            LoginAccounts accounts) {
        HELIDON.getFirst().setLevel(Level.WARNING);
        HELIDON.getLast().setLevel(Level.OFF);
        this.metrics = metrics;
        this.healthy = healthy;
        this.exchange = exchange;
        TrustedProxies proxies = new TrustedProxies(settings.trustedProxies());
        pages = Pages.load(WebFront.class.getClassLoader());
        secure = settings.certificate() != null && settings.privateKey() != null;
        Visitors visitors = request -> Visitor.of(request, secure, proxies);
        WebServerConfig.Builder builder = WebServer.builder()
                .shutdownHook(false)
                .host(settings.address())
                .port(settings.port())
                .maxTcpConnections(settings.connections())
                .idleConnectionTimeout(longer(IDLE, sessions.patience()))
                .idleConnectionPeriod(IDLE_CHECK)
                .maxPayloadSize(settings.messageBytes())
                // Else the second of two messages waits for the browser's acknowledgement of the first, 40 ms late.
                .connectionOptions(options -> options.tcpNoDelay(true))
                .addProtocol(WsConfig.builder()
                        .maxFrameLength(settings.messageBytes())
                        .build())
                .addRouting(HttpRouting.builder()
                        .get("/health", this::health)
                        .get("/metrics", this::metrics)
                        .get("/exchange/accounts.json", this::accounts)
                        .register("/api", new CallTokenRoutes(desk, visitors, metrics))
                        .register("/makecall", new MakecallRoutes(desk, accounts, settings.remembered(), visitors))
                        .get(this::page)
                        .head(this::page))
                .addRouting(WsRouting.builder()
                        .endpoint("/", () -> new BrowserLink(sessions, settings.messageBytes(), UNANNOUNCED, proxies)));
        if (settings.certificate() != null && settings.privateKey() != null) {
            builder.tls(Tls.builder()
                    .sslContext(PemFiles.context("web", settings.certificate(), settings.privateKey()))
                    .build());
        }
        server = builder.build().start();
        if (!server.isRunning()) {
            // Helidon tells only its log when it cannot listen
            throw new UncheckedIOException(
                    new BindException(settings.address() + ":" + settings.port() + " cannot be listened on"));
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** Whether pages are served by https. */
    public boolean isSecure() {
        return secure;
    }

    /** How many files the pages have: 0 means that the program was put together without them. */
    public int pageCount() {
        return pages.count();
    }

    @Override
    public void close() {
        server.stop();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void page(ServerRequest request, ServerResponse response) {
        String path = request.path().path();
        Page page = request.query().rawValue().equals(SOURCE) ? pages.source(path) : pages.at(path);
        PageGuard.guard(response, path);
        if (page == null) {
            response.status(Status.NOT_FOUND_404)
                    .header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .send("There is nothing at this address.\n".getBytes(StandardCharsets.UTF_8));
            return;
        }
        response.header(HeaderNames.ETAG, page.etag());
        response.header(HeaderNames.CACHE_CONTROL, "no-cache"); // ask each time; the answer is mostly "not modified"
        response.header(HeaderNames.VARY, "Accept-Encoding");
        if (header(request, "If-None-Match").contains(page.etag())) {
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, page.contentType());
        boolean gzip =
                page.isCompressible() && header(request, "Accept-Encoding").contains("gzip");
        if (gzip) {
            response.header(HeaderNames.CONTENT_ENCODING, "gzip");
        }
        byte[] body = gzip ? page.gzipped() : page.bytes();
        if (request.prologue().method().equals(Method.HEAD)) {
            // Helidon would send the body, and the client take it for the next response (RFC 9110 section 9.3.2).
            response.contentLength(body.length);
            response.send();
            return;
        }
        response.send(body);
    }

    private void health(ServerRequest request, ServerResponse response) {
        boolean up = healthy.getAsBoolean();
        response.status(up ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503);
        Json.send(response, Json.object().put("status", up ? "UP" : "DOWN"));
    }

    private void metrics(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
        response.send(metrics.text().getBytes(StandardCharsets.UTF_8));
    }

    private void accounts(ServerRequest request, ServerResponse response) {
        boolean forwarded = !header(request, "X-Forwarded-For").isEmpty()
                || !header(request, "Forwarded").isEmpty()
                || !header(request, "Via").isEmpty();
        DemoExchange known = exchange.get();
        if (known == null || !Loopback.isVisitor(request.remotePeer().address(), header(request, "Host"), forwarded)) {
            response.status(Status.NOT_FOUND_404);
            Json.send(response, Json.object());
            return;
        }
        ObjectNode body = Json.object();
        body.put("domain", known.domain());
        body.put("port", known.port());
        ArrayNode accounts = body.putArray("accounts");
        known.accounts()
                .forEach(account ->
                        accounts.addObject().put("login", account.login()).put("password", account.password()));
        known.extensions().forEach(body.putArray("extensions")::add);
        Json.send(response, body);
    }

    private static String header(ServerRequest request, String name) {
        return request.headers().first(HeaderNames.create(name)).orElse("");
    }
}
