package offhook.sip.dialog;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Hop;

/**
 * The targets of one call that 3xx responses lead to (RFC 3261 section 8.1.3.4): the best first, none twice, and only where
 * the owner lets it go. Single owner, not thread-safe.
 */
final class Redirects {
    /** How many targets beyond the first one call tries. */
    static final int MAX_TARGETS = 5;

    private final Function<SipUri, Optional<Hop>> allowed;
    private final Queue<SipUri> waiting = new ArrayDeque<>();
    private final Set<SipUri> known = new HashSet<>();
    private SipUri target;
    private Hop hop;

    Redirects(OutgoingInvite call) {
        this.allowed = call.redirects();
        this.target = call.target();
        this.hop = call.hop();
        known.add(target);
    }

    /** Where the INVITE goes now. */
    SipUri target() {
        return target;
    }

    /** By which way. */
    Hop hop() {
        return hop;
    }

    /**
     * Looks for another target after a refusal: among those that this response names, and those named before.
     *
     * @return whether there is one
     */
    boolean next(SipResponse refusal) {
        if (refusal.status() < 400) {
            take(refusal.headers().contacts());
        } else if (refusal.status() >= 600) {
            // Nobody anywhere will take the call (RFC 3261 section 21.6).
            waiting.clear();
        }
        SipUri next = waiting.poll();
        Optional<Hop> way = next == null ? Optional.empty() : allowed.apply(next);
        if (next == null || way.isEmpty()) {
            return false;
        }
        target = next;
        hop = way.get();
        return true;
    }

    private void take(List<NameAddress> contacts) {
        contacts.stream()
                .filter(contact -> contact.uri().isSip())
                .sorted(Comparator.comparingDouble(Redirects::preference).reversed())
                .map(contact -> contact.uri().asRequestUri())
                .filter(uri -> known.size() <= MAX_TARGETS && allowed.apply(uri).isPresent())
                .filter(known::add)
                .forEach(waiting::add);
    }

    /** The parameter q, 0 to 1; 1 when there is none, or none that is a number. */
    private static double preference(NameAddress contact) {
        String q = contact.parameters().value("q");
        return q.matches("[01](\\.\\d{0,3})?") ? Double.parseDouble(q) : 1;
    }
}
