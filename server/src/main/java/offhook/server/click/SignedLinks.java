package offhook.server.click;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import offhook.call.Account;
import offhook.call.EndReason;
import offhook.server.signalling.GrantRefused;

/**
 * Checks links in Vodia's form: {@code pass = md5(user@domain + password + destnumber + time + duration)}. Immutable; from
 * any thread.
 *
 * <p>Nothing stands between the fields, so the same hash is good for every way to cut the digits at the end into number,
 * time and duration. A link is taken only when no other cut would count now.
 */
final class SignedLinks {
    /** Longest user. */
    private static final int USER_CHARACTERS = 256;

    /** From 2001 to 2286 a time has ten digits; none other is taken, which leaves no choice of its length. */
    private static final Pattern TIME = Pattern.compile("[1-9][0-9]{9}");

    private static final Pattern DURATION = Pattern.compile("[1-9][0-9]{0,8}");
    private static final Pattern MD5 = Pattern.compile("[0-9a-fA-F]{32}");
    private static final int TIME_DIGITS = 10;

    private final Map<String, Account> accounts = new HashMap<>();
    private final int longestSeconds;
    private final int skewSeconds;

    /**
     * @param accounts whose links are taken, by {@code user@domain}
     * @param longestSeconds that a link counts, whatever it says
     * @param skewSeconds how far another clock may be ahead of ours
     */
    SignedLinks(Map<String, Account> accounts, int longestSeconds, int skewSeconds) {
        accounts.forEach((user, account) -> this.accounts.put(withoutCase(user), account));
        this.longestSeconds = longestSeconds;
        this.skewSeconds = skewSeconds;
    }

    /**
     * A link that counts.
     *
     * @param account to call with
     * @param id by which it is known when it comes again
     * @param expiresSeconds the last second in which it counts
     */
    record Checked(Account account, String id, long expiresSeconds) {}

    /** @throws GrantRefused {@link EndReason#LINK_INVALID} or {@link EndReason#LINK_EXPIRED} */
    Checked check(SignedLink link, long nowSeconds) {
        if (!TIME.matcher(link.time()).matches()) {
            throw invalid("time", "The link's time is not ten digits of seconds since 1970.");
        }
        if (!DURATION.matcher(link.duration()).matches()) {
            throw invalid("duration", "The link's duration is not 1 to 9 digits of seconds.");
        }
        if (!MD5.matcher(link.pass()).matches()) {
            throw invalid("pass", "The link's signature is not 32 hexadecimal digits.");
        }
        if (link.user().length() > USER_CHARACTERS || link.destnumber().length() > NumberPlan.CHARACTERS) {
            throw invalid("user", "The link is too long.");
        }
        Account account = accounts.get(withoutCase(link.user()));
        String password = account == null ? "" : account.password();
        String tail = link.destnumber() + link.time() + link.duration();
        String expected = HexFormat.of().formatHex(Texts.digest("MD5", link.user() + password + tail));
        boolean signed = Texts.same(expected, link.pass().toLowerCase(Locale.ROOT));
        if (account == null || !signed) {
            // the same words for both: nobody learns here which accounts there are
            throw invalid("pass", "The link's signature does not fit.");
        }
        long time = Long.parseLong(link.time());
        long expires = expires(time, Long.parseLong(link.duration()));
        if (time > nowSeconds + skewSeconds) {
            throw expired("time", "The link does not count yet.");
        }
        if (nowSeconds > expires) {
            throw expired("time", "The link has expired.");
        }
        if (waysToRead(tail, nowSeconds) > 1) {
            throw invalid("time", "The link can be read in two ways; please make a new one.");
        }
        return new Checked(account, Texts.sha256(link.user() + '\n' + tail), expires);
    }

    /** In how many ways the digits at the end can be cut so that the link counts now. */
    private int waysToRead(String tail, long nowSeconds) {
        int ways = 0;
        for (int cut = 1; cut + TIME_DIGITS < tail.length(); cut++) {
            String time = tail.substring(cut, cut + TIME_DIGITS);
            String duration = tail.substring(cut + TIME_DIGITS);
            if (TIME.matcher(time).matches() && DURATION.matcher(duration).matches()) {
                long made = Long.parseLong(time);
                if (made <= nowSeconds + skewSeconds && nowSeconds <= expires(made, Long.parseLong(duration))) {
                    ways++;
                }
            }
        }
        return ways;
    }

    private long expires(long time, long duration) {
        return time + Math.min(duration, longestSeconds);
    }

    /** A domain has no case; that a login may have one is checked by the hash, in which it stands as written. */
    private static String withoutCase(String user) {
        return user.toLowerCase(Locale.ROOT);
    }

    private static GrantRefused invalid(String field, String text) {
        return new GrantRefused(EndReason.LINK_INVALID, field, text);
    }

    private static GrantRefused expired(String field, String text) {
        return new GrantRefused(EndReason.LINK_EXPIRED, field, text);
    }
}
