package offhook.server.signalling;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import offhook.call.EndReason;
import offhook.sip.message.HeaderName;

/**
 * Which SIP headers pages may add to their INVITEs: those that the operator named, and never one that steers the call,
 * says who calls, or belongs to an extension that the user agent speaks itself.
 */
public final class HeaderPolicy {
    /** Most headers of one call. */
    private static final int HEADERS = 16;

    /** Longest name. */
    private static final int NAME = 64;

    /** Longest value: with all of them an INVITE still fits a few datagrams. */
    private static final int VALUE = 256;

    /** RFC 3261 section 25.1, token, but without {@code *}, which ends a pattern here. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9\\-.!%_+`'~]+");

    /** Lower-case names that are the user agent's or the proxies' to say. */
    private static final Set<String> RESERVED = Set.of(
            "accept",
            "accept-encoding",
            "allow",
            "allow-events",
            "authorization",
            "call-id",
            "contact",
            "content-disposition",
            "content-encoding",
            "content-length",
            "content-type",
            "cseq",
            "date",
            "diversion",
            "event",
            "expires",
            "from",
            "geolocation",
            "history-info",
            "identity",
            "join",
            "max-forwards",
            "mime-version",
            "min-expires",
            "min-se",
            "p-asserted-identity",
            "p-preferred-identity",
            "path",
            "privacy",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-require",
            "rack",
            "reason",
            "record-route",
            "refer-to",
            "referred-by",
            "remote-party-id",
            "replaces",
            "require",
            "route",
            "rseq",
            "server",
            "service-route",
            "session-expires",
            "supported",
            "target-dialog",
            "to",
            "unsupported",
            "user-agent",
            "via",
            "www-authenticate");

    private final Set<String> names = new TreeSet<>();
    private final Set<String> prefixes = new TreeSet<>();

    /**
     * @param patterns a header's name, or the beginning of names with {@code *} behind it
     * @throws IllegalArgumentException for a pattern that is neither, or is a header that no page may send
     */
    public HeaderPolicy(List<String> patterns) {
        for (String pattern : patterns) {
            boolean prefix = pattern.length() > 1 && pattern.endsWith("*");
            String name = prefix ? pattern.substring(0, pattern.length() - 1) : pattern;
            if (!TOKEN.matcher(name).matches()) {
                throw new IllegalArgumentException("\"" + pattern
                        + "\" is not the name of a SIP header, or the beginning of one with * behind it");
            }
            if (!prefix && isReserved(name)) {
                throw new IllegalArgumentException(pattern + " is a header that the server says itself");
            }
            (prefix ? prefixes : names).add(name.toLowerCase(Locale.ROOT));
        }
    }

    /**
     * The headers of incoming calls that pages are told. There is nothing that they must not know: the calls are for them.
     *
     * @param names as an operator wrote them
     * @throws IllegalArgumentException for one that is no header's name
     */
    public static List<String> incoming(List<String> names) {
        for (String name : names) {
            if (!TOKEN.matcher(name).matches()) {
                throw new IllegalArgumentException("\"" + name + "\" is not the name of a SIP header");
            }
        }
        return names;
    }

    /** What a page wants to say, checked. */
    Map<String, String> checked(Map<String, String> wanted) {
        if (wanted.size() > HEADERS) {
            throw invalid("There are more than " + HEADERS + " headers.");
        }
        Map<String, String> checked = new LinkedHashMap<>();
        wanted.forEach((name, value) -> {
            checkName(name);
            checkValue(name, value);
            checked.put(name, value.strip());
        });
        return checked;
    }

    private void checkName(String name) {
        if (name.length() > NAME || !TOKEN.matcher(name).matches()) {
            throw invalid("A header's name is up to " + NAME + " letters, digits and hyphens.");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (isReserved(name) || !(names.contains(lower) || prefixes.stream().anyMatch(lower::startsWith))) {
            throw invalid("This server does not let pages send the header " + name
                    + (isReserved(name) ? "." : ". Its operator can allow it (sip.customHeaders)."));
        }
    }

    private static void checkValue(String name, String value) {
        if (value.isBlank() || value.length() > VALUE) {
            throw invalid("The header " + name + " has 1 to " + VALUE + " characters.");
        }
        if (value.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw invalid("The header " + name + " must not have line breaks or other control characters.");
        }
    }

    /** Whether in its long form or its compact one. */
    private static boolean isReserved(String name) {
        return RESERVED.contains(HeaderName.canonical(name).toLowerCase(Locale.ROOT));
    }

    private static FieldRefused invalid(String text) {
        return new FieldRefused(EndReason.INVALID_FIELD, "headers", text);
    }
}
