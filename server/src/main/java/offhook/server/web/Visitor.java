package offhook.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.SocketAddress;

/**
 * Who asks, as far as a request tells.
 *
 * @param address of the browser or the backend, without a port
 * @param origin of the page (RFC 6454 section 7), empty when nobody says
 * @param ownPage whether that is a page of ours. No page of others can say so, though a program can
 */
record Visitor(String address, String origin, boolean ownPage) {
    /** @param secure whether we are served by https ourselves */
    static Visitor of(ServerRequest request, boolean secure, TrustedProxies proxies) {
        SocketAddress peer = request.remotePeer().address();
        String host = header(request, "Host");
        String origin = header(request, "Origin");
        boolean ownPage = isOwn(origin, host, header(request, "Sec-Fetch-Site"));
        if (origin.isEmpty() && ownPage) {
            // a GET of our own page says no Origin
            boolean https = secure
                    || (proxies.trust(peer)
                            && header(request, "X-Forwarded-Proto").equals("https"));
            origin = (https ? "https://" : "http://") + host;
        }
        return new Visitor(
                proxies.client(peer, request.headers().values(HeaderNames.X_FORWARDED_FOR)), origin, ownPage);
    }

    /**
     * Browsers tell {@code Sec-Fetch-Site} to secure servers only, and say where a POST comes from to all. The scheme is not
     * compared: behind a proxy it is not ours.
     */
    static boolean isOwn(String origin, String host, String fetchSite) {
        if (!fetchSite.isEmpty()) {
            return fetchSite.equals("same-origin");
        }
        int authority = origin.indexOf("://");
        return authority > 0
                && !host.isEmpty()
                && origin.substring(authority + 3).equalsIgnoreCase(host);
    }

    /** Whether the browser sees us by https, be it ours or a proxy's. */
    boolean isSecure() {
        return ownPage && origin.startsWith("https://");
    }

    private static String header(ServerRequest request, String name) {
        return request.headers().first(HeaderNames.create(name)).orElse("");
    }
}
