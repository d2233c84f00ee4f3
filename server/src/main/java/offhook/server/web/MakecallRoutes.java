package offhook.server.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Optional;
import offhook.call.EndReason;
import offhook.server.click.CallDesk;
import offhook.server.click.SignedLink;
import offhook.server.click.Ticket;
import offhook.server.signalling.GrantRefused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tickets for the call window, which other sites open. Only its own page may ask, as a cookie counts here: by it a person
 * is known who logged in before.
 */
final class MakecallRoutes implements HttpService {
    static final String COOKIE = "offhook_makecall";

    private static final Logger LOG = LoggerFactory.getLogger(MakecallRoutes.class);

    private final CallDesk desk;
    private final LoginAccounts accounts;
    private final Duration remembered;
    private final Visitors visitors;

    /** @param remembered how long a browser keeps the cookie */
    MakecallRoutes(CallDesk desk, LoginAccounts accounts, Duration remembered, Visitors visitors) {
        this.desk = desk;
        this.accounts = accounts;
        this.remembered = remembered;
        this.visitors = visitors;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/ticket", (request, response) -> answer(request, response, this::ticket))
                .post("/logout", (request, response) -> answer(request, response, this::logout));
    }

    private void answer(ServerRequest request, ServerResponse response, Json.Route route) {
        Json.answer(request, response, visitors.of(request), (asked, answer, visitor) -> {
            if (!visitor.ownPage()) {
                throw new GrantRefused(
                        EndReason.ORIGIN_NOT_ALLOWED, "origin", "Only this server's own call window may ask for this.");
            }
            route.answer(asked, answer, visitor);
        });
    }

    private void ticket(ServerRequest request, ServerResponse response, Visitor visitor) {
        JsonNode body = Json.read(request);
        String destination = Json.text(body, "destnumber");
        Ticket ticket;
        if (body.has("user")) {
            ticket = desk.ticketForLink(
                    new SignedLink(
                            destination,
                            Json.text(body, "user"),
                            Json.text(body, "pass"),
                            Json.text(body, "time"),
                            Json.text(body, "duration")),
                    visitor.origin(),
                    visitor.address());
        } else if (body.has("account")) {
            ticket = desk.ticketForLogin(
                    accounts.of(Json.text(body, "account"), Json.text(body, "password")),
                    destination,
                    body.path("remember").asBoolean(false),
                    visitor.origin(),
                    visitor.address());
        } else {
            Optional<Ticket> known =
                    desk.ticketForCookie(cookie(request), destination, visitor.origin(), visitor.address());
            if (known.isEmpty()) {
                Json.refuse(response, Status.UNAUTHORIZED_401, "login-required", "Please log in.", "");
                return;
            }
            ticket = known.get();
        }
        if (!ticket.cookie().isEmpty()) {
            setCookie(response, visitor, ticket.cookie(), remembered);
        }
        LOG.info("event=ticket-issued account={} peer={}", ticket.account(), visitor.address());
        Json.send(
                response,
                Json.object()
                        .put("ticket", ticket.ticket())
                        .put("account", ticket.account())
                        .put("destination", ticket.destination()));
    }

    private void logout(ServerRequest request, ServerResponse response, Visitor visitor) {
        desk.logout(cookie(request));
        setCookie(response, visitor, "", Duration.ZERO);
        response.status(Status.NO_CONTENT_204).send();
    }

    /**
     * For this window's own requests and no script (RFC 6265 section 5.2). The window is opened by other sites, but asks for
     * its ticket itself, so SameSite=Strict keeps nothing from it.
     */
    private static void setCookie(ServerResponse response, Visitor visitor, String value, Duration life) {
        response.header(
                HeaderNames.SET_COOKIE,
                COOKIE + "=" + value + "; Path=/makecall; Max-Age=" + life.toSeconds() + "; HttpOnly; SameSite=Strict"
                        + (visitor.isSecure() ? "; Secure" : ""));
    }

    private static String cookie(ServerRequest request) {
        for (String pair :
                String.join(";", request.headers().values(HeaderNames.COOKIE)).split(";", -1)) {
            String[] named = pair.strip().split("=", 2);
            if (named.length == 2 && named[0].equals(COOKIE)) {
                return named[1];
            }
        }
        return "";
    }
}
