package offhook.sip.transaction;

/**
 * How many transactions one layer keeps. Each over UDP lingers for 5 to 32 s after its end.
 *
 * @param clients requests that we send; a further one fails with {@link TransactionFailure#OVERLOAD}
 * @param servers requests outside of dialogs that we take; a further one is answered 503 without a transaction. Half as
 *     many again are kept for requests within dialogs and CANCELs, so that calls can still end
 * @param retryAfterSeconds what the 503 says in Retry-After
 */
public record TransactionLimits(int clients, int servers, int retryAfterSeconds) {
    public static final TransactionLimits DEFAULT = new TransactionLimits(20_000, 20_000, 10);

    public TransactionLimits {
        if (clients < 1 || servers < 1 || retryAfterSeconds < 0) {
            throw new IllegalArgumentException("a limit below 1, or a negative Retry-After");
        }
    }

    int serversInDialogs() {
        return servers + servers / 2;
    }
}
