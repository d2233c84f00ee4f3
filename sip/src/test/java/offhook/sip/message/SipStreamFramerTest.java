package offhook.sip.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SipStreamFramerTest {
    private final SipStreamFramer framer = new SipStreamFramer();
    private final Heard heard = new Heard();

    /** Notes what comes out, pings as "ping". */
    private static final class Heard implements SipStreamFramer.Sink {
        final List<String> all = new ArrayList<>();
        int pongs;

        @Override
        public void message(byte[] bytes, int offset, int length) {
            SipMessage message = SipParser.parse(bytes, offset, length);
            all.add(message.startLine() + " " + message.bodyText());
        }

        @Override
        public void ping() {
            all.add("ping");
        }

        @Override
        public void pong() {
            pongs++;
        }
    }

    private static String options(String lengthLine, String body) {
        String head = """
                OPTIONS sip:a@b SIP/2.0
                Via: SIP/2.0/TCP h;branch=z9hG4bK1
                f: <sip:c@d>;tag=1
                t: <sip:a@b>
                i: 1
                CSeq: 1 OPTIONS
                """;
        return (head + lengthLine).replace("\r", "").replace("\n", "\r\n") + "\r\n\r\n" + body;
    }

    private void feed(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        framer.feed(bytes, 0, bytes.length, heard);
    }

    @Test
    void aSingleLineBreakAnswersAPingOfOurs() {
        feed("\r\n");
        assertEquals(1, heard.pongs);
        feed(options("l: 0", "") + "\r\n" + options("l: 0", ""));
        assertEquals(2, heard.pongs, "whatever comes with it");
        feed("\r\n\r\n");
        assertEquals(2, heard.pongs);
        assertEquals("ping", heard.all.getLast());
    }

    @Test
    void messagesComeOutTheSameWhereverTheStreamIsCut() {
        String stream = options("l: 5", "hello")
                + "\r\n\r\n"
                + options("Content-Length :\r\n 4", "\r\n\r\n")
                + "\r\n"
                + options("CONTENT-LENGTH: 0", "")
                + "\r\n\r\n\r\n\r\n";
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        List<String> expected = List.of(
                "OPTIONS sip:a@b SIP/2.0 hello",
                "ping",
                "OPTIONS sip:a@b SIP/2.0 \r\n\r\n",
                "OPTIONS sip:a@b SIP/2.0 ",
                "ping",
                "ping");
        for (int cut = 0; cut <= bytes.length; cut++) {
            SipStreamFramer split = new SipStreamFramer();
            Heard parts = new Heard();
            split.feed(bytes, 0, cut, parts);
            split.feed(bytes, cut, bytes.length - cut, parts);
            assertEquals(expected, parts.all, "cut at " + cut);
            assertEquals(0, split.pendingBytes());
        }
        for (byte b : bytes) {
            framer.feed(new byte[] {b}, 0, 1, heard);
        }
        assertEquals(expected, heard.all);
    }

    @Test
    void everyValidTortureMessageWithALengthPassesThrough() {
        for (Torture message : Torture.all()) {
            boolean hasLength = !message.name().equals("inv2543");
            if (message.isValid() && hasLength && !message.name().equals("dblreq")) {
                framer.feed(message.bytes(), 0, message.bytes().length, heard);
                assertEquals(0, framer.pendingBytes(), message.name());
            }
        }
        assertTrue(heard.all.size() > 25);
    }

    @Test
    void aStreamNeedsAContentLengthAndTheRefusalCanBeSent() {
        var refusal = assertThrows(SipSyntaxException.class, () -> feed(options("X: y", "")));
        assertEquals(400, refusal.status());
        assertTrue(new String(refusal.answer().orElseThrow(), StandardCharsets.UTF_8)
                .startsWith("SIP/2.0 400 no Content-Length header, which a stream needs\r\nVia: "));
        assertThrows(IllegalStateException.class, () -> feed("\r\n\r\n"));
    }

    @Test
    void aMessageThatSaysItIsTooLongIsRefusedBeforeItComes() {
        var refusal = assertThrows(SipSyntaxException.class, () -> feed(options("l: 65536", "")));
        assertEquals(513, refusal.status());
        assertEquals(List.of(), heard.all);
    }

    @Test
    void aHeadWithoutEndIsRefusedAtTheLimit() {
        feed("INVITE sip:a@b SIP/2.0\r\nX: ");
        byte[] more = new byte[1000];
        Arrays.fill(more, (byte) 'x');
        for (int i = 0; i < 65; i++) {
            framer.feed(more, 0, more.length, heard);
        }
        var refusal = assertThrows(SipSyntaxException.class, () -> framer.feed(more, 0, more.length, heard));
        assertEquals(513, refusal.status());
    }

    @Test
    void theLongestMessageAllowedPasses() {
        String empty = options("l: 12345", "");
        int body = SipParser.MAX_MESSAGE_BYTES - empty.length();
        feed(options("l: " + body, "x".repeat(body)));
        assertEquals(1, heard.all.size());
    }

    @Test
    void bytesOfAnotherProtocolAreRefusedAtOnce() {
        var refusal = assertThrows(SipSyntaxException.class, () -> feed("\u0016\u0003\u0001"));
        assertEquals("the stream does not carry SIP", refusal.reason());
    }

    @Test
    void twoLengthsOrABadOneAreRefused() {
        assertThrows(SipSyntaxException.class, () -> feed(options("l: 1\nContent-Length: 1", "x")));
        SipStreamFramer other = new SipStreamFramer();
        byte[] bad = options("l: -1", "").getBytes(StandardCharsets.UTF_8);
        assertThrows(SipSyntaxException.class, () -> other.feed(bad, 0, bad.length, heard));
    }
}
