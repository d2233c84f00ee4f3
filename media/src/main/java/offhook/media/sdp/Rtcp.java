package offhook.media.sdp;

import java.util.List;
import java.util.Optional;

/**
 * The value of {@code a=rtcp} (RFC 3605).
 *
 * @param port 1 to 65 535
 * @param connection where that port is, when it is not the section's own address
 */
public record Rtcp(int port, Optional<Connection> connection) {
    /** Empty when the text is neither a port nor a port and an address. */
    public static Optional<Rtcp> parse(String text) {
        List<String> words = Line.words(text);
        int port = words.isEmpty() ? -1 : Numbers.parse(words.getFirst(), 65_535);
        if (port < 1 || (words.size() != 1 && words.size() != 4)) {
            return Optional.empty();
        }
        return Optional.of(new Rtcp(
                port,
                words.size() == 1
                        ? Optional.empty()
                        : Optional.of(new Connection(words.get(1), words.get(2), words.get(3)))));
    }

    public String print() {
        return connection.map(where -> port + " " + where.print()).orElse(Integer.toString(port));
    }

    public Attribute attribute() {
        return new Attribute("rtcp", print());
    }
}
