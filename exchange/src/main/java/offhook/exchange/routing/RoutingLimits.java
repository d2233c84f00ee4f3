package offhook.exchange.routing;

/**
 * What the exchange takes on at most.
 *
 * @param contactsPerUser phones registered as one user
 * @param branches phones rung by one call
 * @param longestExpiresSeconds the longest registration granted
 */
public record RoutingLimits(int contactsPerUser, int branches, int longestExpiresSeconds) {
    public static final RoutingLimits DEFAULT = new RoutingLimits(10, 10, 3_600);

    public RoutingLimits {
        if (contactsPerUser < 1 || branches < 1 || longestExpiresSeconds < 1) {
            throw new IllegalArgumentException("a limit below 1");
        }
    }
}
