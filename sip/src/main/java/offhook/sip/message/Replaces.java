package offhook.sip.message;

import java.util.Optional;

/**
 * The Replaces header (RFC 3891): the dialog whose place a call takes, as the one who is called knows it.
 *
 * @param callId one visible word
 * @param toTag the local tag of whoever reads it
 * @param fromTag the tag of its peer; {@code 0} for a peer without one, as before RFC 3261
 * @param earlyOnly only a dialog that is not answered yet is meant
 */
public record Replaces(String callId, String toTag, String fromTag, boolean earlyOnly) {
    /** The longest value that is read, in characters. */
    public static final int MAX_LENGTH = 1_024;

    public Replaces {
        checkPart("Call-ID", callId);
        checkPart("to-tag", toTag);
        checkPart("from-tag", fromTag);
    }

    /** @throws SipSyntaxException when it is none */
    public static Replaces parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw bad("longer than " + MAX_LENGTH + " characters");
        }
        TextReader reader = new TextReader(HeaderName.REPLACES, text);
        reader.skipSpace();
        String callId = TextReader.trimEnd(reader.upTo(";"));
        Parameters parameters = reader.parameters();
        reader.expectEnd();
        return new Replaces(
                callId, parameters.value("to-tag"), parameters.value("from-tag"), parameters.has("early-only"));
    }

    /**
     * What a Refer-To says behind its question mark (RFC 3891 section 4); nothing else there is ever looked at.
     *
     * @throws SipSyntaxException when there is a Replaces that is none
     */
    public static Optional<Replaces> in(SipUri referTo) {
        return referTo.header(HeaderName.REPLACES).map(Replaces::parse);
    }

    private static void checkPart(String what, String text) {
        boolean word = !text.isEmpty()
                && text.chars().allMatch(c -> Grammar.isVisible((char) c) && c != ';' && c != ',' && c != '"');
        if (!word) {
            throw bad(what + " is missing, or not one word");
        }
    }

    private static SipSyntaxException bad(String reason) {
        return new SipSyntaxException(SipStatus.BAD_REQUEST, HeaderName.REPLACES + ": " + reason);
    }

    @Override
    public String toString() {
        return callId + ";to-tag=" + toTag + ";from-tag=" + fromTag + (earlyOnly ? ";early-only" : "");
    }
}
