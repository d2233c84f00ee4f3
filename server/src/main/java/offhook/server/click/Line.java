package offhook.server.click;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import offhook.call.Account;

/**
 * What a call button belongs to: an account at a telephone system, and what strangers may do with it. The account never
 * reaches a page.
 *
 * @param name 1 to 64 letters, digits, dots, underscores and hyphens; what tokens call it
 * @param account that calls are made with
 * @param callerName shown at the far side unless a token says another; empty for the account's own
 * @param destinations whom may be called
 * @param origins the pages that may call
 * @param hours when
 * @param longest how long a call may last from its answer
 * @param calls at one time
 * @param callsPerMinute over any 60 s
 * @param keys that sign call tokens for this line
 * @param visitors how a visitor's browser gets a token without the site's backend
 * @param hook URL that is asked where {@code visitors} says so, else empty
 */
public record Line(
        String name,
        Account account,
        String callerName,
        Destinations destinations,
        Origins origins,
        Hours hours,
        Duration longest,
        int calls,
        int callsPerMinute,
        List<TokenKey> keys,
        Visitors visitors,
        String hook) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** How a visitor's browser gets a call token. */
    public enum Visitors {
        /** Not at all: the site's backend signs them, or asks for them with an API key. */
        OFF,
        /** By proof of work. */
        WORK,
        /** By an answer that the line's hook is asked about, for example a captcha's. */
        HOOK,
        /** Without a challenge, but for pages of this server alone. */
        OWN_PAGES
    }

    /** @throws IllegalArgumentException with a sentence for the operator */
    public Line {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a line's name has 1 to 64 letters, digits, dots, underscores and hyphens, not \"" + name + "\"");
        }
        if (longest.isNegative() || longest.isZero() || calls < 1 || callsPerMinute < 1) {
            throw new IllegalArgumentException(
                    "line " + name + ": the longest call, calls and callsPerMinute are 1 or more");
        }
        Set<String> ids = new HashSet<>();
        for (TokenKey key : keys) {
            if (!ids.add(key.id())) {
                throw new IllegalArgumentException(
                        "line " + name + ": two keys are called \"" + key.id() + "\"; give one of them another name");
            }
        }
        keys = List.copyOf(keys);
    }
}
