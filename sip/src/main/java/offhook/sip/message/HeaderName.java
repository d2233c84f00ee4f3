package offhook.sip.message;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Names of header fields in the spelling in which they are printed (RFC 3261 20 and the IANA registry). */
public final class HeaderName {
    public static final String ACCEPT = "Accept";
    public static final String ALLOW = "Allow";
    public static final String ALLOW_EVENTS = "Allow-Events";
    public static final String AUTHENTICATION_INFO = "Authentication-Info";
    public static final String AUTHORIZATION = "Authorization";
    public static final String CALL_ID = "Call-ID";
    public static final String CONTACT = "Contact";
    public static final String CONTENT_LENGTH = "Content-Length";
    public static final String CONTENT_TYPE = "Content-Type";
    public static final String CSEQ = "CSeq";
    public static final String DATE = "Date";
    public static final String EVENT = "Event";
    public static final String EXPIRES = "Expires";
    public static final String FROM = "From";
    public static final String MAX_FORWARDS = "Max-Forwards";
    public static final String MIN_EXPIRES = "Min-Expires";
    public static final String MIN_SE = "Min-SE";
    public static final String P_ASSERTED_IDENTITY = "P-Asserted-Identity";
    public static final String PATH = "Path";
    public static final String PROXY_AUTHENTICATE = "Proxy-Authenticate";
    public static final String PROXY_AUTHORIZATION = "Proxy-Authorization";
    public static final String PROXY_REQUIRE = "Proxy-Require";
    public static final String RACK = "RAck";
    public static final String REASON = "Reason";
    public static final String RECORD_ROUTE = "Record-Route";
    public static final String REFER_SUB = "Refer-Sub";
    public static final String REFER_TO = "Refer-To";
    public static final String REFERRED_BY = "Referred-By";
    public static final String REPLACES = "Replaces";
    public static final String REQUIRE = "Require";
    public static final String RETRY_AFTER = "Retry-After";
    public static final String ROUTE = "Route";
    public static final String RSEQ = "RSeq";
    public static final String SERVER = "Server";
    public static final String SERVICE_ROUTE = "Service-Route";
    public static final String SESSION_EXPIRES = "Session-Expires";
    public static final String SUBJECT = "Subject";
    public static final String SUBSCRIPTION_STATE = "Subscription-State";
    public static final String SUPPORTED = "Supported";
    public static final String TIMESTAMP = "Timestamp";
    public static final String TO = "To";
    public static final String UNSUPPORTED = "Unsupported";
    public static final String USER_AGENT = "User-Agent";
    public static final String VIA = "Via";
    public static final String WARNING = "Warning";
    public static final String WWW_AUTHENTICATE = "WWW-Authenticate";

    /** Names without a constant above that come compact or as comma lists. */
    private static final String[] OTHERS = {
        "Accept-Encoding",
        "Accept-Language",
        "Alert-Info",
        "Call-Info",
        "Content-Disposition",
        "Content-Encoding",
        "Content-Language",
        "Error-Info",
        "History-Info",
        "Identity",
        "In-Reply-To",
        "MIME-Version",
        "Organization",
        "Priority",
        "Privacy",
        "Reply-To",
        "Request-Disposition"
    };

    private static final String[] CONSTANTS = {
        ACCEPT,
        ALLOW,
        ALLOW_EVENTS,
        AUTHENTICATION_INFO,
        AUTHORIZATION,
        CALL_ID,
        CONTACT,
        CONTENT_LENGTH,
        CONTENT_TYPE,
        CSEQ,
        DATE,
        EVENT,
        EXPIRES,
        FROM,
        MAX_FORWARDS,
        MIN_EXPIRES,
        MIN_SE,
        P_ASSERTED_IDENTITY,
        PATH,
        PROXY_AUTHENTICATE,
        PROXY_AUTHORIZATION,
        PROXY_REQUIRE,
        RACK,
        REASON,
        RECORD_ROUTE,
        REFER_SUB,
        REFER_TO,
        REFERRED_BY,
        REPLACES,
        REQUIRE,
        RETRY_AFTER,
        ROUTE,
        RSEQ,
        SERVER,
        SERVICE_ROUTE,
        SESSION_EXPIRES,
        SUBJECT,
        SUBSCRIPTION_STATE,
        SUPPORTED,
        TIMESTAMP,
        TO,
        UNSUPPORTED,
        USER_AGENT,
        VIA,
        WARNING,
        WWW_AUTHENTICATE
    };

