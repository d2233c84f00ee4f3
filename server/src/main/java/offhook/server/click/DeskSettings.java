package offhook.server.click;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import offhook.call.Account;

/**
 * What counts for all lines and accounts.
 *
 * @param rules for numbers
 * @param links accounts whose signed links are taken, by {@code user@domain}; usually none
 * @param linkSeconds that a signed link counts at most
 * @param linkUses calls that one may make
 * @param apiKeys of sites' backends that ask for tokens
 * @param tokenSeconds that a call token lives at most
 * @param remembered how long a login is remembered; zero for not at all
 * @param callsPerAddressPerMinute begun from one address, or by one person there who logged in, over any 60 s
 * @param callsPerAddress the same, at one time
 * @param callsPerDestinationPerMinute begun over any 60 s
 * @param callsPerMinute begun by all who have not logged in, over any 60 s
 */
public record DeskSettings(
        NumberRules rules,
        Map<String, Account> links,
        int linkSeconds,
        int linkUses,
        List<String> apiKeys,
        int tokenSeconds,
        Duration remembered,
        int callsPerAddressPerMinute,
        int callsPerAddress,
        int callsPerDestinationPerMinute,
        int callsPerMinute) {
    /** Fewer could be guessed. */
    private static final int SHORTEST_API_KEY = 20;

    /** @throws IllegalArgumentException with a sentence for the operator */
    public DeskSettings {
        links = Map.copyOf(links);
        apiKeys = List.copyOf(apiKeys);
        if (apiKeys.stream().anyMatch(key -> key.length() < SHORTEST_API_KEY)) {
            throw new IllegalArgumentException(
                    "an API key needs " + SHORTEST_API_KEY + " characters at least, made by: openssl rand -base64 32");
        }
    }

    /** Never keys and passwords. */
    @Override
    public String toString() {
        return "DeskSettings[links=" + links.keySet() + ", apiKeys=" + apiKeys.size() + "]";
    }
}
