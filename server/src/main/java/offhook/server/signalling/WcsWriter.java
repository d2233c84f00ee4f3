package offhook.server.signalling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import offhook.call.AgentEvent;
import offhook.call.Ending;

/**
 * Writes what browsers are told. {@code data} is always an array, even on a ping: the WCS SDK looks into it without
 * asking. What our own SDK needs beyond the protocol stands under {@code offhook}, where others do not look.
 */
final class WcsWriter {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private WcsWriter() {}

    static String ping() {
        return message("ping");
    }

    /** The connection is accepted; the SDK keeps the object whole, and the login becomes the caller of its calls. */
    static String userData(ClientMessage.Connection connection, String authToken, String serverVersion) {
        ObjectNode user = JSON.objectNode();
        user.put("authToken", authToken);
        user.put("appKey", connection.appKey());
        user.put("status", "ESTABLISHED");
        user.put("keepAlive", connection.keepAlive());
        user.put("sipLogin", connection.sipLogin());
        user.put("sipAuthenticationName", connection.sipAuthenticationName());
        user.put("sipDomain", connection.sipDomain());
        user.put("sipOutboundProxy", connection.sipOutboundProxy());
        user.put("sipPort", connection.sipPort());
        user.put("sipRegisterRequired", connection.sipRegisterRequired());
        user.putObject("offhook").put("server", serverVersion);
        return message("getUserData", user);
    }

    static String registered(String sipLogin, int expiresSeconds) {
        ObjectNode data = JSON.objectNode();
        data.put("sipLogin", sipLogin);
        data.putObject("offhook").put("expires", expiresSeconds);
        return message("registered", data);
    }

    /** SDP for the browser: the answer to its offer, or our offer. */
    static String remoteSdp(String callId, String sdp, boolean answer) {
        return message("setRemoteSDP", JSON.textNode(callId), JSON.textNode(sdp), JSON.booleanNode(answer));
    }

    /** @param headers of the INVITE, for our SDK; WCS's makes the call of the object as it is */
    static String incoming(CallFacts call, Map<String, String> headers) {
        ObjectNode data = JSON.objectNode();
        data.put("callId", call.callId());
        data.put("caller", call.caller());
        data.put("callee", call.callee());
        data.put("visibleName", call.visibleName().isEmpty() ? call.caller() : call.visibleName());
        data.put("incoming", true);
        data.put("mediaProvider", "WebRTC");
        data.put("hasAudio", true);
        data.put("hasVideo", false);
        data.put("status", "RING");
        data.putObject("custom");
        if (!headers.isEmpty()) {
            ObjectNode told = data.putObject("offhook").putObject("headers");
            headers.forEach(told::put);
        }
        return message("notifyIncomingCall", data);
    }

    static String trying(CallFacts call) {
        return message("notifyTryingResponse", status(call, "TRYING"));
    }

    static String ring(CallFacts call, boolean earlyMedia) {
        return message("ring", status(call, earlyMedia ? "RING_MEDIA" : "RING"));
    }

    static String talk(CallFacts call) {
        return message("talk", status(call, "ESTABLISHED"));
    }

    static String hold(CallFacts call) {
        return message("hold", status(call, "HOLD"));
    }

    /** Our own: the peer holds us, or does so no more. */
    static String heldByPeer(String callId, boolean held) {
        return message("heldByPeer", JSON.objectNode().put("callId", callId).put("held", held));
    }

    /** Our own: who is at the other end now. */
    static String peer(String callId, String number, String name) {
        return message(
                "peer",
                JSON.objectNode().put("callId", callId).put("number", number).put("name", name));
    }

    /** Our own: a key that the peer pressed. */
    static String dtmf(String callId, char key, int durationMillis) {
        return message(
                "dtmf",
                JSON.objectNode()
                        .put("callId", callId)
                        .put("key", String.valueOf(key))
                        .put("duration", durationMillis));
    }

    /** A transfer that the browser asked for goes on; by 180 to 199 its target is heard of. */
    static String transferProgress(CallFacts call, String target, int sipStatus) {
        ObjectNode data = transfer(call, target, sipStatus >= 180 && sipStatus < 200 ? "PROGRESS" : "PENDING");
        data.putObject("offhook").put("sipStatus", sipStatus);
        return message("notifyTransferEvent", data);
    }

    static String transferEnded(CallFacts call, String target, AgentEvent.TransferEnded ended) {
        ObjectNode data = transfer(call, target, ended.succeeded() ? "COMPLETED" : "FAILED");
        ObjectNode ours = data.putObject("offhook").put("reason", ended.reason().word());
        ours.put("text", ended.text());
        if (ended.sipStatus() != 0) {
            ours.put("sipStatus", ended.sipStatus());
        }
        return message("notifyTransferEvent", data);
    }

