package offhook.call.switchboard;

import offhook.call.Account;

/**
 * Which loop a SIP user lives on. Always the same one, so that the sessions of one account meet there and share its
 * registration, and so that a request for a login whose contact nobody was told finds it without any shared table.
 */
public final class LoopChoice {
    private LoopChoice() {}

    /** The loop of an account, 0 to {@code loops} - 1. */
    public static int of(Account account, int loops) {
        return account.register() ? spread(SipUser.Identity.of(account).hashCode(), loops) : of(account.login(), loops);
    }

    /** The loop of the accounts of this login that do not register, 0 to {@code loops} - 1. */
    public static int of(String login, int loops) {
        return spread(login.hashCode(), loops);
    }

    private static int spread(int hash, int loops) {
        return Math.floorMod(hash ^ hash >>> 16, loops);
    }
}
