package offhook.call;

/**
 * Why a call or a registration ended: the one closed vocabulary that SIP statuses, JSON, logs and counters are mapped
 * from and to. Each has a stable word for programs and a sentence for people.
 */
public enum EndReason {
    NORMAL("normal", 200, "The call has ended."),
    BUSY("busy", 486, "The other side is busy."),
    DECLINED("declined", 603, "The call was declined."),
    NOT_FOUND("not-found", 404, "Nobody is reachable under this number."),
    /** 480 and not 408, which would say that the network was too slow. */
    NO_ANSWER("no-answer", 480, "Nobody answered."),
    CANCELLED("cancelled", 487, "The caller hung up before the call was answered."),
    ANSWERED_ELSEWHERE("answered-elsewhere", 200, "The call was answered on another device."),
    WRONG_PASSWORD("wrong-password", 401, "The telephone system refused the login name or the password."),
    FORBIDDEN("forbidden", 403, "The telephone system does not allow this."),
    UNAVAILABLE("unavailable", 480, "The other side cannot be reached at the moment."),
    NO_COMMON_CODEC("no-common-codec", 488, "The two sides share no audio codec."),
    NO_COMMON_ENCRYPTION("no-common-encryption", 488, "The two sides do not agree on encrypting the sound."),
    BAD_REQUEST("bad-request", 400, "The request could not be understood."),
    INVALID_FIELD("invalid-field", 400, "A field holds something that is not allowed there."),
    DOMAIN_NOT_ALLOWED("domain-not-allowed", 403, "This server may not be used for that SIP domain."),
    /** Altered, not signed, signed with another key, or no token at all. */
    TOKEN_INVALID("token-invalid", 403, "The permission for this call is not valid."),
    TOKEN_EXPIRED("token-expired", 403, "The permission for this call has expired or does not count yet."),
    TOKEN_USED("token-used", 403, "The permission for this call has been used already."),
    ORIGIN_NOT_ALLOWED("origin-not-allowed", 403, "Calls may not be made from this web page."),
    DESTINATION_NOT_ALLOWED("destination-not-allowed", 403, "This number may not be called from here."),
    CLOSED_NOW("closed-now", 480, "Nobody takes calls at this hour."),
    /** A rate or a number of calls at one time, of the caller's address, the line, the destination or all. */
    TOO_MANY_CALLS("too-many-calls", 503, "There are too many calls at the moment; please try again later."),
    LONGEST_REACHED("longest-reached", 480, "The call has reached the longest time that is allowed."),
    LINK_INVALID("link-invalid", 403, "The link is not valid."),
    LINK_EXPIRED("link-expired", 403, "The link has expired or does not count yet."),
    LINK_USED("link-used", 403, "The link has been used too often."),
    CHALLENGE_FAILED("challenge-failed", 403, "The check against automatic calls was not passed."),
    ICE_TIMEOUT("ice-timeout", 480, "The browser's media never reached the server; a firewall may block UDP."),
    ICE_CONSENT_EXPIRED("ice-consent-expired", 480, "The connection to the browser was lost."),
    DTLS_FAILED("dtls-failed", 480, "The encrypted media connection to the browser could not be set up."),
    DTLS_FINGERPRINT("dtls-fingerprint", 480, "The browser's media certificate is not the one it announced."),
    MEDIA_SILENCE_BROWSER("media-silence-browser", 480, "No sound arrives from the browser any more."),
    MEDIA_SILENCE_PEER("media-silence-peer", 480, "No sound arrives from the telephone system any more."),
    REQUEST_TIMEOUT("request-timeout", 408, "The telephone system does not answer."),
    TRANSPORT_ERROR("transport-error", 503, "The telephone system cannot be reached."),
    SERVER_ERROR("server-error", 500, "The telephone system reports an error of its own."),
    PEER_ERROR("peer-error", 500, "The telephone system sent something that cannot be used."),
    LIMIT_REACHED("limit-reached", 503, "The server is at its limit; please try again later."),
    SHUTTING_DOWN("shutting-down", 503, "The server is being shut down."),
    SESSION_LOST("session-lost", 480, "The browser's connection to the server was lost."),
    INTERNAL("internal", 500, "The server made a mistake; the call's id helps to find it.");

    private final String word;
    private final int sipStatus;
    private final String sentence;

    EndReason(String word, int sipStatus, String sentence) {
        this.word = word;
        this.sipStatus = sipStatus;
        this.sentence = sentence;
    }

    /** The stable word programs switch on, for example {@code no-common-codec}. */
    public String word() {
        return word;
    }

    /** The SIP status that says this to a peer whose INVITE is still unanswered. */
    public int sipStatus() {
        return sipStatus;
    }

    /** One plain English sentence. */
    public String sentence() {
        return sentence;
    }

    /** What a final SIP failure response to an INVITE or REGISTER means (RFC 3261 section 21). */
    public static EndReason ofSipStatus(int status) {
        return switch (status) {
            case 486, 600 -> BUSY;
            case 603, 607, 608 -> DECLINED;
            case 404, 410, 484, 604 -> NOT_FOUND;
            case 408, 504 -> NO_ANSWER;
            case 487 -> CANCELLED;
            case 401, 407 -> WRONG_PASSWORD;
            case 403 -> FORBIDDEN;
            case 480 -> UNAVAILABLE;
            case 488, 606, 415 -> NO_COMMON_CODEC;
            default -> status >= 500 && status < 600 ? SERVER_ERROR : PEER_ERROR;
        };
    }
}
