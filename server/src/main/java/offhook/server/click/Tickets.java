package offhook.server.click;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import offhook.call.Account;
import offhook.call.EndReason;
import offhook.server.signalling.GrantRefused;

/**
 * Tickets for one call each, which mean nothing but here. Owned by {@link CallDesk}.
 *
 * <p>A ticket that was used or has expired is remembered for a while, so that its holder hears which of the two it was.
 */
final class Tickets {
    /** Tickets remembered at one time. */
    static final int TICKETS = 10_000;

    /** Of them, those of one address. */
    static final int TICKETS_OF_AN_ADDRESS = 50;

    /** How long a ticket counts. */
    static final long LIFETIME_NANOS = 60_000_000_000L;

    private static final long REMEMBERED_NANOS = 10 * LIFETIME_NANOS;
    private static final int BYTES = 20;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{27}");

    private final RandomGenerator random;
    private final Shelf<State> shelf = new Shelf<>(TICKETS, TICKETS_OF_AN_ADDRESS, REMEMBERED_NANOS);

    Tickets(RandomGenerator random) {
        this.random = random;
    }

    /** What a ticket permits, and by what right. */
    record Permit(Account account, Destination destination, String origin, Right right) {}

    /** By what right. */
    sealed interface Right {
        /** A signed link, which counts until that second. */
        record Link(String id, long expiresSeconds) implements Right {}

        /** A person's own password; {@code rememberedId} is empty when it is not to be remembered. */
        record Login(String rememberedId) implements Right {}
    }

    private sealed interface State {
        record Waiting(Permit permit, long expiresNanos) implements State {}

        /** The permit, with its password, is forgotten. */
        record Used() implements State {}
    }

    /** @param address of who asked */
    String issue(Permit permit, String address, long nowNanos) {
        String ticket = Texts.random(random, BYTES);
        shelf.put(Texts.sha256(ticket), address, new State.Waiting(permit, nowNanos + LIFETIME_NANOS), nowNanos);
        return ticket;
    }

    /**
     * What a ticket permits. It is not used by that.
     *
     * @throws GrantRefused {@link EndReason#TOKEN_INVALID}, {@link EndReason#TOKEN_USED} or {@link
     *     EndReason#TOKEN_EXPIRED}
     */
    Permit find(String ticket, long nowNanos) {
        State state = FORM.matcher(ticket).matches() ? shelf.find(Texts.sha256(ticket), nowNanos) : null;
        return switch (state) {
            case null ->
                throw refused(EndReason.TOKEN_INVALID, "This is not a permission for a call, or a very old one.");
            case State.Used() -> throw refused(EndReason.TOKEN_USED, "The permission for this call has been used.");
            case State.Waiting(Permit permit, long expiresNanos) -> {
                if (nowNanos - expiresNanos >= 0) {
                    throw refused(EndReason.TOKEN_EXPIRED, "The permission for this call has expired.");
                }
                yield permit;
            }
        };
    }

    /** A ticket that was found is used up. */
    void use(String ticket) {
        shelf.replace(Texts.sha256(ticket), new State.Used());
    }

    private static GrantRefused refused(EndReason reason, String text) {
        return new GrantRefused(reason, "token", text);
    }
}
