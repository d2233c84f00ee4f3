package offhook.media.ice;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetSocketAddress;
import offhook.media.stun.MessageIntegrity;
import offhook.media.stun.StunAttribute;
import offhook.media.stun.StunClass;
import offhook.media.stun.StunError;
import offhook.media.stun.StunMessage;
import offhook.media.stun.StunWriter;
import offhook.media.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A lite ICE agent with one component (RFC 8445 section 2.5): it offers host candidates, answers connectivity checks and
 * never sends one. Where the peer is, it learns from the peer's checks alone.
 *
 * <p>Which address is sent to: that of the first authenticated check; from then on that of the latest check with
 * USE-CANDIDATE; and, should that address have sent no check for {@link #SILENT_PAIR_NANOS}, that of any authenticated
 * check (a NAT may have given the peer a new address, and not every peer nominates again).
 *
 * <p>Consent (RFC 7675): a lite agent cannot ask for it, so the peer's own checks, which a full agent repeats about every
 * five seconds on the pair in use, stand for it. Without one the consent expires, and nothing may be sent until another
 * check comes. Nothing expires before the first check: how long to wait for that is the owner's business.
 *
 * <p>Not thread-safe: it belongs to the loop that owns the call.
 */
public final class IceLite {
    /** How long consent lasts without an authenticated check, in nanoseconds (RFC 7675 section 5.1). */
    public static final long CONSENT_NANOS = 30_000_000_000L;

    /** After how long without a check the selected address gives way to any other that sends one, in nanoseconds. */
    public static final long SILENT_PAIR_NANOS = 12_000_000_000L;

    /** The most error responses in one second, since anybody can make us send them to a forged address. */
    static final int MAX_ERRORS_PER_SECOND = 20;

    private static final long SECOND_NANOS = 1_000_000_000L;

    /** Where the agent's results go. It never calls back into the agent. */
    public interface Outbox {
        /** Sends a datagram; the bytes are lent for this call. */
        void transmit(InetSocketAddress to, byte[] bytes, int offset, int length);

        /** Media goes to this address from now on: the first one, a change, or one that came back after expiry. */
        void selected(InetSocketAddress remote);

        /** The peer has not been heard for the time of consent. Nothing more may be sent to it. */
        void consentExpired();
    }

    private final MessageIntegrity localKey;
    private final String localPrefix;
    private final long consentNanos;
    private final Outbox outbox;
    private final StunMessage request = new StunMessage();
    private final StunWriter response = new StunWriter();
    private @Nullable String expectedUsername;
    private @Nullable InetSocketAddress selected;
    private long lastCheckNanos;
    private long errorSecondStartNanos;
    private int errorsInSecond;

    /** An agent whose consent lasts {@link #CONSENT_NANOS}. */
    public IceLite(IceCredentials local, Outbox outbox) {
        this(local, CONSENT_NANOS, outbox);
    }

    /** @param consentNanos how long consent lasts without a check, positive */
    public IceLite(IceCredentials local, long consentNanos, Outbox outbox) {
        this.localKey = MessageIntegrity.shortTerm(local.password());
        this.localPrefix = local.ufrag() + ":";
        this.consentNanos = consentNanos;
        this.outbox = outbox;
    }

    /**
     * Tells the peer's credentials when its description comes. Before, any second half of USERNAME passes: a peer may
     * send checks before its answer arrives, and only our own password signs them.
     */
    public void remote(IceCredentials remote) {
        expectedUsername = localPrefix + remote.ufrag();
    }

    /**
     * Takes a datagram that looks like STUN.
     *
     * @return 0, or the negative {@linkplain IceDrop#ofCode code of an IceDrop}
     */
    public int onDatagram(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
        if (!request.wrap(bytes, offset, length)) {
            return IceDrop.MALFORMED.code();
        }
        if (request.messageClass() != StunClass.REQUEST || request.method() != StunMessage.BINDING) {
            return IceDrop.NOT_A_BINDING_REQUEST.code();
        }
        if (request.hasFingerprint() && !request.fingerprintMatches()) {
            return IceDrop.WRONG_FINGERPRINT.code();
        }
        if (!request.hasUsername() || !request.hasMessageIntegrity()) {
            return refuse(from, StunError.BAD_REQUEST, "Bad Request", IceDrop.NO_CREDENTIALS, nowNanos);
        }
        if (!isOurUsername()) {
            return refuse(from, StunError.UNAUTHENTICATED, "Unauthenticated", IceDrop.WRONG_USERNAME, nowNanos);
        }
        if (!request.verifies(localKey)) {
            return refuse(from, StunError.UNAUTHENTICATED, "Unauthenticated", IceDrop.WRONG_INTEGRITY, nowNanos);
        }
        if (request.unknownRequiredCount() > 0) {
            response.bindingError(request, StunError.UNKNOWN_ATTRIBUTE, "Unknown Attribute")
                    .finish(localKey);
            outbox.transmit(from, response.bytes(), 0, response.length());
            return IceDrop.UNKNOWN_ATTRIBUTE.code();
        }
        if (request.hasIceControlled()) {
            // RFC 8445 section 7.3.1.1 lets the tie-breakers decide who gives way. A lite agent cannot control: ours
            // counts as the lowest, so that it is always the peer.
            response.bindingError(request, StunError.ROLE_CONFLICT, "Role Conflict")
                    .finish(localKey);
            outbox.transmit(from, response.bytes(), 0, response.length());
            return IceDrop.ROLE_CONFLICT.code();
        }
        response.bindingSuccess(request).xorMappedAddress(from).finish(localKey);
        outbox.transmit(from, response.bytes(), 0, response.length());
        onCheck(from, nowNanos);
        return 0;
    }

    private boolean isOurUsername() {
        return expectedUsername == null
                ? request.usernameStartsWith(localPrefix)
                : request.usernameEquals(expectedUsername);
    }

    /** An error for a request that may be forged: unsigned (RFC 8489 section 9.1.3), and not too often. */
    private int refuse(InetSocketAddress from, int code, String reason, IceDrop drop, long nowNanos) {
        if (nowNanos - errorSecondStartNanos >= SECOND_NANOS || errorsInSecond == 0) {
            errorSecondStartNanos = nowNanos;
            errorsInSecond = 0;
        }
        if (errorsInSecond < MAX_ERRORS_PER_SECOND) {
            errorsInSecond++;
            response.bindingError(request, code, reason).finish();
            outbox.transmit(from, response.bytes(), 0, response.length());
        }
        return drop.code();
    }

    private void onCheck(InetSocketAddress from, long nowNanos) {
        boolean same = from.equals(selected);
        if (same || selected == null || request.useCandidate() || nowNanos - lastCheckNanos >= SILENT_PAIR_NANOS) {
            lastCheckNanos = nowNanos;
            selected = from;
            if (!same) {
                outbox.selected(from);
            }
        }
    }

    /** To be called when {@link #deadlineNanos} has come. */
    public void onDeadline(long nowNanos) {
        if (selected != null && nowNanos - lastCheckNanos >= consentNanos) {
            selected = null;
            outbox.consentExpired();
        }
    }

    /** When consent runs out; {@code Long.MAX_VALUE} while no address is selected. */
    public long deadlineNanos() {
        return selected == null ? Long.MAX_VALUE : lastCheckNanos + consentNanos;
    }

    /** Whether the peer is at this address: media goes there, and a check came from there a short while ago. */
    public boolean isHeardAt(InetSocketAddress remote, long nowNanos) {
        return remote.equals(selected) && nowNanos - lastCheckNanos < SILENT_PAIR_NANOS;
    }

    /** Where to send to; null before the first check and after consent expired. */
    public @Nullable InetSocketAddress remoteAddress() {
        return selected;
    }

    /**
     * The local half of a binding request's USERNAME, by which a datagram from an unknown source finds its agent.
     * Nothing is verified but the form.
     *
     * @return null when there is none
     */
    public static @Nullable String localUfragOf(byte[] bytes, int offset, int length) {
        if (!StunMessage.looksLikeStun(bytes, offset, length) || Bytes.u16(bytes, offset) != StunMessage.BINDING) {
            return null;
        }
        int end = offset + length;
        int attribute = offset + StunMessage.HEADER_LENGTH;
        while (attribute + 4 <= end) {
            int valueLength = Bytes.u16(bytes, attribute + 2);
            int value = attribute + 4;
            if (value + valueLength > end) {
                return null;
            }
            if (Bytes.u16(bytes, attribute) == StunAttribute.USERNAME) {
                return ufrag(bytes, value, valueLength);
            }
            attribute = value + ((valueLength + 3) & ~3);
        }
        return null;
    }

    private static @Nullable String ufrag(byte[] bytes, int value, int length) {
        int limit = Math.min(length, IceCredentials.MAX_LENGTH + 1);
        for (int i = 0; i < limit; i++) {
            if (bytes[value + i] == ':') {
                return i == 0 ? null : new String(bytes, value, i, ISO_8859_1);
            }
        }
        return null;
    }
}
