package offhook.server.web;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where and how the web front listens.
 *
 * @param address name or address to listen on
 * @param port 0 for any free one
 * @param certificate PEM file, null for plain http
 * @param privateKey PEM file, null for plain http
 * @param connections TCP connections at one time
 * @param messageBytes longest WebSocket message
 * @param trustedProxies whose word on where a visitor comes from counts
 * @param remembered how long a browser keeps the cookie of a login at the call window
 */
public record WebSettings(
        String address,
        int port,
        @Nullable Path certificate,
        @Nullable Path privateKey,
        int connections,
        int messageBytes,
        Set<InetAddress> trustedProxies,
        Duration remembered) {}
