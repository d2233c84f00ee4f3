package offhook.media.sdp;

import java.util.Optional;

/** Which way media flows, as seen by the side that wrote the description (RFC 8866 6.7, RFC 3264 5.1). */
public enum Direction {
    SENDRECV("sendrecv", true, true),
    SENDONLY("sendonly", true, false),
    RECVONLY("recvonly", false, true),
    INACTIVE("inactive", false, false);

    private final String attribute;
    private final boolean sends;
    private final boolean receives;

    Direction(String attribute, boolean sends, boolean receives) {
        this.attribute = attribute;
        this.sends = sends;
        this.receives = receives;
    }

    /** The attribute's name, such as {@code sendrecv}. */
    public String attribute() {
        return attribute;
    }

    /** The writer sends media. */
    public boolean sends() {
        return sends;
    }

    /** The writer wants media sent to it. */
    public boolean receives() {
        return receives;
    }

    /** The same flow as the other side sees it. */
    public Direction reversed() {
        return of(receives, sends);
    }

    /**
     * What an answerer that would like this direction may say to an offer of {@code offered} (RFC 3264 6.1): it sends
     * only what the offerer receives and receives only what the offerer sends.
     */
    public Direction answering(Direction offered) {
        return of(sends && offered.receives, receives && offered.sends);
    }

    public static Direction of(boolean sends, boolean receives) {
        if (sends) {
            return receives ? SENDRECV : SENDONLY;
        }
        return receives ? RECVONLY : INACTIVE;
    }

    static Optional<Direction> ofAttribute(String name) {
        for (Direction direction : values()) {
            if (direction.attribute.equalsIgnoreCase(name)) {
                return Optional.of(direction);
            }
        }
        return Optional.empty();
    }
}
