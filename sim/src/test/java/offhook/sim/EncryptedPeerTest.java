package offhook.sim;

import static offhook.sim.CallStage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import offhook.call.AgentEvent;
import offhook.call.EndReason;
import offhook.call.leg.LegDrop;
import offhook.call.offer.MediaEncryption;
import offhook.media.sdp.Crypto;
import offhook.media.sdp.SessionDescription;
import offhook.media.srtp.SrtpContext;
import offhook.media.srtp.SrtpProfile;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A telephone system that encrypts its media (RFC 4568), and what it may do with its keys while a call is up. */
class EncryptedPeerTest {
    private static final String PCMU = "0 PCMU/8000";
    private static final String AVP = "RTP/AVP";
    private static final String SAVP = "RTP/SAVP";

    private final CallStage stage = new CallStage();
    private final ScriptedPeer peer = new ScriptedPeer(stage);
    private final PeerVoice voice = new PeerVoice(stage.network, Addresses.of(Addresses.PBX, 40_000), 1_000_000);
    private final PeerVoice other = new PeerVoice(stage.network, Addresses.of(Addresses.PBX, 42_000), 2_000_000);
    private ScriptedPeer.Dialog dialog;

    private static String plain(int port, String direction) {
        return ScriptedPeer.sdp(Addresses.PBX, port, direction, PCMU);
    }

    /** With the peer's key behind the only section. */
    private static String encrypted(String protocol, int port, String direction, Crypto key) {
        return plain(port, direction).replace(AVP, protocol) + "a=crypto:" + key.print() + "\r\n";
    }

    private static Crypto key(int tag, SrtpProfile profile, int seed) {
        byte[] bytes = new byte[profile.keyLength() + profile.saltLength()];
        Arrays.fill(bytes, (byte) seed);
        return new Crypto(tag, profile.cryptoSuite(), bytes);
    }

    private static Crypto key(int seed) {
        return key(1, SrtpProfile.AES_CM_128_HMAC_SHA1_80, seed);
    }

    /** Our line with this tag. */
    private static Crypto ours(SipMessage described, int tag) {
        return SessionDescription.parse(ScriptedPeer.text(described)).media().getFirst().cryptos().stream()
                .filter(line -> line.tag() == tag)
                .findFirst()
                .orElseThrow(() -> new AssertionError(ScriptedPeer.text(described)));
    }

    private static SrtpContext context(Crypto key) {
        SrtpProfile profile = SrtpProfile.ofCryptoSuite(key.suite()).orElseThrow();
        byte[] bytes = key.keyAndSalt();
        return new SrtpContext(
                profile,
                Arrays.copyOf(bytes, profile.keyLength()),
                Arrays.copyOfRange(bytes, profile.keyLength(), bytes.length));
    }

    private SipRequest dial(MediaEncryption encryption) {
        stage.encryption = encryption;
        stage.register();
        stage.dial(true);
        return peer.expect(SipMethod.INVITE);
    }

    /** A call of the browser, encrypted under the peer's key 1; both speak. */
    private SipRequest establish(MediaEncryption encryption) {
        SipRequest invite = dial(encryption);
        String protocol = encryption == MediaEncryption.MANDATORY ? SAVP : AVP;
        peer.respond(invite, 200, "t", encrypted(protocol, 40_000, "sendrecv", key(1)));
        dialog = peer.dialogOf(invite, "t");
        peer.expect(SipMethod.ACK);
        voice.secure(context(key(1)), context(ours(invite, 1)));
        voice.speak(CallStage.media(invite), 0);
        stage.run(2 * SECOND);
        assertHeard(voice);
        return invite;
    }

    private SipResponse reinvite(String sdp) {
        dialog.request(SipMethod.INVITE, sdp);
        SipResponse response = peer.expectFinal(SipMethod.INVITE);
        assertEquals(200, response.status());
        dialog.acknowledge(response, "");
        return response;
    }

