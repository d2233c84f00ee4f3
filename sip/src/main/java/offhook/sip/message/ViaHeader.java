package offhook.sip.message;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * One hop of a Via header (RFC 3261 20.42, rport of RFC 3581).
 *
 * @param transport UDP, TCP, TLS or any other token, in upper case
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 * @param port 1 to 65535, or 0 when none is given
 */
public record ViaHeader(String transport, String host, int port, Parameters parameters) {
    /** What every branch of an RFC 3261 element begins with (8.1.1.7). */
    public static final String MAGIC_COOKIE = "z9hG4bK";

    public ViaHeader {
        transport = transport.toUpperCase(Locale.ROOT);
        if (!Grammar.isToken(transport)) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "Via: the transport is not a word");
        }
        if (!Grammar.isHost(host)) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "Via: the host is not a name or an address");
        }
        if (port < 0 || port > 65535) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "Via: the port is not between 1 and 65535");
        }
    }

    /** Ours: with a branch, and asking for the answer to come back by the way the request took ({@code ;rport}). */
    public static ViaHeader of(String transport, String host, int port, String branch) {
        return new ViaHeader(
                transport, host, port, Parameters.NONE.withFlag("rport").with("branch", branch));
    }

    /** @throws SipSyntaxException when it is none */
    public static ViaHeader parse(String text) {
        TextReader reader = new TextReader(HeaderName.VIA, text);
        reader.skipSpace();
        String protocol = reader.token();
        reader.skipSpace();
        reader.expect('/');
        reader.skipSpace();
        String version = reader.token();
        if (!protocol.equalsIgnoreCase("SIP") || !version.equals("2.0")) {
            throw reader.fail("not SIP/2.0");
        }
        reader.skipSpace();
        reader.expect('/');
        reader.skipSpace();
        String transport = reader.token();
        if (reader.peek() != ' ' && reader.peek() != '\t') {
            throw reader.fail("a space expected behind the transport");
        }
        reader.skipSpace();
        String host = reader.peek() == '[' ? reader.upTo("]") + (reader.accept(']') ? "]" : "") : reader.upTo(":; \t");
        reader.skipSpace();
        int port = 0;
        if (reader.accept(':')) {
            reader.skipSpace();
            port = (int) reader.number(65535);
        }
        Parameters parameters = reader.parameters();
        reader.expectEnd();
        return new ViaHeader(transport, host, port, parameters);
    }

    /** The branch, or empty when there is none (RFC 2543). */
    public String branch() {
        return parameters.value("branch");
    }

    /**
     * Whether the branch identifies the transaction by itself (17.2.3). A bare magic cookie does not: it is told apart
     * like a branch of RFC 2543 (RFC 4475 3.2.1).
     */
    public boolean hasUniqueBranch() {
        String branch = branch();
        return branch.length() > MAGIC_COOKIE.length()
                && branch.regionMatches(true, 0, MAGIC_COOKIE, 0, MAGIC_COOKIE.length());
    }

    /** The {@code received} address, or empty. */
    public String received() {
        return parameters.value("received");
    }

    /** The value of {@code rport}, if it has one. */
    public OptionalInt rport() {
        String rport = parameters.value("rport");
        if (rport.isEmpty() || rport.length() > 5 || !rport.chars().allMatch(c -> Grammar.isDigit((char) c))) {
            return OptionalInt.empty();
        }
        int number = Integer.parseInt(rport);
        return number == 0 || number > 65535 ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** Whether the sender asks for its port in {@code rport} (RFC 3581 4). */
    public boolean asksForRport() {
        return parameters.has("rport");
    }

    /** {@code host} or {@code host:port}, as compared in transaction matching (17.2.3). */
    public String sentBy() {
        return port == 0 ? host : host + ":" + port;
    }

    /** A copy with what the receiver adds: {@code received}, and {@code rport} when it was asked for (RFC 3581 4). */
    public ViaHeader seenFrom(String address, int sourcePort) {
        Parameters seen = parameters.with("received", address);
        return new ViaHeader(transport, host, port, asksForRport() ? seen.with("rport", "" + sourcePort) : seen);
    }

    @Override
    public String toString() {
        return "SIP/2.0/" + transport + " " + sentBy() + parameters;
    }
}
