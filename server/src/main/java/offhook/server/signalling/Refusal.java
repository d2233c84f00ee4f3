package offhook.server.signalling;

import offhook.call.EndReason;

/**
 * Why a request is refused.
 *
 * @param method the message that asked
 * @param id the call it was about, empty for none
 * @param sipStatus what a registrar answered, 0 when nobody was asked
 * @param field the input at fault, named as in our SDK; empty for none
 * @param text one plain sentence
 */
record Refusal(String method, String id, EndReason reason, int sipStatus, String field, String text) {
    static Refusal of(String method, String id, EndReason reason, String text) {
        return new Refusal(method, id, reason, 0, "", text);
    }

    static Refusal ofField(String method, String id, String field, String text) {
        return new Refusal(method, id, EndReason.INVALID_FIELD, 0, field, text);
    }
}
