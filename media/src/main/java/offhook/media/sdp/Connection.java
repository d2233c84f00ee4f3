package offhook.media.sdp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A {@code c=} line (RFC 8866 5.7).
 *
 * @param networkType {@code IN}
 * @param addressType {@code IP4} or {@code IP6}
 * @param address as written: a literal address, perhaps with a multicast suffix such as {@code /127}, or a host name
 */
public record Connection(String networkType, String addressType, String address) {
    private static final Pattern IP4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern IP6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

    public Connection {
        Line.checkWord(networkType);
        Line.checkWord(addressType);
        Line.checkWord(address);
    }

    public static Connection of(InetAddress address) {
        return new Connection("IN", addressType(address), literal(address));
    }

    /** The address itself, without asking any name service: empty for a host name and for nonsense. */
    public Optional<InetAddress> literal() {
        int slash = address.indexOf('/');
        return literal(slash < 0 ? address : address.substring(0, slash));
    }

    /** Reads a literal address without asking any name service; empty for anything else. */
    public static Optional<InetAddress> literal(String text) {
        boolean likely = text.indexOf(':') < 0
                ? IP4.matcher(text).matches()
                : IP6.matcher(text).matches();
        if (!likely) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** The address as SDP writes it: without the zone that Java appends to a link-local one. */
    public static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    static String addressType(InetAddress address) {
        return address instanceof Inet6Address ? "IP6" : "IP4";
    }

    /** The three words, as they stand behind {@code c=} and in {@code a=rtcp}. */
    String print() {
        return networkType + ' ' + addressType + ' ' + address;
    }
}
