package offhook.call;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

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
     * @param headers further SIP headers of the INVITE, checked against the configured list, in the order to send
     */
    record Dial(
            String callId,
            String callee,
            String visibleName,
            String browserOffer,
            boolean answerAtOnce,
            Map<String, String> headers)
            implements AgentCommand {
        public Dial {
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }
    }

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

    /**
     * Hang up by the server's own decision.
     *
     * @param reason that the browser is told
     */
    record End(String callId, EndReason reason) implements AgentCommand {}

    /** Hold the call: the peer is told that we neither send nor listen. {@link AgentEvent.Held} follows. */
    record Hold(String callId) implements AgentCommand {}

    /** Take the call up again after {@link Hold}. */
    record Resume(String callId) implements AgentCommand {}

    /**
     * Press keys one after the other.
     *
     * @param keys 1 to {@link CallLimits#dtmfKeys} of {@code 0-9 * # A-D}
     * @param durationMillis how long each is held, 40 to 8 000 ms
     */
    record SendDtmf(String callId, String keys, DtmfMethod method, int durationMillis) implements AgentCommand {}

    /** Press a key and keep it pressed until {@link ReleaseKey}, or until {@link CallLimits#dtmfHoldNanos} have passed. */
    record PressKey(String callId, char key, DtmfMethod method) implements AgentCommand {}

    /** Let go of the key that is held down; without effect when there is none. */
    record ReleaseKey(String callId) implements AgentCommand {}

    /**
     * Blind transfer (RFC 3515): the peer is to call {@code target} instead.
     *
     * @param target as in {@link Dial#callee}
     */
    record Transfer(String callId, String target) implements AgentCommand {}

    /**
     * Attended transfer (RFC 5589 section 7): connects the peers of two established calls of this agent with each other;
     * both calls end when they are.
     *
     * @param consultCallId the call to whoever takes over
     */
    record AttendedTransfer(String callId, String consultCallId) implements AgentCommand {}
}
