package offhook.sip.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Mutations of the torture messages: whatever comes, it is read or refused, and what is read can be used. */
class SipFuzzTest {
    private static final int ITERATIONS = 20_000;
    private static final String[] SNIPPETS = {
        "\r\n",
        "\r\n ",
        "\r\n\r\n",
        "\"",
        "\\",
        "<",
        ">",
        ";",
        ",",
        "=",
        ":",
        "@",
        "%00",
        "%",
        "[::1]",
        " ",
        "\t",
        "?",
        "\0",
        "\u00ff",
        "sip:",
        "SIP/2.0",
        "tag=",
        "branch=",
        "*",
        "l: 0\r\n",
        "v: ",
        "4294967296",
        "-1",
        "()",
        "#"
    };

    private final SipPeek peek = new SipPeek();
    private int read;

    @Test
    void mutatedTortureMessagesAreReadOrRefusedAndNothingElse() {
        long seed = Long.getLong("offhook.seed", 20_261);
        Random random = new Random(seed);
        List<byte[]> corpus = new ArrayList<>();
        Torture.all().forEach(message -> corpus.add(message.bytes()));
        for (int i = 0; i < ITERATIONS; i++) {
            byte[] bytes = mutate(corpus, random);
            try {
                check(bytes);
            } catch (Throwable broken) {
                String text = new String(bytes, StandardCharsets.ISO_8859_1);
                fail("iteration " + i + " of -Doffhook.seed=" + seed + ":\n" + text, broken);
            }
        }
        assertTrue(read > ITERATIONS / 20, "only " + read + " mutations were still messages");
    }

    private void check(byte[] bytes) {
        peek.read(bytes, 0, bytes.length);
        peek.requestUser();
        try {
            new SipStreamFramer().feed(bytes, 0, bytes.length, new SipStreamFramer.Sink() {
                @Override
                public void message(byte[] whole, int offset, int length) {}

                @Override
                public void ping() {}
            });
        } catch (SipSyntaxException refused) {
            assertTrue(refused.status() >= 400);
        }
        SipMessage message;
        try {
            message = SipParser.parse(bytes);
        } catch (SipSyntaxException refused) {
            assertTrue(refused.status() >= 400 && !refused.reason().isEmpty());
            refused.answer().ifPresent(SipFuzzTest::checkAnswer);
            return;
        }
        read++;
        useAllViews(message.headers());
        assertEquals(message, SipParser.parse(message.toBytes()));
        checkPeek(message);
        if (message instanceof SipRequest request) {
            SipParser.parse(SipResponse.answering(request, 200, "tag").toBytes());
            request.uri().user();
            assertTrue(request.uri().matches(request.uri()));
        }
    }

    /** In our own print the quick look and the parser have to agree. */
    private void checkPeek(SipMessage message) {
        byte[] printed = message.toBytes();
        assertTrue(peek.read(printed, 0, printed.length));
        assertEquals(message instanceof SipRequest, peek.isRequest());
        assertEquals(message.headers().callId(), peek.callId());
        assertEquals(message.headers().cseq().method(), peek.method());
        if (Grammar.isToken(message.headers().via().branch() + "x")) {
            assertEquals(message.headers().via().branch(), peek.branch());
        }
        if (Grammar.isToken(message.headers().to().tag() + "x")) {
            assertEquals(message.headers().to().tag(), peek.toTag());
        }
        if (message instanceof SipRequest request) {
            assertEquals(request.uri().escapedUser(), peek.requestUser());
        }
    }

    private static void useAllViews(Headers headers) {
        headers.vias().forEach(via -> assertTrue(via.port() >= 0 && via.rport().orElse(1) > 0));
        headers.from();
        headers.to();
        headers.callId();
        headers.cseq();
        headers.contacts();
        headers.contactIsStar();
        headers.routes();
        headers.recordRoutes();
        headers.maxForwards();
        headers.contentType();
        headers.expires();
        headers.retryAfter();
        headers.all("Supported");
    }

    private static void checkAnswer(byte[] answer) {
        String text = new String(answer, StandardCharsets.UTF_8);
        assertTrue(text.startsWith("SIP/2.0 ") && text.endsWith("\r\n\r\n"));
        assertEquals(text.length() - 4, text.indexOf("\r\n\r\n"));
    }

    private static byte[] mutate(List<byte[]> corpus, Random random) {
        byte[] bytes = corpus.get(random.nextInt(corpus.size()));
        int mutations = 1 + random.nextInt(4);
        for (int i = 0; i < mutations; i++) {
            int at = random.nextInt(bytes.length + 1);
            int to = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 4 : 60));
            byte[] other = corpus.get(random.nextInt(corpus.size()));
            int from = random.nextInt(other.length);
            bytes = switch (random.nextInt(6)) {
                case 0 -> splice(bytes, at, to, new byte[0]);
                case 1 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
                case 2 -> splice(bytes, at, to, new byte[] {(byte) random.nextInt(256)});
                case 3 -> splice(bytes, at, at, Arrays.copyOfRange(other, from, Math.min(other.length, from + 40)));
                default -> splice(bytes, at, at, snippet(random));
            };
        }
        return bytes;
    }

    private static byte[] snippet(Random random) {
        return SNIPPETS[random.nextInt(SNIPPETS.length)].getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] splice(byte[] bytes, int at, int to, byte[] inserted) {
        byte[] result = new byte[at + inserted.length + bytes.length - to];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(inserted, 0, result, at, inserted.length);
        System.arraycopy(bytes, to, result, at + inserted.length, bytes.length - to);
        return result;
    }
}
