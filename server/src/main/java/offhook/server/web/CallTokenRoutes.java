package offhook.server.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import offhook.call.EndReason;
import offhook.server.click.CallDesk;
import offhook.server.click.Challenge;
import offhook.server.click.ChallengeAnswer;
import offhook.server.click.IssuedToken;
import offhook.server.click.TokenRequest;
import offhook.server.metrics.Counter;
import offhook.server.metrics.Metrics;
import offhook.server.signalling.GrantRefused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Call tokens, for sites' backends by API key and for visitors' browsers. No cookie counts here, so pages of any origin may
 * ask and read the answer; which of them get a token is the line's to say.
 */
final class CallTokenRoutes implements HttpService {
    private static final Logger LOG = LoggerFactory.getLogger(CallTokenRoutes.class);

    /** How long a browser may remember that it may ask, seconds. */
    private static final String PREFLIGHT_SECONDS = "600";

    private static final String BEARER = "Bearer ";

    private final CallDesk desk;
    private final Visitors visitors;
    private final Counter forSites;
    private final Counter forVisitors;

    CallTokenRoutes(CallDesk desk, Visitors visitors, Metrics metrics) {
        this.desk = desk;
        this.visitors = visitors;
        forSites = metrics.counter("call_tokens", "Call tokens that this server made.", "for", "site");
        forVisitors = metrics.counter("call_tokens", "Call tokens that this server made.", "for", "visitor");
    }

    @Override
    public void routing(HttpRules rules) {
        rules.options("/call-token", CallTokenRoutes::preflight)
                .post("/call-token", (request, response) -> answer(request, response, this::token))
                .get("/challenge", (request, response) -> answer(request, response, this::challenge));
    }

    private void answer(ServerRequest request, ServerResponse response, Json.Route route) {
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        Json.answer(request, response, visitors.of(request), route);
    }

    /** Leave for a Content-Type (Fetch, "CORS-preflight fetch"), and none for an API key: it is not for pages. */
    private static void preflight(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "POST");
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, "content-type");
        response.header(HeaderNames.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
        response.status(Status.NO_CONTENT_204).send();
    }

    private void token(ServerRequest request, ServerResponse response, Visitor visitor) {
        String authorization =
                request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        if (!authorization.isEmpty() && !isApiKey(authorization)) {
            response.header(HeaderNames.create("WWW-Authenticate"), "Bearer");
            Json.refuse(response, Status.UNAUTHORIZED_401, "api-key-invalid", "The API key is not known here.", "");
            return;
        }
        boolean site = !authorization.isEmpty();
        JsonNode body = Json.read(request);
        TokenRequest wanted = new TokenRequest(
                Json.text(body, "line"),
                Json.text(body, "destination"),
                site ? Json.text(body, "origin") : visitor.origin(),
                Json.text(body, "name"),
                Json.number(body, "seconds"));
        IssuedToken issued;
        try {
            issued = site ? desk.tokenForSite(wanted) : tokenForVisitor(wanted, visitor, challengeAnswer(body));
        } catch (GrantRefused e) {
            throw e.over(wanted.line());
        }
        (site ? forSites : forVisitors).increment();
        LOG.info(
                "event=call-token-minted line={} for={} destination=\"{}\" origin=\"{}\" peer={} expires={}",
                wanted.line(),
                site ? "site" : "visitor",
                Json.printable(wanted.destination()),
                Json.printable(wanted.origin()),
                visitor.address(),
                issued.expires());
        Json.send(response, Json.object().put("token", issued.token()).put("expires", issued.expires()));
    }

    private IssuedToken tokenForVisitor(TokenRequest wanted, Visitor visitor, ChallengeAnswer answer) {
        if (visitor.origin().isEmpty()) {
            throw new GrantRefused(
                    EndReason.ORIGIN_NOT_ALLOWED,
                    "origin",
                    "Nobody says which page this comes from; a site's backend asks with an API key.");
        }
        return desk.tokenForVisitor(wanted, visitor.origin(), visitor.address(), visitor.ownPage(), answer);
    }

    private boolean isApiKey(String authorization) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && desk.isApiKey(authorization.substring(BEARER.length()).strip());
    }

    private static ChallengeAnswer challengeAnswer(JsonNode body) {
        JsonNode challenge = body.path("challenge");
        return new ChallengeAnswer(
                Json.text(challenge, "puzzle"), Json.text(challenge, "nonce"), Json.text(challenge, "answer"));
    }

    private void challenge(ServerRequest request, ServerResponse response, Visitor visitor) {
        String line = request.query().first("line").orElse("");
        ObjectNode body = Json.object();
        Challenge challenge;
        try {
            challenge = desk.challenge(line, visitor.origin());
        } catch (GrantRefused e) {
            throw e.over(line);
        }
        switch (challenge) {
            case Challenge.None ignored -> body.put("kind", "none");
            case Challenge.Work work ->
                body.put("kind", "work").put("puzzle", work.puzzle()).put("bits", work.bits());
            case Challenge.Hook ignored -> body.put("kind", "hook");
        }
        Json.send(response, body);
    }
}
