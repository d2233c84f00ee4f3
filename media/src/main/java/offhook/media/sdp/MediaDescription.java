package offhook.media.sdp;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * An {@code m=} line and the lines up to the next one (RFC 8866 5.14).
 *
 * @param type {@code audio}, {@code video}, {@code application} ..
 * @param port 0 to 65 535; 0 refuses the section or, with {@code a=bundle-only}, leaves it to another one's port
 * @param portCount 1 unless the line has the form {@code port/count}
 * @param protocol such as {@code RTP/AVP} or {@code UDP/TLS/RTP/SAVPF}
 * @param formats payload types as text for RTP; never empty
 * @param connections mostly none or one
 * @param lines {@code i= b= k=} and unknown ones, sorted into the order of the grammar
 * @param attributes in the order of the text
 */
public record MediaDescription(
        String type,
        int port,
        int portCount,
        String protocol,
        List<String> formats,
        List<Connection> connections,
        List<Line> lines,
        List<Attribute> attributes)
        implements Section {
    /** The line types in the order in which RFC 8866 9 has them; {@code c=} stands behind the first. */
    private static final String ORDER = "ibk";

    public MediaDescription {
        Line.checkWord(type);
        Line.checkWord(protocol);
        formats.forEach(Line::checkWord);
        if (port < 0 || port > 65_535 || portCount < 1) {
            throw new IllegalArgumentException("no port: " + port + '/' + portCount);
        }
        // A section refused without any format is seen in the field; the grammar wants one.
        formats = formats.isEmpty() ? List.of("0") : List.copyOf(formats);
        connections = List.copyOf(connections);
        lines = lines.stream()
                .sorted(Comparator.comparingInt(MediaDescription::rank))
                .toList();
        attributes = List.copyOf(attributes);
    }

    /** One port, one {@code c=} line, no other lines. */
    public MediaDescription(
            String type,
            int port,
            String protocol,
            List<String> formats,
            Connection connection,
            List<Attribute> attributes) {
        this(type, port, 1, protocol, formats, List.of(connection), List.of(), attributes);
    }

    /** The section is not wanted: port 0, and not because it shares another section's port (RFC 8843 6). */
    public boolean refused() {
        return port == 0 && !has("bundle-only");
    }

    /** The formats that are payload types, in their order. */
    public List<Integer> payloadTypes() {
        return formats.stream()
                .map(format -> Numbers.parse(format, 127))
                .filter(payloadType -> payloadType >= 0)
                .toList();
    }

    /** The readable {@code a=rtpmap} lines by payload type; the first one for each counts. */
    public Map<Integer, RtpMap> rtpMaps() {
        Map<Integer, RtpMap> maps = new HashMap<>();
        for (String value : values("rtpmap")) {
            RtpMap.parse(value).ifPresent(map -> maps.putIfAbsent(map.payloadType(), map));
        }
        return maps;
    }

    /** The parameters of {@code a=fmtp} for a payload type (RFC 8866 6.15); several lines are joined, none is empty. */
    public String fmtp(int payloadType) {
        return values("fmtp").stream()
                .map(value -> value.split("\\s+", 2))
                .filter(parts -> parts.length == 2 && Numbers.parse(parts[0], 127) == payloadType)
                .map(parts -> parts[1].strip())
                .collect(Collectors.joining(";"));
    }

    /** The readable {@code a=candidate} lines (RFC 8839 5.1). */
    public List<Candidate> candidates() {
        return values("candidate").stream()
                .flatMap(value -> Candidate.parse(value).stream())
                .toList();
    }

    /** The readable {@code a=crypto} lines (RFC 4568), the other side's first choice first. */
    public List<Crypto> cryptos() {
        return values(Crypto.ATTRIBUTE).stream()
                .flatMap(value -> Crypto.parse(value).stream())
                .toList();
    }

    /** {@code a=rtcp} (RFC 3605). */
    public Optional<Rtcp> rtcp() {
        return value("rtcp").flatMap(Rtcp::parse);
    }

    /** {@code a=rtcp-mux} (RFC 5761). */
    public boolean rtcpMux() {
        return has("rtcp-mux");
    }

    /** {@code a=mid} (RFC 5888). */
    public Optional<String> mid() {
        return value("mid").filter(mid -> !mid.isEmpty());
    }

    /** {@code a=ptime} in milliseconds (RFC 8866 6.4). */
    public OptionalInt ptimeMillis() {
        int millis = Numbers.parse(value("ptime").orElse(""), Integer.MAX_VALUE);
        return millis < 1 ? OptionalInt.empty() : OptionalInt.of(millis);
    }

    void printTo(StringBuilder sdp) {
        sdp.append("m=").append(type).append(' ').append(port);
        if (portCount != 1) {
            sdp.append('/').append(portCount);
        }
        sdp.append(' ').append(protocol);
        formats.forEach(format -> sdp.append(' ').append(format));
        sdp.append(Line.END);
        lines.stream().filter(line -> rank(line) == 0).forEach(line -> line.printTo(sdp));
        connections.forEach(
                connection -> sdp.append("c=").append(connection.print()).append(Line.END));
        lines.stream().filter(line -> rank(line) > 0).forEach(line -> line.printTo(sdp));
        attributes.forEach(attribute -> attribute.printTo(sdp));
    }

    private static int rank(Line line) {
        int place = ORDER.indexOf(line.type());
        return place < 0 ? ORDER.length() : place;
    }
}
