package offhook.server.signalling;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/**
 * Which SIP domains browsers may use. Those on loopback always: whoever reaches this server may reach what runs beside
 * it, and the embedded exchange is there. Others only when configured, because a gateway to any address is an open relay.
 */
public final class DomainPolicy {
    private final List<String> patterns;

    /** @param patterns a domain, {@code *.domain} for all below it, or {@code *} */
    public DomainPolicy(List<String> patterns) {
        this.patterns = patterns.stream()
                .map(pattern -> pattern.toLowerCase(Locale.ROOT))
                .toList();
    }

    /** @param host a name or an address, an IPv6 one without brackets */
    boolean allows(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return isLoopback(name) || patterns.stream().anyMatch(pattern -> matches(pattern, name));
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
