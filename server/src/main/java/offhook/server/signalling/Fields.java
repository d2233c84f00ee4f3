package offhook.server.signalling;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.call.Account;
import offhook.call.DtmfMethod;
import offhook.call.EndReason;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;

/**
 * Checks what a person or a page typed before it gets near a SIP message, and says in words which field is wrong and why: a
 * request with a space in its user part would hang without an answer at most PBXs.
 */
final class Fields {
    /** Longest login, name, password, domain or number. */
    private static final int LENGTH = 256;

    /** Marks that stand around an address and are not part of it. */
    private static final String BRACKETS = "<>[]{}()\"\\";

    /** The same but for those around an IPv6 address in a URI. */
    private static final String BRACKETS_OF_A_URI = "<>{}()\"\\";

    /** How long a key is held when nobody says; long enough for any PBX. */
    private static final int DTMF_MILLIS = 100;

    private static final int SHORTEST_DTMF_MILLIS = 40;
    private static final int LONGEST_DTMF_MILLIS = 8_000;

    private static final Pattern DTMF = Pattern.compile("[0-9*#A-D]+");

    /** RFC 3261 section 25.1, user: unreserved, escaped, user-unreserved; without brackets, which are typing mistakes. */
    private static final Pattern USER = Pattern.compile("(?:[A-Za-z0-9\\-_.!~*'&=+$,;?/#]|%[0-9A-Fa-f]{2})+");

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9-]|\\.(?!\\.))*(?<!-)");

    /** An address of a server: {@code sip:} or {@code sips:} in front, a port and {@code ;transport=} behind. */
    private static final Pattern SERVER = Pattern.compile(
            "(?:(sips?):)?(\\[[^\\]]*\\]|[^:;\\[\\]]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)"
                    + "(?::([0-9]{1,5}))?(?:;transport=([A-Za-z]+))?(?:;lr)?",
            Pattern.CASE_INSENSITIVE);

    /** A telephone number as people write it. */
    private static final Pattern WRITTEN_NUMBER = Pattern.compile("\\+?[0-9][0-9 ()./-]*");

    private static final Pattern URI =
            Pattern.compile("(?:sips?:)?([^@<>]+)@(\\[[^\\]]*\\]|[^@:;?<>]+)((?:[:;?].*)?)", Pattern.CASE_INSENSITIVE);

    private Fields() {}

    /** The account in a {@code connection} message. */
    static Account account(ClientMessage.Connection connection, DomainPolicy policy) {
        return account(
                connection.sipLogin(),
                connection.sipAuthenticationName(),
                connection.sipPassword(),
                connection.sipDomain(),
                connection.sipOutboundProxy(),
                connection.sipPort(),
                connection.sipVisibleName(),
                connection.sipRegisterRequired(),
                policy);
    }

    /**
     * An account of its parts as they were typed.
     *
     * @param typedPort of the proxy or the domain where none stands behind its name
     */
    static Account account(
            String typedLogin,
            String typedAuthenticationName,
            String typedPassword,
            String typedDomain,
            String outboundProxy,
            String typedPort,
            String visibleName,
            boolean register,
            DomainPolicy policy) {
        String login = user("login", "SIP login", typedLogin);
        String authenticationName = typedAuthenticationName.isEmpty()
                ? login
                : plain("authenticationName", "SIP authentication name", typedAuthenticationName);
        String password = printable("password", "SIP password", typedPassword);
        int port = port(typedPort);
        Server domain = server("domain", "SIP domain", typedDomain, policy);
        Server registrar =
                outboundProxy.isEmpty() ? domain : server("outboundProxy", "outbound proxy", outboundProxy, policy);
        return new Account(
                login,
                authenticationName,
                password,
                bracketed(domain.host),
                registrar.hop(port),
                printable("visibleName", "displayed name", visibleName),
                register,
                policy.encryption(domain.host));
    }

    /** Whom to call: a number without the marks that people write into it, a user, or a URI in an allowed domain. */
    static String callee(String typed, String ownDomain, DomainPolicy policy) {
        return destination("callee", "There is no number to call.", typed, ownDomain, policy);
    }

    /** Whom the far side is to call after a transfer: the same as whom we may call ourselves. */
    static String target(String typed, String ownDomain, DomainPolicy policy) {
        return destination("target", "There is no number to transfer the call to.", typed, ownDomain, policy);
    }

    private static String destination(
            String field, String missing, String typed, String ownDomain, DomainPolicy policy) {
        String number = withoutMarks(typed);
        if (number.isEmpty()) {
            throw invalid(field, missing);
        }
        Matcher uri = URI.matcher(number);
        if (uri.matches()) {
            user(field, "number", uri.group(1));
            String host = host(field, "number", unbracketed(uri.group(2)));
            if (!host.equalsIgnoreCase(unbracketed(ownDomain)) && !policy.allows(host)) {
                throw notAllowed(field, host);
            }
            return plain(field, "number", number, BRACKETS_OF_A_URI);
        }
        return user(field, "number", number);
    }

    /** A telephone number without the marks that people write into it; anything else as it is. */
    static String withoutMarks(String typed) {
        String number = typed.strip();
        return WRITTEN_NUMBER.matcher(number).matches() ? number.replaceAll("[^+0-9]", "") : number;
    }

    /**
     * Keys to press, one after the other.
     *
     * @param most how many they may be
     */
    static String dtmf(String typed, int most) {
        String keys = typed.toUpperCase(Locale.ROOT);
        if (keys.isEmpty()) {
            throw invalid("dtmf", "There is no key to press.");
        }
        if (keys.length() > most) {
            throw invalid("dtmf", "More than " + most + " keys at once.");
        }
        if (!DTMF.matcher(keys).matches()) {
            throw invalid("dtmf", "A telephone has the keys 0 to 9, *, # and A to D.");
        }
        return keys;
    }

    /** The one key that is held down. */
    static char key(String typed) {
        String key = typed.toUpperCase(Locale.ROOT);
        if (key.length() != 1 || !DTMF.matcher(key).matches()) {
            throw invalid("key", "A key is one of 0 to 9, *, # and A to D.");
        }
        return key.charAt(0);
    }

    /**
     * How keys travel, by the names that WCS has for it, two of ours, and RFC 4733 under its own name.
     *
     * @param unsaid what an empty text means
     */
    static DtmfMethod dtmfMethod(String typed, DtmfMethod unsaid) {
        return switch (typed.toUpperCase(Locale.ROOT)) {
            case "" -> unsaid;
            case "AUTO" -> DtmfMethod.AUTO;
            case "RFC2833", "RFC4733" -> DtmfMethod.RFC4733;
            case "INFO" -> DtmfMethod.INFO;
            case "INFO_RELAY" -> DtmfMethod.INFO_RELAY;
            case "INBAND" -> DtmfMethod.IN_BAND;
            default -> throw invalid("type", "Keys travel as AUTO, RFC2833, INFO, INFO_RELAY or INBAND.");
        };
    }

    /** How long each key is held, in milliseconds. */
    static int dtmfMillis(String typed) {
        if (typed.isEmpty()) {
            return DTMF_MILLIS;
        }
        try {
            int millis = Integer.parseInt(typed);
            if (millis >= SHORTEST_DTMF_MILLIS && millis <= LONGEST_DTMF_MILLIS) {
                return millis;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw invalid(
                "duration",
                "A key is held for " + SHORTEST_DTMF_MILLIS + " to " + LONGEST_DTMF_MILLIS + " whole milliseconds.");
    }

    /** The name to show at the far side. */
    static String visibleName(String typed) {
        return printable("visibleName", "displayed name", typed);
    }

    private static String user(String field, String name, String typed) {
        String text = plain(field, name, typed);
        if (text.isEmpty()) {
            throw invalid(field, "The " + name + " is missing.");
        }
        if (!USER.matcher(text).matches()) {
            throw invalid(
                    field, "The " + name + " has a character that SIP does not allow there: " + firstOdd(text) + ".");
        }
        return text;
    }

    private static String plain(String field, String name, String typed) {
        return plain(field, name, typed, BRACKETS);
    }

    private static String plain(String field, String name, String typed, String brackets) {
        String text = printable(field, name, typed);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ' ') {
                throw invalid(field, "The " + name + " must not have spaces.");
            }
            if (brackets.indexOf(c) >= 0) {
                throw invalid(field, "The " + name + " must not have brackets or quotes (" + c + ").");
            }
        }
        return text;
    }

    private static String printable(String field, String name, String typed) {
        if (typed.length() > LENGTH) {
            throw invalid(field, "The " + name + " is longer than " + LENGTH + " characters.");
        }
        if (typed.chars().anyMatch(Character::isISOControl)) {
            throw invalid(field, "The " + name + " must not have line breaks or other control characters.");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(typed)) {
            throw invalid(field, "The " + name + " has half of a character.");
        }
        return typed;
    }

    private static int port(String typed) {
        if (typed.isBlank()) {
            return 0;
        }
        try {
            int port = Integer.parseInt(typed.strip());
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw invalid("port", "The SIP port is a number from 1 to 65535.");
    }

    private static Server server(String field, String name, String typed, DomainPolicy policy) {
        String text = printable(field, name, typed).strip();
        if (text.isEmpty()) {
            throw invalid(field, "The " + name + " is missing.");
        }
        Matcher matcher = SERVER.matcher(text);
        if (!matcher.matches()) {
            throw invalid(field, "The " + name + " is not the name or address of a server.");
        }
        String host = host(field, name, unbracketed(matcher.group(2)));
        int port = matcher.group(3) == null ? 0 : port(matcher.group(3));
        Optional<Transport> transport = "sips".equalsIgnoreCase(matcher.group(1))
                ? Optional.of(Transport.TLS)
                : Optional.ofNullable(matcher.group(4)).map(word -> transport(field, name, word));
        if (!policy.allows(host)) {
            throw notAllowed(field, host);
        }
        return new Server(host, port, transport);
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** As SIP URIs have it (RFC 3261 section 25.1, IPv6reference). */
    private static String bracketed(String host) {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    private static String host(String field, String name, String host) {
        if (host.indexOf(':') < 0 ? !HOST.matcher(host).matches() : !isIpv6(host)) {
            throw invalid(field, "The " + name + " is not the name or address of a server.");
        }
        return host;
    }

    /** Without a zone, which means nothing to the other side. */
    private static boolean isIpv6(String host) {
        try {
            InetAddress.ofLiteral(host);
            return host.indexOf('%') < 0;
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    private static Transport transport(String field, String name, String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "udp" -> Transport.UDP;
            case "tcp" -> Transport.TCP;
            case "tls" -> Transport.TLS;
            default -> throw invalid(field, "The " + name + " asks for a transport other than udp, tcp and tls.");
        };
    }

    private static String firstOdd(String text) {
        return text.chars()
                .filter(c -> !USER.matcher(Character.toString(c)).matches())
                .mapToObj(Character::toString)
                .findFirst()
                .orElse("%");
    }

    private static FieldRefused invalid(String field, String text) {
        return new FieldRefused(EndReason.INVALID_FIELD, field, text);
    }

    private static FieldRefused notAllowed(String field, String host) {
        return new FieldRefused(
                EndReason.DOMAIN_NOT_ALLOWED,
                field,
                "This server may not be used for the SIP domain " + host
                        + ". Its operator can allow it (sip.allowedDomains).");
    }

    private record Server(String host, int port, Optional<Transport> transport) {
        /** @param otherPort for where none stands behind the name */
        Hop hop(int otherPort) {
            int known = port != 0 ? port : otherPort;
            return transport.map(named -> new Hop(named, host, known)).orElseGet(() -> Hop.open(host, known));
        }
    }
}
