package offhook.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import offhook.call.offer.MediaEncryption;
import org.jspecify.annotations.Nullable;

/** Everything that can be set. A key of the file is the path through these records: {@code web.port}. */
public record Configuration(Web web, Media media, Sip sip, Exchange exchange, Limits limits) {
    private static final Pattern NAME_SERVER = Pattern.compile("(?:[0-9.]+|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?");

    /** The pages and the browsers' signalling. */
    public record Web(
            @Setting(
                    value = "Address that the pages and the WebSocket listen on: one of this machine's, or `0.0.0.0`"
                            + " for all. The default lets only this machine in.",
                    standard = "127.0.0.1")
            String address,

            @Setting(
                    value = "TCP port of the pages and the WebSocket; 0 for any free one.",
                    standard = "8080",
                    max = 65_535)
            int port,

            @Setting(
                    "PEM file with the TLS certificate and its chain. With it the pages are served by https only, which"
                            + " browsers ask for before they open a microphone on any name but localhost.")
            String certificate,

            @Setting("PEM file with the certificate's private key (PKCS #8, unencrypted).")
            String privateKey) {}

    /** The media ports. */
    public record Media(
            @Setting(
                    value = "Address that media sockets bind to. `auto` takes all of this machine's addresses for"
                            + " browsers and the one of `sip.address` for SIP peers.",
                    standard = "auto")
            String address,

            @Setting("Address that browsers and SIP peers are told when this machine stands behind 1:1 NAT.")
            String publicAddress,

            @Setting(
                    value = "Media loops, each a thread with a port of its own; 0 for one a core.",
                    standard = "0",
                    max = 256)
            int loops,

            @Setting(
                    value = "UDP port for browsers of the first media loop; each further loop takes the next one."
                            + " 0 for any free ones.",
                    standard = "0",
                    max = 65_535)
            int browserPort,

            @Setting(
                    value = "First UDP port for media with SIP peers. The range is shared out among the loops.",
                    standard = "30000",
                    min = 1024,
                    max = 65_534)
            int rtpPortMin,

            @Setting(value = "Last UDP port for media with SIP peers.", standard = "39999", min = 1025, max = 65_535)
            int rtpPortMax,

            @Setting(
                    value = "How UDP packets are read and written: `epoll` (Linux; batches), `nio` (everywhere), or"
                            + " `auto` for epoll where it works.",
                    standard = "auto")
            Driver driver) {}

    /** A packet driver. */
    public enum Driver {
        AUTO,
        NIO,
        EPOLL
    }

    /** SIP towards PBXs and phones. */
    public record Sip(
            @Setting(
                    value = "Address that SIP listens on. To reach a PBX on the network this must be an address of"
                            + " this machine on that network, `0.0.0.0` for all of IPv4, or `::` for IPv4 and IPv6.",
                    standard = "127.0.0.1")
            String address,

            @Setting(value = "UDP and TCP port of SIP; 0 for any free one.", standard = "5070", max = 65_535)
            int port,

            @Setting("Address that SIP peers are told when this machine stands behind 1:1 NAT.")
            String publicAddress,

            @Setting("SIP domains that browsers may use besides those on loopback: `pbx.example` for one,"
                    + " `*.pbx.example` for all below it, `*` for any.")
            List<String> allowedDomains,

            @Setting(
                    value =
                            "Whether browsers may use SIP domains on loopback. Say `false` where strangers reach the web"
                                    + " port: they could send SIP to any port of this machine. The exchange stays allowed.",
                    standard = "true")
            boolean loopbackDomains,

            @Setting(
                    value = "How SIP travels where nobody asks for a certain transport. TLS is for those who ask for it"
                            + " (`;transport=tls`, `sips:`) and for domains whose DNS records do.",
                    standard = "udp,tcp")
            List<SipTransport> transports,

            @Setting(
                    value = "Whether media with SIP peers is encrypted (SRTP, keys by SDES): not at all, where the peer"
                            + " can, or only so. The keys travel in SIP, where whoever reads it reads them.",
                    standard = "off")
            MediaEncryption mediaEncryption,

            @Setting("Other choices than `sip.mediaEncryption` for some SIP domains, written as in"
                    + " `sip.allowedDomains`; the longest that fits counts.")
            Map<String, MediaEncryption> mediaEncryptionByDomain,

            @Setting("SIP headers that pages may add to their calls: `X-Customer` for one, `X-*` for all that begin so."
                    + " Those that the server says itself are never among them.")
            List<String> customHeaders,

            @Setting("SIP headers of incoming calls that pages are told, by their names: `X-Queue`.")
            List<String> incomingHeaders,

            @Setting(
                    value =
                            "How often the way to each registrar is kept open for NATs and firewalls, seconds; 0 for never."
                                    + " UDP bindings mostly live for 30 s.",
                    standard = "25",
                    max = 3_600)
            int keepAliveSeconds,

            @Setting("Name server for SIP domains, `address` or `address:port`, instead of the system's.")
            String dnsServer,

            Tls tls) {}

