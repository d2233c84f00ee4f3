package offhook.media.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one description, line by line. Used once. */
final class SdpParser {
    private final String text;
    private int lineNumber;

    private boolean versionSeen;
    private @Nullable Origin origin;
    private @Nullable String sessionName;
    private @Nullable Connection connection;
    private final List<MediaDescription> media = new ArrayList<>();

    /** What belongs to the section being read. */
    private List<Line> lines = new ArrayList<>();

    private List<Attribute> attributes = new ArrayList<>();
    private List<Connection> connections = new ArrayList<>();
    private @Nullable MediaLine mediaLine;

    /** An {@code m=} line before its section is complete. */
    private record MediaLine(String type, int port, int portCount, String protocol, List<String> formats) {}

    SdpParser(String text) {
        this.text = text;
    }

    SessionDescription parse() {
        if (text.length() > SessionDescription.MAX_LENGTH) {
            throw new SdpException(
                    0, "it has " + text.length() + " characters", "send at most " + SessionDescription.MAX_LENGTH);
        }
        List<Line> sessionLines = lines;
        List<Attribute> sessionAttributes = attributes;
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            lineNumber++;
            if (lineNumber > SessionDescription.MAX_LINES) {
                throw wrong("there are too many lines", "send at most " + SessionDescription.MAX_LINES);
            }
            onLine(text.substring(start, end > start && text.charAt(end - 1) == '\r' ? end - 1 : end));
            start = end + 1;
        }
        endSection();
        if (!versionSeen) {
            throw new SdpException(0, "the v= line is missing", "begin with v=0");
        }
        if (origin == null) {
            throw new SdpException(0, "the o= line is missing", "add one such as o=- 1 1 IN IP4 192.0.2.1");
        }
        return new SessionDescription(
                origin,
                sessionName == null ? "-" : sessionName,
                Optional.ofNullable(connection),
                sessionLines,
                sessionAttributes,
                media);
    }

    private void onLine(String line) {
        if (line.isBlank()) {
            return;
        }
        if (line.length() > SessionDescription.MAX_LINE_LENGTH) {
            throw wrong(
                    "the line has " + line.length() + " characters",
                    "keep lines within " + SessionDescription.MAX_LINE_LENGTH);
        }
        if (line.length() < 2 || line.charAt(1) != '=') {
            throw wrong("'" + excerpt(line) + "' is not of the form x=value", "begin each line with a letter and =");
        }
        if (line.indexOf('\r') >= 0 || line.indexOf('\0') >= 0) {
            throw wrong("the line holds a control character", "end lines with CR LF and leave NUL out");
        }
        String value = line.substring(2);
        char type = line.charAt(0);
        if (!versionSeen && type != 'v') {
            throw wrong("the description begins with " + type + "=", "begin with v=0");
        }
        switch (type) {
            case 'v' -> onVersion(value);
            case 'o' -> onOrigin(value);
            case 's' -> onSessionName(value);
            case 'c' -> onConnection(value);
            case 'a' -> onAttribute(value);
            case 'm' -> onMedia(value);
            default -> onOther(type, value);
        }
    }

    private void onVersion(String value) {
        if (versionSeen) {
            throw wrong("there is a second v= line", "send one description only");
        }
        if (!value.strip().equals("0")) {
            throw wrong("version '" + excerpt(value) + "' is unknown", "write v=0");
        }
        versionSeen = true;
    }

    private void onOrigin(String value) {
        if (origin != null) {
            throw wrong("there is a second o= line", "send one description only");
        }
        List<String> words = Line.words(value);
        int count = words.size();
        if (count < 5) {
            throw wrong(
                    "o= has " + count + " words instead of six",
                    "write user, session id, version, IN, IP4 or IP6, address");
        }
        // Some devices leave the user name empty, others write one with blanks.
        String username = count == 5 ? "-" : String.join("_", words.subList(0, count - 5));
        origin = new Origin(
                username,
                words.get(count - 5),
                words.get(count - 4),
                words.get(count - 3),
                words.get(count - 2),
                words.get(count - 1));
    }

    private void onSessionName(String value) {
        if (sessionName != null) {
            throw wrong("there is a second s= line", "send one description only");
        }
        sessionName = value;
    }

    private void onConnection(String value) {
        List<String> words = Line.words(value);
        if (words.size() != 3) {
            throw wrong("c= has " + words.size() + " words instead of three", "write IN, IP4 or IP6, and the address");
        }
        Connection read = new Connection(words.get(0), words.get(1), words.get(2));
        if (mediaLine != null) {
            connections.add(read);
        } else if (connection == null) {
            connection = read;
        } else {
            throw wrong("there is a second c= line before the first m= line", "keep one of them");
        }
    }

    private void onAttribute(String value) {
        if (attributes.size() == SessionDescription.MAX_ATTRIBUTES) {
            throw wrong("the section has too many attributes", "send at most " + SessionDescription.MAX_ATTRIBUTES);
        }
        int colon = value.indexOf(':');
        String name = (colon < 0 ? value : value.substring(0, colon)).strip();
        if (name.isEmpty()) {
            throw wrong("the attribute has no name", "write a=name or a=name:value");
        }
        attributes.add(new Attribute(name, colon < 0 ? "" : value.substring(colon + 1)));
    }

    private void onMedia(String value) {
        endSection();
        if (media.size() == SessionDescription.MAX_MEDIA) {
            throw wrong("there are too many m= lines", "send at most " + SessionDescription.MAX_MEDIA);
        }
        List<String> words = Line.words(value);
        if (words.size() < 3) {
            throw wrong("m= has " + words.size() + " words only", "write media, port, protocol and formats");
        }
        if (words.size() - 3 > SessionDescription.MAX_FORMATS) {
            throw wrong("m= lists too many formats", "list at most " + SessionDescription.MAX_FORMATS);
        }
        int slash = words.get(1).indexOf('/');
        int port = Numbers.parse(slash < 0 ? words.get(1) : words.get(1).substring(0, slash), 65_535);
        int portCount = slash < 0 ? 1 : Numbers.parse(words.get(1).substring(slash + 1), 65_535);
        if (port < 0 || portCount < 1) {
            throw wrong("'" + excerpt(words.get(1)) + "' is not a port", "write a number from 0 to 65535");
        }
        if (words.size() == 3 && port != 0) {
            throw wrong("m= lists no formats", "list at least one behind the protocol");
        }
        mediaLine = new MediaLine(words.get(0), port, portCount, words.get(2), words.subList(3, words.size()));
    }

    private void onOther(char type, String value) {
        if (type <= ' ' || type > '~' || type == '=') {
            throw wrong("the line does not begin with a letter", "begin each line with a letter and =");
        }
        lines.add(new Line(type, value));
    }

    private void endSection() {
        if (mediaLine != null) {
            media.add(new MediaDescription(
                    mediaLine.type,
                    mediaLine.port,
                    mediaLine.portCount,
                    mediaLine.protocol,
                    mediaLine.formats,
                    connections,
                    lines,
                    attributes));
        }
        lines = new ArrayList<>();
        attributes = new ArrayList<>();
        connections = new ArrayList<>();
    }

    private SdpException wrong(String problem, String remedy) {
        return new SdpException(lineNumber, problem, remedy);
    }

    /** As much of a wrong text as a message can bear, without anything that could break a log line. */
    private static String excerpt(String value) {
        StringBuilder text = new StringBuilder();
        value.codePoints().limit(40).map(c -> c < ' ' || c == 0x7F ? '?' : c).forEach(text::appendCodePoint);
        return text.toString();
    }
}
