package offhook.server.signalling;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import offhook.call.offer.MediaEncryption;

/**
 * Which SIP domains browsers may use, and whether media with them is encrypted. Those on loopback unless the operator says otherwise: the embedded exchange is
 * there. Others only when configured, because a gateway to any address is an open relay. The same rule holds for the
 * domain in an address and for the server that requests are sent to.
 *
 * <p>A pattern is a domain, {@code *.domain} for all below it, or {@code *} for any.
 */
public final class DomainPolicy {
    private final List<String> patterns;
    private final boolean loopback;
    private final MediaEncryption encryption;
    /** By pattern, the longest first: the closest one counts. */
    private final Map<String, MediaEncryption> encryptionByDomain =
            new TreeMap<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    /** All of loopback is allowed, too, and media is not encrypted. */
    public DomainPolicy(List<String> patterns) {
        this(patterns, true);
    }

    /** @param loopback whether all of loopback is allowed, too */
    public DomainPolicy(List<String> patterns, boolean loopback) {
        this(patterns, loopback, MediaEncryption.OFF, Map.of());
    }

    /**
     * @param patterns the domains that are allowed
     * @param loopback whether all of loopback is allowed, too
     * @param encryption of media, unless the next one says otherwise
     * @param encryptionByDomain exceptions by pattern; of several that match, the longest counts
     */
    public DomainPolicy(
            List<String> patterns,
            boolean loopback,
            MediaEncryption encryption,
            Map<String, MediaEncryption> encryptionByDomain) {
        this.loopback = loopback;
        this.encryption = encryption;
        encryptionByDomain.forEach(
                (pattern, exception) -> this.encryptionByDomain.put(pattern.toLowerCase(Locale.ROOT), exception));
        this.patterns = patterns.stream()
                .map(pattern -> pattern.toLowerCase(Locale.ROOT))
                .toList();
    }

    /** @param host a name or an address, an IPv6 one without brackets */
    public boolean allows(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return (loopback && isLoopback(name)) || patterns.stream().anyMatch(pattern -> matches(pattern, name));
    }

    /** Whether media with this domain is encrypted. */
    MediaEncryption encryption(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        for (Map.Entry<String, MediaEncryption> exception : encryptionByDomain.entrySet()) {
            if (matches(exception.getKey(), name)) {
                return exception.getValue();
            }
        }
        return encryption;
    }

    private static boolean matches(String pattern, String name) {
        if (pattern.equals("*")) {
            return true;
        }
        return pattern.startsWith("*.") ? name.endsWith(pattern.substring(1)) : name.equals(pattern);
    }

    private static boolean isLoopback(String name) {
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            return true; // RFC 6761 section 6.3
        }
        try {
            return InetAddress.ofLiteral(name).isLoopbackAddress();
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }
}
