package offhook.exchange;

import java.net.InetAddress;
import java.util.Map;
import offhook.exchange.extension.ExtensionLimits;
import offhook.exchange.routing.RoutingLimits;

/**
 * How the exchange is run.
 *
 * @param address one address of this machine, not the wildcard: it stands in the messages that go out
 * @param port UDP and TCP; 0 for any that is free
 * @param users user name to password
 * @param connections TCP connections kept at the same time
 */
public record ExchangeSettings(
        InetAddress address,
        int port,
        Map<String, String> users,
        RoutingLimits routing,
        ExtensionLimits extensions,
        int connections) {
    private static final int DEFAULT_CONNECTIONS = 200;

    public ExchangeSettings {
        if (address.isAnyLocalAddress()) {
            throw new IllegalArgumentException("the exchange needs one address, and " + address.getHostAddress()
                    + " stands for all: name the one that phones reach");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not 0 to 65535");
        }
        if (connections < 1) {
            throw new IllegalArgumentException("the exchange needs room for a connection");
        }
        users = Map.copyOf(users);
    }

    /** With default limits. */
    public ExchangeSettings(InetAddress address, int port, Map<String, String> users) {
        this(address, port, users, RoutingLimits.DEFAULT, ExtensionLimits.DEFAULT, DEFAULT_CONNECTIONS);
    }
}
