package offhook.server.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import offhook.call.EndReason;
import offhook.server.signalling.GrantRefused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the routes for programs take and answer. */
final class Json {
    /** Longest body of a request. */
    static final int BODY_BYTES = 16_384;

    /** A rate counts over a minute, so that is when it surely has room again. */
    private static final int RETRY_SECONDS = 60;

    private static final int DEPTH = 8;

    /** Characters of a stranger's text in a line of the log. */
    private static final int LOGGED = 256;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .maxStringLength(BODY_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Logger LOG = LoggerFactory.getLogger(Json.class);

    private Json() {}

    /** What answers one kind of request; what it refuses it throws. */
    @FunctionalInterface
    interface Route {
        void answer(ServerRequest request, ServerResponse response, Visitor visitor);
    }

    /** Has a route answer, and says in JSON what it refuses. */
    static void answer(ServerRequest request, ServerResponse response, Visitor visitor, Route route) {
        try {
            route.answer(request, response, visitor);
        } catch (GrantRefused e) {
            LOG.info(
                    "event=grant-refused reason={} at={} line=\"{}\" peer={} origin=\"{}\"",
                    e.reason().word(),
                    request.path().path(),
                    printable(e.line()),
                    visitor.address(),
                    printable(visitor.origin()));
            refuse(response, e);
        } catch (RuntimeException e) {
            LOG.error("event=fault where=web", e);
            refuse(response, new GrantRefused(EndReason.INTERNAL, "", EndReason.INTERNAL.sentence()));
        }
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * The object in a request's body. Its type must be said: a page of another origin cannot do that without being asked
     * for leave first (Fetch, "CORS-safelisted request-header").
     *
     * @throws GrantRefused when it is something else
     */
    static JsonNode read(ServerRequest request) {
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json")) {
            throw bad("The request must have the Content-Type application/json.");
        }
        JsonNode body;
        try (InputStream in = request.content().inputStream()) {
            byte[] bytes = in.readNBytes(BODY_BYTES + 1);
            if (bytes.length > BODY_BYTES) {
                throw bad("The request is longer than " + BODY_BYTES + " bytes.");
            }
            body = MAPPER.readTree(bytes);
        } catch (IOException notJson) {
            throw bad("The request is not JSON.");
        }
        if (!body.isObject()) {
            throw bad("The request must be a JSON object.");
        }
        return body;
    }

    private static GrantRefused bad(String text) {
        return new GrantRefused(EndReason.BAD_REQUEST, "", text);
    }

    /** A text, or a number as text; empty when there is none. */
    static String text(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual() && !value.isNumber()) {
            throw new GrantRefused(EndReason.INVALID_FIELD, field, "The field " + field + " must be a text.");
        }
        return value.asText();
    }

    /** A whole number; 0 when there is none. */
    static int number(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.canConvertToInt() || !value.isIntegralNumber()) {
            throw new GrantRefused(EndReason.INVALID_FIELD, field, "The field " + field + " must be a whole number.");
        }
        return value.intValue();
    }

    /** What a stranger says, for a line of the log. */
    static String printable(String text) {
        return text.substring(0, Math.min(text.length(), LOGGED))
                .replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ")
                .replace('"', '\'');
    }

    static void send(ServerResponse response, ObjectNode body) {
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
        response.send(body.toString().getBytes(StandardCharsets.UTF_8));
    }

    static void refuse(ServerResponse response, GrantRefused refused) {
        Status status = status(refused.reason());
        if (status.code() == Status.TOO_MANY_REQUESTS_429.code()) {
            response.header(HeaderNames.RETRY_AFTER, String.valueOf(RETRY_SECONDS));
        }
        refuse(response, status, refused.reason().word(), refused.text(), refused.field());
    }

    /** @param field the input at fault, empty for none */
    static void refuse(ServerResponse response, Status status, String reason, String text, String field) {
        ObjectNode body = object().put("reason", reason).put("text", text);
        if (!field.isEmpty()) {
            body.put("field", field);
        }
        response.status(status);
        send(response, body);
    }

    /** What the reason is in HTTP (RFC 9110 section 15.5). */
    private static Status status(EndReason reason) {
        return switch (reason) {
            case BAD_REQUEST, INVALID_FIELD -> Status.BAD_REQUEST_400;
            case TOO_MANY_CALLS -> Status.TOO_MANY_REQUESTS_429;
            case LIMIT_REACHED, SHUTTING_DOWN -> Status.SERVICE_UNAVAILABLE_503;
            case INTERNAL -> Status.INTERNAL_SERVER_ERROR_500;
            default -> Status.FORBIDDEN_403;
        };
    }
}
