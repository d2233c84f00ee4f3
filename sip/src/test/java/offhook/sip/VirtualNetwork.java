package offhook.sip;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import offhook.sip.dialog.UserAgentCore;
import offhook.sip.dialog.UserAgentSettings;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipParser;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipSyntaxException;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.SentBy;
import offhook.sip.transaction.TransactionLayer;
import offhook.sip.transaction.Transport;

/**
 * A network in virtual time: it loses, repeats and reorders what its hosts send each other, as the seed has it, and nothing
 * at all unless it is told to. Hosts are named a, b, c ... and stand at 10.0.0.1, .2, .3 ...; times are in milliseconds.
 */
public final class VirtualNetwork {
    private static final long MS = 1_000_000L;

    /** A message under way, parsed already: messages do not change. */
    private record Flight(long atNanos, long order, SipMessage message, Station to, Arrival from) {}

    /** What stands at an address. */
    public abstract static sealed class Station {
        public final String name;
        public final InetSocketAddress address;
        /** When it may neither send nor receive. */
        public boolean down;

        private Station(String name, InetSocketAddress address) {
            this.name = name;
            this.address = address;
        }

        public String ip() {
            return address.getAddress().getHostAddress();
        }
    }

    /** A host without any logic: a test says what it sends, and looks at what it received. */
    public static final class Script extends Station {
        public final List<SipMessage> received = new ArrayList<>();
        private final VirtualNetwork network;

        private Script(VirtualNetwork network, String name, InetSocketAddress address) {
            super(name, address);
            this.network = network;
        }

        public void send(Host to, SipMessage message) {
            network.carry(this, Transport.UDP, to, message.toBytes());
        }

        public SipRequest lastRequest() {
            return (SipRequest) received.reversed().stream()
                    .filter(SipRequest.class::isInstance)
                    .findFirst()
                    .orElseThrow();
        }

        public SipResponse lastResponse() {
            return (SipResponse) received.reversed().stream()
                    .filter(SipResponse.class::isInstance)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** One host with its user agent. */
    public static final class Host extends Station {
        public final Deadlines deadlines = new Deadlines();
        public final UserAgentCore core;

        private Host(
                VirtualNetwork network,
                String name,
                InetSocketAddress address,
                UserAgentSettings settings,
                UserAgentCore.Newcomers newcomers) {
            super(name, address);
            this.core = new UserAgentCore(
                    settings,
                    hop -> new SentBy(address.getAddress().getHostAddress(), address.getPort()),
                    new Random(network.random.nextLong()),
                    deadlines,
                    new TransactionLayer.Outbox() {
                        @Override
                        public void send(Hop hop, byte[] message) {
                            network.carry(Host.this, hop.transport(), network.stations.get(hop.host()), message);
                        }

                        @Override
                        public void reply(Arrival to, byte[] message) {
                            String host = to.remote().getAddress().getHostAddress();
                            network.carry(Host.this, to.transport(), network.stations.get(host), message);
                        }
                    },
                    newcomers);
        }
    }

    /** How often a message is lost, and how often it comes twice: 0 to 1. */
    public double loss;

    public double duplication;
    /** How long a message is under way; what lies between the two is the reordering. */
    public long leastDelayMillis = 10;

    public long mostDelayMillis = 10;

    /** Messages that are lost for certain, tested once each. */
    public Predicate<SipMessage> swallowed = message -> false;

    /** What becomes of a message's bytes on the way; what cannot be parsed any more is lost. */
    public UnaryOperator<byte[]> mangler = bytes -> bytes;

    /** Everything that was sent, lost or not: {@code 120 a INVITE}. */
    public final List<String> trace = new ArrayList<>();

    private final Random random;
    private final Map<String, Station> stations = new LinkedHashMap<>();
    private final List<Host> hosts = new ArrayList<>();
    private final PriorityQueue<Flight> flights =
            new PriorityQueue<>(Comparator.comparingLong(Flight::atNanos).thenComparingLong(Flight::order));
    private long nowNanos;
    private long order;

    public VirtualNetwork(long seed) {
        random = new Random(seed);
    }

    public Host host(String name, UserAgentSettings settings, UserAgentCore.Newcomers newcomers) {
        Host host = new Host(this, name, nextAddress(), settings, newcomers);
        stations.put(host.ip(), host);
        hosts.add(host);
        return host;
    }

    public Script script(String name) {
        Script script = new Script(this, name, nextAddress());
        stations.put(script.ip(), script);
        return script;
    }

    private InetSocketAddress nextAddress() {
        return new InetSocketAddress(ip(stations.size() + 1), 5060);
    }

    private static InetAddress ip(int number) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) number});
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    public long now() {
        return nowNanos;
    }

    public long nowMillis() {
        return nowNanos / MS;
    }

    public Random random() {
        return random;
    }

    private void carry(Station from, Transport transport, Station to, byte[] bytes) {
        SipMessage message = SipParser.parse(bytes, 0, bytes.length);
        trace.add(nowMillis() + " " + from.name + " " + describe(message));
        boolean swallow = swallowed.test(message);
        if (to == null || from.down || swallow) {
            return;
        }
        int copies = random.nextDouble() < duplication ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            if (random.nextDouble() >= loss) {
                long delay = random.nextLong(leastDelayMillis, mostDelayMillis + 1) * MS;
                Arrival arrival = new Arrival(transport, from.address, transport.reliable() ? 1 : 0);
                arriving(bytes)
                        .ifPresent(arrived -> flights.add(new Flight(nowNanos + delay, order++, arrived, to, arrival)));
            }
        }
    }

    private Optional<SipMessage> arriving(byte[] sent) {
        byte[] bytes = mangler.apply(sent);
        try {
            return Optional.of(SipParser.parse(bytes, 0, bytes.length));
        } catch (SipSyntaxException refused) {
            return Optional.empty();
        }
    }

    public static String describe(SipMessage message) {
        return switch (message) {
            case SipRequest request -> request.method();
            case SipResponse response ->
                response.status() + "/" + response.headers().cseq().method();
        };
    }

    /** What one host sent, in order, without times. */
    public List<String> sentBy(String name) {
        return trace.stream()
                .map(line -> line.split(" ", 3))
                .filter(parts -> parts[1].equals(name))
                .map(parts -> parts[2])
                .toList();
    }

    /** Lets time pass until then, or until nothing is left to happen. */
    public void until(long millis) {
        long end = millis * MS;
        while (true) {
            long next = Math.min(
                    flights.isEmpty() ? Long.MAX_VALUE : flights.peek().atNanos(),
                    hosts.stream()
                            .mapToLong(host -> host.deadlines.deadlineNanos())
                            .min()
                            .orElse(Long.MAX_VALUE));
            if (next > end) {
                nowNanos = end;
                return;
            }
            nowNanos = Math.max(nowNanos, next);
            deliver();
            for (Host host : hosts) {
                host.deadlines.onDeadline(nowNanos);
            }
        }
    }

    private void deliver() {
        while (!flights.isEmpty() && flights.peek().atNanos() <= nowNanos) {
            Flight flight = flights.remove();
            if (!flight.to().down) {
                switch (flight.to()) {
                    case Host host -> host.core.onMessage(flight.message(), flight.from(), nowNanos);
                    case Script script -> script.received.add(flight.message());
                }
            }
        }
    }
}