    /** For two seconds both sides hear each other. */
    private void assertHeard(PeerVoice speaker) {
        stage.run(SECOND / 2);
        speaker.heard();
        long before = speaker.heardBy(stage.browser);
        stage.run(2 * SECOND);
        assertTrue(speaker.heard() > 90, "the peer hears");
        assertTrue(speaker.heardBy(stage.browser) > before + 90, "the browser hears");
    }

    private long badSrtp() {
        return stage.gateway.switchboard().counts().sipDrops().of(LegDrop.BAD_SRTP);
    }

    private void end() {
        assertTrue(stage.up());
        stage.hangUp();
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        stage.expectEnd(EndReason.NORMAL);
        voice.speak(null, 0);
        other.speak(null, 0);
        stage.expectNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(names = {"OPTIONAL", "MANDATORY"})
    void bothSidesOfAnOutgoingCallHearEachOther(MediaEncryption encryption) {
        establish(encryption);
        assertEquals(0, voice.undecipherable());
        assertEquals(0, badSrtp());
        end();
    }

    @ParameterizedTest
    @EnumSource
    void anIncomingCallIsAnsweredInItsSuiteUnderItsTag(SrtpProfile profile) {
        stage.encryption = MediaEncryption.OPTIONAL;
        stage.register();
        Crypto theirs = key(7, profile, 1);
        dialog = peer.call(encrypted(SAVP, 40_000, "sendrecv", theirs));
        stage.expect(AgentEvent.Incoming.class);
        stage.run(SECOND);
        stage.answer();
        SipResponse success = peer.expectFinal(SipMethod.INVITE);
        dialog.acknowledge(success, "");
        assertTrue(ScriptedPeer.text(success).contains(" RTP/SAVP 0"));
        assertEquals(theirs.suite(), ours(success, 7).suite());
        voice.secure(context(theirs), context(ours(success, 7)));
        voice.speak(CallStage.media(success), 0);
        assertHeard(voice);
        assertEquals(0, voice.undecipherable());
        assertEquals(0, badSrtp());
        end();
    }

    @Test
    void aPeerThatDoesNotEncryptIsHeardWhereEncryptionIsOptional() {
        SipRequest invite = dial(MediaEncryption.OPTIONAL);
        peer.respond(invite, 200, "t", plain(40_000, "sendrecv"));
        peer.expect(SipMethod.ACK);
        voice.speak(CallStage.media(invite), 0);
        assertHeard(voice);
        end();
    }

    @Test
    void aPeerThatDoesNotEncryptIsLeftWhereEncryptionIsMandatory() {
        SipRequest invite = dial(MediaEncryption.MANDATORY);
        peer.respond(invite, 200, "t", plain(40_000, "sendrecv"));
        peer.expect(SipMethod.ACK);
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        String text = stage.expectEnd(EndReason.NO_COMMON_ENCRYPTION).text();
        assertTrue(text.contains("does not encrypt"), text);
        stage.expectNothingLeft();
    }

    @Test
    void aRefusalOfEncryptedMediaIsToldInWords() {
        SipRequest invite = dial(MediaEncryption.MANDATORY);
        peer.respond(invite, 488, "t", "");
        peer.expect(SipMethod.ACK);
        String text = stage.expectEnd(EndReason.NO_COMMON_ENCRYPTION).text();
        assertTrue(text.contains("encrypted sound only"), text);
        stage.expectNothingLeft();
    }

    @Test
    void aCallInTheClearIsRefusedWithoutRingingWhereEncryptionIsMandatory() {
        stage.encryption = MediaEncryption.MANDATORY;
        stage.register();
        dialog = peer.call(plain(40_000, "sendrecv"));
        SipResponse refused = peer.expectFinal(SipMethod.INVITE);
        assertEquals(488, refused.status());
        dialog.acknowledge(refused, "");
        stage.run(SECOND);
        assertTrue(stage.all(AgentEvent.Incoming.class).isEmpty());
        assertEquals(0, stage.gateway.openPorts());
    }

    @Test
    void whatIsNotUnderTheRightKeyFallsAndIsCounted() {
        SipRequest invite = dial(MediaEncryption.MANDATORY);
        peer.respond(invite, 200, "t", encrypted(SAVP, 40_000, "sendrecv", key(1)));
        peer.expect(SipMethod.ACK);
        voice.secure(context(key(2)), context(ours(invite, 1)));
        voice.speak(CallStage.media(invite), 0);
        other.speak(CallStage.media(invite), 0); // in the clear, and from elsewhere
        stage.run(2 * SECOND);
        assertTrue(badSrtp() > 180);
        assertEquals(0, voice.heardBy(stage.browser) + other.heardBy(stage.browser));
        assertTrue(voice.heard() > 90, "and nobody has moved where media goes to");
        assertEquals(0, other.heard());
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        stage.expectEnd(EndReason.MEDIA_SILENCE_PEER);
        voice.speak(null, 0);
        other.speak(null, 0);
        stage.expectNothingLeft();
    }

    @Test
    void aReinviteWithTheSameKeyLeavesOursAlone() {
        SipRequest invite = establish(MediaEncryption.OPTIONAL);
        SipResponse response = reinvite(encrypted(AVP, 40_000, "sendrecv", key(1)));
        assertEquals(ours(invite, 1).print(), ours(response, 1).print());
        assertHeard(voice);
        assertEquals(0, voice.undecipherable());
        end();
    }

    @Test
    void aPeerMayChangeItsKeyAndNoPacketIsLost() {
        SipRequest invite = establish(MediaEncryption.OPTIONAL);
        stage.run(SECOND / 10);
        int spokenBefore = voice.sent();
        long heardBefore = voice.heardBy(stage.browser);
        // It goes on speaking under its former key until it has our answer.
        SipResponse response = reinvite(encrypted(AVP, 40_000, "sendrecv", key(2)));
        assertNotEquals(ours(invite, 1).print(), ours(response, 1).print());
        voice.secure(context(key(2)), context(ours(response, 1)));
        assertHeard(voice);
        voice.speak(null, 0);
        stage.run(SECOND);
        assertTrue(voice.heardBy(stage.browser) - heardBefore >= voice.sent() - spokenBefore);
        assertEquals(0, badSrtp());
        voice.speak(CallStage.media(invite), 0);
        end();
    }

    @Test
    void aDeviceThatTakesOverWithAKeyOfItsOwnIsHeardAndTheFormerOneNotAnyMore() {
        SipRequest invite = establish(MediaEncryption.MANDATORY);
        SipResponse response = reinvite(encrypted(SAVP, 42_000, "sendrecv", key(2)));
        long before = voice.heardBy(stage.browser); // which goes on, and knows the former key
        stage.run(SECOND);
        other.secure(context(key(2)), context(ours(response, 1)));
        other.speak(CallStage.media(invite), 0);
        assertHeard(other);
        assertTrue(voice.heardBy(stage.browser) <= before + 1, "but for what was under way");
        assertTrue(badSrtp() > 90);
        end();
    }

    @Test
    void anOfferlessReinviteIsOfferedNewKeys() {
        SipRequest invite = establish(MediaEncryption.OPTIONAL);
        dialog.request(SipMethod.INVITE, "");
        SipResponse response = peer.expectFinal(SipMethod.INVITE);
        assertNotEquals(ours(invite, 1).print(), ours(response, 1).print());
        dialog.acknowledge(response, encrypted(AVP, 42_000, "sendrecv", key(3)));
        voice.speak(null, 0);
        other.secure(context(key(3)), context(ours(response, 1)));
        stage.run(SECOND);
        other.speak(CallStage.media(invite), 0);
        assertHeard(other);
        end();
    }

    @Test
    void aPeerMayGoOverToTheClearAndBackAndThenHasNewKeysOfOurs() {
        SipRequest invite = establish(MediaEncryption.OPTIONAL);
        SipResponse response = reinvite(plain(42_000, "sendrecv"));
        assertFalse(ScriptedPeer.text(response).contains("a=crypto"));
        voice.speak(null, 0);
        other.speak(CallStage.media(invite), 0);
        assertHeard(other);
        response = reinvite(encrypted(AVP, 40_000, "sendrecv", key(1)));
        assertNotEquals(ours(invite, 1).print(), ours(response, 1).print());
        other.speak(null, 0);
        voice.secure(context(key(1)), context(ours(response, 1)));
        voice.speak(CallStage.media(invite), 0);
        assertHeard(voice);
        end();
    }

    @Test
    void aReinviteInTheClearIsRefusedWhereEncryptionIsMandatory() {
        establish(MediaEncryption.MANDATORY);
        dialog.request(SipMethod.INVITE, plain(40_000, "sendrecv"));
        SipResponse refused = peer.expectFinal(SipMethod.INVITE);
        assertEquals(488, refused.status());
        dialog.acknowledge(refused, "");
        assertHeard(voice);
        end();
    }

    @Test
    void eachForkHasAKeyOfItsOwn() {
        SipRequest invite = dial(MediaEncryption.OPTIONAL);
        peer.respond(invite, 183, "fork1", encrypted(AVP, 40_000, "sendrecv", key(1)));
        voice.secure(context(key(1)), context(ours(invite, 1)));
        stage.run(SECOND);
        voice.speak(CallStage.media(invite), 0);
        assertHeard(voice);
        Crypto second = key(2, SrtpProfile.AES_CM_128_HMAC_SHA1_32, 2);
        peer.respond(invite, 200, "fork2", encrypted(AVP, 42_000, "sendrecv", second));
        stage.expect(AgentEvent.Established.class);
        other.secure(context(second), context(ours(invite, 2)));
        other.speak(CallStage.media(invite), 0);
        assertHeard(other);
        dialog = peer.dialogOf(invite, "fork2");
        end();
    }

    /**
     * In eleven minutes the browser's sequence numbers go further than half their range. A sender that passed them on as
     * they are would be taken for one that replays.
     */
    @ParameterizedTest
    @ValueSource(strings = {"sendonly", "inactive"})
    void mediaFlowsAgainAfterAHoldOfElevenMinutes(String direction) {
        SipRequest invite = establish(MediaEncryption.MANDATORY);
        reinvite(encrypted(SAVP, 40_000, direction, key(1)));
        voice.speak(null, 0);
        stage.run(SECOND);
        voice.heard();
        stage.run(11 * 60 * SECOND);
        assertEquals(0, voice.heard());
        assertTrue(stage.up());
        reinvite(encrypted(SAVP, 40_000, "sendrecv", key(1)));
        voice.speak(CallStage.media(invite), 0);
        assertHeard(voice);
        assertEquals(0, voice.undecipherable());
        assertEquals(0, badSrtp());
        end();
    }

    @Test
    void sequenceNumbersRollOverUnderOneKeyBothWays() {
        establish(MediaEncryption.OPTIONAL);
        peer.refreshAnswer = encrypted(AVP, 40_000, "sendrecv", key(1));
        stage.run(23 * 60 * SECOND);
        peer.refreshAnswer = "";
        assertHeard(voice);
        assertEquals(0, voice.undecipherable());
        assertEquals(0, badSrtp());
        // An answer of ours after that begins with new keys, as whoever takes over cannot know of the rollover.
        SipResponse response = reinvite(encrypted(AVP, 42_000, "sendrecv", key(2)));
        voice.speak(null, 0);
        other.secure(context(key(2)), context(ours(response, 1)));
        other.speak(CallStage.media(response), 0);
        assertHeard(other);
        end();
    }

    @Test
    void noKeyIsInAnyEvent() {
        SipRequest invite = establish(MediaEncryption.OPTIONAL);
        List<AgentEvent> events = stage.gateway.events(CallStage.AGENT);
        assertFalse(events.toString().contains("inline:"));
        assertFalse(events.toString().contains(ours(invite, 1).print().substring(40)));
        end();
    }
}
