package offhook.server.signalling;

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
            String sdk)
            implements ClientMessage {

        boolean hasAccount() {
            return !sipLogin.isEmpty() || !sipDomain.isEmpty();
        }

        boolean isOurs() {
            return !sdk.isEmpty();
        }

        /** Without the password, which must reach no log, and the token, which is as good. */
        @Override
        public String toString() {
            return "Connection[appKey=" + appKey + ", sipLogin=" + sipLogin + ", sipDomain=" + sipDomain + "]";
        }
    }

    record Call(String callId, String callee, String visibleName, String sdp) implements OfCall {
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

    /** Something about a call that a later version will do: hold, unhold, transfer, sendDtmf. */
    record NotYet(String method, String callId) implements OfCall {}

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
