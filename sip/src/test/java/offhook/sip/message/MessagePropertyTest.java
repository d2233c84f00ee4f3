package offhook.sip.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is built of any characters that a builder accepts is read back the same. */
class MessagePropertyTest {
    private static final String ODD = "aZ09-.!%*_+`'~()<>@,;:\\\"/[]?={} \t&$#|^\0\u0007\u007fäЖ中\ud83d\ude00";

    @Test
    void parsingWhatWasPrintedGivesTheSameMessage() {
        long seed = Long.getLong("offhook.seed", 4_475);
        Random random = new Random(seed);
        for (int i = 0; i < 3_000; i++) {
            SipMessage message = message(random);
            byte[] bytes = message.toBytes();
            assertEquals(message, SipParser.parse(bytes), "iteration " + i + " of -Doffhook.seed=" + seed);
            SipPeekTest.assertAgrees(message, bytes);
        }
    }

    private static SipMessage message(Random random) {
        String method = random.nextBoolean() ? "INVITE" : token(random);
        Headers headers = Headers.NONE
                .append("Via", via(random))
                .append("From", address(random))
                .append("To", address(random))
                .append("Call-ID", token(random) + "@" + token(random))
                .append("CSeq", new CSeq(random.nextInt(Integer.MAX_VALUE), method))
                .append("Max-Forwards", random.nextInt(256));
        int more = random.nextInt(8);
        for (int i = 0; i < more; i++) {
            headers = switch (random.nextInt(6)) {
                case 0 -> headers.append("v", via(random));
                case 1 -> headers.prepend("Route", address(random));
                case 2 -> headers.append("m", address(random));
                case 3 -> headers.with("Expires", random.nextInt());
                case 4 -> headers.append("X-" + token(random), TextReader.quote(odd(random)));
                default -> headers.append("Supported", token(random) + " , " + token(random));
            };
        }
        byte[] body = new byte[random.nextInt(50)];
        random.nextBytes(body);
        if (random.nextInt(4) == 0) {
            return new SipResponse(100 + random.nextInt(600), odd(random).replaceAll("\\p{Cntrl}", ""), headers, body);
        }
        return new SipRequest(method, uri(random).asRequestUri(), headers, body);
    }

    private static ViaHeader via(Random random) {
        String host = random.nextBoolean()
                ? "[2001:db8::" + random.nextInt(9999) + "]"
                : token(random).replaceAll("[^a-z]", "h");
        ViaHeader via = ViaHeader.of(token(random), host, random.nextInt(65536), token(random));
        return random.nextBoolean() ? via : via.seenFrom("192.0.2." + random.nextInt(256), 1 + random.nextInt(65535));
    }

    private static NameAddress address(Random random) {
        String name = random.nextBoolean() ? "" : TextReader.trim(odd(random));
        NameAddress address = new NameAddress(name, uri(random), Parameters.NONE);
        if (random.nextBoolean()) {
            address = address.withTag(token(random));
        }
        return random.nextBoolean()
                ? address
                : address.withParameter(token(random) + "x", TextReader.quote(odd(random)));
    }

    private static SipUri uri(Random random) {
        if (random.nextInt(10) == 0) {
            return SipUri.parse("tel:" + random.nextInt());
        }
        SipUri uri = SipUri.of(
                random.nextInt(5) == 0 ? "" : odd(random), "host" + random.nextInt(100), random.nextInt(65536));
        if (random.nextBoolean()) {
            uri = uri.withFlag("lr");
        }
        return random.nextBoolean() ? uri : uri.withParameter("p" + random.nextInt(10), "v" + random.nextInt(10));
    }

    private static String token(Random random) {
        String characters = "abcXYZ0189-.!*_+'~";
        StringBuilder token = new StringBuilder();
        for (int i = random.nextInt(10); i >= 0; i--) {
            token.append(characters.charAt(random.nextInt(characters.length())));
        }
        return token.toString();
    }

    private static String odd(Random random) {
        int[] characters = ODD.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }
}
