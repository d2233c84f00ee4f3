package offhook.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/** What browsers are told about our pages, so that nothing of others gets into them. */
final class PageGuard {
    /** Nothing but our own files, no inline script, no frame around us from elsewhere. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' data:; media-src 'self' blob:; font-src 'self'; connect-src 'self';"
            + " manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    /** What pages of any origin may import; everything else is for our own pages. */
    private static final List<String> IMPORTABLE = List.of("/sdk/", "/button/", "/click/", "/texts/");

    /**
     * The small window that others open. Cut off from its opener it would count as closed there at once, and a window that
     * no script has opened may not close itself (HTML, "script-closable").
     */
    private static final List<String> OPENED_BY_OTHERS = List.of("/makecall.htm", "/makecall/");

    private PageGuard() {}

    static void guard(ServerResponse response, String path) {
        response.header(HeaderNames.create("Content-Security-Policy"), CONTENT_SECURITY_POLICY);
        response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
        response.header(HeaderNames.create("Referrer-Policy"), "no-referrer");
        response.header(HeaderNames.create("Permissions-Policy"), "microphone=(self), camera=(self), geolocation=()");
        response.header(
                HeaderNames.create("Cross-Origin-Opener-Policy"),
                OPENED_BY_OTHERS.contains(path) ? "unsafe-none" : "same-origin");
        if (IMPORTABLE.stream().anyMatch(path::startsWith)) {
            // A script of type module is fetched by CORS rules even where nothing but its running is wanted.
            response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
            response.header(HeaderNames.create("Cross-Origin-Resource-Policy"), "cross-origin");
        }
    }
}
