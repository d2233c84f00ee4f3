package offhook.server.signalling;

import java.util.Map;

/** What a browser may say. Absent text is empty; fields that we have no use for are left behind. */
sealed interface ClientMessage {
    /** About one call. */
    sealed interface OfCall extends ClientMessage {
        /** The message's name. */
        String method();

        String callId();
    }

    /**
     * The first message of a connection.
     *
     * @param sdk the version of our own SDK, empty for another client
     * @param token a call token or a ticket, in place of an account; empty for none
     * @param headers SIP headers for each call of the session
     * @param sipPort as typed: the demos send text
     */
    record Connection(
            String appKey,
            boolean keepAlive,
            String authToken,
            String sipLogin,
            String sipAuthenticationName,
            String sipPassword,
            String sipDomain,
            String sipOutboundProxy,
            String sipPort,
            boolean sipRegisterRequired,
            String sipVisibleName,
            String sdk,
            String token,
            Map<String, String> headers)
            implements ClientMessage {

        boolean hasAccount() {
            return !sipLogin.isEmpty() || !sipDomain.isEmpty();
        }

        boolean isOurs() {
            return !sdk.isEmpty();
        }

        /** Without the password, which must reach no log, and the tokens, which are as good. */
        @Override
        public String toString() {
            return "Connection[appKey=" + appKey + ", sipLogin=" + sipLogin + ", sipDomain=" + sipDomain + "]";
        }
    }

    /** @param headers SIP headers for the INVITE, besides those of the session */
    record Call(String callId, String callee, String visibleName, String sdp, Map<String, String> headers)
            implements OfCall {
        @Override
        public String method() {
            return "call";
        }
    }

    record Answer(String callId, String sdp) implements OfCall {
        @Override
        public String method() {
            return "answer";
        }
    }

    /** Our own: connect the browser's side of a call that still rings. */
    record Prepare(String callId, String sdp) implements OfCall {
        @Override
        public String method() {
            return "prepare";
        }
    }

    record HangUp(String callId) implements OfCall {
        @Override
        public String method() {
            return "hangup";
        }
    }

    /** With or without {@code holdForTransfer}, which tells only the server's hooks what comes next. */
    record Hold(String callId) implements OfCall {
        @Override
        public String method() {
            return "hold";
        }
    }

    record Unhold(String callId) implements OfCall {
        @Override
        public String method() {
            return "unhold";
        }
    }

    /**
     * @param keys one or more; old clients send a number
     * @param type how they travel, empty for the client's usual way
     * @param durationMillis how long each is held, as typed; empty for the usual time
     */
    record SendDtmf(String callId, String keys, String type, String durationMillis) implements OfCall {
        @Override
        public String method() {
            return "sendDtmf";
        }
    }

    /** Our own: a key goes down and stays down. */
    record PressKey(String callId, String key, String type) implements OfCall {
        @Override
        public String method() {
            return "pressKey";
        }
    }

    /** Our own: the key that is down comes up. */
    record ReleaseKey(String callId) implements OfCall {
        @Override
        public String method() {
            return "releaseKey";
        }
    }

    /**
     * @param target whom the far side is to call
     * @param consultCallId our own: the call whose far side takes over, in place of {@code target}; empty for none
     */
    record Transfer(String callId, String target, String consultCallId) implements OfCall {
        @Override
        public String method() {
            return "transfer";
        }
    }

    /** A sign of life. */
    record Pong() implements ClientMessage {}

    /** Asks for one. */
    record Ping() implements ClientMessage {}

    record SendData(String operationId) implements ClientMessage {}

    record PushLogs(String logs) implements ClientMessage {}

    record SessionDebug(String command) implements ClientMessage {}

    record BugReport(int length) implements ClientMessage {}

    /** A message of the protocol, or of nobody, that has no meaning here: streams, subscriptions and the like. */
    record Unsupported(String method, String id) implements ClientMessage {}

    /** Not a message at all. */
    record Malformed(String why) implements ClientMessage {}
}
