package offhook.sip.message;

import java.util.Arrays;
import java.util.List;

/**
 * Cuts the bytes of one TCP or TLS connection into messages (RFC 3261 18.3) and notices keep-alives (RFC 5626 3.5.1).
 *
 * <p>Once it has thrown, nothing more can be told from the stream: close the connection. Not thread-safe: one owner.
 */
public final class SipStreamFramer {
    private static final int FIRST_CAPACITY = 4096;

    /** What comes out. It may not feed the framer from within, nor throw: that counts as the end of the stream. */
    public interface Sink {
        /** One whole message for {@link SipParser}; the bytes are lent for this call only. */
        void message(byte[] bytes, int offset, int length);

        /** A double line break between messages: answer it with a single one. */
        void ping();

        /**
         * A single line break between messages: the answer to a ping of ours. The first half of a ping that comes in pieces
         * looks like one.
         */
        default void pong() {}
    }

    private byte[] buffer = new byte[FIRST_CAPACITY];
    private int filled;
    /** Where to go on looking for the end of the head. */
    private int searched;
    /** The length of the message at the front of the buffer, or 0 while its head is not whole. */
    private int messageLength;

    private boolean lineBreakBefore;
    private boolean broken;

    /**
     * Takes the next bytes of the stream, however they are cut.
     *
     * @throws SipSyntaxException when they cannot be a message, have no Content-Length, or one of more than {@link
     *     SipParser#MAX_MESSAGE_BYTES}
     * @throws IllegalStateException when it has thrown before
     */
    public void feed(byte[] bytes, int offset, int length, Sink sink) {
        if (broken) {
            throw new IllegalStateException("the stream is broken: close the connection");
        }
        broken = true;
        int position = offset;
        int end = offset + length;
        while (position < end) {
            int taken = Math.min(end - position, SipParser.MAX_MESSAGE_BYTES - filled);
            append(bytes, position, taken);
            position += taken;
            drain(sink);
            if (filled == SipParser.MAX_MESSAGE_BYTES) {
                throw tooLarge();
            }
        }
        broken = false;
    }

    /** The bytes of a message that has begun but is not whole. */
    public int pendingBytes() {
        return filled;
    }

    private void append(byte[] bytes, int offset, int length) {
        if (buffer.length < filled + length) {
            int doubled = Math.max(filled + length, 2 * buffer.length);
            buffer = Arrays.copyOf(buffer, Math.min(doubled, SipParser.MAX_MESSAGE_BYTES));
        }
        System.arraycopy(bytes, offset, buffer, filled, length);
        filled += length;
    }

    private void drain(Sink sink) {
        int start = 0;
        while (true) {
            start = skipLineBreaks(start, sink);
            if (messageLength == 0) {
                measure(start);
            }
            if (messageLength == 0 || filled - start < messageLength) {
                break;
            }
            sink.message(buffer, start, messageLength);
            start += messageLength;
            searched = start;
            messageLength = 0;
        }
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, filled - start);
            filled -= start;
            searched -= start;
        }
    }

    /** Skips the line breaks before a message; every second one in a row makes a ping, one alone a pong. */
    private int skipLineBreaks(int from, Sink sink) {
        int start = from;
        boolean before = lineBreakBefore;
        while (messageLength == 0 && start + 1 < filled && buffer[start] == '\r' && buffer[start + 1] == '\n') {
            start += 2;
            if (lineBreakBefore) {
                sink.ping();
            }
            lineBreakBefore = !lineBreakBefore;
        }
        if (lineBreakBefore && !before) {
            sink.pong();
        }
        searched = Math.max(searched, start);
        return start;
    }

    private void measure(int start) {
        if (start == filled || (buffer[start] == '\r' && start + 1 == filled)) {
            return;
        }
        lineBreakBefore = false;
        if (!Grammar.isTokenCharacter((char) (buffer[start] & 0xff))) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "the stream does not carry SIP");
        }
        int headEnd = SipParser.endOfHead(buffer, searched, filled);
        if (headEnd < 0) {
            searched = Math.max(searched, filled - 3);
            return;
        }
        long length = headEnd - start + (long) contentLength(start, headEnd);
        if (length > SipParser.MAX_MESSAGE_BYTES) {
            throw tooLarge();
        }
        messageLength = (int) length;
    }

    /** Content-Length is what a stream cannot do without (18.3); the parser reads it again, with all the rest. */
    private int contentLength(int start, int headEnd) {
        List<String> lines = SipParser.unfold(buffer, start, headEnd - 4);
        try {
            int found = -1;
            for (String line : lines) {
                int colon = Math.max(0, line.indexOf(':'));
                String name = HeaderName.canonical(TextReader.trimEnd(line.substring(0, colon)));
                if (name.equals(HeaderName.CONTENT_LENGTH)) {
                    found = SipParser.readContentLength(TextReader.trim(line.substring(colon + 1)), found);
                }
            }
            if (found < 0) {
                throw new SipSyntaxException(SipStatus.BAD_REQUEST, "no Content-Length header, which a stream needs");
            }
            return found;
        } catch (SipSyntaxException bad) {
            throw bad.answeredBy(Refusal.to(lines, bad));
        }
    }

    private static SipSyntaxException tooLarge() {
        return new SipSyntaxException(
                SipStatus.MESSAGE_TOO_LARGE, "the message is longer than " + SipParser.MAX_MESSAGE_BYTES + " bytes");
    }
}
