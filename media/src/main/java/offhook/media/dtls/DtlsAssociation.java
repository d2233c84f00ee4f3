package offhook.media.dtls;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import offhook.media.dtls.DtlsFailure.Reason;

/**
 * One DTLS 1.2 handshake that yields SRTP keys, and what is left of it afterwards (RFC 6347, RFC 5764, RFC 8827 section
 * 6.5). There is no cookie exchange: ICE has proved already that the peer is at its address.
 *
 * <p>The handshake goes in steps: what has arrived is handed to a {@link Worker} together with the work, and what the
 * step sends comes out when it is done. Meanwhile further datagrams wait. All retransmission follows the given time. After
 * the handshake the association goes on answering a peer that has lost our last flight, and hears when it closes.
 *
 * <p>Not thread-safe: one owner, who alone calls it, and to whom the worker returns. It must be {@link #close}d, or a
 * handshake under way keeps a virtual thread.
 */
public final class DtlsAssociation {
    /** Longer datagrams are ignored. */
    public static final int DATAGRAM_LIMIT = 2_048;
    /** How many records wait for a step to end; those that come beyond are lost, as on a network. */
    public static final int WAITING_LIMIT = 32;
    /** How many datagrams one handshake looks at; a hundred carry one through heavy loss. */
    public static final int HANDSHAKE_DATAGRAM_LIMIT = 1_000;

    /** What an association asks of the world. It never calls back into the association that called it. */
    public interface Outbox {
        /** One datagram for the peer; the bytes are lent for this call only. */
        void transmit(byte[] bytes, int offset, int length);

        /** The handshake is done and the peer is who its session description says. Said once. */
        void connected(SrtpKeys keys);

        /** There will be no keys, ever. Said once, and never after {@link #connected}. */
        void failed(DtlsFailure why);

        /** The peer ended a connected association with close_notify or a fatal alert. Said once. */
        void closed();
    }

    /** Where the elliptic-curve work of a handshake runs. */
    public interface Worker {
        /** Runs it at once and waits for it: for tests and simulation. */
        Worker INLINE = (work, done) -> {
            work.run();
            done.run();
        };

        /**
         * Runs {@code work} anywhere, once, and then {@code done} on the thread that owns the association. Neither throws.
         * {@code work} blocks for some milliseconds. When {@code done} is never run, the handshake times out.
         */
        void run(Runnable work, Runnable done);
    }

    private enum State {
        NEW,
        HANDSHAKING,
        CONNECTED,
        ENDED
    }

    private final DtlsRole role;
    private final DtlsSettings settings;
    private final Worker worker;
    private final Outbox outbox;
    private final BouncyCastleDriver driver;
    private final Negotiation negotiation;
    private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
    private final InboundFlights inbound;
    private State state = State.NEW;
    private boolean stepping;
    private boolean repeating;
    private long stepNanos;
    private long lastFlightNanos;
    private long resendIntervalNanos;
    private long resendNanos = Long.MAX_VALUE;
    private long handshakeEndNanos = Long.MAX_VALUE;
    private int datagrams;

    /**
     * @param expectedRemote fingerprints of the peer's session description; its certificate must match one of them
     * @param random a {@link java.security.SecureRandom} wherever real calls are made; a seeded generator in simulation,
     *     with {@link Worker#INLINE} only: the steps of other workers draw from it on their own threads
     */
    public DtlsAssociation(
            DtlsIdentity identity,
            DtlsRole role,
            List<Fingerprint> expectedRemote,
            DtlsSettings settings,
            Worker worker,
            RandomGenerator random,
            Outbox outbox) {
        this.role = role;
        this.settings = settings;
        this.worker = worker;
        this.outbox = outbox;
        this.negotiation = new Negotiation(
                identity, role, List.copyOf(expectedRemote), settings.profiles(), GivenRandom.of(random));
        this.driver = new BouncyCastleDriver(role, negotiation);
        this.inbound = new InboundFlights(role, arrived);
        this.resendIntervalNanos = settings.firstResendNanos();
    }

    /**
     * CLIENT sends its ClientHello; SERVER waits for one, or takes the one that has come already. The time limit of the
     * handshake runs from here.
     *
     * @throws IllegalStateException when called twice or after {@link #close}
     */
    public void start(long nowNanos) {
        if (state != State.NEW) {
            throw new IllegalStateException("an association starts once");
        }
        state = State.HANDSHAKING;
        handshakeEndNanos = nowNanos + settings.handshakeLimitNanos();
        if (role == DtlsRole.CLIENT || !arrived.isEmpty()) {
            step(nowNanos);
        }
    }

