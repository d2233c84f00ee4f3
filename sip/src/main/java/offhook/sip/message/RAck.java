package offhook.sip.message;

/**
 * The RAck header (RFC 3262 section 7.2): which provisional response a PRACK is for.
 *
 * @param responseNumber the response's RSeq, 1 to 2^32 - 1
 * @param cseq that of the request that the response is for
 */
public record RAck(long responseNumber, CSeq cseq) {
    /** @throws SipSyntaxException when it is none */
    public static RAck parse(String text) {
        TextReader reader = new TextReader(HeaderName.RACK, text);
        reader.skipSpace();
        long number = reader.number(Headers.MAX_SECONDS);
        if (reader.peek() != ' ' && reader.peek() != '\t') {
            throw reader.fail("a space and a CSeq expected behind the number");
        }
        return new RAck(number, CSeq.parse(reader.rest()));
    }

    @Override
    public String toString() {
        return responseNumber + " " + cseq;
    }
}
