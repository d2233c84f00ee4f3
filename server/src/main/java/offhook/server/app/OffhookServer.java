package offhook.server.app;

import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import offhook.call.Account;
import offhook.call.CallLimits;
import offhook.call.switchboard.LoopChoice;
import offhook.call.switchboard.OwnAddresses;
import offhook.exchange.Exchange;
import offhook.exchange.ExchangeSettings;
import offhook.exchange.ExchangeUsers;
import offhook.exchange.extension.Extension;
import offhook.media.dtls.DtlsIdentity;
import offhook.server.click.CallDesk;
import offhook.server.config.Configuration;
import offhook.server.loop.MediaLoop;
import offhook.server.loop.MediaLoopSettings;
import offhook.server.loop.SipExit;
import offhook.server.loop.UserAgents;
import offhook.server.metrics.Metrics;
import offhook.server.signalling.DomainPolicy;
import offhook.server.signalling.HeaderPolicy;
import offhook.server.signalling.Sessions;
import offhook.server.signalling.SignallingSettings;
import offhook.server.sip.SipEdge;
import offhook.server.sip.SipEdgeSettings;
import offhook.server.sip.SipOwners;
import offhook.server.sip.SipTlsSettings;
import offhook.server.udp.DriverChoice;
import offhook.server.udp.PacketDriver;
import offhook.server.udp.SocketBuffers;
import offhook.server.web.DemoExchange;
import offhook.server.web.VisitorHook;
import offhook.server.web.WebFront;
import offhook.server.web.WebSettings;
import offhook.sip.message.SipPeek;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A whole running server. Made by {@link #start}, stopped by {@link #close}; several can run in one process. */
public final class OffhookServer implements AutoCloseable {
    /** As the pages, SIP peers and the log are told it. */
    public static final String VERSION = "0.1.0";

    private static final long SECOND = 1_000_000_000L;

    /** How long a SIP message may take to come whole on a stream. */
    private static final int PARTIAL_MILLIS = 30_000;

    /** Not among those that are shown to anybody. */
    private static final String ECHO_TEST_USER = "offhook-echo-test";

    private static final Duration CERTIFICATE_LIFE = Duration.ofDays(365);
    private static final Logger LOG = LoggerFactory.getLogger(OffhookServer.class);

    private final Configuration configuration;
    private final Metrics metrics = new Metrics();

    /** Closed in reverse order. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private final SipEdge sip;
    private final List<MediaLoop> loops = new ArrayList<>();
    private final WebFront web;
    private final @Nullable Exchange exchange;
    private final Map<String, String> exchangeUsers;

    /** Of the exchange's user for the echo test, which nobody else needs to know. */
    private final String echoTestPassword = secret();

    private final AtomicInteger outgoing = new AtomicInteger();
    private volatile boolean stopping;

    private OffhookServer(Configuration configuration) {
        this.configuration = configuration;
        Addresses addresses = Addresses.of(configuration);
        try {
            sip = startSip(addresses);
            startLoops(addresses);
            sip.start(new Owners());
            exchangeUsers = exchangeUsers();
            exchange = configuration.exchange().enabled() ? startExchange() : null;
            web = startWeb();
        } catch (RuntimeException e) {
            closeParts();
            throw e;
        }
        LOG.info(
                "event=started version={} web={} sip={} loops={} driver=\"{}\"",
                VERSION,
                pageAddress(),
                sip.local(),
                loops.size(),
                loops.getFirst().driver());
    }

    /**
     * Starts everything.
     *
     * @throws StartFailure when a port, a name or a file cannot be had
     * @throws offhook.server.config.ConfigurationException when the lines of click to call cannot be used
     */
    public static OffhookServer start(Configuration configuration) {
        return new OffhookServer(configuration);
    }

    // ------------------------------------------------------------------ starting

    private SipEdge startSip(Addresses addresses) {
        Configuration.Limits limits = configuration.limits();
        Configuration.Sip settings = configuration.sip();
        InetSocketAddress local = new InetSocketAddress(addresses.sipSocket(), settings.port());
        return part(naming(
                "sip",
                settings.address(),
                settings.port(),
                () -> new SipEdge(
                        new SipEdgeSettings(
                                local,
                                settings.transports().stream()
                                        .map(transport -> Transport.valueOf(transport.name()))
                                        .collect(Collectors.toSet()),
                                tls(settings.tls(), addresses.sipSocket()),
                                settings.dnsServer(),
                                limits.sipConnections(),
                                limits.sipConnectSeconds() * 1_000,
                                limits.sipIdleSeconds() * 1_000,
                                PARTIAL_MILLIS,
                                limits.sipQueue()),
                        metrics)));
    }

    private void startLoops(Addresses addresses) {
        Configuration.Media media = configuration.media();
        int count = media.loops() == 0 ? Runtime.getRuntime().availableProcessors() : media.loops();
        DriverChoice choice = DriverChoice.valueOf(media.driver().name());
        DtlsIdentity identity = DtlsIdentity.generate(
                new SecureRandom(),
                Instant.now().minus(Duration.ofDays(1)),
                Instant.now().plus(CERTIFICATE_LIFE));
        SipExit exit = new Exit();
        DomainPolicy domains = domainPolicy();
        int pairsEach = (media.rtpPortMax() + 1 - media.rtpPortMin()) / 2 / count;
        if (pairsEach < 1) {
            throw new StartFailure(
                    "media.rtpPortMin to media.rtpPortMax has no pair of ports for each of " + count + " media loops",
                    new IllegalArgumentException());
        }
        for (int i = 0; i < count; i++) {
            int number = i;
            int port = media.browserPort() == 0 ? 0 : media.browserPort() + i;
            int rtpPortMin = media.rtpPortMin() + 2 * pairsEach * i;
            MediaLoopSettings settings = new MediaLoopSettings(
                    number,
                    new InetSocketAddress(addresses.browserSocket(), port),
                    addresses.candidates(),
                    addresses.rtpSocket(),
                    rtpPortMin,
                    rtpPortMin + 2 * pairsEach - 1,
                    ownAddresses(addresses),
                    configuration.sip().keepAliveSeconds() * SECOND,
                    identity,
                    callLimits(),
                    target -> domains.allows(target.bareHost()),
                    incomingHeaders(),
                    "Offhook/" + VERSION,
                    configuration.limits().mailbox());
            loops.add(part(naming(
                    "media",
                    "browserPort",
                    media.address(),
                    port,
                    () -> new MediaLoop(settings, PacketDriver.open(choice, SocketBuffers.STANDARD), exit, metrics))));
        }
    }

    private OwnAddresses ownAddresses(Addresses addresses) {
        Map<Transport, Integer> ports = new EnumMap<>(Transport.class);
        for (Configuration.SipTransport transport : configuration.sip().transports()) {
            ports.put(Transport.valueOf(transport.name()), sip.local().getPort());
        }
        InetSocketAddress tls = sip.tlsLocal();
        if (tls != null) {
            ports.put(Transport.TLS, tls.getPort());
        }
        return new OwnAddresses(addresses.sipAddresses(), ports, addresses.rtpAddresses());
    }

    private static SipTlsSettings tls(Configuration.Tls settings, InetAddress address) {
        boolean listens = !settings.certificate().isEmpty();
        return new SipTlsSettings(
                listens ? new InetSocketAddress(address, settings.port()) : null,
                file(settings.certificate()),
                file(settings.privateKey()),
                file(settings.trust()),
                settings.verify(),
                settings.clientCertificates());
    }

    private static @Nullable Path file(String name) {
        return name.isEmpty() ? null : Path.of(name);
    }

    private CallLimits callLimits() {
        Configuration.Limits limits = configuration.limits();
        return new CallLimits(
                limits.sessions(),
                limits.callsPerSession(),
                CallLimits.DEFAULT.agentsRung(),
                limits.callsPerLoop(),
                limits.ringSeconds() * SECOND,
                limits.connectSeconds() * SECOND,
                limits.consentSeconds() * SECOND,
                limits.mediaSilenceSeconds() * SECOND,
                CallLimits.DEFAULT.dtmfKeys(),
                CallLimits.DEFAULT.dtmfHoldNanos());
    }

    private Exchange startExchange() {
        Configuration.Exchange settings = configuration.exchange();
        Map<String, String> users = new TreeMap<>(exchangeUsers);
        users.put(ECHO_TEST_USER, echoTestPassword);
        return part(naming(
                "exchange",
                settings.address(),
                settings.port(),
                () -> Exchange.start(new ExchangeSettings(
                        Addresses.resolve("exchange.address", settings.address()), settings.port(), users))));
    }

    private static String secret() {
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }

    /** The configured users; without any, those whose passwords were made at the first start. */
    private Map<String, String> exchangeUsers() {
        Configuration.Exchange settings = configuration.exchange();
        if (!settings.enabled()) {
            return Map.of();
        }
        if (!settings.users().isEmpty()) {
            return new TreeMap<>(settings.users());
        }
        try {
            return ExchangeUsers.load(Path.of(settings.stateFile()), Map.of(), new SecureRandom());
        } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new StartFailure("exchange.stateFile: " + e.getMessage(), e);
        }
    }

    /** What the page of a visitor on this machine is told; null without an exchange. */
    private @Nullable DemoExchange demoExchange() {
        Exchange running = exchange;
        if (running == null) {
            return null;
        }
        List<DemoExchange.Account> accounts = exchangeUsers.entrySet().stream()
                .map(user -> new DemoExchange.Account(user.getKey(), user.getValue()))
                .toList();
        String address = configuration.exchange().address();
        String domain = Addresses.resolve("exchange.address", address).isAnyLocalAddress() ? "127.0.0.1" : address;
        return new DemoExchange(domain, running.port(), accounts, Extension.users());
    }

    private DomainPolicy domainPolicy() {
        Configuration.Sip settings = configuration.sip();
        List<String> domains = new ArrayList<>(settings.allowedDomains());
        if (configuration.exchange().enabled()) {
            domains.add(configuration.exchange().address());
        }
        return new DomainPolicy(
                domains, settings.loopbackDomains(), settings.mediaEncryption(), settings.mediaEncryptionByDomain());
    }

    /** For what stands in the configuration itself: the operator's own word. */
    private DomainPolicy operatorsDomains() {
        Configuration.Sip settings = configuration.sip();
        return new DomainPolicy(List.of("*"), true, settings.mediaEncryption(), settings.mediaEncryptionByDomain());
    }

    private ClickToCall clickToCall() {
        Exchange running = exchange;
        String address = configuration.exchange().address();
        return new ClickToCall(
                configuration,
                domainPolicy(),
                operatorsDomains(),
                running == null
                        ? null
                        : new ClickToCall.EchoTest(
                                (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + running.port(),
                                ECHO_TEST_USER,
                                echoTestPassword));
    }

    private WebFront startWeb() {
        Configuration.Limits limits = configuration.limits();
        Configuration.Web settings = configuration.web();
        ClickToCall clickToCall = clickToCall();
        CallDesk desk = clickToCall.desk(part(new VisitorHook()), metrics);
        Sessions sessions = new Sessions(
                new SignallingSettings(
                        limits.sessions(),
                        limits.messageBytes(),
                        limits.messagesPerSecond(),
                        limits.outgoingMessages(),
                        limits.pingSeconds() * SECOND,
                        limits.missedPings(),
                        limits.keepAliveSeconds() * SECOND,
                        limits.browserLogBytes(),
                        callLimits().dtmfKeys(),
                        VERSION,
                        domainPolicy(),
                        customHeaders()),
                this::loopOf,
                desk,
                metrics);
        WebSettings web = new WebSettings(
                settings.address(),
                settings.port(),
                file(settings.certificate()),
                file(settings.privateKey()),
                limits.sessions() * 2,
                limits.messageBytes(),
                trustedProxies(),
                Duration.ofDays(configuration.clickToCall().rememberDays()));
        WebFront front = part(naming(
                "web",
                settings.address(),
                settings.port(),
                () -> new WebFront(web, sessions, metrics, this::isHealthy, this::demoExchange, desk, clickToCall)));
        part(sessions); // says goodbye before the port closes
        return front;
    }

    private Set<InetAddress> trustedProxies() {
        return configuration.web().trustedProxies().stream()
                .map(host -> Addresses.resolve("web.trustedProxies", host))
                .collect(Collectors.toSet());
    }

    private HeaderPolicy customHeaders() {
        try {
            return new HeaderPolicy(configuration.sip().customHeaders());
        } catch (IllegalArgumentException e) {
            throw new StartFailure("sip.customHeaders: " + e.getMessage(), e);
        }
    }

    private List<String> incomingHeaders() {
        try {
            return HeaderPolicy.incoming(configuration.sip().incomingHeaders());
        } catch (IllegalArgumentException e) {
            throw new StartFailure("sip.incomingHeaders: " + e.getMessage(), e);
        }
    }

    private <T extends AutoCloseable> T part(T started) {
        parts.push(started);
        return started;
    }

    private static <T> T naming(String section, String address, int port, Supplier<T> start) {
        return naming(section, "port", address, port, start);
    }

    /** Runs a start; says which settings are about the port that cannot be had. */
    private static <T> T naming(String section, String portKey, String address, int port, Supplier<T> start) {
        try {
            return start.get();
        } catch (IllegalArgumentException e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            if (!isBindFailure(e)) {
                throw e;
            }
            String variable =
                    ("OFFHOOK_" + section + "_" + portKey.replaceAll("([A-Z])", "_$1")).toUpperCase(Locale.ROOT);
            throw new StartFailure(
                    section + ".address and " + section + "." + portKey + ": cannot listen on " + address + " port "
                            + port
                            + ", because another program does, or it is not an address of this machine. Stop that program,"
                            + " or set " + section + "." + portKey + " (" + variable
                            + ") to another port; 0 takes any.",
                    e);
        }
    }

    private static boolean isBindFailure(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }

    // ------------------------------------------------------------------ running

    /** The loop that a message names, or that of the login that it asks for. */
    private MediaLoop loop(int number, byte[] message) {
        if (number >= 0 && number < loops.size()) {
            return loops.get(number);
        }
        SipPeek peek = new SipPeek();
        String login = peek.read(message, 0, message.length) ? peek.requestUser() : "";
        return loops.get(LoopChoice.of(login, loops.size()));
    }

    private UserAgents loopOf(@Nullable Account account) {
        if (account != null && !account.takesCalls()) {
            return loops.get(Math.floorMod(outgoing.getAndIncrement(), loops.size())); // nobody looks for it
        }
        return loops.get(account == null ? 0 : LoopChoice.of(account, loops.size()));
    }

    /** Where the phone page is. */
    public String pageAddress() {
        String host = configuration.web().address();
        if (host.equals("0.0.0.0") || host.equals("::")) {
            host = "localhost";
        }
        String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return (web.isSecure() ? "https://" : "http://") + bracketed + ":" + web.port() + "/";
    }

    private boolean isHealthy() {
        return !stopping && loops.stream().allMatch(MediaLoop::isRunning);
    }

    /** Where SIP listens. */
    public InetSocketAddress sipAddress() {
        return sip.local();
    }

    /** Where the embedded exchange listens; null when it does not run. */
    public @Nullable InetSocketAddress exchangeAddress() {
        Exchange running = exchange;
        return running == null
                ? null
                : new InetSocketAddress(configuration.exchange().address(), running.port());
    }

    /** The users of the embedded exchange and their passwords, for the console of whoever started us. */
    public Map<String, String> exchangeUsersForTheConsole() {
        return exchangeUsers;
    }

    /** The UDP ports for browsers, by loop. */
    public List<Integer> browserPorts() {
        return loops.stream().map(MediaLoop::browserPort).toList();
    }

    /** How many files the pages have. */
    public int pageCount() {
        return web.pageCount();
    }

    /** Everything that is counted, as Prometheus reads it. */
    public String metrics() {
        return metrics.text();
    }

    // ------------------------------------------------------------------ stopping

    /** Ends calls and registrations politely, for as long as is configured, and then everything. */
    @Override
    public void close() {
        stopping = true;
        LOG.info("event=stopping");
        CompletableFuture<?>[] quiet = loops.stream().map(MediaLoop::shutDown).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(quiet).get(configuration.limits().shutdownSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("event=stopping-impolitely why=\"some calls or registrations did not end in time\"");
        } catch (ExecutionException e) {
            LOG.error("event=fault where=stopping", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeParts();
        LOG.info("event=stopped");
    }

    private void closeParts() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.error("event=fault where=stopping", e);
            }
        }
    }

    private final class Owners implements SipOwners {
        @Override
        public boolean deliver(int loop, byte[] message, Arrival from) {
            return loop(loop, message).onSip(message, from);
        }

        @Override
        public void connectionLost(long connection) {
            loops.forEach(loop -> loop.onConnectionLost(connection));
        }

        @Override
        public void flowLost(Transport transport, InetSocketAddress server) {
            loops.forEach(loop -> loop.onSipFlowLost(transport, server));
        }
    }

    private final class Exit implements SipExit {
        @Override
        public void locate(Hop hop, Consumer<List<Hop>> found, Consumer<String> failed) {
            sip.locate(hop, found, failed);
        }

        @Override
        public void avoid(Hop target) {
            sip.avoid(target);
        }

        @Override
        public void keepAlive(Hop target) {
            sip.keepAlive(target);
        }

        @Override
        public void send(Hop hop, byte[] message, Consumer<String> failed) {
            sip.send(hop, message, failed);
        }

        @Override
        public void reply(Arrival arrival, byte[] message) {
            sip.reply(arrival, message);
        }
    }
}
