package offhook.sip.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The answer to a request that could not be read (RFC 3261 8.2.6, 16.3): Via, From, To, Call-ID and CSeq are copied as
 * they stand, so that the sender knows its request again even where one of them is what is wrong. Of what is missing nothing is copied; of what is
 * there twice, the first.
 */
final class Refusal {
    private static final byte[] NONE = new byte[0];
    private static final List<String> COPIED =
            List.of(HeaderName.FROM, HeaderName.TO, HeaderName.CALL_ID, HeaderName.CSEQ);

    private Refusal() {}

    /**
     * @param lines the unfolded lines of the head
     * @return the bytes to send, or none when this is no request, an ACK, or has no Via to send an answer by
     */
    static byte[] to(List<String> lines, SipSyntaxException bad) {
        String startLine = lines.getFirst();
        int space = startLine.indexOf(' ');
        String method = space < 0 ? "" : startLine.substring(0, space);
        if (!Grammar.isToken(method) || method.equals(SipMethod.ACK)) {
            return NONE;
        }
        StringBuilder text = new StringBuilder("SIP/2.0 ").append(bad.status()).append(' ');
        text.append(bad.status() == SipStatus.BAD_REQUEST ? bad.reason() : SipStatus.reason(bad.status()));
        List<String> vias = linesOf(lines, HeaderName.VIA);
        if (vias.isEmpty()) {
            return NONE;
        }
        vias.forEach(value -> append(text, HeaderName.VIA, value));
        for (String name : COPIED) {
            List<String> values = linesOf(lines, name);
            if (!values.isEmpty()) {
                String first = values.getFirst();
                append(text, name, name.equals(HeaderName.TO) ? tagged(first, lines) : first);
            }
        }
        text.append("\r\nContent-Length: 0\r\n\r\n");
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> linesOf(List<String> lines, String name) {
        List<String> values = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1);
            if (colon > 0
                    && HeaderName.canonical(TextReader.trimEnd(line.substring(0, colon)))
                            .equals(name)
                    && value.chars().noneMatch(c -> Grammar.isControl((char) c) && c != '\t')) {
                values.add(TextReader.trim(value));
            }
        }
        return values;
    }

    /** The tag is made from the request, so that a repetition gets the same (8.2.7). */
    private static String tagged(String to, List<String> lines) {
        boolean has = to.toLowerCase(Locale.ROOT).replace(" ", "").contains(";tag=");
        return has ? to : to + ";tag=" + Integer.toHexString(lines.hashCode());
    }

    private static void append(StringBuilder text, String name, String value) {
        text.append("\r\n").append(name).append(": ").append(value);
    }
}