    /** SIP over TLS. */
    public record Tls(
            @Setting(
                    value = "TCP port of SIP over TLS, on the address of SIP; 0 for any free one. Nothing listens on it"
                            + " without a certificate.",
                    standard = "5071",
                    max = 65_535)
            int port,

            @Setting("PEM file with the certificate and its chain that is shown to SIP peers that connect to us, and to"
                    + " servers that ask for one.")
            String certificate,

            @Setting("PEM file with the certificate's private key (PKCS #8, unencrypted).")
            String privateKey,

            @Setting(
                    "PEM file with the authorities, or the very certificates, that SIP peers are believed by. Without it,"
                            + " the authorities that the JDK knows.")
            String trust,

            @Setting(
                    value = "Whether SIP servers must show a certificate that is trusted and made out to their domain."
                            + " Without it anybody on the way can pretend to be them.",
                    standard = "true")
            boolean verify,

            @Setting(
                    value = "Whether SIP peers that connect to us must show a certificate that is trusted.",
                    standard = "false")
            boolean clientCertificates) {}

    /** A way for SIP messages to travel. */
    public enum SipTransport {
        UDP,
        TCP
    }

    /** The embedded exchange. */
    public record Exchange(
            @Setting(value = "Whether to run the small SIP exchange that comes with the server.", standard = "true")
            boolean enabled,

            @Setting(
                    value = "Address that the exchange listens on. With an address on the network, SIP phones there"
                            + " can register.",
                    standard = "127.0.0.1")
            String address,

            @Setting(value = "UDP and TCP port of the exchange; 0 for any free one.", standard = "5060", max = 65_535)
            int port,

            @Setting(
                    "Users and their passwords. When there are none, `1000` to `1009` get passwords at the first start.")
            Map<String, String> users,

            @Setting(
                    value = "Where passwords made at the first start are kept. Readable by the owner alone.",
                    standard = ".offhook/exchange.properties")
            String stateFile) {

        /** The users' names, never their passwords. */
        @Override
        public String toString() {
            return "Exchange[enabled=" + enabled + ", address=" + address + ", port=" + port + ", users="
                    + new TreeSet<>(users.keySet()) + ", stateFile=" + stateFile + "]";
        }
    }

