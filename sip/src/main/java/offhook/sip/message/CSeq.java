package offhook.sip.message;

/**
 * The CSeq header (RFC 3261 20.16).
 *
 * @param number 0 to 2^31 - 1 (8.1.1.5)
 */
public record CSeq(int number, String method) {
    public CSeq {
        if (number < 0) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "CSeq: a negative number");
        }
        if (!Grammar.isToken(method)) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "CSeq: the method is not a word");
        }
    }

    /** @throws SipSyntaxException when it is none */
    public static CSeq parse(String text) {
        TextReader reader = new TextReader(HeaderName.CSEQ, text);
        reader.skipSpace();
        int number = (int) reader.number(Integer.MAX_VALUE);
        if (reader.peek() != ' ' && reader.peek() != '\t') {
            throw reader.fail("a space and a method expected behind the number");
        }
        reader.skipSpace();
        String method = reader.token();
        reader.expectEnd();
        return new CSeq(number, method);
    }

    @Override
    public String toString() {
        return number + " " + method;
    }
}
