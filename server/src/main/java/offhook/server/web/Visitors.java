package offhook.server.web;

import io.helidon.webserver.http.ServerRequest;

/** Tells who asks. */
@FunctionalInterface
interface Visitors {
    Visitor of(ServerRequest request);
}
