package offhook.sip.dialog;

/**
 * Who asked the peer of a call to call somebody else (RFC 3515). Nothing is said once the session has ended, which only its
 * {@link SessionListener} hears: a peer that has accepted and then hangs up has most likely done what it was asked. Each
 * call is the last thing that the session does for that input.
 */
public interface ReferralListener {
    /** The peer agreed to try. */
    void accepted(long nowNanos);

    /**
     * How far the peer's call to the target has come.
     *
     * @param status 100 to 199
     * @param reason the peer's words, on one line
     */
    void progress(int status, String reason, long nowNanos);

    /** Said exactly once, unless the session ends before. */
    void ended(ReferralEnd end, long nowNanos);
}
