package offhook.server.click;

import java.time.Duration;
import java.util.random.RandomGenerator;
import offhook.call.Account;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of people who wanted to be remembered. They stay in memory; the browser holds a random number, and we its
 * hash, so that neither is any good without the other. Owned by {@link CallDesk}.
 */
final class Logins {
    /** Logins remembered at one time. */
    static final int LOGINS = 10_000;

    /** Of them, those of one address. */
    static final int LOGINS_OF_AN_ADDRESS = 100;

    private static final int BYTES = 32;

    /** A little more than a cookie of ours has. */
    private static final int COOKIE_CHARACTERS = 64;

    private final RandomGenerator random;
    private final Shelf<Account> shelf;

    /** @param lifetime after which a login is forgotten, however often it is used */
    Logins(RandomGenerator random, Duration lifetime) {
        this.random = random;
        shelf = new Shelf<>(LOGINS, LOGINS_OF_AN_ADDRESS, lifetime.toNanos());
    }

    /** @return what the browser's cookie is to hold */
    String remember(Account account, String address, long nowNanos) {
        String cookie = Texts.random(random, BYTES);
        shelf.put(id(cookie), address, account, nowNanos);
        return cookie;
    }

    @Nullable
    Account find(String cookie, long nowNanos) {
        return cookie.isEmpty() || cookie.length() > COOKIE_CHARACTERS ? null : shelf.find(id(cookie), nowNanos);
    }

    /** @param id of a login, known or not */
    void forget(String id) {
        shelf.remove(id);
    }

    /** By what a cookie's login is known here. */
    static String id(String cookie) {
        return Texts.sha256(cookie);
    }
}
