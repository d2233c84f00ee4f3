package offhook.server.click;

import java.util.Locale;

/** What is counted so that nobody can run up a bill. */
public enum Limit {
    /** Of one address, or of one person there who logged in, over 60 s. */
    CALLER_PER_MINUTE,
    CALLER_AT_ONE_TIME,
    LINE_PER_MINUTE,
    LINE_AT_ONE_TIME,
    DESTINATION_PER_MINUTE,
    /** Of all who have not logged in, over 60 s. */
    ALL_PER_MINUTE,
    /** Calls of all who logged in at one address. */
    LOGINS_PER_MINUTE,
    /** Of one address. */
    WRONG_PASSWORDS_PER_MINUTE,
    /** To challenges, right or wrong, from one address. */
    ANSWERS_PER_MINUTE,
    /** Places where something is remembered: used tokens, tickets, callers. */
    MEMORY;

    /** For logs and counters: {@code line-per-minute}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
