package offhook.media.sdp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A session description (RFC 8866). Immutable. {@code parse(description.print())} equals {@code description}.
 *
 * @param sessionName {@code -} when it is empty
 * @param connection for the media sections that have none of their own
 * @param lines {@code i= u= e= p= b= t= r= z= k=} and unknown ones, sorted into the order of the grammar; a missing
 *     {@code t=} is added as {@code t=0 0}
 * @param attributes in the order of the text
 * @param media in the order of the text
 */
public record SessionDescription(
        Origin origin,
        String sessionName,
        Optional<Connection> connection,
        List<Line> lines,
        List<Attribute> attributes,
        List<MediaDescription> media)
        implements Section {
    /** Longest text that is read, in characters. */
    public static final int MAX_LENGTH = 65_536;

    /** Most lines. */
    public static final int MAX_LINES = 4_000;

    /** Longest line, in characters. */
    public static final int MAX_LINE_LENGTH = 8_192;

    /** Most {@code m=} lines. */
    public static final int MAX_MEDIA = 64;

    /** Most formats in one {@code m=} line. */
    public static final int MAX_FORMATS = 128;

    /** Most attributes in one section. */
    public static final int MAX_ATTRIBUTES = 1_000;

    /** Lines before {@code c=}, and lines behind it. Time, repeat and zone lines belong together and stay as they are. */
    private static final String BEFORE_CONNECTION = "iuep";

    public SessionDescription {
        Line.check(sessionName);
        sessionName = sessionName.isEmpty() ? "-" : sessionName;
        List<Line> sorted = new ArrayList<>(lines);
        if (sorted.stream().noneMatch(line -> line.type() == 't')) {
            sorted.add(new Line('t', "0 0"));
        }
        sorted.sort(Comparator.comparingInt(SessionDescription::rank));
        lines = List.copyOf(sorted);
        attributes = List.copyOf(attributes);
        media = List.copyOf(media);
    }

    /**
     * Reads a description. Lenient: lines may end with LF alone, the last one may end with nothing, blank lines are
     * passed over, lines may stand out of order, unknown lines and attributes are kept, {@code s=} and {@code t=} may
     * be missing.
     *
     * @throws SdpException when it cannot be read
     */
    public static SessionDescription parse(String text) {
        return new SdpParser(text).parse();
    }

    /** The text, as strict as RFC 8866 9 has it. */
    public String print() {
        StringBuilder sdp = new StringBuilder(512);
        sdp.append("v=0").append(Line.END);
        origin.printTo(sdp);
        sdp.append("s=").append(sessionName).append(Line.END);
        lines.stream().filter(line -> rank(line) < BEFORE_CONNECTION.length()).forEach(line -> line.printTo(sdp));
        connection.ifPresent(where -> sdp.append("c=").append(where.print()).append(Line.END));
        lines.stream().filter(line -> rank(line) >= BEFORE_CONNECTION.length()).forEach(line -> line.printTo(sdp));
        attributes.forEach(attribute -> attribute.printTo(sdp));
        media.forEach(section -> section.printTo(sdp));
        return sdp.toString();
    }

    /** The {@code c=} line that holds for one of the sections: its own first one, else the session's. */
    public Optional<Connection> connection(MediaDescription section) {
        return section.connections().stream().findFirst().or(this::connection);
    }

    /** The direction that holds for one of the sections: its own, else the session's, else sendrecv (RFC 8866 6.7). */
    public Direction direction(MediaDescription section) {
        return section.statedDirection().or(this::statedDirection).orElse(Direction.SENDRECV);
    }

    /** The identifications in each {@code a=group} of these semantics, such as {@code BUNDLE} (RFC 5888 5, 8843 5). */
    public List<List<String>> groups(String semantics) {
        return values("group").stream()
                .map(Line::words)
                .filter(words -> !words.isEmpty() && words.getFirst().equalsIgnoreCase(semantics))
                .map(words -> words.subList(1, words.size()))
                .toList();
    }

    private static int rank(Line line) {
        return switch (line.type()) {
            case 'i' -> 0;
            case 'u' -> 1;
            case 'e' -> 2;
            case 'p' -> 3;
            case 'b' -> 4;
            case 't', 'r', 'z' -> 5;
            case 'k' -> 6;
            default -> 7;
        };
    }
}
