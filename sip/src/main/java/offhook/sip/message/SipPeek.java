package offhook.sip.message;

import java.nio.charset.StandardCharsets;

/**
 * A quick look at a message's bytes that tells whose it is, without reading it whole: nothing is validated, and what is
 * not looked at costs no object. For a message that {@link SipParser} reads, both see the same.
 *
 * <p>One object serves one message after another; its views are good until the next {@link #read} and while the bytes
 * stay as they are. Texts come back as written, escapes and all; an absent one is empty. Not thread-safe: one owner.
 */
public final class SipPeek {
    private byte[] bytes = new byte[0];
    private int end;
    private boolean request;
    private boolean viaSeen;
    private final Span method = new Span();
    private final Span uriUser = new Span();
    private final Span branch = new Span();
    private final Span fromTag = new Span();
    private final Span toTag = new Span();
    private final Span callId = new Span();

    private final class Span {
        private int from;
        private int to;

        void clear() {
            set(0, 0);
        }

        void set(int start, int stop) {
            from = start;
            to = stop;
        }

        String text() {
            return from == to ? "" : new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
    }

    /**
     * Looks at a message.
     *
     * @return whether it is one by the look of its first line; otherwise all views are empty
     */
    public boolean read(byte[] message, int offset, int length) {
        bytes = message;
        end = offset + length;
        method.clear();
        uriUser.clear();
        branch.clear();
        fromTag.clear();
        toTag.clear();
        callId.clear();
        viaSeen = false;
        int start = offset;
        while (start + 1 < end && bytes[start] == '\r' && bytes[start + 1] == '\n') {
            start += 2;
        }
        int lineEnd = lineEnd(start);
        if (lineEnd < 0 || !readStartLine(start, lineEnd)) {
            return false;
        }
        readHeaders(lineEnd + 2);
        return true;
    }

    /** A request, rather than a response. */
    public boolean isRequest() {
        return request;
    }

    /** The request's method, or that of a response's CSeq. */
    public String method() {
        return method.text();
    }

    /** The user part of the Request-URI. */
    public String requestUser() {
        return uriUser.text();
    }

    /** The branch of the topmost Via. */
    public String branch() {
        return branch.text();
    }

    public String fromTag() {
        return fromTag.text();
    }

    public String toTag() {
        return toTag.text();
    }

    public String callId() {
        return callId.text();
    }

    private boolean readStartLine(int start, int lineEnd) {
        int space = indexOf((byte) ' ', start, lineEnd);
        if (space <= start) {
            return false;
        }
        request = !startsWith("sip/", start, lineEnd);
        if (!request) {
            return true;
        }
        int last = lineEnd - 1;
        while (last > space && bytes[last] != ' ') {
            last--;
        }
        if (last == space || !startsWith("sip/", last + 1, lineEnd)) {
            return false;
        }
        method.set(start, space);
        readUser(space + 1, last);
        return true;
    }

    private void readUser(int start, int stop) {
        int colon = indexOf((byte) ':', start, stop);
        int at = indexOf((byte) '@', start, stop);
        if (colon >= 0 && colon < at && (startsWith("sip:", start, stop) || startsWith("sips:", start, stop))) {
            int password = indexOf((byte) ':', colon + 1, at);
            uriUser.set(colon + 1, password < 0 ? at : password);
        }
    }

    private void readHeaders(int start) {
        int line = start;
        while (line < end) {
            int stop = lineEnd(line);
            if (stop <= line) {
                return;
            }
            // A line that begins with a space goes on from the one before (RFC 3261 7.3.1).
            while (stop + 2 < end && (bytes[stop + 2] == ' ' || bytes[stop + 2] == '\t')) {
                stop = lineEnd(stop + 2);
                if (stop < 0) {
                    return;
                }
            }
            int colon = indexOf((byte) ':', line, stop);
            if (colon > 0) {
                readHeader(line, skipBlanksBack(colon, line), skipBlanks(colon + 1, stop), skipBlanksBack(stop, colon));
            }
            line = stop + 2;
        }
    }

