package offhook.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import offhook.call.offer.MediaEncryption;
import org.jspecify.annotations.Nullable;

/** Everything that can be set. A key of the file is the path through these records: {@code web.port}. */
public record Configuration(
        Web web,
        Media media,
        Sip sip,
        Exchange exchange,
        Limits limits,
        Map<String, Line> lines,
        ClickToCall clickToCall) {
    /** The line of the echo test, which is there without being configured. */
    public static final String ECHO_TEST = "echo-test";

    /** As it stands in environment variables, logs and metrics, too. */
    private static final Pattern LINE_NAME = Pattern.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*");

    private static final int LINE_NAME_LENGTH = 40;

    private static final Pattern HOOK = Pattern.compile("https?://[^\\s]+");
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
            String privateKey,

            @Setting("Addresses of the reverse proxies in front of this server. Their `X-Forwarded-For` says where a"
                    + " visitor comes from, and their `X-Forwarded-Proto` whether by https; anybody else's count for"
                    + " nothing.")
            List<String> trustedProxies) {}

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

    /** What a call button belongs to: a SIP account of the server's own, and who may call whom over it. */
    public record Line(
            @Setting("The account's user at the telephone system.")
            String login,

            @Setting("Its name for authentication, where that is another.")
            String authenticationName,

            @Setting("Its password.") String password,

            @Setting(
                    "The telephone system's SIP domain. It need not be among `sip.allowedDomains`, which are for accounts"
                            + " that browsers bring.")
            String domain,

            @Setting("Where its requests go first, if not to the domain: `proxy.example`, `proxy.example:5060`,"
                    + " `proxy.example;transport=tls`.")
            String outboundProxy,

            @Setting("The name that is shown to whoever is called.")
            String callerName,

            @Setting(
                    "Whom it may call: a number, a user, or a prefix (with + or of extensions) with `*` at its end. The first"
                            + " without `*` is called when a button names none; a number written out in full may be called even"
                            + " where it is foreign or has a special price.")
            List<String> destinations,

            @Setting("Origins of the pages that may call over it: `https://shop.example`.")
            List<String> origins,

            @Setting("When it may be called, `Mo-Fr 09:00-18:00, Sa 10:00-14:00`; always when empty.")
            String hours,

            @Setting(value = "The time zone of the hours.", standard = "UTC")
            String zone,

            @Setting(
                    value = "How long a call may last from its answer, seconds.",
                    standard = "1800",
                    min = 1,
                    max = 86_400)
            int longestSeconds,

            @Setting(value = "Calls at one time.", standard = "5", min = 1, max = 100_000)
            int calls,

            @Setting(value = "Calls begun a minute.", standard = "10", min = 1, max = 100_000)
            int callsPerMinute,

            @Setting(
                    "Keys for call tokens of your own making, by their names (`kid`): HS256, at least 32 characters each.")
            Map<String, String> secrets,

            @Setting("The same for ES256: PEM files with public keys.")
            Map<String, String> publicKeys,

            @Setting(
                    value = "Whether visitors' browsers may ask for call tokens themselves: not at all, after some work"
                            + " that makes floods dear, or after your own check (`hook`).",
                    standard = "off")
            Visitors visitors,

            @Setting(
                    "URL that `{line, address, answer}` is posted to for `visitors: hook`; 2xx within 3 s lets the visitor"
                            + " call. A captcha's answer is checked there.")
            String hook) {

        /** Without the password and the secrets. */
        @Override
        public String toString() {
            return "Line[" + login + "@" + domain + ", destinations=" + destinations + ", origins=" + origins
                    + ", secrets=" + new TreeSet<>(secrets.keySet()) + "]";
        }
    }

    /** What a visitor does before a call token. */
    public enum Visitors {
        OFF,
        WORK,
        HOOK
    }

    /** What holds for click to call on every line. */
    public record ClickToCall(
            @Setting(
                    value =
                            "How numbers without an international prefix are read: a country's two letters, `DE`. Without it"
                                    + " only numbers with + are telephone numbers, and all of them are foreign.",
                    standard = "")
            String country,

            @Setting(value = "Whether numbers of other countries may be called.", standard = "false")
            boolean international,

            @Setting(
                    value =
                            "Whether numbers with a special price or purpose may be called: premium, shared cost, satellite,"
                                    + " emergency, directories, and those that no plan knows.",
                    standard = "false")
            boolean premium,

            @Setting(
                    "Prefixes that may be called nevertheless, with + or as extensions: `+43`. One of a country does not open"
                            + " its premium numbers.")
            List<String> allow,

            @Setting("Prefixes that may never be called, whatever else allows them.")
            List<String> deny,

            @Setting("Keys by which a site's backend asks for call tokens (`Authorization: Bearer`), at least 20"
                    + " characters each.")
            List<String> apiKeys,

            @Setting("SIP domain of accounts that are typed into the call window without one; that of the exchange when"
                    + " empty.")
            String domain,

            @Setting("Accounts whose signed links are taken, `user@domain: password`.")
            Map<String, String> links,

            @Setting(
                    value = "How long a signed link may be good at most, seconds.",
                    standard = "7200",
                    min = 1,
                    max = 31_536_000)
            int linkSeconds,

            @Setting(value = "Calls that one signed link may make.", standard = "20", min = 1, max = 100_000)
            int linkUses,

            @Setting(
                    value = "How long a call token may be good at most, seconds.",
                    standard = "300",
                    min = 10,
                    max = 86_400)
            int tokenSeconds,

            @Setting(
                    value = "How long the call window remembers a login, days; 0 for not at all.",
                    standard = "30",
                    max = 365)
            int rememberDays,

            @Setting(value = "Calls begun a minute from one address.", standard = "6", min = 1, max = 100_000)
            int callsPerAddressPerMinute,

            @Setting(value = "Calls begun a minute to one destination.", standard = "10", min = 1, max = 100_000)
            int callsPerDestinationPerMinute,

            @Setting(value = "Calls begun a minute in all.", standard = "120", min = 1, max = 1_000_000)
            int callsPerMinute,

            @Setting(value = "Calls at one time from one address.", standard = "2", min = 1, max = 100_000)
            int callsPerAddress) {

        /** Without keys and passwords. */
        @Override
        public String toString() {
            return "ClickToCall[country=" + country + ", international=" + international + ", premium=" + premium
                    + ", apiKeys=" + apiKeys.size() + ", links=" + new TreeSet<>(links.keySet()) + "]";
        }
    }

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
        lines.forEach((name, line) -> line(name, line, found));
        for (String account : clickToCall.links.keySet()) {
            if (account.indexOf('@') < 1 || account.endsWith("@")) {
                found.add("clickToCall.links: \"" + account + "\" must be an account like 1000@pbx.example");
            }
        }
        return found;
    }

    private static void line(String name, Line line, List<String> found) {
        String key = "lines." + name;
        if (!LINE_NAME.matcher(name).matches() || name.length() > LINE_NAME_LENGTH) {
            found.add(key + ": a line's name is of small letters, digits and hyphens, and has at most "
                    + LINE_NAME_LENGTH);
        }
        if (name.equals(ECHO_TEST)) {
            found.add(key + " is there already, for the echo test: give your line another name");
        }
        if (line.login.isEmpty()) {
            found.add(key + ".login is missing: it is the account that the line's calls are made with");
        }
        if (line.domain.isEmpty()) {
            found.add(key + ".domain is missing: it is the telephone system that the line's calls go to");
        }
        if (line.destinations.isEmpty()) {
            found.add(key + ".destinations is missing: nobody could be called");
        }
        if (line.visitors != Visitors.OFF && line.origins.isEmpty()) {
            found.add(key + ".visitors is " + line.visitors.name().toLowerCase(Locale.ROOT) + ", but " + key
                    + ".origins names no page whose visitors may call");
        }
        if (line.visitors == Visitors.HOOK && !HOOK.matcher(line.hook).matches()) {
            found.add(key + ".visitors is hook, so " + key
                    + ".hook must be the URL to ask, like https://shop.example/may-call");
        }
        if (line.visitors != Visitors.HOOK && !line.hook.isEmpty()) {
            found.add(key + ".hook is never asked: set " + key + ".visitors to hook, or leave it out");
        }
    }
}
