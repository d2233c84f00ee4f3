package offhook.exchange;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import offhook.sip.dialog.Body;
import offhook.sip.dialog.InDialogRequest;
import offhook.sip.dialog.InviteSession;
import offhook.sip.dialog.OutgoingInvite;
import offhook.sip.dialog.SessionEnd;
import offhook.sip.dialog.SessionListener;
import offhook.sip.dialog.UacSession;
import offhook.sip.dialog.UasSession;
import offhook.sip.dialog.UserAgentCore;
import offhook.sip.dialog.UserAgentSettings;
import offhook.sip.digest.Credentials;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipParser;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipStreamFramer;
import offhook.sip.message.SipUri;
import offhook.sip.registration.Registration;
import offhook.sip.registration.RegistrationFailure;
import offhook.sip.registration.RegistrationSettings;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.SentBy;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer;
import offhook.sip.transaction.Transport;

/** A telephone with real sockets that tells what happens to it, word by word. Over TCP it listens to nobody. */
final class Phone implements AutoCloseable {
    /** A call at this phone, and what was told about it. */
    final class Call implements SessionListener {
        final BlockingQueue<String> events = new ArrayBlockingQueue<>(100);
        private volatile String description = "";
        private volatile InviteSession session;

        @Override
        public void ringing(SipResponse provisional, long nowNanos) {
            events.add("ringing " + provisional.status());
        }

        @Override
        public void answered(SipResponse success, long nowNanos) {
            description = success.bodyText();
            events.add("answered");
        }

        @Override
        public void acknowledged(SipRequest ack, long nowNanos) {
            events.add("acknowledged");
        }

        @Override
        public void requested(InDialogRequest request, long nowNanos) {
            events.add(request.request().method());
            request.respond(SipStatus.OK, nowNanos);
        }

        @Override
        public void ended(SessionEnd end, long nowNanos) {
            events.add(
                    switch (end) {
                        case SessionEnd.HungUp hungUp -> "hung up";
                        case SessionEnd.ByeReceived bye -> "bye";
                        case SessionEnd.Cancelled cancelled -> "cancelled";
                        case SessionEnd.Refused refused ->
                            "refused " + refused.response().status();
                        case SessionEnd.CredentialsRefused refused ->
                            "credentials refused " + refused.response().status();
                        case SessionEnd.Failed failed -> "failed " + failed.failure();
                        case SessionEnd.PeerLost lost ->
                            "lost " + lost.response().status();
                        case SessionEnd.Expired expired -> "expired";
                        case SessionEnd.NotAcknowledged lost -> "not acknowledged";
                    });
        }

        /** What the answer said. */
        String description() {
            return description;
        }

        String next() throws InterruptedException {
            return Phone.next(events);
        }

        void progress() {
            on(now -> ((UasSession) session).progress(SipStatus.RINGING, now));
        }

        void answer(String sdp) {
            on(now -> ((UasSession) session).answer(Headers.NONE, sdp(sdp), now));
        }

        void refuse(int status) {
            on(now -> ((UasSession) session).refuse(status, Headers.NONE, now));
        }

        void hangUp() {
            on(now -> session.hangUp(now));
        }

        SipRequest invite() {
            return ((UasSession) session).request();
        }
    }

    private static final long PATIENCE_SECONDS = 10;

    final BlockingQueue<Call> incoming = new ArrayBlockingQueue<>(100);
    final BlockingQueue<String> registrations = new ArrayBlockingQueue<>(100);
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create();
    private final Deadlines deadlines = new Deadlines();
    private final String user;
    private final Credentials credentials;
    private final Transport transport;
    private final InetSocketAddress exchange;
    private final Optional<DatagramSocket> datagrams;
    private final Optional<Socket> connection;
    private final int port;
    private final UserAgentCore core;
    private Optional<ScheduledFuture<?>> alarm = Optional.empty();
    private Optional<Registration> registration = Optional.empty();

