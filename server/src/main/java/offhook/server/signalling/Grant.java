package offhook.server.signalling;

import java.time.Duration;
import java.util.function.Consumer;
import offhook.call.Account;
import offhook.call.EndReason;

/**
 * One call that may be made over a line of the server's own.
 *
 * @param line its name, for the log
 * @param account that the call is made with; its password never reaches a browser
 * @param destination whom to call, as it is to be dialled
 * @param callerName the name to show at the far side, empty for the account's own
 * @param longest how long the call may last from its answer
 * @param over told exactly once, from any thread, why the call is over; {@link EndReason#CANCELLED} for a session that
 *     ends without a call. Must not block
 */
public record Grant(
        String line,
        Account account,
        String destination,
        String callerName,
        Duration longest,
        Consumer<EndReason> over) {}
