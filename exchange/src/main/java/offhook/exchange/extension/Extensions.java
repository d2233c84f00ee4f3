package offhook.exchange.extension;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import offhook.sip.dialog.Body;
import offhook.sip.dialog.InDialogRequest;
import offhook.sip.dialog.SessionEnd;
import offhook.sip.dialog.SessionListener;
import offhook.sip.dialog.UasSession;
import offhook.sip.dialog.UserAgentCore;
import offhook.sip.dialog.UserAgentSettings;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.SentBy;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.TransactionLayer;

/**
 * The user agent behind the extensions. It rings for a moment, answers, and gives each call a line of its own. Belongs to
 * the exchange's loop.
 */
public final class Extensions {
    private static final String SDP = "application/sdp";

    private final InetAddress address;
    private final SentBy place;
    private final ExtensionLimits limits;
    private final RandomGenerator random;
    private final Loop loop;
    private final Deadlines deadlines = new Deadlines();
    private final UserAgentCore core;
    private final Set<Conversation> conversations = new HashSet<>();

    /** The thread that all of this belongs to. */
    @FunctionalInterface
    public interface Loop {
        /** Runs the task there, with the time. Any thread. */
        void post(LongConsumer task);
    }

    /**
     * @param address where the sockets of the calls are opened
     * @param place our SIP address, as it goes into Via and Contact
     */
    public Extensions(
            InetAddress address,
            SentBy place,
            ExtensionLimits limits,
            RandomGenerator random,
            Loop loop,
            TransactionLayer.Outbox outbox) {
        this.address = address;
        this.place = place;
        this.limits = limits;
        this.random = random;
        this.loop = loop;
        this.core = new UserAgentCore(
                UserAgentSettings.of("", "Offhook exchange"), hop -> place, random, deadlines, outbox, new Callers());
    }

    public void onMessage(SipMessage message, Arrival from, long nowNanos) {
        core.onMessage(message, from, nowNanos);
    }

    public void onTransportError(Hop hop, long nowNanos) {
        core.onTransportError(hop, nowNanos);
    }

    public long deadlineNanos() {
        return deadlines.deadlineNanos();
    }

    public void onDeadline(long nowNanos) {
        deadlines.onDeadline(nowNanos);
    }

    /** Calls that are not over. */
    public int calls() {
        return conversations.size();
    }

    /** Ends all calls. */
    public void hangUp(long nowNanos) {
        for (Conversation conversation : List.copyOf(conversations)) {
            conversation.session.hangUp(nowNanos);
        }
    }

    private final class Callers implements UserAgentCore.Newcomers {
        @Override
        public void onInvite(UasSession session, long nowNanos) {
            Optional<Extension> extension = Extension.of(session.request().uri().user());
            if (extension.isEmpty()) {
                session.refuse(SipStatus.NOT_FOUND, Headers.NONE, nowNanos);
            } else if (conversations.size() >= limits.calls()) {
                session.refuse(SipStatus.BUSY_HERE, Headers.NONE, nowNanos);
            } else {
                new Conversation(session, extension.get()).start(nowNanos);
            }
        }

        @Override
        public void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos) {
            // The settings name no methods, so this is never asked.
        }
    }

    /** One call. */
    private final class Conversation implements SessionListener {
        private final UasSession session;
        private final Extension extension;
        private final long sessionId = random.nextLong(1L << 62);
        private long version;
        private Optional<DatagramSocket> socket = Optional.empty();
        private Optional<AudioLine> line = Optional.empty();

        Conversation(UasSession session, Extension extension) {
            this.session = session;
            this.extension = extension;
        }

        void start(long nowNanos) {
            DatagramSocket opened;
            try {
                opened = AudioLine.openSocket(address);
            } catch (IOException exhausted) {
                session.refuse(SipStatus.SERVICE_UNAVAILABLE, Headers.NONE, nowNanos);
                return;
            }
            socket = Optional.of(opened);
            Optional<AudioAnswer> agreed = answerTo(session.request());
            if (agreed.isEmpty()) {
                opened.close();
                session.refuse(SipStatus.NOT_ACCEPTABLE_HERE, Headers.NONE, nowNanos);
                return;
            }
            conversations.add(this);
            SipUri contact = SipUri.of(extension.user(), place.host(), place.port());
            session.open(NameAddress.of(contact), Optional.empty(), this);
            session.progress(SipStatus.RINGING, nowNanos);
            deadlines.at(nowNanos + limits.ring().toNanos(), at -> answer(agreed.get(), opened, at));
        }

        private void answer(AudioAnswer agreed, DatagramSocket opened, long nowNanos) {
            if (session.over()) {
                return;
            }
            AudioLine started =
                    new AudioLine(opened, extension, agreed, limits, random, () -> loop.post(session::hangUp));
            line = Optional.of(started);
            Thread.ofVirtual().name("exchange-" + extension.user()).start(started);
            session.answer(Headers.NONE, body(agreed), nowNanos);
        }

        private Optional<AudioAnswer> answerTo(SipRequest invite) {
            boolean readable =
                    invite.headers().contentType().filter(SDP::equalsIgnoreCase).isPresent();
            int port = socket.map(DatagramSocket::getLocalPort).orElse(0);
            AudioAnswer.Ours ours = new AudioAnswer.Ours(address, port, sessionId, version++);
            return readable ? AudioAnswer.to(invite.bodyText(), extension.makesSound(), ours) : Optional.empty();
        }

        private static Body body(AudioAnswer agreed) {
            return Body.of(SDP, agreed.description().print().getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void requested(InDialogRequest request, long nowNanos) {
            Optional<AudioAnswer> changed =
                    request.request().is(SipMethod.INVITE) ? answerTo(request.request()) : Optional.empty();
            if (changed.isEmpty()) {
                request.respond(SipStatus.NOT_ACCEPTABLE_HERE, nowNanos);
                return;
            }
            line.ifPresent(open -> open.use(changed.get()));
            request.respond(SipStatus.OK, Headers.NONE, body(changed.get()), nowNanos);
        }

        @Override
        public void ringing(SipResponse provisional, long nowNanos) {
            // The extensions call nobody.
        }

        @Override
        public void answered(SipResponse success, long nowNanos) {
            // The extensions call nobody.
        }

        @Override
        public void acknowledged(SipRequest ack, long nowNanos) {
            // The line is open since the answer.
        }

        @Override
        public void ended(SessionEnd end, long nowNanos) {
            conversations.remove(this);
            line.ifPresent(AudioLine::close);
            socket.ifPresent(DatagramSocket::close);
        }
    }
}
