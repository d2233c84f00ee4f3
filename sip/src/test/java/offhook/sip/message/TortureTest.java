package offhook.sip.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 4475: every message gets the verdict that the file beside it states. */
class TortureTest {
    static List<Torture> messages() {
        return Torture.all();
    }

    @Test
    void allMessagesOfTheRfcAreHere() {
        assertEquals(49, messages().size());
        assertEquals(
                49,
                messages().stream()
                        .map(message -> message.verdict().get("section"))
                        .distinct()
                        .count());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void getsItsVerdict(Torture message) {
        if (message.isValid()) {
            SipMessage read = SipParser.parse(message.bytes());
            for (Map.Entry<String, String> fact : message.verdict().entrySet()) {
                checkFact(fact.getKey(), fact.getValue(), read);
            }
            assertEquals(read, SipParser.parse(read.toBytes()), "printed and read again");
        } else {
            var refusal = assertThrows(SipSyntaxException.class, () -> SipParser.parse(message.bytes()));
            assertEquals(message.verdict().get("reason"), refusal.reason());
            assertEquals(message.verdict().get("verdict"), "invalid " + refusal.status());
            assertEquals(
                    "yes".equals(message.verdict().get("answered")),
                    refusal.answer().isPresent());
            refusal.answer().ifPresent(answer -> checkAnswer(refusal, new String(answer, StandardCharsets.UTF_8)));
        }
    }

    private static void checkFact(String name, String expected, SipMessage read) {
        Headers headers = read.headers();
        Object actual = switch (name) {
            case "section", "verdict", "judged by", "about" -> expected;
            case "start" -> read.startLine();
            case "user" -> request(read).uri().user();
            case "host" -> request(read).uri().host();
            case "sip uri" -> request(read).uri().isSip();
            case "from" -> headers.from();
            case "from tag" -> headers.from().tag();
            case "from user" -> headers.from().uri().user();
            case "from display name" -> headers.from().displayName();
            case "to" -> headers.to();
            case "to tag" -> headers.to().tag();
            case "to user" -> headers.to().uri().user();
            case "to display name" -> headers.to().displayName();
            case "call-id" -> headers.callId();
            case "cseq" -> headers.cseq();
            case "vias" -> headers.vias().size();
            case "transports" ->
                headers.vias().stream().map(ViaHeader::transport).collect(Collectors.joining(" "));
            case "branch" -> headers.via().branch();
            case "unique branch" -> headers.via().hasUniqueBranch();
            case "routes" -> headers.routes().size();
            case "record-routes" -> headers.recordRoutes().size();
            case "contacts" -> headers.contacts().size();
            case "contact" -> headers.contacts().getFirst();
            case "accepted" -> headers.all("Accept").size();
            case "required" -> String.join(" ", headers.all("Require"));
            case "max-forwards" -> headers.maxForwards().orElse(-1);
            case "content-type" -> headers.contentType().orElse("none");
            case "body" -> read.body().length;
            default -> {
                assertTrue(name.startsWith("header "), "no such fact: " + name);
                yield headers.first(name.substring(7)).orElse("none");
            }
        };
        assertEquals(expected, actual.toString(), name);
    }

    private static SipRequest request(SipMessage message) {
        return (SipRequest) message;
    }

    private static void checkAnswer(SipSyntaxException refusal, String answer) {
        assertTrue(answer.startsWith("SIP/2.0 " + refusal.status() + " "), answer);
        assertTrue(answer.contains("\r\nVia: SIP"), answer);
        assertTrue(answer.endsWith("\r\nContent-Length: 0\r\n\r\n"), answer);
        assertTrue(!answer.contains("\r\nTo:") || answer.contains(";tag="), answer);
    }

    @Test
    void commasInNamesWithoutQuotesAreRefusedWhenTheMessageIsWhole() {
        byte[] cut = Torture.bytes("baddn");
        byte[] whole = Arrays.copyOf(cut, cut.length + 2);
        whole[cut.length] = '\r';
        whole[cut.length + 1] = '\n';
        var refusal = assertThrows(SipSyntaxException.class, () -> SipParser.parse(whole));
        assertEquals("From: a display name with such characters needs quotes", refusal.reason());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void looksTheSameAtAGlance(Torture message) {
        if (message.isValid()) {
            SipPeekTest.assertAgrees(SipParser.parse(message.bytes()), message.bytes());
        }
    }
}
