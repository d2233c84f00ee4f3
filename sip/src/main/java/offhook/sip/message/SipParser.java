package offhook.sip.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a message from bytes (RFC 3261 7 and 25).
 *
 * <p>A message that comes out has exactly one well-formed From, To, Call-ID and CSeq and at least one Via, a request's
 * CSeq has its method, and no view of its {@link Headers} meets a malformed value. What is well-formed but cannot be
 * served (an unknown scheme, extension, media type or method) is judged by those who serve.
 *
 * <p>Bytes that are not UTF-8 are read as U+FFFD.
 */
public final class SipParser {
    /** The longest message that is read, in bytes. */
    public static final int MAX_MESSAGE_BYTES = 65_536;

    /** The most header fields, the elements of Via, Route, Contact and their like counted one by one. */
    public static final int MAX_FIELDS = 100;

    private static final List<String> MANDATORY =
            List.of(HeaderName.VIA, HeaderName.FROM, HeaderName.TO, HeaderName.CALL_ID, HeaderName.CSEQ);

    private SipParser() {}

    /** As {@link #parse(byte[], int, int)}, of a whole array. */
    public static SipMessage parse(byte[] bytes) {
        return parse(bytes, 0, bytes.length);
    }

    /**
     * Reads the message that a datagram holds, or that {@link SipStreamFramer} cut out of a stream. Empty lines before
     * it are skipped, and bytes behind the body that Content-Length announces are left out (18.3).
     *
     * @throws SipSyntaxException when it is none; nothing else is ever thrown
     */
    public static SipMessage parse(byte[] bytes, int offset, int length) {
        if (length > MAX_MESSAGE_BYTES) {
            throw new SipSyntaxException(
                    SipStatus.MESSAGE_TOO_LARGE, "the message is longer than " + MAX_MESSAGE_BYTES + " bytes");
        }
        int end = offset + length;
        int start = offset;
        while (start + 1 < end && bytes[start] == '\r' && bytes[start + 1] == '\n') {
            start += 2;
        }
        int bodyStart = endOfHead(bytes, start, end);
        List<String> lines = unfold(bytes, start, bodyStart < 0 ? end : bodyStart - 4);
        try {
            if (bodyStart < 0) {
                throw bad("no empty line behind the headers");
            }
            return new Head(lines).withBody(bytes, bodyStart, end);
        } catch (SipSyntaxException refused) {
            throw refused.answeredBy(Refusal.to(lines, refused));
        }
    }

    /** The index behind the empty line, or -1. */
    static int endOfHead(byte[] bytes, int start, int end) {
        for (int i = start; i + 3 < end; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    /** The lines; one that begins with a space or tab belongs to the header line before it (7.3.1). */
    static List<String> unfold(byte[] bytes, int start, int headEnd) {
        String head = new String(bytes, start, headEnd - start, StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String part : head.split("\r\n", -1)) {
            boolean folded = !part.isEmpty() && (part.charAt(0) == ' ' || part.charAt(0) == '\t');
            if (folded && !lines.isEmpty()) {
                line.append(' ').append(TextReader.trim(part));
                continue;
            }
            if (!line.isEmpty()) {
                lines.add(line.toString());
            }
            line.setLength(0);
            line.append(part);
        }
        lines.add(line.toString());
        return lines;
    }

    private static SipSyntaxException bad(String reason) {
        return new SipSyntaxException(SipStatus.BAD_REQUEST, reason);
    }

    /** The start line and the headers, being read. */
    private static final class Head {
        private final String startLine;
        private final boolean response;
        private final List<Headers.Field> fields = new ArrayList<>();
        private int contentLength = -1;

        Head(List<String> lines) {
            startLine = lines.getFirst();
            response = startLine.regionMatches(true, 0, "SIP/", 0, 4);
            checkVersion();
            for (String line : lines.subList(1, lines.size())) {
                readField(line);
            }
            for (String name : MANDATORY) {
                if (!has(name)) {
                    throw bad("no " + name + " header");
                }
            }
        }

        private boolean has(String name) {
            for (Headers.Field field : fields) {
                if (field.name().equals(name)) {
                    return true;
                }
            }
            return false;
        }

        /** First of all, since a message of another version may have other rules (RFC 4475 3.1.2.16). */
        private void checkVersion() {
            int space = response ? startLine.indexOf(' ') : startLine.lastIndexOf(' ');
            if (space < 0) {
                throw bad("the first line has no spaces");
            }
            String version = response ? startLine.substring(0, space) : startLine.substring(space + 1);
            if (!version.regionMatches(true, 0, "SIP/", 0, 4)) {
                throw bad("the first line does not end with SIP/2.0");
            }
            if (!version.substring(4).equals("2.0")) {
                throw new SipSyntaxException(SipStatus.VERSION_NOT_SUPPORTED, "only SIP/2.0 is spoken here");
            }
        }

        private void readField(String line) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw bad("a header line without a colon");
            }
            String name = HeaderName.canonical(TextReader.trimEnd(line.substring(0, colon)));
            String value = TextReader.trim(line.substring(colon + 1));
            if (HeaderName.isSingle(name) && has(name)) {
                throw bad(name + ": more than one");
            }
            if (name.equals(HeaderName.CONTENT_LENGTH)) {
                contentLength = readContentLength(value, contentLength);
                return;
            }
            fields.addAll(Headers.fieldsOf(name, value));
            if (fields.size() > MAX_FIELDS) {
                throw bad("more than " + MAX_FIELDS + " header fields");
            }
        }

        SipMessage withBody(byte[] bytes, int bodyStart, int end) {
            int present = end - bodyStart;
            if (contentLength > present) {
                throw bad("Content-Length: the body is shorter");
            }
            int length = contentLength < 0 ? present : contentLength;
            byte[] body = Arrays.copyOfRange(bytes, bodyStart, bodyStart + length);
            Headers headers = Headers.ofFields(fields);
            return response ? response(headers, body) : request(headers, body);
        }

        private SipRequest request(Headers headers, byte[] body) {
            int first = startLine.indexOf(' ');
            int last = startLine.lastIndexOf(' ');
            if (first == last) {
                throw bad("the first line is not METHOD URI SIP/2.0");
            }
            String method = startLine.substring(0, first);
            SipUri uri = SipUri.parse(startLine.substring(first + 1, last));
            SipRequest request = new SipRequest(method, uri, headers, body);
            if (!headers.cseq().method().equals(method)) {
                throw bad("CSeq: its method is not the request's");
            }
            return request;
        }

        private SipResponse response(Headers headers, byte[] body) {
            int code = startLine.indexOf(' ') + 1;
            int end = code;
            while (end < startLine.length() && Grammar.isDigit(startLine.charAt(end))) {
                end++;
            }
            // Some servers leave out the space before an empty reason.
            if (end - code != 3 || (end < startLine.length() && startLine.charAt(end) != ' ')) {
                throw bad("the status is not a number of three digits");
            }
            String reason = end < startLine.length() ? startLine.substring(end + 1) : "";
            return new SipResponse(Integer.parseInt(startLine, code, end, 10), reason, headers, body);
        }
    }

    /** Reads a Content-Length beside one read before (-1 for none): a second one is an error (RFC 4475 3.3.9). */
    static int readContentLength(String value, int before) {
        if (before >= 0) {
            throw bad("Content-Length: more than one");
        }
        TextReader reader = new TextReader(HeaderName.CONTENT_LENGTH, value);
        int length = (int) reader.number(Integer.MAX_VALUE);
        reader.expectEnd();
        return length;
    }
}
