package offhook.call;

/** What a session asks of its user agent. Immutable: commands cross from the session's thread to the loop's. */
public sealed interface AgentCommand {
    /** The call that the command is about; chosen by the client for outgoing calls, by us for incoming ones. */
    String callId();

    /**
     * Place a call.
     *
     * @param callee a number, a user, or a SIP URI
     * @param visibleName the caller's display name, empty for the account's own
     * @param browserOffer the browser's SDP offer
     * @param answerAtOnce whether the browser takes its SDP answer before the far side has chosen a codec, so that ICE
     *     and DTLS finish while the phone rings
     */
    record Dial(String callId, String callee, String visibleName, String browserOffer, boolean answerAtOnce)
            implements AgentCommand {}

    /**
     * The browser's SDP answer to an incoming call that still rings: connect, but do not answer yet.
     *
     * @param browserAnswer the browser's SDP answer
     */
    record Prepare(String callId, String browserAnswer) implements AgentCommand {}

    /**
     * Answer an incoming call.
     *
     * @param browserAnswer the browser's SDP answer; not looked at again when it came with {@link Prepare}
     */
    record Answer(String callId, String browserAnswer) implements AgentCommand {}

    /** Hang up, give up, or decline, whichever the call's state makes it. */
    record HangUp(String callId) implements AgentCommand {}
}
