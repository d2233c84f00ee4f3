package offhook.server.loop;

import offhook.call.Account;
import org.jspecify.annotations.Nullable;

/** All loops, as a session sees them. From any thread. */
@FunctionalInterface
public interface Loops {
    /**
     * The loop of this account's user: always the same one. Any loop for a session without an account, and for one that
     * takes no calls.
     */
    UserAgents of(@Nullable Account account);
}
