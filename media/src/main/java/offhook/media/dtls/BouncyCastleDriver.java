package offhook.media.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import offhook.media.dtls.DtlsFailure.Reason;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.jspecify.annotations.Nullable;

/**
 * Turns Bouncy Castle's blocking handshake into steps. This is the one place of the core with a thread in it.
 *
 * <p>The handshake runs on a virtual thread of its own that lives no longer than it. It and whoever calls {@link #step}
 * take turns and never run at the same time: a step hands over what has arrived, lets the handshake run until it asks for
 * more, and finds what it sent. So the fields are passed to and fro by the two semaphores and need no other guard; only
 * {@link #abandon} may come at any time.
 *
 * <p>Bouncy Castle takes the time of its repetitions from the wall clock, which must not count here. It is told to wait no
 * time at all, so that it repeats its flight whenever it was woken for nothing, by a clock or by a record that it ignores,
 * and {@link OutboundFlight} lets a repetition out only in a step that was asked for one.
 *
 * <p>When the handshake is done there is no thread any more. Bouncy Castle still answers repetitions of the peer's last
 * flight and alerts, on the caller's thread, by {@link #onDatagram}.
 */
final class BouncyCastleDriver implements DatagramTransport {
    /** With 0 Bouncy Castle never backs off either: all waiting is {@link DtlsAssociation}'s. */
    static final int RESEND_AT_EVERY_FRUITLESS_WAIT = 0;

    /** A whole handshake message in one record, and what the record and its cipher add. */
    private static final int RECEIVE_LIMIT = InboundFlights.MESSAGE_LIMIT + 128;

    /** Bouncy Castle believes that time has passed when a millisecond has; so it is asked again that much later. */
    private static final long FRUITLESS_WAIT_NANOS = 1_000_000L;

    private static final int FRUITLESS_WAITS_LIMIT = 10;

    private final DtlsRole role;
    private final Negotiation negotiation;
    private final ArrayDeque<byte[]> inbox = new ArrayDeque<>();
    private final OutboundFlight outbound = new OutboundFlight();
    private final Semaphore handshakeMayRun = new Semaphore(0);
    private final Semaphore stepIsDone = new Semaphore(0);
    private final AtomicBoolean abandoned = new AtomicBoolean();
    private @Nullable Thread thread;
    private @Nullable DTLSTransport connection;
    private @Nullable DtlsFailure failure;
    private int fruitlessWaits;
    private boolean broken;

    /** Nothing more to read: how {@link #onDatagram} gets out of Bouncy Castle's receive loop without waiting. */
    private static final class Drained extends InterruptedIOException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    BouncyCastleDriver(DtlsRole role, Negotiation negotiation) {
        this.role = role;
        this.negotiation = negotiation;
    }

    /** Prepares a step: these records have arrived. Not while a step runs. */
    void give(Collection<byte[]> records) {
        inbox.addAll(records);
        outbound.allowRepeats(false);
    }

    /** Prepares a step: the time has come to send the last flight again. Not while a step runs. */
    void askForRepetition() {
        fruitlessWaits = FRUITLESS_WAITS_LIMIT;
        outbound.allowRepeats(true);
    }

    /** Lets the handshake run until it has used up all that it was given. Blocks for as long as that takes. */
    void step() {
        if (abandoned.get()) {
            return;
        }
        if (thread == null) {
            thread = Thread.ofVirtual().name("dtls-handshake").start(this::handshake);
        } else {
            handshakeMayRun.release();
        }
        stepIsDone.acquireUninterruptibly();
    }

    /** What the last step sent. */
    OutboundFlight outbound() {
        return outbound;
    }

    /** Whether the handshake has come to a good end. */
    boolean connected() {
        return connection != null;
    }

    /** Why the handshake has come to a bad end, if it has. */
    @Nullable
    DtlsFailure failure() {
        return failure;
    }

    /** Whether the peer has ended the connection. */
    boolean closedByPeer() {
        return broken || negotiation.closedByPeer();
    }