    /** Compact forms (RFC 3261 7.3.3 and the extensions that add some). */
    private static final Map<String, String> COMPACT = Map.ofEntries(
            Map.entry("a", "Accept-Contact"),
            Map.entry("b", REFERRED_BY),
            Map.entry("c", CONTENT_TYPE),
            Map.entry("d", "Request-Disposition"),
            Map.entry("e", "Content-Encoding"),
            Map.entry("f", FROM),
            Map.entry("i", CALL_ID),
            Map.entry("j", "Reject-Contact"),
            Map.entry("k", SUPPORTED),
            Map.entry("l", CONTENT_LENGTH),
            Map.entry("m", CONTACT),
            Map.entry("o", EVENT),
            Map.entry("r", REFER_TO),
            Map.entry("s", SUBJECT),
            Map.entry("t", TO),
            Map.entry("u", ALLOW_EVENTS),
            Map.entry("v", VIA),
            Map.entry("x", SESSION_EXPIRES),
            Map.entry("y", "Identity"));

    private static final Map<String, String> CANONICAL = canonicalNames();

    /** Fields whose every element is an address or a hop of its own; {@link Headers} keeps each as its own field. */
    private static final Set<String> HOPS = Set.of(VIA, ROUTE, RECORD_ROUTE, CONTACT, PATH, SERVICE_ROUTE);

    /** Other fields that are comma lists (RFC 3261 7.3.1). Challenges and credentials are not: they use commas inside. */
    private static final Set<String> LISTS = insensitive(
            ACCEPT,
            "Accept-Encoding",
            "Accept-Language",
            "Alert-Info",
            ALLOW,
            ALLOW_EVENTS,
            "Call-Info",
            "Content-Encoding",
            "Content-Language",
            "Error-Info",
            "In-Reply-To",
            PROXY_REQUIRE,
            REQUIRE,
            SUPPORTED,
            UNSUPPORTED,
            WARNING,
            "History-Info",
            P_ASSERTED_IDENTITY);

    /** Fields that a message has at most once and that matter for the course of a call. */
    private static final Set<String> SINGLE = Set.of(
            FROM, TO, CALL_ID, CSEQ, MAX_FORWARDS, CONTENT_LENGTH, CONTENT_TYPE, EXPIRES, MIN_EXPIRES, RETRY_AFTER);

    private HeaderName() {}

    /** The name to keep and print: the long form of a compact one, the usual spelling of a known one, else as it is. */
    public static String canonical(String name) {
        String known = CANONICAL.get(name);
        if (known == null) {
            known = CANONICAL.get(name.toLowerCase(Locale.ROOT));
        }
        return known == null ? name : known;
    }

    static boolean splitsIntoFields(String canonicalName) {
        return HOPS.contains(canonicalName);
    }

    static boolean isList(String canonicalName) {
        return LISTS.contains(canonicalName);
    }

    static boolean isSingle(String canonicalName) {
        return SINGLE.contains(canonicalName);
    }

    private static Map<String, String> canonicalNames() {
        Map<String, String> names = new TreeMap<>(COMPACT);
        for (String name : CONSTANTS) {
            names.put(name.toLowerCase(Locale.ROOT), name);
        }
        for (String name : OTHERS) {
            names.put(name.toLowerCase(Locale.ROOT), name);
        }
        return Map.copyOf(names);
    }

    private static Set<String> insensitive(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(Set.of(names));
        return set;
    }
}
