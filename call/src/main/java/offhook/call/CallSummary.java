package offhook.call;

/**
 * What a call has been, told with its end: for one line of a log.
 *
 * @param talkNanos from the answer to the end, 0 for a call that was not answered
 * @param codec SDP encoding name of what was agreed last, empty when nothing was
 * @param toPeer packets relayed from the browser to the peer
 * @param toBrowser packets relayed from the peer to the browser
 */
public record CallSummary(long talkNanos, String codec, long toPeer, long toBrowser) {
    /** Of a call that never was. */
    public static final CallSummary NONE = new CallSummary(0, "", 0, 0);
}
