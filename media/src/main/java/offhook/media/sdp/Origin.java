package offhook.media.sdp;

import java.net.InetAddress;

/**
 * The {@code o=} line (RFC 8866 5.2). The numbers are kept as text: they may be longer than 64 bits.
 *
 * @param username {@code -} when there is none
 */
public record Origin(
        String username,
        String sessionId,
        String sessionVersion,
        String networkType,
        String addressType,
        String address) {
    public Origin {
        Line.checkWord(username);
        Line.checkWord(sessionId);
        Line.checkWord(sessionVersion);
        Line.checkWord(networkType);
        Line.checkWord(addressType);
        Line.checkWord(address);
    }

    /** An origin without a user name. Both numbers are not negative. */
    public static Origin of(long sessionId, long sessionVersion, InetAddress address) {
        return new Origin(
                "-",
                Long.toString(sessionId),
                Long.toString(sessionVersion),
                "IN",
                Connection.addressType(address),
                Connection.literal(address));
    }

    void printTo(StringBuilder sdp) {
        sdp.append("o=").append(username).append(' ');
        sdp.append(sessionId).append(' ').append(sessionVersion).append(' ');
        sdp.append(networkType).append(' ').append(addressType).append(' ').append(address);
        sdp.append(Line.END);
    }
}