    private void readHeader(int name, int nameEnd, int value, int valueEnd) {
        if (is("via", "v", name, nameEnd)) {
            if (!viaSeen) {
                viaSeen = true;
                readParameter("branch", value, elementEnd(value, valueEnd), branch);
            }
        } else if (is("from", "f", name, nameEnd)) {
            readParameter("tag", value, valueEnd, fromTag);
        } else if (is("to", "t", name, nameEnd)) {
            readParameter("tag", value, valueEnd, toTag);
        } else if (is("call-id", "i", name, nameEnd)) {
            callId.set(value, valueEnd);
        } else if (!request && is("cseq", "cseq", name, nameEnd)) {
            int space = skipDigits(value, valueEnd);
            method.set(skipBlanks(space, valueEnd), valueEnd);
        }
    }

    /** Finds {@code ;name=value} outside of quotes and angle brackets. */
    private void readParameter(String name, int start, int stop, Span span) {
        for (int i = next((byte) ';', start, stop); i >= 0; i = next((byte) ';', i + 1, stop)) {
            int from = skipBlanks(i + 1, stop);
            int nameEnd = from;
            while (nameEnd < stop && Grammar.isTokenCharacter((char) bytes[nameEnd])) {
                nameEnd++;
            }
            int equals = skipBlanks(nameEnd, stop);
            if (equals < stop && bytes[equals] == '=' && is(name, name, from, nameEnd)) {
                int value = skipBlanks(equals + 1, stop);
                int valueEnd = value;
                while (valueEnd < stop && !isBlank(bytes[valueEnd]) && ";,".indexOf((char) bytes[valueEnd]) < 0) {
                    valueEnd++;
                }
                span.set(value, valueEnd);
                return;
            }
        }
    }

    /** The end of the first element of a list. */
    private int elementEnd(int value, int stop) {
        int start = value;
        while (start < stop && (bytes[start] == ',' || isBlank(bytes[start]))) {
            start++;
        }
        int comma = next((byte) ',', start, stop);
        return comma < 0 ? stop : comma;
    }

    /** The next {@code wanted} outside of quotes and angle brackets, or -1. */
    private int next(byte wanted, int start, int stop) {
        boolean quoted = false;
        boolean bracketed = false;
        for (int i = start; i < stop; i++) {
            byte b = bytes[i];
            if (quoted) {
                if (b == '\\') {
                    i++;
                } else if (b == '"') {
                    quoted = false;
                }
            } else if (b == '"') {
                quoted = true;
            } else if (b == '<') {
                bracketed = true;
            } else if (b == '>') {
                bracketed = false;
            } else if (b == wanted && !bracketed) {
                return i;
            }
        }
        return -1;
    }

    /** The index of the CR of the next CRLF, or -1. */
    private int lineEnd(int start) {
        for (int i = start; i + 1 < end; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private int indexOf(byte wanted, int start, int stop) {
        for (int i = start; i < stop; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private boolean is(String longName, String shortName, int start, int stop) {
        int length = stop - start;
        return (length == longName.length() && startsWith(longName, start, stop))
                || (length == shortName.length() && startsWith(shortName, start, stop));
    }

    /** Whether the bytes begin with a text given in lower case, whatever their case. */
    private boolean startsWith(String lowerCase, int start, int stop) {
        if (stop - start < lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            byte b = bytes[start + i];
            int lower = b >= 'A' && b <= 'Z' ? b + 32 : b;
            if (lower != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int skipBlanks(int start, int stop) {
        int i = start;
        while (i < stop && isBlank(bytes[i])) {
            i++;
        }
        return i;
    }

    private int skipBlanksBack(int stop, int start) {
        int i = stop;
        while (i > start && isBlank(bytes[i - 1])) {
            i--;
        }
        return i;
    }

    private int skipDigits(int start, int stop) {
        int i = start;
        while (i < stop && Grammar.isDigit((char) bytes[i])) {
            i++;
        }
        return i;
    }

    /** LWS; a line break here is a folded one. */
    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
