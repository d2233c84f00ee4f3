package offhook.sip.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipParserTest {
    private static final String HEAD = """
            Via: SIP/2.0/UDP h;branch=z9hG4bK1\r
            From: <sip:a@b>;tag=1\r
            To: <sip:c@d>\r
            Call-ID: x@y\r
            CSeq: 7 OPTIONS\r
            """;

    private static SipMessage parse(String text) {
        return SipParser.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static SipMessage options(String moreLines) {
        return parse("OPTIONS sip:c@d SIP/2.0\r\n" + HEAD + moreLines + "\r\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            X y                       | a header line without a colon
            : y                       | a header's name is not a word
            X\u0001: y                | a header's name is not a word
            Q: a\u0001b               | Q: a control character inside
            Q: "\\\u0001" \u0001z     | Q: a control character inside
            Call-ID: z                | Call-ID: more than one
            i: z                      | Call-ID: more than one
            Max-Forwards: 256         | Max-Forwards: a number above 255
            Max-Forwards: -1          | Max-Forwards: a number expected
            Contact:                  | Contact: empty
            Route: <sip:a@b>, c       | Route: URI: no scheme
            v: SIP/2.0/UDP            | Via: a space expected behind the transport
            v: SIP/2.0/UDP h:65536    | Via: a number above 65535
            v: SIP/1.0/UDP h          | Via: not SIP/2.0
            v: SIP/2.0/UDP [1]        | Via: the host is not a name or an address
            Content-Type: text        | Content-Type: '/' expected
            Content-Length: 1x        | Content-Length: unexpected text at the end
            """)
    void aBadLineIsRefusedWithAReason(String line, String reason) {
        var refusal = assertThrows(SipSyntaxException.class, () -> options(line + "\r\n"));
        assertEquals(reason, refusal.reason());
        assertEquals(400, refusal.status());
        assertTrue(refusal.answer().isPresent());
    }

    @Test
    void emptyLinesBeforeADatagramsMessageAreSkipped() {
        assertEquals(options(""), parse("\r\n\r\nOPTIONS sip:c@d SIP/2.0\r\n" + HEAD + "\r\n"));
    }

    @Test
    void loneLineBreakCharactersAreNoLineBreaks() {
        assertThrows(SipSyntaxException.class, () -> options("X: y\nZ: z\r\n"));
        assertThrows(SipSyntaxException.class, () -> options("X: y\rZ: z\r\n"));
        assertThrows(SipSyntaxException.class, () -> options("X: y\n\n"));
    }

    @Test
    void aHundredFieldsPassAndOneMoreDoesNot() {
        String ninetyFive = "X: y\r\n".repeat(SipParser.MAX_FIELDS - 5);
        assertEquals(
                SipParser.MAX_FIELDS, options(ninetyFive).headers().fields().size());
        assertThrows(SipSyntaxException.class, () -> options(ninetyFive + "X: y\r\n"));
        assertThrows(SipSyntaxException.class, () -> options("m: " + "<sip:a@b>,".repeat(96) + "\r\n"));
    }

    @Test
    void tooManyParametersAreRefused() {
        assertEquals(
                1,
                options("m: <sip:a@b>" + ";x".repeat(100) + "\r\n")
                        .headers()
                        .contacts()
                        .size());
        assertThrows(SipSyntaxException.class, () -> options("m: <sip:a@b>" + ";x".repeat(101) + "\r\n"));
    }

    @Test
    void aMessageBeyondTheLimitIsRefusedWithoutBeingRead() {
        var refusal = assertThrows(
                SipSyntaxException.class, () -> SipParser.parse(new byte[SipParser.MAX_MESSAGE_BYTES + 1]));
        assertEquals(513, refusal.status());
    }

    @Test
    void hugeNastyHeadersTakeNoTimeWorthNaming() {
        int room = SipParser.MAX_MESSAGE_BYTES - 300;
        for (String nasty : List.of("\\", "\"", "<", ",", ";a", "\r\n ", "\"\\\\", "%41", "a,")) {
            String value = "X: \"" + nasty.repeat(room / nasty.length()) + "\r\n";
            long start = System.nanoTime();
            for (String name : List.of("X: ", "m: ", "f: ", "Supported: ")) {
                try {
                    options(name + value).headers().all("Supported");
                } catch (SipSyntaxException refused) {
                    assertEquals(400, refused.status());
                }
            }
            assertTrue(System.nanoTime() - start < 2_000_000_000L, nasty);
        }
    }

    @Test
    void anAckIsNeverAnswered() {
        var refusal =
                assertThrows(SipSyntaxException.class, () -> parse("ACK sip:c@d SIP/2.0\r\n" + HEAD + "X\r\n\r\n"));
        assertTrue(refusal.answer().isEmpty());
    }

    @Test
    void aRefusalCopiesWhatTheSenderKnowsItsRequestBy() {
        var refusal = assertThrows(SipSyntaxException.class, () -> options("v: bad\r\nX\r\n"));
        String answer = new String(refusal.answer().orElseThrow(), StandardCharsets.UTF_8);
        assertTrue(answer.startsWith("""
                SIP/2.0 400 Via: a space expected behind the transport\r
                Via: SIP/2.0/UDP h;branch=z9hG4bK1\r
                Via: bad\r
                From: <sip:a@b>;tag=1\r
                To: <sip:c@d>;tag=""".replace("a space expected behind the transport", "'/' expected")), answer);
        var again = assertThrows(SipSyntaxException.class, () -> options("v: bad\r\nX\r\n"));
        assertEquals(answer, new String(again.answer().orElseThrow(), StandardCharsets.UTF_8), "the tag stays");
    }

    @Test
    void aResponseIsMadeFromItsRequest() {
        SipRequest request = (SipRequest) options("v: SIP/2.0/TCP second\r\nTimestamp: 54\r\nX: y\r\n");
        SipResponse trying = SipResponse.answering(request, 100, "");
        assertEquals("SIP/2.0 100 Trying", trying.startLine());
        assertEquals(2, trying.headers().vias().size());
        assertEquals("54", trying.headers().first("timestamp").orElseThrow());
        assertEquals("", trying.headers().to().tag());
        SipResponse busy = SipResponse.answering(request, 486, "t");
        assertEquals("t", busy.headers().to().tag());
        assertFalse(busy.headers().has("Timestamp") || busy.headers().has("X"));
        assertTrue(new String(busy.toBytes(), StandardCharsets.UTF_8).endsWith("\r\nContent-Length: 0\r\n\r\n"));
    }

    @Test
    void aMessageIsReadAtAnyPlaceInAnArray() {
        byte[] message = Torture.bytes("wsinv");
        byte[] roomy = new byte[message.length + 20];
        Arrays.fill(roomy, (byte) 'x');
        System.arraycopy(message, 0, roomy, 9, message.length);
        assertEquals(SipParser.parse(message), SipParser.parse(roomy, 9, message.length));
    }
}
