package offhook.sip.transaction;

/** Why a transaction ended without a final response, or a final response without its ACK. */
public enum TransactionFailure {
    /** Nobody answered in 64 * T1 (timers B, F and H; RFC 3261 section 17). */
    TIMEOUT,
    /** The edge could not reach the hop (RFC 3261 section 17.1.4). */
    TRANSPORT_ERROR,
    /** We have as many transactions as we may have: nothing was sent. */
    OVERLOAD
}
