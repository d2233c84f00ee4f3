package offhook.exchange.routing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import offhook.sip.digest.DigestServer;
import offhook.sip.message.CSeq;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.ServerTransaction;

/** Who is where (RFC 3261 section 10.3). Single owner, not thread-safe. */
final class Registrar {
    /** A phone of a user: what it calls itself, and where its REGISTER really came from. */
    private record Binding(NameAddress contact, Hop hop, String callId, int cseq, long untilNanos) {}

    /** A phone that can be rung: what it calls itself, and where it is. */
    record Phone(SipUri target, Hop hop) {}

    private static final long SECOND = 1_000_000_000L;

    private final DigestServer digest;
    private final DigestServer.Passwords passwords;
    private final RoutingLimits limits;
    private final Map<String, List<Binding>> bindings = new HashMap<>();

    Registrar(DigestServer digest, DigestServer.Passwords passwords, RoutingLimits limits) {
        this.digest = digest;
        this.passwords = passwords;
        this.limits = limits;
    }

    /** Whether there is such a user, registered or not. */
    boolean knows(String user) {
        return passwords.of(user).isPresent();
    }

    /** The user's phones that are registered now. */
    List<Phone> phones(String user, long nowNanos) {
        return live(user, nowNanos).stream()
                .map(binding -> new Phone(binding.contact().uri().asRequestUri(), binding.hop()))
                .toList();
    }

    /** Users with at least one phone. */
    int registeredUsers(long nowNanos) {
        return Math.toIntExact(bindings.keySet().stream()
                .filter(user -> !live(user, nowNanos).isEmpty())
                .count());
    }

    void onRegister(SipRequest request, ServerTransaction transaction, String toTag, long nowNanos) {
        String user = request.headers().to().uri().user();
        switch (digest.verify(request, SipStatus.UNAUTHORIZED, passwords, nowNanos)) {
            case DigestServer.Verdict.Missing missing -> challenge(request, transaction, false, toTag, nowNanos);
            case DigestServer.Verdict.Stale stale -> challenge(request, transaction, true, toTag, nowNanos);
            case DigestServer.Verdict.Refused refused -> {
                if (knows(user)) {
                    challenge(request, transaction, false, toTag, nowNanos);
                } else {
                    respond(request, transaction, SipStatus.NOT_FOUND, toTag, nowNanos);
                }
            }
            case DigestServer.Verdict.Accepted accepted -> {
                if (accepted.user().equals(user)) {
                    bind(request, transaction, user, toTag, nowNanos);
                } else {
                    respond(request, transaction, SipStatus.FORBIDDEN, toTag, nowNanos);
                }
            }
        }
    }

    private void bind(SipRequest request, ServerTransaction transaction, String user, String toTag, long nowNanos) {
        Headers headers = request.headers();
        OptionalLong header = headers.expires();
        List<Binding> bound = new ArrayList<>(live(user, nowNanos));
        if (headers.contactIsStar()) {
            if (header.orElse(1) != 0) {
                respond(request, transaction, SipStatus.BAD_REQUEST, toTag, nowNanos);
                return;
            }
            bound.clear();
        } else {
            for (NameAddress contact : headers.contacts()) {
                if (!contact.uri().isSip()) {
                    respond(request, transaction, SipStatus.BAD_REQUEST, toTag, nowNanos);
                    return;
                }
                Optional<Binding> before = bound.stream()
                        .filter(binding -> binding.contact().uri().matches(contact.uri()))
                        .findFirst();
                CSeq cseq = headers.cseq();
                // RFC 3261 section 10.3 step 7: an older REGISTER of the same phone that arrives late changes nothing.
                if (before.isPresent()
                        && before.get().callId().equals(headers.callId())
                        && cseq.number() <= before.get().cseq()) {
                    respond(request, transaction, SipStatus.SERVER_INTERNAL_ERROR, toTag, nowNanos);
                    return;
                }
                before.ifPresent(bound::remove);
                long expires = expires(contact, header);
                if (expires > 0) {
                    bound.add(new Binding(
                            contact,
                            back(transaction.arrival()),
                            headers.callId(),
                            cseq.number(),
                            nowNanos + expires * SECOND));
                }
            }
        }
        if (bound.size() > limits.contactsPerUser()) {
            respond(request, transaction, SipStatus.FORBIDDEN, toTag, nowNanos);
            return;
        }
        if (bound.isEmpty()) {
            bindings.remove(user);
        } else {
            bindings.put(user, List.copyOf(bound));
        }
        SipResponse ok = SipResponse.answering(request, SipStatus.OK, toTag);
        Headers answer = ok.headers();
        for (Binding binding : bound) {
            long left = Math.max(1, (binding.untilNanos() - nowNanos) / SECOND);
            answer = answer.append(
                    HeaderName.CONTACT,
                    NameAddress.of(binding.contact().uri()).withParameter("expires", Long.toString(left)));
        }
        transaction.respond(ok.with(answer), nowNanos);
    }

    /** The contact's own word, then the message's, then the most that is granted (10.3 step 7). */
    private long expires(NameAddress contact, OptionalLong header) {
        long asked = header.orElse(limits.longestExpiresSeconds());
        if (contact.parameters().has("expires")) {
            try {
                asked = Headers.readSeconds(contact.parameters().value("expires"));
            } catch (IllegalArgumentException e) {
                asked = limits.longestExpiresSeconds();
            }
        }
        return Math.min(asked, limits.longestExpiresSeconds());
    }

    private List<Binding> live(String user, long nowNanos) {
        return bindings.getOrDefault(user, List.of()).stream()
                .filter(binding -> binding.untilNanos() > nowNanos)
                .toList();
    }

    /** Back the way it came: through a NAT, and over the connection that the phone opened (RFC 5626's idea). */
    static Hop back(Arrival arrival) {
        return new Hop(
                arrival.transport(),
                arrival.remote().getAddress().getHostAddress(),
                arrival.remote().getPort());
    }

    private void challenge(
            SipRequest request, ServerTransaction transaction, boolean stale, String toTag, long nowNanos) {
        transaction.respond(digest.challenge(request, SipStatus.UNAUTHORIZED, stale, toTag, nowNanos), nowNanos);
    }

    private static void respond(
            SipRequest request, ServerTransaction transaction, int status, String toTag, long nowNanos) {
        transaction.respond(SipResponse.answering(request, status, toTag), nowNanos);
    }
}
