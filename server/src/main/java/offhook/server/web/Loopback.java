package offhook.server.web;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;

/** Tells a visitor on this very machine from everybody else. */
final class Loopback {
    private Loopback() {}

    /**
     * Whether a request comes from this machine and means it. The name in Host must be a loopback one, too: a page whose
     * own name was re-bound to 127.0.0.1 makes the visitor's browser connect from here, but under that name. And nothing
     * may have forwarded it.
     *
     * @param host the Host header
     * @param forwarded whether a header tells of a proxy
     */
    static boolean isVisitor(SocketAddress peer, String host, boolean forwarded) {
        return peer instanceof InetSocketAddress address
                && address.getAddress() != null
                && address.getAddress().isLoopbackAddress()
                && !forwarded
                && isLoopbackName(withoutPort(host));
    }

    private static String withoutPort(String host) {
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? host : host.substring(1, end);
        }
        int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }

    private static boolean isLoopbackName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals("localhost") || lower.endsWith(".localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(lower).isLoopbackAddress();
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }
}
