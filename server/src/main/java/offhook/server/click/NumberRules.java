package offhook.server.click;

import java.util.List;
import java.util.Optional;

/**
 * What click to call may dial at all, whatever line or account it goes over. The first of these that fits decides; the
 * length of a prefix plays no part:
 *
 * <ol>
 *   <li>a prefix on the list of those that are never: no;
 *   <li>a destination that the operator wrote out in full for the line: yes;
 *   <li>a premium telephone number while those are closed: no. An allowed prefix opens a country and not its premium
 *       numbers;
 *   <li>a prefix on the list of those that are allowed nevertheless: yes;
 *   <li>a number of another country while those are closed, a short premium number while premium is closed: no;
 *   <li>a code, or anything else that is no number, extension or name: no;
 *   <li>anything else: yes.
 * </ol>
 */
public final class NumberRules {
    private static final String SPECIAL = "Numbers with a special price or purpose may not be called from here.";

    private final NumberPlan plan;
    private final boolean international;
    private final boolean premium;
    private final List<Prefix> allow;
    private final List<Prefix> deny;

    /**
     * @param plan by which numbers are read
     * @param international whether numbers of other countries may be called
     * @param premium whether premium, shared-cost, satellite, emergency and unknown numbers may be
     * @param allow prefixes that may be called nevertheless, like {@code +43}
     * @param deny prefixes that never may
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public NumberRules(NumberPlan plan, boolean international, boolean premium, List<String> allow, List<String> deny) {
        this.plan = plan;
        this.international = international;
        this.premium = premium;
        this.allow = allow.stream().map(Prefix::of).toList();
        this.deny = deny.stream().map(Prefix::of).toList();
    }

    NumberPlan plan() {
        return plan;
    }

    /**
     * Why not.
     *
     * @param named whether the operator wrote it out in full for the line
     * @return a sentence for the visitor, empty when it may be called
     */
    Optional<String> objection(Destination wanted, boolean named) {
        if (deny.stream().anyMatch(prefix -> prefix.covers(wanted))) {
            return Optional.of("This number may not be called from here.");
        }
        if (named) {
            return Optional.empty();
        }
        boolean closed = wanted.premium() && !premium;
        if (closed && wanted.kind() == Destination.Kind.NUMBER) {
            return Optional.of(SPECIAL);
        }
        if (allow.stream().anyMatch(prefix -> prefix.covers(wanted))) {
            return Optional.empty();
        }
        if (wanted.international() && !international) {
            return Optional.of("Numbers of other countries may not be called from here.");
        }
        return switch (wanted.kind()) {
            case NUMBER, EXTENSION, NAME -> closed ? Optional.of(SPECIAL) : Optional.empty();
            case CODE -> Optional.of("This is not a telephone number that can be called from here.");
            case OTHER -> Optional.of("Only telephone numbers, extensions and names can be called from here.");
        };
    }
}
