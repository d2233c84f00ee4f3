package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Kamailio;
import offhook.interop.peer.Lab;
import offhook.interop.peer.Loopback;
import offhook.interop.peer.NameServer;
import offhook.interop.peer.OffhookServer;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Sipp;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ways to a registrar: TLS, an edge proxy, several servers of a domain, one that was away. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class NetworkTest {
    private static final int BOB_HERTZ = 1000;

    private final Chromium chromium;
    private final Lab lab;

    NetworkTest(Chromium chromium, Lab lab) {
        this.chromium = chromium;
        this.lab = lab;
    }

    @Test
    @Tried(
            what = "SIP over TLS: registered, calling and called, the server's certificate verified",
            with = Peer.KAMAILIO)
    void aCallGoesOverTlsBothWays(Kamailio kamailio) {
        OffhookServer server = lab.keep(
                OffhookServer.start(lab.folder(), Map.of(), Map.of(), "tls: {trust: \"" + kamailio.trust() + "\"}"));
        SdkPhone alice = SdkPhone.ready(chromium, lab, server, account(kamailio, kamailio.domain() + ";transport=tls"));
        kamailio.awaitServed("REGISTER", "tls");
        callBothWays(kamailio, alice, "tls");
    }

    @Test
    @Tried(what = "a TLS server whose certificate nobody vouches for is refused", with = Peer.KAMAILIO)
    void anUnknownCertificateIsRefused(OffhookServer server, Kamailio kamailio) {
        Map<String, Object> sip = account(kamailio, kamailio.domain() + ";transport=tls");
        String refusal = SdkPhone.refused(chromium, lab, server, sip);
        assertTrue(refusal.startsWith("transport-error: "), refusal);
        assertTrue(refusal.contains("certificate of " + kamailio.domain() + " is not trusted"), refusal);
    }

    @Test
    @Tried(what = "SIP over TCP: registered, calling and called", with = Peer.KAMAILIO)
    void aCallGoesOverTcpBothWays(OffhookServer server, Kamailio kamailio) {
        SdkPhone alice = SdkPhone.ready(chromium, lab, server, account(kamailio, kamailio.domain() + ";transport=tcp"));
        kamailio.awaitServed("REGISTER", "tcp");
        callBothWays(kamailio, alice, "tcp");
    }

    @Test
    @Tried(what = "an outbound proxy with Path and Service-Route, calling and called", with = Peer.KAMAILIO)
    void callsGoThroughTheEdgeProxy(OffhookServer server) throws IOException {
        // A registrar of its own: who is registered by a proxy that goes away at once stays registered.
        Kamailio kamailio =
                lab.keep(Kamailio.start(Files.createDirectories(lab.folder().resolve("registrar")), RealPeers.USERS));
        Kamailio edge = lab.keep(Kamailio.edge(lab.folder(), kamailio));
        Map<String, Object> sip = account(kamailio, kamailio.domain());
        sip.put("outboundProxy", edge.domain());
        SdkPhone alice = SdkPhone.ready(chromium, lab, server, sip);
        edge.awaitServed("REGISTER", "udp");
        Baresip bob = bob(kamailio);
        alice.dial("bob");
        edge.awaitServed("INVITE", "udp");
        alice.await(0, "established");
        hearEachOther(alice, 0, bob);
        alice.tell(0, "hangUp()");
        edge.awaitServed("BYE", "udp");
        bob.awaitClosed();
        bob.dial(kamailio.uri("alice"));
        edge.awaitServed("INVITE", "udp");
        alice.awaitIncoming(1);
        alice.tell(1, "answer()");
        bob.awaitEstablished();
        hearEachOther(alice, 1, bob);
    }

    @Test
    @Tried(
            what = "a domain with two servers (SRV), the first one dead: registered and called by the second",
            with = Peer.KAMAILIO)
    void theSecondServerOfADomainTakesOver() {
        String domain = "pbx.test";
        Kamailio kamailio = lab.keep(Kamailio.start(lab.folder(), RealPeers.USERS, domain));
        String dead = Loopback.freeAddress(Kamailio.PORT);
        NameServer names = lab.keep(NameServer.start(domain, List.of(dead, kamailio.domain())));
        OffhookServer server = lab.keep(OffhookServer.start(
                lab.folder(),
                Map.of(),
                Map.of(),
                "dnsServer: \"" + names.address() + "\", allowedDomains: [" + domain + "]"));
        SdkPhone alice = SdkPhone.ready(chromium, lab, server, account(kamailio, domain));
        Baresip bob = bob(kamailio);
        alice.dial("bob");
        alice.await(0, "established");
        hearEachOther(alice, 0, bob);
    }

    @Test
    @Tried(
            what = "a registrar that was away and has forgotten everybody: registered again by itself (TCP)",
            with = Peer.KAMAILIO)
    void whoWasForgottenRegistersAgain(OffhookServer server) {
        Kamailio kamailio = lab.keep(Kamailio.start(lab.folder(), RealPeers.USERS));
        SdkPhone alice = SdkPhone.ready(chromium, lab, server, account(kamailio, kamailio.domain() + ";transport=tcp"));
        kamailio.restart();
        kamailio.awaitServed("REGISTER", "tcp");
        kamailio.awaitServed("REGISTER", "tcp"); // The first one was challenged.
        Baresip bob = bob(kamailio);
        bob.dial(kamailio.uri("alice"));
        alice.awaitIncoming(0);
        alice.tell(0, "answer()");
        bob.awaitEstablished();
        hearEachOther(alice, 0, bob);
    }

    @Test
    @Tried(what = "a registrar that finds the time too brief (423), gives another, and is left", with = Peer.SIPP)
    void theRegistrarsTimeIsKept(OffhookServer server) {
        Sipp registrar = lab.keep(Sipp.calledOnce(lab.folder(), "registrar"));
        SdkPhone.registered(registrar, chromium, lab, server).disconnect();
        registrar.awaitSuccess(Duration.ofSeconds(20));
    }

    private void callBothWays(Kamailio kamailio, SdkPhone alice, String transport) {
        Baresip bob = bob(kamailio);
        alice.dial("bob");
        kamailio.awaitServed("INVITE", transport);
        alice.await(0, "established");
        hearEachOther(alice, 0, bob);
        bob.hangUp();
        assertEquals("normal", alice.awaitEnded(0));
        bob.dial(kamailio.uri("alice"));
        alice.awaitIncoming(1);
        alice.tell(1, "answer()");
        bob.awaitEstablished();
        hearEachOther(alice, 1, bob);
        alice.tell(1, "hangUp()");
        kamailio.awaitServed("BYE", transport);
        bob.awaitClosed();
    }

    private Baresip bob(Kamailio kamailio) {
        return lab.phone(kamailio.account("bob").speaking(BOB_HERTZ));
    }

    private static Map<String, Object> account(Kamailio kamailio, String domain) {
        Map<String, Object> sip = new LinkedHashMap<>(SdkPhone.account(kamailio, "alice"));
        sip.put("domain", domain);
        return sip;
    }

    private static void hearEachOther(SdkPhone alice, int call, Baresip bob) {
        alice.hears(call, BOB_HERTZ);
        bob.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }
}