    /**
     * A datagram of the peer whose first byte says DTLS (RFC 7983: 20 to 63). Anything else in it is ignored.
     *
     * @return false when it fell: it begins with no record, is too long, comes beyond a limit or after the end
     */
    public boolean onDatagram(byte[] bytes, int offset, int length, long nowNanos) {
        if (length > DATAGRAM_LIMIT) {
            return false;
        }
        boolean beginsWithARecord = DtlsRecords.recordLength(bytes, offset, length) >= 0;
        return switch (state) {
            case NEW, HANDSHAKING -> onHandshakeDatagram(bytes, offset, length, nowNanos) && beginsWithARecord;
            case CONNECTED -> {
                if (!beginsWithARecord) {
                    yield false;
                }
                driver.onDatagram(Arrays.copyOfRange(bytes, offset, offset + length));
                transmit(driver.outbound().take());
                if (driver.closedByPeer()) {
                    state = State.ENDED;
                    outbox.closed();
                }
                yield true;
            }
            case ENDED -> false;
        };
    }

    private boolean onHandshakeDatagram(byte[] bytes, int offset, int length, long nowNanos) {
        if (arrived.size() >= WAITING_LIMIT || ++datagrams > HANDSHAKE_DATAGRAM_LIMIT) {
            return false;
        }
        if (inbound.onDatagram(bytes, offset, length)) {
            peerRepeatsItself(nowNanos);
        }
        if (state == State.HANDSHAKING && !stepping && !arrived.isEmpty()) {
            step(nowNanos);
        }
        return true;
    }

    /**
     * The peer has not got our flight (RFC 6347 section 4.2.4): it goes out again without waiting for the back-off, but
     * never sooner than the shortest interval after the last time.
     */
    private void peerRepeatsItself(long nowNanos) {
        if (resendNanos != Long.MAX_VALUE) {
            resendNanos = Math.min(resendNanos, lastFlightNanos + settings.firstResendNanos());
            onDeadline(nowNanos);
        }
    }

    /** The time of {@link #deadlineNanos()} has come. Harmless when it has not. */
    public void onDeadline(long nowNanos) {
        if (state != State.HANDSHAKING) {
            return;
        }
        if (nowNanos >= handshakeEndNanos) {
            driver.abandon();
            fail(new DtlsFailure(Reason.TIMEOUT, "no end of the handshake in time"));
        } else if (nowNanos >= resendNanos && !stepping) {
            repeating = true;
            driver.askForRepetition();
            runStep(nowNanos);
        }
    }

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} for never. */
    public long deadlineNanos() {
        if (state != State.HANDSHAKING) {
            return Long.MAX_VALUE;
        }
        return stepping ? handshakeEndNanos : Math.min(resendNanos, handshakeEndNanos);
    }

    /** Ends it: says close_notify to a connected peer and frees everything. The outbox hears no more. Harmless twice. */
    public void close(long nowNanos) {
        switch (state) {
            case HANDSHAKING -> driver.abandon();
            case CONNECTED -> {
                driver.sayGoodbye();
                transmit(driver.outbound().take());
            }
            case NEW, ENDED -> {}
        }
        end();
    }

    /** How many records wait for a step to end: for the test of their limit. */
    int waiting() {
        return arrived.size();
    }

    /** For the test that no thread of it is left behind. */
    BouncyCastleDriver driver() {
        return driver;
    }

    private void step(long nowNanos) {
        repeating = false;
        driver.give(arrived);
        arrived.clear();
        runStep(nowNanos);
    }

    private void runStep(long nowNanos) {
        stepping = true;
        stepNanos = nowNanos;
        worker.run(driver::step, this::stepDone);
    }

    private void stepDone() {
        stepping = false;
        if (state != State.HANDSHAKING) {
            return;
        }
        scheduleRepetition();
        transmit(driver.outbound().take());
        DtlsFailure failure = driver.failure();
        SrtpKeys keys = negotiation.keys();
        if (failure != null) {
            fail(failure);
        } else if (driver.connected() && keys != null) {
            state = State.CONNECTED;
            arrived.clear();
            outbox.connected(keys);
        } else if (!arrived.isEmpty()) {
            step(stepNanos);
        }
    }

    /** A fresh flight waits the shortest interval, one sent again twice as long as the last time (section 4.2.4.1). */
    private void scheduleRepetition() {
        if (driver.outbound().fresh()) {
            resendIntervalNanos = settings.firstResendNanos();
        } else if (repeating) {
            resendIntervalNanos = Math.min(2 * resendIntervalNanos, settings.longestResendNanos());
        } else {
            return;
        }
        lastFlightNanos = stepNanos;
        resendNanos = stepNanos + resendIntervalNanos;
    }

    private void transmit(List<byte[]> datagrams) {
        for (byte[] datagram : datagrams) {
            outbox.transmit(datagram, 0, datagram.length);
        }
    }

    private void fail(DtlsFailure why) {
        end();
        outbox.failed(why);
    }

    private void end() {
        state = State.ENDED;
        arrived.clear();
    }
}