    /**
     * Ends a handshake that is under way, even while a step runs: its thread ends instead of waiting for another. What it
     * still sends is of no interest.
     */
    void abandon() {
        abandoned.set(true);
        handshakeMayRun.release();
    }

    /** The handshake's thread, once there is one: for the test that none is left behind. */
    @Nullable
    Thread thread() {
        return thread;
    }

    /** A datagram for a connected peer, handled on the caller's thread. What it makes us send is {@link #outbound()}. */
    void onDatagram(byte[] datagram) {
        DTLSTransport connected = connection;
        if (connected == null || closedByPeer()) {
            return;
        }
        outbound.allowRepeats(true);
        inbox.add(datagram);
        byte[] applicationData = new byte[datagram.length];
        try {
            while (!closedByPeer()) {
                connected.receive(applicationData, 0, applicationData.length, 1);
            }
        } catch (Drained allIsRead) {
            // as it must be
        } catch (IOException | RuntimeException fatal) {
            broken = true;
        }
    }

    /** Says close_notify to a connected peer. */
    void sayGoodbye() {
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException | RuntimeException unsaid) {
                broken = true;
            }
        }
    }

    private void handshake() {
        try {
            connection = switch (role) {
                case CLIENT -> new DTLSClientProtocol().connect(new ClientPeer(negotiation), this);
                case SERVER -> new DTLSServerProtocol().accept(new ServerPeer(negotiation), this);
            };
        } catch (Throwable thrown) { // an Error of a parser, too, ends this handshake and nothing else
            failure = explain(thrown);
        } finally {
            stepIsDone.release();
        }
    }

    private DtlsFailure explain(Throwable thrown) {
        DtlsFailure ours = negotiation.failure();
        if (ours != null) {
            return ours;
        }
        if (negotiation.closedByPeer()) {
            return new DtlsFailure(Reason.PROTOCOL, "the peer closed the connection during the handshake");
        }
        return switch (thrown) {
            case TlsFatalAlertReceived alert ->
                new DtlsFailure(
                        Reason.PROTOCOL,
                        "the peer broke off: " + AlertDescription.getName(alert.getAlertDescription()));
            case TlsFatalAlert alert -> new DtlsFailure(Reason.PROTOCOL, "we broke off: " + alert.getMessage());
            default -> new DtlsFailure(Reason.PROTOCOL, "the handshake broke down: " + thrown);
        };
    }

    @Override
    public int getReceiveLimit() {
        return RECEIVE_LIMIT;
    }

    @Override
    public int getSendLimit() {
        return OutboundFlight.DATAGRAM_LIMIT;
    }

    /**
     * Bouncy Castle asks for a record. Its own idea of how long to wait does not count.
     *
     * @return -1 for "nothing came": only when a repetition is wanted
     */
    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        byte[] record;
        while ((record = inbox.poll()) == null) {
            if (connection != null) {
                throw new Drained();
            }
            if (repetitionIsDue()) {
                return -1;
            }
            stepIsDone.release();
            handshakeMayRun.acquireUninterruptibly();
            if (abandoned.get()) {
                throw new InterruptedIOException("abandoned");
            }
        }
        int used = Math.min(record.length, length);
        System.arraycopy(record, 0, buffer, offset, used);
        return used;
    }

    /** Whether to go on telling Bouncy Castle that nothing came: until it has repeated its flight, a bounded time. */
    private boolean repetitionIsDue() {
        if (fruitlessWaits == 0 || outbound.repeated()) {
            fruitlessWaits = 0;
            return false;
        }
        if (fruitlessWaits-- < FRUITLESS_WAITS_LIMIT) {
            LockSupport.parkNanos(FRUITLESS_WAIT_NANOS);
        }
        return true;
    }

    @Override
    public void send(byte[] record, int offset, int length) {
        outbound.add(record, offset, length);
    }

    /** Bouncy Castle calls this at every end of a connection; who ended it is known from the alerts. */
    @Override
    public void close() {
        inbox.clear();
    }
}
