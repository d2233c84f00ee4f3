package offhook.sip.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads a message from bytes (RFC 3261 7 and 25).
 *
 * <p>A message that comes out has exactly one well-formed From, To, Call-ID and CSeq and at least one Via, the CSeq's
 * method is the request's, and no view of its {@link Headers} meets a malformed value. What is valid but cannot be
 * served (an unknown scheme, extension, media type or method) is judged by those who serve.
 */
public final class SipParser {
    /** The longest message that is read, in bytes. */
    public static final int MAX_MESSAGE_BYTES = 65_536;

    /** The most header fields, the elements of split lists counted one by one. */
    public static final int MAX_FIELDS = 100;

    private static final List<String> MANDATORY =
            List.of(HeaderName.VIA, HeaderName.FROM, HeaderName.TO, HeaderName.CALL_ID, HeaderName.CSEQ);

    private SipParser() {}

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
        int start = skipEmptyLines(bytes, offset, end);
        int bodyStart = endOfHead(bytes, start, end);
        if (bodyStart < 0) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "no empty line behind the headers");
        }
        String head = new String(bytes, start, bodyStart - 4 - start, StandardCharsets.UTF_8);
        return new Reading(unfold(head), bytes, bodyStart, end).message();
    }

    private static int skipEmptyLines(byte[] bytes, int offset, int end) {
        int start = offset;
        while (start + 1 < end && bytes[start] == '\r' && bytes[start + 1] == '\n') {
            start += 2;
        }
        return start;
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

    /** The lines; one that begins with a space or tab belongs to the line before it (7.3.1). */
    private static List<String> unfold(String head) {
        List<String> lines = new ArrayList<>();
        for (String line : head.split("\r\n", -1)) {
            boolean folded = !line.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t');
            if (folded && lines.size() > 1) {
                lines.add(TextReader.trim(lines.removeLast()) + " " + TextReader.trim(line));
            } else {
                lines.add(line);
            }
        }
        return lines;
    }

    /** One message being read: what is known of it when it turns out to be bad decides whether it can be answered. */
    private static final class Reading {
        private final List<String> lines;
        private final byte[] bytes;
        private final int bodyStart;
        private final int end;
        private final List<Headers.Field> fields = new ArrayList<>();
        private int contentLength = -1;

        Reading(List<String> lines, byte[] bytes, int bodyStart, int end) {
            this.lines = lines;
            this.bytes = bytes;
            this.bodyStart = bodyStart;
            this.end = end;
        }

        SipMessage message() {
            for (String line : lines.subList(1, lines.size())) {
                readField(line);
            }
            for (String name : MANDATORY) {
                if (fields.stream().noneMatch(f -> f.name().equals(name))) {
                    throw bad("no " + name + " header");
                }
            }
            Headers headers = Headers.ofFields(fields);
            String startLine = lines.getFirst();
            return startLine.regionMatches(true, 0, "SIP/", 0, 4)
                    ? response(startLine, headers)
                    : request(startLine, headers);
        }

        private void readField(String line) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw bad("a header line without a colon");
            }
            String name = HeaderName.canonical(TextReader.trim(line.substring(0, colon)));
            String value = TextReader.trim(line.substring(colon + 1));
            if (HeaderName.isSingle(name)
                    && fields.stream().anyMatch(f -> f.name().equals(name))) {
                throw bad(name + ": more than one");
            }
            if (name.equals(HeaderName.CONTENT_LENGTH)) {
                readContentLength(value);
            } else {
                fields.addAll(Headers.readFields(name, value));
            }
            if (fields.size() > MAX_FIELDS) {
                throw bad("more than " + MAX_FIELDS + " header fields");
            }
        }

        private void readContentLength(String value) {
            if (contentLength >= 0) {
                throw bad("Content-Length: more than one");
            }
            TextReader reader = new TextReader(HeaderName.CONTENT_LENGTH, value);
            contentLength = (int) reader.number(MAX_MESSAGE_BYTES);
            reader.expectEnd();
        }

        private SipRequest request(String line, Headers headers) {
            int first = line.indexOf(' ');
            int last = line.lastIndexOf(' ');
            if (first < 1 || first == last) {
                throw bad("the first line is not METHOD URI SIP/2.0");
            }
            String version = line.substring(last + 1);
            if (!version.equalsIgnoreCase("SIP/2.0")) {
                boolean other = version.regionMatches(true, 0, "SIP/", 0, 4);
                throw other
                        ? new SipSyntaxException(SipStatus.VERSION_NOT_SUPPORTED, "only SIP/2.0 is spoken here")
                        : bad("the first line does not end with SIP/2.0");
            }
            String method = line.substring(0, first);
            SipUri uri = SipUri.parse(line.substring(first + 1, last));
            SipRequest request = new SipRequest(method, uri, headers, body());
            if (!headers.cseq().method().equals(method)) {
                throw bad("CSeq: its method is not the request's");
            }
            return request;
        }

        private SipResponse response(String line, Headers headers) {
            if (!line.regionMatches(true, 0, "SIP/2.0 ", 0, 8)) {
                throw bad("the first line is not SIP/2.0 STATUS REASON");
            }
            boolean code = line.length() >= 11
                    && line.substring(8, 11).chars().allMatch(c -> Grammar.isDigit((char) c))
                    && (line.length() == 11 || line.charAt(11) == ' ');
            if (!code) {
                throw bad("the status is not a number of three digits");
            }
            String reason = line.length() > 12 ? line.substring(12) : "";
            return new SipResponse(Integer.parseInt(line.substring(8, 11)), reason, headers, body());
        }

        private byte[] body() {
            int present = end - bodyStart;
            if (contentLength > present) {
                throw bad("Content-Length: the body is shorter");
            }
            int length = contentLength < 0 ? present : contentLength;
            return Arrays.copyOfRange(bytes, bodyStart, bodyStart + length);
        }

        private static SipSyntaxException bad(String reason) {
            return new SipSyntaxException(SipStatus.BAD_REQUEST, reason, Optional.empty());
        }
    }
}
