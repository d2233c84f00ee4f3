package offhook.server.signalling;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/**
 * Which SIP domains browsers may use. Those on loopback unless the operator says otherwise: the embedded exchange is
 * there. Others only when configured, because a gateway to any address is an open relay. The same rule holds for the
 * domain in an address and for the server that requests are sent to.
 */
public final class DomainPolicy {
    private final List<String> patterns;
    private final boolean loopback;

    /** @param patterns a domain, {@code *.domain} for all below it, or {@code *} */
    public DomainPolicy(List<String> patterns) {
        this(patterns, true);
    }

    /** @param loopback whether all of loopback is allowed, too */
    public DomainPolicy(List<String> patterns, boolean loopback) {
        this.loopback = loopback;
        this.patterns = patterns.stream()
                .map(pattern -> pattern.toLowerCase(Locale.ROOT))
                .toList();
    }

    /** @param host a name or an address, an IPv6 one without brackets */
    boolean allows(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return (loopback && isLoopback(name)) || patterns.stream().anyMatch(pattern -> matches(pattern, name));
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
