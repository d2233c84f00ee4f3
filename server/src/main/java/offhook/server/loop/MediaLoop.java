package offhook.server.loop;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import offhook.call.Account;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.call.switchboard.Switchboard;
import offhook.call.switchboard.SwitchboardOutbox;
import offhook.call.switchboard.SwitchboardSettings;
import offhook.media.dtls.DtlsSettings;
import offhook.server.metrics.Metrics;
import offhook.server.udp.PacketDriver;
import offhook.server.udp.UdpSocket;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.TimerSettings;
import offhook.sip.transaction.Transport;

/** One event loop with the switchboard that it runs: the owner of its user agents and their calls, from birth to end. */
public final class MediaLoop implements UserAgents, AutoCloseable {
    private final EventLoop loop;
    private final UdpSocket browserSocket;
    private final Switchboard switchboard;
    private final CallCounters counters;
    private final SipExit exit;

    /** Of the agents on this loop; the loop's thread's own. */
    private final Map<String, AgentListener> listeners = new HashMap<>();

    private final CompletableFuture<Void> quiet = new CompletableFuture<>();
    private boolean shuttingDown;
    private volatile int agents;
    private volatile int calls;
    private volatile int transactions;

    /**
     * Opens its sockets and starts.
     *
     * @throws java.io.UncheckedIOException when its browser port cannot be had
     */
    public MediaLoop(MediaLoopSettings settings, PacketDriver driver, SipExit exit, Metrics metrics) {
        this.exit = exit;
        String number = Integer.toString(settings.number());
        loop = new EventLoop("media-" + number, driver, settings.mailbox(), metrics);
        try {
            browserSocket = loop.open(settings.browserSocket(), this::onBrowserDatagram);
        } catch (RuntimeException e) {
            loop.close();
            throw e;
        }
        int port = browserSocket.localAddress().getPort();
        List<InetSocketAddress> candidates = settings.candidates().stream()
                .map((InetAddress address) -> new InetSocketAddress(address, port))
                .toList();
        switchboard = new Switchboard(
                new SwitchboardSettings(
                        settings.number(),
                        candidates,
                        settings.addresses(),
                        settings.sipKeepAliveNanos(),
                        settings.identity(),
                        DtlsSettings.DEFAULT,
                        TimerSettings.DEFAULT,
                        settings.limits(),
                        settings.targets(),
                        settings.incomingHeaders(),
                        settings.userAgent(),
                        loop.originMillis()),
                new RtpPortRange(loop, settings.rtpSocket(), settings.rtpPortMin(), settings.rtpPortMax()),
                new DtlsWorker(loop),
                new SecureRandom(),
                new Outbox());
        counters = new CallCounters(metrics, number);
        metrics.gauge("agents", "SIP user agents open.", () -> agents, "loop", number);
        metrics.gauge("calls", "Calls that have not ended.", () -> calls, "loop", number);
        metrics.gauge("sip_transactions", "SIP transactions that are not over.", () -> transactions, "loop", number);
        loop.start(new Turns());
    }

    @Override
    public boolean open(String agentId, Account account, AgentListener listener) {
        return loop.post(() -> {
            if (listeners.putIfAbsent(agentId, listener) != null) {
                throw new IllegalStateException("two agents with one id");
            }
            if (!switchboard.open(agentId, account, loop.nowNanos())) {
                listeners.remove(agentId);
                EndReason reason = shuttingDown ? EndReason.SHUTTING_DOWN : EndReason.LIMIT_REACHED;
                listener.onEvent(new AgentEvent.RegistrationFailed(reason, 0, reason.sentence(), false));
                listener.onEvent(new AgentEvent.Closed());
            }
        });
    }

    @Override
    public boolean command(String agentId, AgentCommand command) {
        return loop.post(() -> switchboard.command(agentId, command, loop.nowNanos()));
    }

    @Override
    public boolean close(String agentId) {
        return loop.post(() -> switchboard.close(agentId, loop.nowNanos()));
    }

    /** A whole SIP message for this loop. Returns false when there is no room for it. From any thread. */
    public boolean onSip(byte[] message, Arrival from) {
        return loop.post(() -> switchboard.onSip(message, 0, message.length, from, loop.nowNanos()));
    }

    /** A connection of SIP is gone: what is still to be answered goes another way. From any thread. */
    public void onConnectionLost(long connection) {
        loop.post(() -> switchboard.onConnectionLost(connection));
    }

    /** A connection to a SIP server is gone: who registered over it registers again. From any thread. */
    public void onSipFlowLost(Transport transport, InetSocketAddress server) {
        loop.post(() -> switchboard.onSipFlowLost(transport, server, loop.nowNanos()));
    }

    /** Ends every agent politely. The future completes when the last goodbye is answered. From any thread. */
    public CompletableFuture<Void> shutDown() {
        boolean posted = loop.post(() -> {
            shuttingDown = true;
            switchboard.shutDown(loop.nowNanos());
        });
        if (!posted) {
            quiet.complete(null);
        }
        return quiet;
    }

    /** The UDP port that browsers send media to. */
    public int browserPort() {
        return browserSocket.localAddress().getPort();
    }

    /** Which packet driver it runs on. */
    public String driver() {
        return loop.driver();
    }

    /** Calls a moment ago. */
    public int calls() {
        return calls;
    }

    /** Whether its thread is alive: it ends by {@link #close}, or by a defect that nothing could contain. */
    public boolean isRunning() {
        return loop.isRunning();
    }

    @Override
    public void close() {
        loop.close();
    }

    private void onBrowserDatagram(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
        switchboard.onBrowserDatagram(from, bytes, offset, length, nowNanos);
    }

    private final class Turns implements Engine {
        @Override
        public long deadlineNanos() {
            return switchboard.deadlineNanos();
        }

        @Override
        public void onDeadline(long nowNanos) {
            switchboard.onDeadline(nowNanos);
        }

        @Override
        public void onTurnEnd() {
            agents = switchboard.agents();
            calls = switchboard.calls();
            transactions = switchboard.transactions();
            counters.carry(switchboard.counts());
            if (shuttingDown && switchboard.quiet()) {
                quiet.complete(null);
            }
        }
    }

    private final class Outbox implements SwitchboardOutbox {
        @Override
        public void toBrowser(InetSocketAddress to, byte[] bytes, int offset, int length) {
            browserSocket.send(to, bytes, offset, length);
        }

        @Override
        public void toHop(Hop hop, byte[] message) {
            exit.send(hop, message, why -> loop.post(() -> switchboard.onSipFailure(hop, why, loop.nowNanos())));
        }

        @Override
        public boolean locate(Hop hop) {
            exit.locate(
                    hop,
                    targets -> loop.post(() -> switchboard.onSipLocated(hop, targets, loop.nowNanos())),
                    why -> loop.post(() -> switchboard.onSipNotLocated(hop, why, loop.nowNanos())));
            return true;
        }

        @Override
        public void avoid(Hop target) {
            exit.avoid(target);
        }

        @Override
        public void keepAlive(Hop target) {
            exit.keepAlive(target);
        }

        @Override
        public void toArrival(Arrival arrival, byte[] message) {
            exit.reply(arrival, message);
        }

        @Override
        public void report(String agentId, AgentEvent event) {
            if (event instanceof AgentEvent.Ended ended) {
                counters.ended(ended.ending());
            }
            AgentListener listener =
                    event instanceof AgentEvent.Closed ? listeners.remove(agentId) : listeners.get(agentId);
            if (listener != null) {
                listener.onEvent(event);
            }
        }

        @Override
        public void fault(String where, Throwable thrown) {
            loop.fault(where, thrown);
        }
    }
}
