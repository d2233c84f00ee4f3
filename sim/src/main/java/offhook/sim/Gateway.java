package offhook.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import offhook.call.AgentEvent;
import offhook.call.CallLimits;
import offhook.call.leg.RtpPorts;
import offhook.call.switchboard.OwnAddresses;
import offhook.call.switchboard.Switchboard;
import offhook.call.switchboard.SwitchboardOutbox;
import offhook.call.switchboard.SwitchboardSettings;
import offhook.media.dtls.DtlsAssociation;
import offhook.media.dtls.DtlsIdentity;
import offhook.media.dtls.DtlsSettings;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.TimerSettings;
import offhook.sip.transaction.Transport;
import org.jspecify.annotations.Nullable;

/** The real switchboard at an address of the virtual network. */
public final class Gateway implements VirtualNetwork.Node, SwitchboardOutbox, RtpPorts {
    private static final int FIRST_RTP_PORT = 30_000;
    private static final int SIP_PORT = 5_070;
    private static final int BROWSER_PORT = 20_000;
    /** Those headers of incoming calls that sessions are told. */
    private static final List<String> INCOMING_HEADERS = List.of("X-Queue", "X-Ticket");

    private final VirtualNetwork network;
    private final InetAddress address;
    private final InetSocketAddress browserAddress;
    private final InetSocketAddress sipAddress;
    private final Switchboard switchboard;
    private final Map<String, List<AgentEvent>> events = new LinkedHashMap<>();
    private final Map<String, InetSocketAddress> hosts = new HashMap<>();
    private final Set<Integer> openPorts = new HashSet<>();
    private final List<Throwable> faults = new ArrayList<>();
    private int nextPort = FIRST_RTP_PORT;
    private int portLimit = Integer.MAX_VALUE;

    public Gateway(VirtualNetwork network, InetAddress address, RandomGenerator random, CallLimits limits) {
        this.network = network;
        this.address = address;
        this.browserAddress = new InetSocketAddress(address, BROWSER_PORT);
        this.sipAddress = new InetSocketAddress(address, SIP_PORT);
        Instant day = Instant.ofEpochSecond(1_800_000_000L);
        this.switchboard = new Switchboard(
                new SwitchboardSettings(
                        0,
                        List.of(browserAddress),
                        new OwnAddresses(List.of(address), Map.of(Transport.UDP, SIP_PORT), List.of(address)),
                        0,
                        DtlsIdentity.generate(random, day, day.plusSeconds(86_400)),
                        DtlsSettings.DEFAULT,
                        TimerSettings.DEFAULT,
                        limits,
                        target -> target.host().equals(Addresses.PBX),
                        INCOMING_HEADERS,
                        "Offhook-sim",
                        1_800_000_000_000L),
                this,
                DtlsAssociation.Worker.INLINE,
                random,
                this);
        network.join(this);
        network.bind(browserAddress, switchboard::onBrowserDatagram);
        network.bind(
                sipAddress,
                (from, bytes, offset, length, now) ->
                        switchboard.onSip(bytes, offset, length, new Arrival(Transport.UDP, from, 0), now));
    }

    public Switchboard switchboard() {
        return switchboard;
    }

    /** Where browsers send media to. */
    public InetSocketAddress browserAddress() {
        return browserAddress;
    }

    /** Where SIP peers reach the gateway. */
    public InetSocketAddress sipAddress() {
        return sipAddress;
    }

    /** All that an agent's session has heard. */
    public List<AgentEvent> events(String agentId) {
        return events.getOrDefault(agentId, List.of());
    }

    /** RTP ports that are open. */
    public int openPorts() {
        return openPorts.size();
    }

    /** Defects that the switchboard contained. */
    public List<Throwable> faults() {
        return faults;
    }

    @Override
    public long deadlineNanos() {
        return switchboard.deadlineNanos();
    }

    @Override
    public void onDeadline(long nowNanos) {
        switchboard.onDeadline(nowNanos);
    }

    @Override
    public void toBrowser(InetSocketAddress to, byte[] bytes, int offset, int length) {
        network.send(browserAddress, to, bytes, offset, length);
    }

    @Override
    public void toHop(Hop hop, byte[] message) {
        InetSocketAddress to =
                hosts.computeIfAbsent(hop.host() + ":" + hop.port(), key -> Addresses.of(hop.host(), portOf(hop)));
        network.send(sipAddress, to, message, 0, message.length);
    }

    /** The simulated networks have no names. */
    @Override
    public boolean locate(Hop hop) {
        return false;
    }

    @Override
    public void avoid(Hop target) {
        // There is no other.
    }

    @Override
    public void keepAlive(Hop target) {
        // There is no NAT in between.
    }

    private static int portOf(Hop hop) {
        return hop.port() > 0 ? hop.port() : hop.transport().defaultPort();
    }

    @Override
    public void toArrival(Arrival arrival, byte[] message) {
        network.send(sipAddress, arrival.remote(), message, 0, message.length);
    }

    @Override
    public void report(String agentId, AgentEvent event) {
        events.computeIfAbsent(agentId, key -> new ArrayList<>()).add(event);
    }

    @Override
    public void fault(String where, Throwable thrown) {
        faults.add(thrown);
    }

    /** @param pairs how many pairs of RTP and RTCP ports may be open at once */
    public void portLimit(int pairs) {
        portLimit = pairs;
    }

    @Override
    public @Nullable Pair open() {
        if (openPorts.size() >= portLimit) {
            return null;
        }
        int port = nextPort;
        nextPort += 2;
        openPorts.add(port);
        return new VirtualPair(port);
    }

    private final class VirtualPair implements Pair {
        private final InetSocketAddress rtp;
        private final InetSocketAddress rtcp;
        private @Nullable Receiver receiver;

        VirtualPair(int port) {
            this.rtp = new InetSocketAddress(address, port);
            this.rtcp = new InetSocketAddress(address, port + 1);
            network.bind(rtp, (from, bytes, offset, length, now) -> {
                if (receiver != null) {
                    receiver.onRtp(from, bytes, offset, length, now);
                }
            });
            network.bind(rtcp, (from, bytes, offset, length, now) -> {
                if (receiver != null) {
                    receiver.onRtcp(from, bytes, offset, length, now);
                }
            });
        }

        @Override
        public void listen(Receiver listener) {
            receiver = listener;
        }

        @Override
        public int rtpPort() {
            return rtp.getPort();
        }

        @Override
        public int rtcpPort() {
            return rtcp.getPort();
        }

        @Override
        public void sendRtp(InetSocketAddress to, byte[] bytes, int offset, int length) {
            network.send(rtp, to, bytes, offset, length);
        }

        @Override
        public void sendRtcp(InetSocketAddress to, byte[] bytes, int offset, int length) {
            network.send(rtcp, to, bytes, offset, length);
        }

        @Override
        public void close() {
            receiver = null;
            network.unbind(rtp);
            network.unbind(rtcp);
            openPorts.remove(rtp.getPort());
        }
    }
}
