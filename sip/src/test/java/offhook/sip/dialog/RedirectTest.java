package offhook.sip.dialog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import offhook.sip.VirtualNetwork;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.Test;

/** A call that is told to go elsewhere (RFC 3261 section 8.1.3.4); a message takes 10 ms. */
class RedirectTest {
    private final VirtualNetwork network = new VirtualNetwork(1);
    private final Phone phone = new Phone(network, "phone");
    private final VirtualNetwork.Script peer = network.script("peer");
    private final VirtualNetwork.Script other = network.script("other");
    private UacSession session;

    /** Where the call may go: anywhere in example.com by the same way, and to the other host by its own. */
    private Optional<Hop> way(SipUri target) {
        if (target.host().equals("example.com")) {
            return Optional.of(new Hop(Transport.UDP, peer.ip(), 5060));
        }
        return target.host().equals(other.ip())
                ? Optional.of(new Hop(Transport.UDP, other.ip(), 5060))
                : Optional.empty();
    }

    private SipRequest call() {
        session = phone.host.core.invite(
                new OutgoingInvite(
                                SipUri.parse("sip:bob@example.com"),
                                NameAddress.of(SipUri.parse("sip:alice@example.com")),
                                NameAddress.of(SipUri.parse("sip:bob@example.com")),
                                phone.contact(),
                                new Hop(Transport.UDP, peer.ip(), 5060),
                                List.of(NameAddress.parse("<sip:" + peer.ip() + ";lr>")),
                                Headers.NONE,
                                Optional.empty(),
                                Phone.OFFER)
                        .withRedirects(this::way),
                phone.listener("out"),
                network.now());
        pass();
        return peer.lastRequest();
    }

    private void pass() {
        network.until(network.nowMillis() + 100);
    }

    private void answer(VirtualNetwork.Script from, SipRequest request, int status, String... contacts) {
        SipResponse response = SipResponse.answering(request, status, "t" + status);
        Headers headers = response.headers();
        for (String contact : contacts) {
            headers = headers.append(HeaderName.CONTACT, contact);
        }
        from.send(phone.host, response.with(headers));
        pass();
    }

    private SipRequest lastInvite(VirtualNetwork.Script script) {
        return script.received.stream()
                .filter(SipRequest.class::isInstance)
                .map(SipRequest.class::cast)
                .filter(request -> request.is("INVITE"))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    @Test
    void theInviteGoesElsewhereAndOtherwiseStaysWhatItWas() {
        SipRequest first = call();
        answer(peer, first, 302, "<sip:carol@example.com;method=INVITE?Subject=x>;q=0.5");
        SipRequest second = lastInvite(peer);
        assertEquals("sip:carol@example.com", second.uri().toString());
        assertEquals("2 INVITE", second.headers().cseq().toString());
        assertEquals(first.headers().callId(), second.headers().callId());
        assertEquals(first.headers().from(), second.headers().from());
        assertEquals(first.headers().to(), second.headers().to());
        assertEquals(first.headers().routes(), second.headers().routes());
        assertFalse(second.headers().has("Subject"));
        assertEquals(Phone.OFFER, Body.of(second));
        answer(peer, second, 200, "<sip:carol@" + peer.ip() + ">");
        assertTrue(session.established());
        assertEquals(List.of("210 out answered"), phone.log);
    }

    @Test
    void theBestTargetIsTriedFirstAndTheOthersWhenItRefuses() {
        answer(
                peer,
                call(),
                300,
                "<sip:low@example.com>;q=0.1",
                "<mailto:bob@example.com>",
                "<sip:stranger@elsewhere.example>",
                "<sip:high@" + other.ip() + ">;q=0.9");
        SipRequest high = lastInvite(other);
        assertEquals("sip:high@" + other.ip(), high.uri().toString());
        assertEquals(List.of(), high.headers().routes(), "the route led to the first target");
        answer(other, high, 486);
        SipRequest low = lastInvite(peer);
        assertEquals("sip:low@example.com", low.uri().toString());
        answer(peer, low, 486);
        assertTrue(phone.log.getLast().endsWith("out ended refused 486"));
    }

    @Test
    void a6xxEndsTheSearch() {
        answer(peer, call(), 302, "<sip:a@example.com>", "<sip:b@example.com>");
        answer(peer, lastInvite(peer), 603);
        assertTrue(phone.log.getLast().endsWith("out ended refused 603"));
    }

    @Test
    void whereTheCallMayNotGoItDoesNot() {
        answer(peer, call(), 302, "<sip:bob@elsewhere.example>");
        assertEquals(List.of("110 out ended refused 302"), phone.log);
        assertEquals(0, other.received.size());
    }

    @Test
    void loopsAreNotFollowed() {
        answer(peer, call(), 302, "<sip:a@example.com>");
        answer(peer, lastInvite(peer), 302, "<sip:bob@example.com>", "<sip:a@example.com>");
        assertTrue(phone.log.getLast().endsWith("out ended refused 302"));
    }

    @Test
    void aPeerThatKnowsEverNewTargetsIsNotFollowedForEver() {
        call();
        for (int i = 0; i < 20 && phone.endings().isEmpty(); i++) {
            answer(peer, lastInvite(peer), 302, "<sip:user" + i + "@example.com>");
        }
        assertTrue(phone.log.getLast().endsWith("out ended refused 302"));
        assertEquals(
                1 + Redirects.MAX_TARGETS, lastInvite(peer).headers().cseq().number());
    }

    @Test
    void hangingUpEndsTheSearch() {
        SipRequest first = call();
        session.hangUp(network.now());
        answer(peer, first, 302, "<sip:a@example.com>");
        network.until(60_000);
        assertEquals("1 INVITE", lastInvite(peer).headers().cseq().toString());
        phone.assertIdle();
    }
}
