package offhook.server.click;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The pages that may call over a line, by their origins (RFC 6454). */
public final class Origins {
    private static final int CHARACTERS = 512;

    private final boolean any;
    private final List<String> allowed;

    private Origins(boolean any, List<String> allowed) {
        this.any = any;
        this.allowed = List.copyOf(allowed);
    }

    /**
     * @param written like {@code https://shop.example}, with a port where it is not the scheme's; {@code *} for any
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public static Origins of(List<String> written) {
        List<String> allowed = new ArrayList<>();
        for (String one : written) {
            String origin = normal(one);
            if (origin == null && !one.equals("*")) {
                throw new IllegalArgumentException(
                        "an origin looks like https://shop.example or https://shop.example:8443, without a path, not \""
                                + one + "\"");
            }
            if (origin != null) {
                allowed.add(origin);
            }
        }
        return new Origins(written.contains("*"), allowed);
    }

    /** Any page. */
    public static Origins any() {
        return new Origins(true, List.of());
    }

    /** @param origin in any notation; what is none is not allowed */
    public boolean allow(String origin) {
        String normal = normal(origin);
        return normal != null && (any || allowed.contains(normal));
    }

    /** Whether both are origins and the same one. */
    static boolean same(String one, String other) {
        String normal = normal(one);
        return normal != null && normal.equals(normal(other));
    }

    /**
     * Scheme and host in small letters, the host as in DNS, no port where it is the scheme's.
     *
     * @return null for what is no origin of a page: {@code null}, {@code file:}, anything with a path
     */
    static @Nullable String normal(String origin) {
        if (origin.length() > CHARACTERS) {
            return null;
        }
        String text = origin.strip();
        int scheme = text.indexOf("://");
        if (scheme < 0) {
            return null;
        }
        String rest = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        String authority = rest.substring(Math.min(rest.length(), scheme + 3));
        try {
            boolean unicode = authority.chars().anyMatch(c -> c > 0x7f);
            URI uri = new URI(rest.substring(0, scheme) + "://" + (unicode ? IDN.toASCII(authority) : authority));
            String host = uri.getHost();
            String name = uri.getScheme().toLowerCase(Locale.ROOT);
            boolean plain = name.equals("http");
            if (host == null || !(plain || name.equals("https")) || !bare(uri)) {
                return null;
            }
            int port = uri.getPort() == (plain ? 80 : 443) ? -1 : uri.getPort();
            return name + "://" + host.toLowerCase(Locale.ROOT) + (port < 0 ? "" : ":" + port);
        } catch (URISyntaxException | IllegalArgumentException notAnOrigin) {
            return null;
        }
    }

    private static boolean bare(URI uri) {
        return uri.getRawPath().isEmpty()
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null
                && uri.getRawUserInfo() == null;
    }
}