    private static ObjectNode transfer(CallFacts call, String target, String status) {
        return JSON.objectNode()
                .put("callId", call.callId())
                .put("status", status)
                .put("incoming", false)
                .put("target", target);
    }

    /** A name of older clients that the SDK passes over: there, the status BUSY would hide the end of the call. */
    static String busy(CallFacts call) {
        return message("busy", status(call, "BUSY"));
    }

    static String finish(CallFacts call, Ending ending) {
        ObjectNode data = status(call, isFailure(ending) ? "FAILED" : "FINISH");
        if (ending.sipStatus() != 0) {
            data.put("sipStatus", ending.sipStatus());
        }
        data.put("info", info(ending));
        data.putObject("offhook")
                .put("reason", ending.reason().word())
                .put("text", ending.text())
                .put("by", ending.by().name().toLowerCase(Locale.ROOT));
        return message("finish", data);
    }

    /** Our own: the codec that the browser must send from now on. */
    static String codec(String callId, String codec, int payloadType) {
        ObjectNode data = JSON.objectNode();
        data.put("callId", callId);
        data.put("codec", codec);
        data.put("payloadType", payloadType);
        return message("codec", data);
    }

    /** As WCS has it: the word for it stands in {@code apiMethod}. */
    static String registrationFailed(AgentEvent.RegistrationFailed failed) {
        ObjectNode data = failure(
                new Refusal("RegistrationStatusEvent", "", failed.reason(), failed.sipStatus(), "", failed.text()));
        ObjectNode ours = data.withObject("/offhook").put("retrying", failed.retrying());
        if (failed.retryAfterSeconds() != 0) {
            ours.put("retryAfter", failed.retryAfterSeconds());
        }
        return message("fail", data);
    }

    static String fail(Refusal refusal) {
        return message("fail", failure(refusal));
    }

    private static ObjectNode failure(Refusal refusal) {
        ObjectNode data = JSON.objectNode();
        data.put("apiMethod", refusal.method());
        data.put("id", refusal.id());
        data.put("status", "FAILED");
        if (refusal.sipStatus() != 0) {
            data.put("sipStatus", refusal.sipStatus());
        }
        data.put("info", refusal.text());
        ObjectNode ours =
                data.putObject("offhook").put("reason", refusal.reason().word()).put("text", refusal.text());
        if (!refusal.field().isEmpty()) {
            ours.put("field", refusal.field());
        }
        return data;
    }

    static String dataStatus(String operationId, boolean accepted, String info) {
        ObjectNode data = JSON.objectNode();
        data.put("operationId", operationId);
        data.put("status", accepted ? "ACCEPTED" : "FAILED");
        data.put("info", info);
        return message("DataStatusEvent", data);
    }

    static String sessionDebug(String status) {
        return message("notifySessionDebugEvent", JSON.objectNode().put("status", status));
    }

    private static ObjectNode status(CallFacts call, String status) {
        ObjectNode data = JSON.objectNode();
        data.put("callId", call.callId());
        data.put("status", status);
        data.put("incoming", call.incoming());
        data.put("caller", call.caller());
        data.put("callee", call.callee());
        data.put("hasAudio", true);
        data.put("hasVideo", false);
        data.put("mediaProvider", "WebRTC");
        return data;
    }

    private static boolean isFailure(Ending ending) {
        return switch (ending.reason()) {
            case NORMAL, CANCELLED, ANSWERED_ELSEWHERE -> false;
            case DECLINED -> ending.by() != Ending.By.BROWSER;
            default -> true;
        };
    }

    /** The fixed sentences that WCS clients compare with; for the rest, our own. */
    private static String info(Ending ending) {
        return switch (ending.reason()) {
            case NORMAL -> "Normal call clearing";
            case ICE_TIMEOUT, ICE_CONSENT_EXPIRED -> "Failed by ICE error";
            case MEDIA_SILENCE_BROWSER, MEDIA_SILENCE_PEER -> "Failed by RTP activity";
            case DTLS_FINGERPRINT -> "Failed by DTLS fingerprint error";
            case DTLS_FAILED -> "Failed by DTLS error";
            case NO_COMMON_CODEC -> "No common codecs";
            case REQUEST_TIMEOUT -> "Failed by request timeout";
            default -> ending.text();
        };
    }

    private static String message(String name, JsonNode... data) {
        ArrayNode array = JSON.arrayNode();
        for (JsonNode one : data) {
            array.add(one);
        }
        ObjectNode message = JSON.objectNode();
        message.put("message", name);
        message.set("data", array);
        return message.toString();
    }
}
