package offhook.media.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SessionDescriptionTest {
    private static final String BASE = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n";

    @TestFactory
    Stream<DynamicTest> strictDescriptionPrintsAsItWasWritten() {
        return each(SdpFiles.in("rfc8866", "captured", "phones"), file -> {
            String text = SdpFiles.read(file);
            assertEquals(text, SessionDescription.parse(text).print());
        });
    }

    @TestFactory
    Stream<DynamicTest> sloppyDescriptionPrintsStrictly() {
        return each(SdpFiles.in("lenient"), file -> {
            SessionDescription description = SessionDescription.parse(SdpFiles.read(file));
            assertEquals(SdpFiles.beside(file, ".printed.sdp"), description.print());
            assertEquals(description, SessionDescription.parse(description.print()));
        });
    }

    @TestFactory
    Stream<DynamicTest> wrongDescriptionIsRefusedWithLineReasonAndRemedy() {
        return each(SdpFiles.in("wrong"), file -> {
            String text = SdpFiles.read(file);
            SdpException wrong = assertThrows(SdpException.class, () -> SessionDescription.parse(text));
            assertEquals(SdpFiles.beside(file, ".expected").strip(), wrong.getMessage());
        });
    }

    @Test
    void exampleOfRfc8866IsRead() {
        SessionDescription call = SessionDescription.parse(SdpFiles.read("rfc8866/5-example.sdp"));
        assertEquals(new Origin("jdoe", "3724394400", "3724394405", "IN", "IP4", "198.51.100.1"), call.origin());
        assertEquals("Call to John Smith", call.sessionName());
        assertEquals(
                List.of(
                        new Line('i', "SDP Offer #1"),
                        new Line('u', "http://www.jdoe.example.com/home.html"),
                        new Line('e', "Jane Doe <jane@jdoe.example.com>"),
                        new Line('p', "+1 617 555-6011"),
                        new Line('t', "0 0")),
                call.lines());
        assertEquals(
                List.of(49170, 49180, 51372),
                call.media().stream().map(MediaDescription::port).toList());
        MediaDescription video = call.media().get(2);
        assertEquals(
                "IN IP4 198.51.100.1",
                call.connection(call.media().get(0)).orElseThrow().print());
        assertEquals("IN IP6 2001:db8::2", call.connection(video).orElseThrow().print());
        assertEquals(Map.of(99, new RtpMap(99, "h263-1998", 90_000, 1)), video.rtpMaps());
    }

    @Test
    void mediaPortsInPairsAreRead() {
        SessionDescription multicast = SessionDescription.parse(SdpFiles.read("rfc8866/5.7-multicast.sdp"));
        assertEquals(2, multicast.media().get(0).portCount());
        assertEquals(3, multicast.media().get(1).connections().size());
    }

    @Test
    void directionOfTheSessionHoldsForSectionsWithoutTheirOwn() {
        SessionDescription session = SessionDescription.parse(SdpFiles.read("rfc8866/6-attributes.sdp"));
        assertEquals(
                List.of(Direction.INACTIVE, Direction.SENDONLY, Direction.RECVONLY),
                session.media().stream().map(session::direction).toList());
        SessionDescription silent = SessionDescription.parse(BASE + "m=audio 5004 RTP/AVP 0\r\n");
        assertEquals(Direction.SENDRECV, silent.direction(silent.media().getFirst()));
    }

    @Test
    void longestDescriptionIsReadAndOneCharacterMoreIsNot() {
        StringBuilder text = new StringBuilder(BASE);
        String filler = "a=x:" + "y".repeat(1_000) + "\r\n";
        while (text.length() + filler.length() <= SessionDescription.MAX_LENGTH - 6) {
            text.append(filler);
        }
        text.append("a=z:")
                .append("z".repeat(SessionDescription.MAX_LENGTH - text.length() - 2))
                .append("\r\n");
        assertEquals(SessionDescription.MAX_LENGTH, text.length());
        SessionDescription.parse(text.toString());
        assertRefused(text.append('\n').toString(), "SDP: it has 65537 characters; send at most 65536");
    }

    @Test
    void longestLineIsReadAndOneCharacterMoreIsNot() {
        String line = "a=x:" + "y".repeat(SessionDescription.MAX_LINE_LENGTH - 4);
        SessionDescription.parse(BASE + line);
        assertRefused(BASE + line + "y", "SDP line 5: the line has 8193 characters; keep lines within 8192");
    }

    @Test
    void mostLinesAreReadAndOneMoreIsNot() {
        String text = BASE + "b=X:1\n".repeat(SessionDescription.MAX_LINES - 4);
        SessionDescription.parse(text);
        assertRefused(text + "b=X:1\n", "SDP line 4001: there are too many lines; send at most 4000");
    }

    @Test
    void mostMediaSectionsAreReadAndOneMoreIsNot() {
        String text = BASE + "m=audio 9 RTP/AVP 0\n".repeat(SessionDescription.MAX_MEDIA);
        assertEquals(
                SessionDescription.MAX_MEDIA,
                SessionDescription.parse(text).media().size());
        assertRefused(text + "m=audio 9 RTP/AVP 0\n", "SDP line 69: there are too many m= lines; send at most 64");
    }

    @Test
    void mostFormatsAreReadAndOneMoreIsNot() {
        String text = BASE + "m=audio 9 RTP/AVP" + " 0".repeat(SessionDescription.MAX_FORMATS);
        SessionDescription.parse(text);
        assertRefused(text + " 0", "SDP line 5: m= lists too many formats; list at most 128");
    }

    @Test
    void mostAttributesAreReadAndOneMoreIsNot() {
        String text = BASE + "a=x\n".repeat(SessionDescription.MAX_ATTRIBUTES);
        SessionDescription.parse(text + "m=audio 9 RTP/AVP 0\n" + "a=x\n".repeat(SessionDescription.MAX_ATTRIBUTES));
        assertRefused(text + "a=x\n", "SDP line 1005: the section has too many attributes; send at most 1000");
    }

    @Test
    void excerptOfAWrongLineCannotForgeALogLine() {
        SdpException wrong = assertThrows(
                SdpException.class, () -> SessionDescription.parse("v=0\n" + "\u001b[31m" + "x".repeat(99)));
        assertEquals(
                "SDP line 2: '?[31m" + "x".repeat(35)
                        + "' is not of the form x=value; begin each line with a letter and =",
                wrong.getMessage());
        assertEquals(2, wrong.line());
    }

    @Test
    void nothingThatIsPrintedCanBreakOutOfItsLine() {
        assertThrows(IllegalArgumentException.class, () -> new Attribute("x", "1\r\na=y"));
        assertThrows(IllegalArgumentException.class, () -> new Attribute("x\n"));
        assertThrows(IllegalArgumentException.class, () -> new Attribute("x:y"));
        assertThrows(IllegalArgumentException.class, () -> new Line('i', "1\n"));
        assertThrows(IllegalArgumentException.class, () -> new Line('m', "audio 9 RTP/AVP 0"));
        assertThrows(IllegalArgumentException.class, () -> new Connection("IN", "IP4", "192.0.2.1 x"));
        assertThrows(IllegalArgumentException.class, () -> new Origin("a b", "1", "1", "IN", "IP4", "192.0.2.1"));
        assertThrows(
                IllegalArgumentException.class,
                () -> new SessionDescription(
                        new Origin("-", "1", "1", "IN", "IP4", "192.0.2.1"),
                        "a\nb",
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        List.of()));
    }

    private static void assertRefused(String text, String message) {
        SdpException wrong = assertThrows(SdpException.class, () -> SessionDescription.parse(text));
        assertEquals(message, wrong.getMessage());
    }

    private static Stream<DynamicTest> each(List<Path> files, java.util.function.Consumer<Path> test) {
        assertTrue(!files.isEmpty(), "no files found");
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> test.accept(file)));
    }
}
