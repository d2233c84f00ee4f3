package offhook.sim;

import static offhook.sim.CallStage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import offhook.call.AgentEvent;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Media that comes from elsewhere than announced: the peer behind a NAT, and who only sprays at the port. */
class StrangersTest {
    private static final String PCMU = "0 PCMU/8000";

    private final CallStage stage = new CallStage();
    private final ScriptedPeer peer = new ScriptedPeer(stage);
    private final PeerVoice announced = new PeerVoice(stage.network, Addresses.of(Addresses.PBX, 40_000), 1_000_000);
    private final PeerVoice behindNat = new PeerVoice(stage.network, Addresses.of("203.0.113.77", 9_999), 2_000_000);
    private final PeerVoice stranger = new PeerVoice(stage.network, Addresses.of("198.18.0.66", 6_666), 3_000_000);
    private InetSocketAddress media;

    @BeforeEach
    void establish() {
        stage.register();
        stage.dial(true);
        SipRequest invite = peer.expect(SipMethod.INVITE);
        media = CallStage.media(invite);
        peer.respond(invite, 200, "t", ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendrecv", PCMU));
        stage.expect(AgentEvent.Established.class);
        stage.run(SECOND);
    }

    private void expectOnly(PeerVoice voice) {
        announced.heard();
        behindNat.heard();
        stranger.heard();
        long before = voice.heardBy(stage.browser);
        stage.run(2 * SECOND);
        assertTrue(voice.heardBy(stage.browser) >= before + 95);
        for (PeerVoice each : new PeerVoice[] {announced, behindNat, stranger}) {
            int heard = each.heard();
            assertTrue(each == voice ? heard >= 95 : heard <= 1, each.address + " heard " + heard);
        }
        assertTrue(stage.up());
    }

    @Test
    void aPeerBehindANatIsHeardAndAnsweredWhereItIs() {
        behindNat.speak(media, 0);
        stage.run(SECOND);
        expectOnly(behindNat);
    }

    @Test
    void aStrangerDoesNotTakeOverFromThePeer() {
        announced.speak(media, 0);
        stage.run(SECOND);
        stranger.speak(media, 0);
        expectOnly(announced);
        assertEquals(0, stranger.heardBy(stage.browser));
    }

    @Test
    void aStrangerDoesNotTakeOverFromAPeerBehindANat() {
        behindNat.speak(media, 0);
        stage.run(SECOND);
        stranger.speak(media, 0);
        expectOnly(behindNat);
        assertEquals(0, stranger.heardBy(stage.browser));
    }

    @Test
    void aStrangerWhoIsFasterMustYieldToTheAnnouncedAddress() {
        stranger.speak(media, 0);
        stage.run(SECOND);
        announced.speak(media, 0);
        stage.run(SECOND / 10);
        expectOnly(announced);
    }

    @Test
    void aStrangerWithAPayloadTypeThatWasNotAgreedIsNotLatchedOn() {
        stranger.speak(media, 77);
        stage.run(10 * SECOND);
        behindNat.speak(media, 0);
        stage.run(SECOND / 10);
        expectOnly(behindNat);
    }

    @Test
    void aStrangerDoesNotKeepASilentPeersCallAlive() {
        announced.speak(media, 0);
        stage.run(SECOND);
        announced.speak(null, 0);
        stranger.speak(media, 0);
        stage.run(61 * SECOND);
        assertEquals(1, stage.all(AgentEvent.Ended.class).size());
    }
}
