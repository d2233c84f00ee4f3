package offhook.call;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a user agent tells its session. Immutable: events cross from the loop's thread to the session's. */
public sealed interface AgentEvent {
    /** The registrar accepted us, for the first time or after a failure. */
    record Registered(int expiresSeconds) implements AgentEvent {}

    /**
     * Registration failed.
     *
     * @param retrying whether another attempt follows by itself
     * @param retryAfterSeconds when the registrar will hear of it again, by its own word; 0 when it did not say
     */
    record RegistrationFailed(EndReason reason, int sipStatus, String text, boolean retrying, int retryAfterSeconds)
            implements AgentEvent {
        /** Without a word of the registrar about when to come again. */
        public RegistrationFailed(EndReason reason, int sipStatus, String text, boolean retrying) {
            this(reason, sipStatus, text, retrying, 0);
        }
    }

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
     * @param headers those SIP headers of the INVITE that the configured list lets through, in its order
     */
    record Incoming(String callId, String caller, String callee, String displayName, Map<String, String> headers)
            implements CallEvent {
        public Incoming {
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }
    }

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

    /** The peer has agreed to our hold, or the call that was held is up again. */
    record Held(String callId, boolean held) implements CallEvent {}

    /** The peer holds us, or takes the call up again. */
    record HeldByPeer(String callId, boolean held) implements CallEvent {}

    /**
     * The other side is somebody else now, or is better known: after a transfer by the telephone system, or by
     * P-Asserted-Identity.
     *
     * @param number its number or user part
     * @param displayName its name, empty when there is none
     */
    record PeerChanged(String callId, String number, String displayName) implements CallEvent {}

    /**
     * A key that the peer pressed.
     *
     * @param key one of {@code 0-9 * # A-D}
     * @param durationMillis how long it was held, 0 when unknown
     */
    record KeyPressed(String callId, char key, int durationMillis) implements CallEvent {}

    /** A transfer that we asked for goes on; {@link TransferEnded} comes last unless the call itself ends. */
    record TransferProgress(String callId, int sipStatus) implements CallEvent {}

    /**
     * A transfer that we asked for has succeeded, and the call ends; or it has failed, and the call is ours as before.
     *
     * @param reason {@link EndReason#NORMAL} for success
     * @param text plain words
     */
    record TransferEnded(String callId, EndReason reason, int sipStatus, String text) implements CallEvent {
        public boolean succeeded() {
            return reason == EndReason.NORMAL;
        }
    }

    /**
     * Something that was asked about a call was refused, by the peer or by us; the call goes on as it was.
     *
     * @param request the name of the refused {@link AgentCommand}, such as {@code hold}
     * @param text plain words: what is wrong and what to do
     */
    record Refused(String callId, String request, EndReason reason, int sipStatus, String text) implements CallEvent {}

    /** The call is over; always the last event of a call. */
    record Ended(String callId, Ending ending, CallSummary summary) implements CallEvent {
        /** The end of a call that never was. */
        public Ended(String callId, Ending ending) {
            this(callId, ending, CallSummary.NONE);
        }
    }
}
