package offhook.server.signalling;

/** What a session remembers of a call, to name it fully in every message. */
record CallFacts(String callId, boolean incoming, String caller, String callee, String visibleName) {
    /** Of a call that nothing is known of but its id. */
    static CallFacts ofUnknown(String callId) {
        return new CallFacts(callId, true, "", "", "");
    }
}