    /** What the server may use at most; no queue, table or wait is without an end. */
    public record Limits(
            @Setting(value = "Browsers connected at one time.", standard = "2000", min = 1)
            int sessions,

            @Setting(value = "Calls at one time on each media loop.", standard = "1000", min = 1)
            int callsPerLoop,

            @Setting(value = "Calls at one time of each browser.", standard = "10", min = 1)
            int callsPerSession,

            @Setting(value = "How long a call may ring, seconds.", standard = "180", min = 1, max = 86_400)
            int ringSeconds,

            @Setting(
                    value = "How long the browser's media may take to connect once both sides have agreed, seconds.",
                    standard = "20",
                    min = 1,
                    max = 86_400)
            int connectSeconds,

            @Setting(
                    value = "Silence of a browser's connectivity checks that ends the call, seconds (RFC 7675: 30).",
                    standard = "30",
                    min = 5,
                    max = 86_400)
            int consentSeconds,

            @Setting(
                    value = "How long a side may send no media at all before the call ends, seconds.",
                    standard = "60",
                    min = 5,
                    max = 86_400)
            int mediaSilenceSeconds,

            @Setting(
                    value = "How long the registration and the calls of a browser that asked for it outlive its"
                            + " connection, seconds.",
                    standard = "30",
                    max = 3_600)
            int keepAliveSeconds,

            @Setting(value = "How often a browser is pinged, seconds.", standard = "5", min = 1, max = 3_600)
            int pingSeconds,

            @Setting(
                    value = "Pings without a sign of life that end a connection.",
                    standard = "10",
                    min = 1,
                    max = 1_000)
            int missedPings,

            @Setting(value = "Longest message of a browser, bytes.", standard = "65536", min = 4_096, max = 1_048_576)
            int messageBytes,

            @Setting(
                    value = "Messages a second that a browser may send over any ten seconds.",
                    standard = "50",
                    min = 1,
                    max = 10_000)
            int messagesPerSecond,

            @Setting(
                    value = "Messages waiting for a browser that does not read; one more ends its connection.",
                    standard = "256",
                    min = 16,
                    max = 65_536)
            int outgoingMessages,

            @Setting(
                    value = "Bytes of its own log that a browser may put into ours during a connection.",
                    standard = "65536",
                    max = 16_777_216)
            int browserLogBytes,

            @Setting(value = "Commands waiting for a media loop.", standard = "8192", min = 64, max = 1_048_576)
            int mailbox,

            @Setting(value = "TCP and TLS connections of SIP peers at one time.", standard = "1000", min = 1)
            int sipConnections,

            @Setting(
                    value = "How long a TCP connection of a SIP peer, or its TLS, may take to open, seconds.",
                    standard = "5",
                    min = 1,
                    max = 60)
            int sipConnectSeconds,

            @Setting(
                    value = "How long a TCP connection of a SIP peer may carry nothing, seconds.",
                    standard = "3600",
                    min = 30,
                    max = 86_400)
            int sipIdleSeconds,

            @Setting(
                    value = "SIP messages waiting to be sent on one connection.",
                    standard = "512",
                    min = 8,
                    max = 65_536)
            int sipQueue,

            @Setting(
                    value = "How long calls and registrations may take to end politely when the server stops, seconds.",
                    standard = "5",
                    max = 60)
            int shutdownSeconds) {}

    /** Only defaults. */
    public static Configuration standard() {
        return read(null, Map.of());
    }

    /**
     * Reads the file, and the environment over it: {@code OFFHOOK_WEB_PORT} sets {@code web.port}.
     *
     * @param file null for none
     * @throws ConfigurationException when something in either cannot be used
     */
    public static Configuration read(@Nullable Path file, Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        YamlNode tree = file == null ? YamlNode.EMPTY : YamlNode.read(file, problems);
        Configuration read = new Binder(file == null ? "" : file.toString(), environment, problems).bind(tree);
        if (problems.isEmpty()) {
            problems.addAll(read.contradictions());
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return read;
    }

    /** What fits each by itself but not together. */
    private List<String> contradictions() {
        List<String> found = new ArrayList<>();
        if (web.certificate.isEmpty() != web.privateKey.isEmpty()) {
            found.add("web.certificate and web.privateKey belong together: set both or neither");
        }
        if (media.rtpPortMax <= media.rtpPortMin) {
            found.add("media.rtpPortMax (" + media.rtpPortMax + ") must be above media.rtpPortMin (" + media.rtpPortMin
                    + ")");
        }
        if (sip.tls.certificate.isEmpty() != sip.tls.privateKey.isEmpty()) {
            found.add("sip.tls.certificate and sip.tls.privateKey belong together: set both or neither");
        }
        if (!sip.tls.certificate.isEmpty() && sip.tls.port != 0 && sip.tls.port == sip.port) {
            found.add("sip.port and sip.tls.port are both " + sip.port + ": give one of them another");
        }
        if (!sip.dnsServer.isEmpty() && !NAME_SERVER.matcher(sip.dnsServer).matches()) {
            found.add(
                    "sip.dnsServer must be an address with or without a port, like 192.0.2.53 or [2001:db8::53]:53, not \""
                            + sip.dnsServer + "\"");
        }
        if (!sip.transports.contains(SipTransport.UDP)) {
            found.add("sip.transports must have udp: every SIP element speaks it");
        }
        if (exchange.enabled
                && exchange.port != 0
                && exchange.port == sip.port
                && exchange.address.equals(sip.address)) {
            found.add("sip.port and exchange.port are both " + sip.port + " on " + sip.address
                    + ": give one of them another");
        }
        return found;
    }
}
