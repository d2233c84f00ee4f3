package offhook.call;

import offhook.sip.message.SipStatus;

/**
 * How a call ended.
 *
 * @param reason why
 * @param by which side ended it
 * @param sipStatus the SIP status received or sent, 0 where none was
 * @param text plain words for a person, more exact than the reason's own sentence where possible
 */
public record Ending(EndReason reason, By by, int sipStatus, String text) {
    /** Who ended the call. */
    public enum By {
        BROWSER,
        PEER,
        SERVER
    }

    /** An ending told in the reason's own words. */
    public static Ending of(EndReason reason, By by) {
        return new Ending(reason, by, 0, reason.sentence());
    }

    /** What says this to a peer that still waits for an answer: always a final refusal, 300 to 699. */
    int refusal() {
        int status = sipStatus >= 300 ? sipStatus : reason.sipStatus();
        return status >= 300 ? status : SipStatus.TEMPORARILY_UNAVAILABLE;
    }

    /** The peer's final failure response to our INVITE. */
    public static Ending ofSipStatus(int status) {
        EndReason reason = EndReason.ofSipStatus(status);
        return new Ending(reason, By.PEER, status, reason.sentence());
    }
}