    Phone(Exchange exchange, Transport transport, String user, String password) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        this.exchange = new InetSocketAddress(loopback, exchange.port());
        this.transport = transport;
        this.user = user;
        this.credentials = new Credentials(user, password);
        if (transport == Transport.UDP) {
            datagrams = Optional.of(new DatagramSocket(0, loopback));
            connection = Optional.empty();
            port = datagrams.get().getLocalPort();
        } else {
            datagrams = Optional.empty();
            connection = Optional.of(new Socket(loopback, exchange.port()));
            port = connection.get().getLocalPort();
        }
        core = new UserAgentCore(
                UserAgentSettings.of("", "Test phone").withMethods(SipMethod.INFO),
                hop -> new SentBy("127.0.0.1", port),
                random,
                deadlines,
                new Outgoing(),
                new Incoming());
        Thread.ofVirtual().start(this::read);
    }

    private static Body sdp(String text) {
        return Body.of("application/sdp", text.getBytes(StandardCharsets.UTF_8));
    }

    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came in " + PATIENCE_SECONDS + " s");
        }
        return next;
    }

    /** Registers, and waits for it. */
    Phone registered() throws InterruptedException {
        register();
        String outcome = next(registrations);
        if (!outcome.startsWith("registered")) {
            throw new AssertionError(outcome);
        }
        return this;
    }

    void register() {
        on(now -> {
            SipUri domain = SipUri.of("", "127.0.0.1", exchange.getPort());
            RegistrationSettings settings = new RegistrationSettings(
                    domain,
                    NameAddress.of(SipUri.of(user, "127.0.0.1")),
                    contact(),
                    hop(),
                    List.of(),
                    Optional.of(credentials),
                    600,
                    "Test phone");
            Registration created = new Registration(settings, core.transactions(), random, new Registration.Listener() {
                @Override
                public void registered(Registration.Binding binding, long nowNanos) {
                    registrations.add("registered " + binding.expiresSeconds());
                }

                @Override
                public void failed(RegistrationFailure failure, long nowNanos) {
                    registrations.add("failed " + failure.reason());
                }

                @Override
                public void unregistered(long nowNanos) {
                    registrations.add("unregistered");
                }
            });
            registration = Optional.of(created);
            created.start(now);
        });
    }

    void unregister() {
        on(now -> registration.orElseThrow().unregister(now));
    }

    Call call(String number, String offer) throws Exception {
        Call call = new Call();
        CompletableFuture<UacSession> started = new CompletableFuture<>();
        on(now -> started.complete(core.invite(
                new OutgoingInvite(
                        SipUri.of(number, "127.0.0.1", exchange.getPort()),
                        NameAddress.of(SipUri.of(user, "127.0.0.1")),
                        NameAddress.of(SipUri.of(number, "127.0.0.1")),
                        contact(),
                        hop(),
                        List.of(),
                        Headers.NONE,
                        Optional.of(credentials),
                        sdp(offer)),
                call,
                now)));
        call.session = started.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return call;
    }

    /** Asks something within the call. */
    void info(Call call) {
        on(now -> call.session.send(
                SipMethod.INFO,
                Headers.NONE,
                Body.NONE,
                new TransactionLayer.ResponseHandler() {
                    @Override
                    public void onResponse(SipResponse response, long nowNanos) {
                        call.events.add("info " + response.status());
                    }

                    @Override
                    public void onFailure(TransactionFailure failure, long nowNanos) {
                        call.events.add("info " + failure);
                    }
                },
                now));
    }

    /** Sends anything at all. */
    void sendRaw(String text) throws IOException {
        transmit(text.getBytes(StandardCharsets.UTF_8));
    }

    private NameAddress contact() {
        SipUri uri = SipUri.of(user, "127.0.0.1", port);
        return NameAddress.of(transport == Transport.TCP ? uri.withParameter("transport", "tcp") : uri);
    }

    private Hop hop() {
        return new Hop(transport, "127.0.0.1", exchange.getPort());
    }

    private void on(LongConsumer task) {
        thread.execute(() -> {
            task.accept(System.nanoTime());
            alarm.ifPresent(set -> set.cancel(false));
            long next = deadlines.deadlineNanos();
            alarm = next == Long.MAX_VALUE
                    ? Optional.empty()
                    : Optional.of(thread.schedule(
                            () -> on(deadlines::onDeadline), next - System.nanoTime(), TimeUnit.NANOSECONDS));
        });
    }

    private void read() {
        try {
            if (datagrams.isPresent()) {
                DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
                while (true) {
                    packet.setLength(65_535);
                    datagrams.get().receive(packet);
                    take(packet.getData(), 0, packet.getLength());
                }
            }
            SipStreamFramer framer = new SipStreamFramer();
            byte[] buffer = new byte[8_192];
            int length = connection.orElseThrow().getInputStream().read(buffer);
            while (length >= 0) {
                framer.feed(buffer, 0, length, new SipStreamFramer.Sink() {
                    @Override
                    public void message(byte[] bytes, int offset, int messageLength) {
                        take(bytes, offset, messageLength);
                    }

                    @Override
                    public void ping() {}
                });
                length = connection.orElseThrow().getInputStream().read(buffer);
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void take(byte[] bytes, int offset, int length) {
        byte[] message = Arrays.copyOfRange(bytes, offset, offset + length);
        on(now -> core.onMessage(SipParser.parse(message), new Arrival(transport, exchange, 1), now));
    }

    private void transmit(byte[] message) {
        try {
            if (datagrams.isPresent()) {
                datagrams.get().send(new DatagramPacket(message, message.length, exchange));
            } else {
                connection.orElseThrow().getOutputStream().write(message);
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        datagrams.ifPresent(DatagramSocket::close);
        connection.ifPresent(socket -> {
            try {
                socket.close();
            } catch (IOException gone) {
                // Closed is closed.
            }
        });
    }

    private final class Outgoing implements TransactionLayer.Outbox {
        @Override
        public void send(Hop hop, byte[] message) {
            // Only the exchange is to be spoken to, and by our own transport: anything else is lost.
            if (hop.transport() == transport && hop.address().equals(exchange)) {
                transmit(message);
            }
        }

        @Override
        public void reply(Arrival to, byte[] message) {
            transmit(message);
        }
    }

    private final class Incoming implements UserAgentCore.Newcomers {
        @Override
        public void onInvite(UasSession session, long nowNanos) {
            Call call = new Call();
            call.session = session;
            session.open(contact(), Optional.empty(), call);
            incoming.add(call);
        }

        @Override
        public void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos) {}
    }
}
