package offhook.sip.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A SIP or SIPS URI (RFC 3261 19.1), or a URI of any other scheme, of which only the scheme is known.
 *
 * <p>User and password are kept as they are written, with their escapes, so that printing gives back what was read:
 * {@link #user()} is what the user part means. {@link #equals} compares the writing; {@link #matches} the meaning.
 *
 * @param scheme in lower case
 * @param escapedUser empty when there is none
 * @param escapedPassword null when there is none (an empty one is allowed)
 * @param host a name, an IPv4 address, or an IPv6 address in brackets; empty for an opaque URI
 * @param port 1 to 65535, or 0 when none is given
 * @param headers the text behind '?', or empty
 * @param opaque all behind the colon of a URI that is neither sip nor sips; empty for those
 */
public record SipUri(
        String scheme,
        String escapedUser,
        @Nullable String escapedPassword,
        String host,
        int port,
        Parameters parameters,
        String headers,
        String opaque) {
    private static final String WHAT = "URI";
    private static final String RESERVED = ";/?:@&=+$,";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    /** These parameters must be in both URIs or in none for them to match (RFC 3261 19.1.4). */
    private static final List<String> DECISIVE = List.of("user", "ttl", "method", "maddr", "transport");

    public SipUri {
        scheme = scheme.toLowerCase(Locale.ROOT);
        if (isSip(scheme)) {
            checkSip(escapedUser, escapedPassword, host, port, parameters, headers);
        } else if (!isScheme(scheme) || opaque.isEmpty() || !opaque.chars().allMatch(c -> isOpaque((char) c))) {
            throw bad("not a URI");
        }
    }

    /** A SIP URI of a user, given in plain characters (escaped here as needed), at a host. */
    public static SipUri of(String user, String host) {
        return of(user, host, 0);
    }

    /** A SIP URI of a user, given in plain characters (escaped here as needed); port 0 for none, an empty user for none. */
    public static SipUri of(String user, String host, int port) {
        return new SipUri("sip", escapeUser(user), null, host, port, Parameters.NONE, "", "");
    }

    /** @throws SipSyntaxException when it is none */
    public static SipUri parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1 || !isScheme(text.substring(0, colon))) {
            throw bad("no scheme");
        }
        String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
        String rest = text.substring(colon + 1);
        if (!isSip(scheme)) {
            return new SipUri(scheme, "", null, "", 0, Parameters.NONE, "", rest);
        }
        int at = rest.indexOf('@');
        String user = "";
        @Nullable String password = null;
        if (at >= 0) {
            String userInfo = rest.substring(0, at);
            int divider = userInfo.indexOf(':');
            user = tidyUser(divider < 0 ? userInfo : userInfo.substring(0, divider));
            password = divider < 0 ? null : userInfo.substring(divider + 1);
            if (user.isEmpty()) {
                throw bad("no user before the @");
            }
        }
        TextReader reader = new TextReader(WHAT, rest.substring(at + 1));
        String host = reader.peek() == '[' ? reader.upTo("]") + (reader.accept(']') ? "]" : "") : reader.upTo(":;?");
        int port = reader.accept(':') ? (int) reader.number(65535) : 0;
        List<Parameter> parameters = new ArrayList<>();
        while (reader.accept(';')) {
            String name = reader.upTo("=;?");
            parameters.add(new Parameter(name, reader.accept('=') ? reader.upTo(";?") : null));
        }
        String headers = reader.accept('?') ? reader.rest() : "";
        reader.expectEnd();
        return new SipUri(scheme, user, password, host, port, new Parameters(parameters), headers, "");
    }

    /** Whether the scheme is sip or sips; otherwise all that is known is {@link #scheme} and {@link #opaque}. */
    public boolean isSip() {
        return isSip(scheme);
    }

    /** The user part in plain characters, or empty. Escaped control characters come out as what they are. */
    public String user() {
        return unescape(escapedUser);
    }

    /** The host without the brackets of an IPv6 address. */
    public String bareHost() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** {@code host} or {@code host:port}. */
    public String hostPort() {
        return port == 0 ? host : host + ":" + port;
    }

    /** The transport parameter in upper case, or empty. */
    public String transport() {
        return parameters.value("transport").toUpperCase(Locale.ROOT);
    }

    /** Whether this URI, in a route, stands for a loose router (RFC 3261 19.1.1). */
    public boolean isLooseRouter() {
        return parameters.has("lr");
    }

    public SipUri withParameter(String name, String value) {
        return with(parameters.with(name, value));
    }

    /** A copy with a parameter that is only a name, such as {@code lr}. */
    public SipUri withFlag(String name) {
        return with(parameters.withFlag(name));
    }

    public SipUri with(Parameters others) {
        return new SipUri(scheme, escapedUser, escapedPassword, host, port, others, headers, opaque);
    }

    /** The same user and parameters at another place, by no transport in particular. */
    public SipUri at(String otherHost, int otherPort) {
        Parameters others = parameters.without("transport");
        return new SipUri(scheme, escapedUser, escapedPassword, otherHost, otherPort, others, headers, opaque);
    }

    /** The same with the scheme {@code sips}. */
    public SipUri secured() {
        return new SipUri("sips", escapedUser, escapedPassword, host, port, parameters, headers, opaque);
    }

    /**
     * What a header behind the question mark says, in plain characters; the first of its name. It is the word of whoever
     * made the URI, line breaks included: parse it before use.
     */
    public Optional<String> header(String name) {
        for (String header : headers.split("&", -1)) {
            int equals = header.indexOf('=');
            if (equals > 0
                    && HeaderName.canonical(unescape(header.substring(0, equals)))
                            .equalsIgnoreCase(HeaderName.canonical(name))) {
                return Optional.of(unescape(header.substring(equals + 1)));
            }
        }
        return Optional.empty();
    }

    /** A copy whose only header is this one; its value is given in plain characters and escaped here. */
    public SipUri withHeader(String name, String value) {
        String header = name + "=" + escape(value, Grammar::isUnreserved);
        return new SipUri(scheme, escapedUser, escapedPassword, host, port, parameters, header, opaque);
    }

    /** Scheme, user, host and port alone: what a registrar files contacts under (10.3). */
    public SipUri addressOfRecord() {
        return new SipUri(scheme, escapedUser, null, host, port, Parameters.NONE, "", opaque);
    }

    /** Without the headers and the method parameter, which a Request-URI cannot have (19.1.1). */
    public SipUri asRequestUri() {
        return new SipUri(scheme, escapedUser, escapedPassword, host, port, parameters.without("method"), "", opaque);
    }

    /** Whether both mean the same by RFC 3261 19.1.4. It is not transitive. */
    public boolean matches(SipUri other) {
        if (!isSip() || !other.isSip()) {
            return equals(other);
        }
        return scheme.equals(other.scheme)
                && normal(escapedUser).equals(normal(other.escapedUser))
                && normal(escapedPassword).equals(normal(other.escapedPassword))
                && (escapedPassword == null) == (other.escapedPassword == null)
                && host.equalsIgnoreCase(other.host)
                && port == other.port
                && parametersMatch(other)
                && headerMap().equals(other.headerMap());
    }

    private boolean parametersMatch(SipUri other) {
        for (String name : DECISIVE) {
            if (parameters.has(name) != other.parameters.has(name)) {
                return false;
            }
        }
        for (Parameter parameter : parameters) {
            String name = parameter.name();
            if (other.parameters.has(name)
                    && !normal(parameter.value()).equalsIgnoreCase(normal(other.parameters.value(name)))) {
                return false;
            }
        }
        return true;
    }

    private Map<String, String> headerMap() {
        Map<String, String> map = new HashMap<>();
        for (String header : headers.isEmpty() ? new String[0] : headers.split("&", -1)) {
            int equals = header.indexOf('=');
            String name = equals < 0 ? header : header.substring(0, equals);
            map.put(HeaderName.canonical(unescape(name)), normal(header.substring(equals + 1)));
        }
        return map;
    }

    @Override
    public String toString() {
        if (!isSip()) {
            return scheme + ":" + opaque;
        }
        StringBuilder text = new StringBuilder(scheme).append(':');
        if (!escapedUser.isEmpty()) {
            text.append(escapedUser);
            if (escapedPassword != null) {
                text.append(':').append(escapedPassword);
            }
            text.append('@');
        }
        text.append(hostPort()).append(parameters);
        if (!headers.isEmpty()) {
            text.append('?').append(headers);
        }
        return text.toString();
    }

    private static boolean isSip(String scheme) {
        return scheme.equals("sip") || scheme.equals("sips");
    }

    private static boolean isScheme(String text) {
        return Character.isLetter(text.charAt(0))
                && text.chars()
                        .allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '+' || c == '-' || c == '.'));
    }

    private static boolean isOpaque(char c) {
        return Grammar.isVisible(c) && c != '<' && c != '>' && c != '"';
    }

    private static void checkSip(
            String user, @Nullable String password, String host, int port, Parameters parameters, String headers) {
        checkEscaped("the user part", user, Grammar::isUserCharacter);
        if (password != null) {
            if (user.isEmpty()) {
                throw bad("a password without a user");
            }
            checkEscaped("the password", password, Grammar::isPasswordCharacter);
        }
        if (!Grammar.isHost(host)) {
            throw bad("the host is not a name or an address");
        }
        if (port < 0 || port > 65535) {
            throw bad("the port is not between 1 and 65535");
        }
        for (Parameter parameter : parameters) {
            checkEscaped("a parameter", parameter.name(), Grammar::isUriParameterCharacter);
            if (parameter.value() != null) {
                checkEscaped("parameter " + parameter.name(), parameter.value(), Grammar::isUriParameterCharacter);
            }
        }
        checkEscaped("the header part", headers, Grammar::isUriHeaderCharacter);
    }

    private interface CharacterClass {
        boolean contains(char c);
    }

    private static void checkEscaped(String part, String text, CharacterClass plain) {
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                i += 2;
            } else if (!plain.contains(text.charAt(i))) {
                throw bad(part + " has a character that is not allowed");
            }
        }
    }

    private static boolean isEscape(String text, int i) {
        return text.charAt(i) == '%'
                && i + 2 < text.length()
                && Grammar.hexDigit(text.charAt(i + 1)) >= 0
                && Grammar.hexDigit(text.charAt(i + 2)) >= 0;
    }

    /** Phones write '#' and letters beyond ASCII as they are: these become escapes; all else is left to the check. */
    private static String tidyUser(String user) {
        return user.chars().allMatch(c -> c < 128 && c != '#') ? user : escape(user, c -> c < 128 && c != '#');
    }

    private static String escapeUser(String plain) {
        return escape(plain, Grammar::isUserCharacter);
    }

    private static String escape(String text, CharacterClass kept) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (kept.contains(c)) {
                escaped.append(c);
            } else {
                escaped.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
            }
        }
        return escaped.toString();
    }

    private static String unescape(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] plain = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                plain[length++] = (byte) escapedByte(text, i);
                i += 2;
            } else {
                plain[length++] = (byte) text.charAt(i);
            }
        }
        return new String(plain, 0, length, StandardCharsets.UTF_8);
    }

    private static int escapedByte(String text, int i) {
        return Grammar.hexDigit(text.charAt(i + 1)) << 4 | Grammar.hexDigit(text.charAt(i + 2));
    }

    /** With needless escapes undone and needed ones in upper case: an escape equals its character unless reserved. */
    private static String normal(@Nullable String escaped) {
        if (escaped == null || escaped.indexOf('%') < 0) {
            return escaped == null ? "" : escaped;
        }
        StringBuilder normal = new StringBuilder(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            if (!isEscape(escaped, i)) {
                normal.append(escaped.charAt(i));
                continue;
            }
            char c = (char) escapedByte(escaped, i);
            if (Grammar.isVisible(c) && RESERVED.indexOf(c) < 0 && c != '%') {
                normal.append(c);
            } else {
                normal.append(escaped.substring(i, i + 3).toUpperCase(Locale.ROOT));
            }
            i += 2;
        }
        return normal.toString();
    }

    private static SipSyntaxException bad(String reason) {
        return new SipSyntaxException(SipStatus.BAD_REQUEST, WHAT + ": " + reason);
    }
}
