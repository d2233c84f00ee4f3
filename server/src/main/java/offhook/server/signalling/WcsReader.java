package offhook.server.signalling;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a browser's text frames: {@code {"message": name, "data": [argument]}}. Bounded, lenient, and never throws. */
final class WcsReader {
    /** How deep objects and arrays may nest. */
    private static final int DEPTH = 32;

    /** Longest name of a field, and of a message. */
    private static final int NAME = 256;

    /** Where what is ours alone stands. */
    private static final String OURS = "offhook";

    private final ObjectMapper mapper;

    /** @param messageBytes longest frame */
    WcsReader(int messageBytes) {
        mapper = new ObjectMapper(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(DEPTH)
                                .maxNameLength(NAME)
                                .maxStringLength(messageBytes)
                                .maxDocumentLength(messageBytes)
                                .build())
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    ClientMessage read(String frame) {
        JsonNode root;
        try {
            root = mapper.readTree(frame);
        } catch (JsonProcessingException e) {
            return new ClientMessage.Malformed("This is not JSON, or longer or deeper than allowed.");
        }
        JsonNode name = root.path("message");
        if (!name.isTextual() || name.textValue().length() > NAME) {
            return new ClientMessage.Malformed("A message is an object with a name under \"message\".");
        }
        JsonNode data = root.path("data");
        JsonNode first = data.isArray() && !data.isEmpty() ? data.get(0) : MissingNode.getInstance();
        return message(name.textValue(), first);
    }

    private static ClientMessage message(String name, JsonNode data) {
        String callId = text(data, "callId");
        return switch (name) {
            case "connection" -> connection(data);
            case "call" ->
                new ClientMessage.Call(
                        callId, text(data, "callee"), text(data, "visibleName"), text(data, "sdp"), headers(data));
            case "answer" -> new ClientMessage.Answer(callId, text(data, "sdp"));
            case "prepare" -> new ClientMessage.Prepare(callId, text(data, "sdp"));
            case "hangup" -> new ClientMessage.HangUp(callId);
            case "hold" -> new ClientMessage.Hold(callId);
            case "unhold" -> new ClientMessage.Unhold(callId);
            case "sendDtmf" ->
                new ClientMessage.SendDtmf(
                        callId, text(data, "dtmf"), text(data, "type"), text(data.path(OURS), "duration"));
            case "pressKey" -> new ClientMessage.PressKey(callId, text(data, "key"), text(data, "type"));
            case "releaseKey" -> new ClientMessage.ReleaseKey(callId);
            case "transfer" -> new ClientMessage.Transfer(callId, text(data, "target"), text(data.path(OURS), "to"));
            case "pong" -> new ClientMessage.Pong();
            case "ping" -> new ClientMessage.Ping();
            case "sendData" -> new ClientMessage.SendData(text(data, "operationId"));
            case "pushLogs" -> new ClientMessage.PushLogs(text(data, "logs"));
            case "sessionDebug" -> new ClientMessage.SessionDebug(text(data, "command"));
            case "submitBugReport" ->
                new ClientMessage.BugReport(data.toString().length());
            default -> new ClientMessage.Unsupported(name, callId.isEmpty() ? text(data, "id") : callId);
        };
    }

    private static ClientMessage connection(JsonNode data) {
        String appKey = text(data, "appKey");
        String outboundProxy = text(data, "sipOutboundProxy");
        return new ClientMessage.Connection(
                appKey.isEmpty() ? "defaultApp" : appKey,
                flag(data, "keepAlive", false),
                text(data, "authToken"),
                text(data, "sipLogin"),
                text(data, "sipAuthenticationName"),
                text(data, "sipPassword"),
                text(data, "sipDomain"),
                outboundProxy.isEmpty() ? text(data, "sipProxy") : outboundProxy,
                text(data, "sipPort"),
                flag(data, "sipRegisterRequired", true),
                text(data, "sipVisibleName"),
                text(data.path(OURS), "sdk"),
                text(data.path(OURS), "token"),
                headers(data));
    }

    /** SIP headers by name, in the client's order. */
    private static Map<String, String> headers(JsonNode data) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> header :
                data.path(OURS).path("headers").properties()) {
            JsonNode value = header.getValue();
            if (!value.isNull()) {
                headers.put(header.getKey(), value.isContainerNode() ? value.toString() : value.asText());
            }
        }
        return headers;
    }

    /** Text, or a number as text: old clients send either. */
    private static String text(JsonNode data, String field) {
        JsonNode value = data.path(field);
        return (value.isTextual() || value.isNumber()) ? value.asText() : "";
    }

    private static boolean flag(JsonNode data, String field, boolean otherwise) {
        JsonNode value = data.path(field);
        return (value.isBoolean() || value.isTextual()) ? value.asBoolean(otherwise) : otherwise;
    }
}
