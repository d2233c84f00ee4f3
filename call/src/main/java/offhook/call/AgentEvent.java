package offhook.call;

/** What a user agent tells its session. Immutable: events cross from the loop's thread to the session's. */
public sealed interface AgentEvent {
    /** The registrar accepted us, for the first time or after a failure. */
    record Registered(int expiresSeconds) implements AgentEvent {}

    /** Registration failed; {@code retrying} says whether another attempt follows by itself. */
    record RegistrationFailed(EndReason reason, int sipStatus, String text, boolean retrying) implements AgentEvent {}

    /** The agent is closed: its calls are over and its registration is withdrawn (or was given up). */
    record Closed() implements AgentEvent {}

    /** What happens to one call. */
    sealed interface CallEvent extends AgentEvent {
        /** The call that it happens to. */
        String callId();
    }

    /** An outgoing call was accepted for processing; always the first event of an outgoing call that is not refused. */
    record Trying(String callId) implements CallEvent {}

    /**
     * SDP for the browser: exactly one for each call, because the WCS SDK takes no second one.
     *
     * @param answer whether it answers the browser's offer; otherwise it is our offer
     */
    record BrowserDescribed(String callId, String sdp, boolean answer) implements CallEvent {}

    /**
     * A call comes in. Its {@link BrowserDescribed} offer came just before.
     *
     * @param caller the caller's number or user part
     * @param callee whom the caller asked for
     * @param displayName the caller's name, empty when there is none
     */
    record Incoming(String callId, String caller, String callee, String displayName) implements CallEvent {}

    /** The far side rings; {@code earlyMedia} says that it sends its own ringback or announcement. */
    record Ringing(String callId, boolean earlyMedia) implements CallEvent {}

    /**
     * The codec that the browser must send from now on, when its SDP answer left a choice.
     *
     * @param codec the SDP encoding name
     * @param payloadType in the browser's numbering, 0 to 127
     * @param clockRate in Hz as SDP has it
     */
    record CodecChosen(String callId, String codec, int payloadType, int clockRate) implements CallEvent {}

    /** Both sides agreed: the call is up. */
    record Established(String callId) implements CallEvent {}

    /** The call is over; always the last event of a call. */
    record Ended(String callId, Ending ending, CallSummary summary) implements CallEvent {
        /** The end of a call that never was. */
        public Ended(String callId, Ending ending) {
            this(callId, ending, CallSummary.NONE);
        }
    }
}
