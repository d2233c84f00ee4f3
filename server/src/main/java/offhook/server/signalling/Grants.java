package offhook.server.signalling;

import offhook.call.EndReason;

/** Where a call token or a ticket is redeemed for the one call that it permits. From any thread. */
public interface Grants {
    /** Permits nothing. */
    Grants NONE = (token, origin, peer) -> {
        throw new GrantRefused(EndReason.TOKEN_INVALID, "token", "This server takes no call tokens.");
    };

    /**
     * Redeems a token; it counts as used from now on.
     *
     * @param token as the browser sent it: anything at all, as long as a message may be
     * @param origin the {@code Origin} header of the WebSocket (RFC 6454 section 7), empty for none
     * @param peer the browser's address without a port
     * @throws GrantRefused when it permits no call now
     */
    Grant redeem(String token, String origin, String peer);
}
