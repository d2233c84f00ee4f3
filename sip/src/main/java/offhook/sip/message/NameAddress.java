package offhook.sip.message;

/**
 * What From, To, Contact, Route, Record-Route and their like hold: an address, perhaps a name, and parameters of the
 * header (RFC 3261 20.10). It is always printed with angle brackets, so that the parameters' owner is clear.
 *
 * @param displayName in plain characters, without quotes and escapes; empty for none
 */
public record NameAddress(String displayName, SipUri uri, Parameters parameters) {
    public NameAddress {
        if (displayName.indexOf('\r') >= 0 || displayName.indexOf('\n') >= 0) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "display name: a line break");
        }
        for (Parameter parameter : parameters) {
            if (!Grammar.isToken(parameter.name())) {
                throw new SipSyntaxException(
                        SipStatus.BAD_REQUEST, "parameter " + parameter.name() + ": the name is not a word");
            }
        }
    }

    public static NameAddress of(SipUri uri) {
        return new NameAddress("", uri, Parameters.NONE);
    }

    /**
     * With a name that a person chose.
     *
     * @throws InvalidFieldException when it has control characters
     */
    public static NameAddress of(String displayName, SipUri uri) {
        return new NameAddress(SipInput.displayName("display name", displayName), uri, Parameters.NONE);
    }

    /** @throws SipSyntaxException when it is none */
    public static NameAddress parse(String text) {
        return parse("address", text);
    }

    static NameAddress parse(String what, String text) {
        TextReader reader = new TextReader(what, text);
        reader.skipSpace();
        String displayName = "";
        if (reader.peek() == '"') {
            displayName = TextReader.unquote(reader.rawQuoted());
            reader.skipSpace();
        } else if (reader.unquotedNameAhead()) {
            displayName = TextReader.trim(reader.upTo("<"));
        } else {
            return addressAlone(reader);
        }
        reader.expect('<');
        SipUri uri = uri(reader, reader.upTo(">"));
        reader.expect('>');
        Parameters parameters = reader.parameters();
        reader.expectEnd();
        return new NameAddress(displayName, uri, parameters);
    }

    /** Without brackets all parameters are the header's, and a URI with comma or question mark is refused (20). */
    private static NameAddress addressAlone(TextReader reader) {
        String address = TextReader.trim(reader.upTo(";"));
        if (address.indexOf('<') >= 0) {
            throw reader.fail("a display name with such characters needs quotes");
        }
        if (address.indexOf(',') >= 0 || address.indexOf('?') >= 0) {
            throw reader.fail("a URI with a comma or a question mark needs angle brackets");
        }
        SipUri uri = uri(reader, address);
        Parameters parameters = reader.parameters();
        reader.expectEnd();
        return new NameAddress("", uri, parameters);
    }

    private static SipUri uri(TextReader reader, String text) {
        try {
            return SipUri.parse(text);
        } catch (SipSyntaxException bad) {
            throw reader.fail(bad.reason());
        }
    }

    /** The tag of From and To, or empty when there is none (RFC 2543, or a request that opens a dialog). */
    public String tag() {
        return parameters.value("tag");
    }

    public NameAddress withTag(String tag) {
        return withParameter("tag", tag);
    }

    public NameAddress withParameter(String name, String value) {
        return new NameAddress(displayName, uri, parameters.with(name, value));
    }

    @Override
    public String toString() {
        String name = displayName.isEmpty() ? "" : TextReader.quote(displayName) + " ";
        return name + "<" + uri + ">" + parameters;
    }
}
