package offhook.media.sdp;

import java.util.List;
import java.util.Optional;

/**
 * The value of {@code a=candidate} (RFC 8839 5.1).
 *
 * @param component 1 for RTP (and for everything once multiplexed), 2 for RTCP
 * @param transport {@code udp}, or something that is not used here
 * @param priority 1 to 2^31 - 1
 * @param address literal address or a name such as those of multicast DNS
 * @param type {@code host}, {@code srflx}, {@code prflx} or {@code relay}
 * @param extensions the words behind the type: related address and port, and whatever else was appended
 */
public record Candidate(
        String foundation,
        int component,
        String transport,
        long priority,
        String address,
        int port,
        String type,
        List<String> extensions) {
    public Candidate {
        extensions = List.copyOf(extensions);
    }

    /** Empty when the text is not a candidate. */
    public static Optional<Candidate> parse(String text) {
        List<String> words = Line.words(text);
        if (words.size() < 8 || !words.get(6).equalsIgnoreCase("typ")) {
            return Optional.empty();
        }
        int component = Numbers.parse(words.get(1), 256);
        int priority = Numbers.parse(words.get(3), Integer.MAX_VALUE);
        int port = Numbers.parse(words.get(5), 65_535);
        if (component < 0 || priority < 0 || port < 0) {
            return Optional.empty();
        }
        List<String> extensions = words.subList(8, words.size());
        return Optional.of(new Candidate(
                words.get(0), component, words.get(2), priority, words.get(4), port, words.get(7), extensions));
    }

    public String print() {
        String text = foundation + ' ' + component + ' ' + transport + ' ' + priority + ' ' + address + ' ' + port
                + " typ " + type;
        return extensions.isEmpty() ? text : text + ' ' + String.join(" ", extensions);
    }
}
