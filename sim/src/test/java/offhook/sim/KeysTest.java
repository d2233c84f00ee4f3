package offhook.sim;

import static offhook.sim.CallStage.MILLISECOND;
import static offhook.sim.CallStage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.AgentCommand;
import offhook.call.AgentEvent;
import offhook.call.CallLimits;
import offhook.call.DtmfMethod;
import offhook.call.EndReason;
import offhook.media.audio.DtmfTone;
import offhook.media.audio.G711;
import offhook.media.audio.Goertzel;
import offhook.media.dtmf.TelephoneEvent;
import offhook.media.dtmf.TelephoneEventReceiver;
import offhook.media.dtmf.TelephoneEventSender;
import offhook.media.rtp.RtpHeader;
import offhook.sim.VirtualNetwork.Weather;
import offhook.sip.message.HeaderName;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import org.junit.jupiter.api.Test;

/** Keys in both directions, by every way, as the other side hears them. */
class KeysTest {
    private static final String PCMU = "0 PCMU/8000";
    private static final String PCMA = "8 PCMA/8000";
    private static final String OPUS = "96 opus/48000/2";
    private static final String EVENTS = "101 telephone-event/8000";
    private static final String WIDE_EVENTS = "97 telephone-event/48000";
    private static final String RELAY = "application/dtmf-relay";

    /** Always 10 ms, so that what the peer hears shows when it was sent. */
    private static final Weather EVEN = new Weather(0, 0, 10 * MILLISECOND, 0);

    private final CallStage stage = new CallStage();
    private final ScriptedPeer peer = new ScriptedPeer(stage);
    private final PeerVoice voice = new PeerVoice(stage.network, Addresses.of(Addresses.PBX, 40_000), 1_000_000);
    private ScriptedPeer.Dialog dialog;
    private InetSocketAddress media;

    /** A call of the browser, answered with these formats. */
    private void establish(String allow, String... formats) {
        stage.register();
        stage.dial(true);
        SipRequest invite = peer.expect(SipMethod.INVITE);
        String sdp = ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendrecv", formats);
        if (allow.isEmpty()) {
            peer.respond(invite, 200, "t", sdp);
        } else {
            peer.respond(invite, 200, "t", sdp, HeaderName.ALLOW, allow);
        }
        dialog = peer.dialogOf(invite, "t");
        media = CallStage.media(invite);
        stage.expect(AgentEvent.Established.class);
        stage.network.weather(EVEN);
        stage.run(2 * SECOND);
        assertFalse(voice.packets.isEmpty());
        voice.packets.clear();
    }

    private void send(String keys, DtmfMethod method, int durationMillis) {
        stage.command(new AgentCommand.SendDtmf(CallStage.CALL, keys, method, durationMillis));
    }

    private List<PeerVoice.Packet> events(int payloadType) {
        return voice.packets.stream()
                .filter(packet -> packet.payloadType() == payloadType)
                .toList();
    }

    /** Keys and durations in milliseconds, such as {@code 1:100 #:80}, as the peer's ear tells them. */
    private String heardAsEvents(int payloadType, int clockRate) {
        List<String> heard = new ArrayList<>();
        TelephoneEventReceiver ear = new TelephoneEventReceiver(clockRate, new TelephoneEventReceiver.Outbox() {
            @Override
            public void pressed(char key) {
                // Told when it is up.
            }

            @Override
            public void released(char key, int durationMillis) {
                heard.add(key + ":" + durationMillis);
            }
        });
        for (PeerVoice.Packet packet : events(payloadType)) {
            byte[] rtp = new byte[RtpHeader.FIXED_LENGTH + packet.payload().length];
            RtpHeader.write(rtp, 0, packet.marker(), payloadType, packet.sequence(), packet.timestamp(), 1);
            System.arraycopy(packet.payload(), 0, rtp, RtpHeader.FIXED_LENGTH, packet.payload().length);
            if (packet.nanos() >= ear.deadlineNanos()) {
                ear.onDeadline(packet.nanos());
            }
            assertEquals(0, ear.onRtp(rtp, 0, rtp.length, packet.nanos()));
        }
        ear.onDeadline(Long.MAX_VALUE / 2);
        return String.join(" ", heard);
    }

    /** One stream whose timestamps run with the clock, apart from the packets of an event. */
    private void assertContinuous(int eventType, int ticksPerMilli) {
        PeerVoice.Packet before = voice.packets.getFirst();
        PeerVoice.Packet anchor = before;
        for (PeerVoice.Packet packet : voice.packets.subList(1, voice.packets.size())) {
            assertEquals((before.sequence() + 1) & 0xFFFF, packet.sequence());
            boolean event = packet.payloadType() == eventType;
            if (!event) {
                long millis = (packet.nanos() - anchor.nanos()) / MILLISECOND;
                int ticks = packet.timestamp() - anchor.timestamp();
                assertTrue(
                        Math.abs(ticks - millis * ticksPerMilli) <= 25L * ticksPerMilli, packet + " after " + anchor);
            }
            // All packets of an event have the time of its first.
            if (!event || packet.marker()) {
                anchor = packet;
            }
            before = packet;
        }
    }

    private void end() {
        assertTrue(stage.up());
        stage.hangUp();
        peer.respond(peer.expect(SipMethod.BYE), 200, "", "");
        stage.expectEnd(EndReason.NORMAL);
        voice.speak(null, 0);
        stage.expectNothingLeft();
    }

    @Test
    void aKeyGoesAsTelephoneEventsWithinTheOneStream() {
        establish("", PCMU, EVENTS);
        send("5", DtmfMethod.AUTO, 100);
        stage.run(SECOND);
        List<PeerVoice.Packet> events = events(101);
        assertEquals(7, events.size());
        assertEquals(
                1, events.stream().map(PeerVoice.Packet::timestamp).distinct().count());
        assertEquals(
                List.of(true, false, false, false, false, false, false),
                events.stream().map(PeerVoice.Packet::marker).toList());
        assertEquals(
                List.of(160, 320, 480, 640, 800, 800, 800),
                events.stream()
                        .map(packet -> TelephoneEvent.duration(packet.payload(), 0))
                        .toList());
        assertEquals(
                List.of(false, false, false, false, true, true, true),
                events.stream()
                        .map(packet -> TelephoneEvent.end(packet.payload(), 0))
                        .toList());
        for (int i = 1; i < events.size(); i++) {
            assertEquals(
                    20 * MILLISECOND, events.get(i).nanos() - events.get(i - 1).nanos());
        }
        int first = voice.packets.indexOf(events.getFirst());
        assertEquals(events, voice.packets.subList(first, first + 7).stream().toList(), "no sound between the events");
        PeerVoice.Packet after = voice.packets.get(first + 7);
        assertTrue(after.marker() && after.payloadType() == 0);
        assertContinuous(101, 8);
        end();
    }

    @Test
    void keysFollowEachOtherWithAPause() {
        establish("", PCMU, EVENTS);
        send("12#a", DtmfMethod.RFC4733, 80);
        stage.run(2 * SECOND);
        assertEquals("1:80 2:80 #:80 A:80", heardAsEvents(101, 8_000));
        List<PeerVoice.Packet> begins =
                events(101).stream().filter(PeerVoice.Packet::marker).toList();
        for (int i = 1; i < begins.size(); i++) {
            PeerVoice.Packet before = begins.get(i - 1);
            assertEquals(140 * MILLISECOND, begins.get(i).nanos() - before.nanos());
            assertEquals(140 * 8, begins.get(i).timestamp() - before.timestamp());
        }
        assertContinuous(101, 8);
        end();
    }

    @Test
    void aKeyIsPressedThoughTheBrowserIsSilent() {
        establish("", PCMU, EVENTS);
        stage.browser.mute(true);
        stage.run(SECOND);
        voice.packets.clear();
        send("9", DtmfMethod.AUTO, 200);
        stage.run(SECOND);
        assertEquals("9:200", heardAsEvents(101, 8_000));
        assertEquals(12, voice.packets.size());
        stage.browser.mute(false);
        stage.run(SECOND);
        assertContinuous(101, 8);
        end();
    }

    @Test
    void aKeyIsPressedBeforeTheBrowserEverSpoke() {
        stage.browser.mute(true);
        stage.register();
        stage.dial(true);
        SipRequest invite = peer.expect(SipMethod.INVITE);
        peer.respond(invite, 200, "t", ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendrecv", PCMU, EVENTS));
        stage.expect(AgentEvent.Established.class);
        send("1", DtmfMethod.AUTO, 100);
        stage.run(SECOND);
        assertEquals("1:100", heardAsEvents(101, 8_000));
        end();
    }

    @Test
    void everyKeyIsHeardOnceThroughLoss() {
        establish("", PCMU, EVENTS);
        stage.network.weather(new Weather(20, 5, 5 * MILLISECOND, 0));
        send("0123456789*#ABCD", DtmfMethod.AUTO, 120);
        stage.run(5 * SECOND);
        stage.network.weather(EVEN);
        assertEquals("0123456789*#ABCD", heardAsEvents(101, 8_000).replaceAll(":\\d+ ?", ""));
        end();
    }

    @Test
    void aKeyHeldDownStaysDownUntilItIsReleased() {
        establish("", PCMU, EVENTS);
        stage.command(new AgentCommand.PressKey(CallStage.CALL, '*', DtmfMethod.AUTO));
        stage.run(3 * SECOND);
        assertTrue(events(101).stream().noneMatch(packet -> TelephoneEvent.end(packet.payload(), 0)));
        stage.command(new AgentCommand.ReleaseKey(CallStage.CALL));
        stage.run(SECOND);
        assertEquals("*:3020", heardAsEvents(101, 8_000));
        assertContinuous(101, 8);
        stage.command(new AgentCommand.ReleaseKey(CallStage.CALL));
        end();
    }

    @Test
    void aKeyThatIsNeverReleasedEndsAtTheLimit() {
        establish("", PCMU, EVENTS);
        stage.command(new AgentCommand.PressKey(CallStage.CALL, '1', DtmfMethod.AUTO));
        stage.run(20 * SECOND);
        long limit = CallLimits.DEFAULT.dtmfHoldNanos() / MILLISECOND;
        assertEquals("1:" + limit, heardAsEvents(101, 8_000));
        end();
    }

    @Test
    void keysTypedFastAreAllHeard() {
        establish("", PCMU, EVENTS);
        for (char key : List.of('1', '2', '3')) {
            stage.command(new AgentCommand.PressKey(CallStage.CALL, key, DtmfMethod.AUTO));
            stage.run(10 * MILLISECOND);
        }
        stage.command(new AgentCommand.ReleaseKey(CallStage.CALL));
        stage.run(SECOND);
        assertEquals("1:40 2:40 3:40", heardAsEvents(101, 8_000));
        end();
    }

    @Test
    void aLongKeyOnAWideClockGoesInSegments() {
        establish("", OPUS, WIDE_EVENTS);
        send("7", DtmfMethod.AUTO, 4_000);
        stage.run(6 * SECOND);
        assertEquals("7:4000", heardAsEvents(97, 48_000));
        List<PeerVoice.Packet> events = events(97);
        assertEquals(
                3, events.stream().map(PeerVoice.Packet::timestamp).distinct().count());
        assertEquals(1, events.stream().filter(PeerVoice.Packet::marker).count());
        assertEquals(
                3,
                events.stream()
                        .filter(packet -> TelephoneEvent.end(packet.payload(), 0))
                        .count());
        end();
    }

    @Test
    void keysOfTheBrowserPassAsTheyAreWhereBothSidesHaveThem() {
        establish("", PCMU, EVENTS);
        stage.browser.pressKey('3', 100, 126, 8_000);
        stage.run(SECOND);
        assertEquals("3:100", heardAsEvents(101, 8_000));
        assertContinuous(101, 8);
        end();
    }

    @Test
    void keysOfTheBrowserOnAnotherClockAreSentAnewWithTheirLength() {
        establish("", OPUS, EVENTS);
        stage.browser.pressKey('3', 400, 110, 48_000);
        stage.run(SECOND);
        String heard = heardAsEvents(101, 8_000);
        assertEquals("3:", heard.substring(0, 2));
        assertEquals(400, Integer.parseInt(heard.substring(2)), 40, heard);
        end();
    }

    @Test
    void keysOfThePeerReachTheBrowserOnItsClockAndAreTold() {
        establish("", OPUS, WIDE_EVENTS);
        sayEvents('8', 500, 97, 48_000);
        assertEquals(new AgentEvent.KeyPressed(CallStage.CALL, '8', 500), stage.expect(AgentEvent.KeyPressed.class));
        assertEquals(
                500 * 48, TelephoneEvent.duration(stage.browser.heardKeys(110).getLast(), 0));
        end();
    }

    @Test
    void keysOfThePeerOnTheNarrowClockAreConvertedForABrowserOnTheWideOne() {
        establish("", OPUS, EVENTS);
        sayEvents('8', 500, 101, 8_000);
        assertEquals(500, stage.expect(AgentEvent.KeyPressed.class).durationMillis());
        assertEquals(
                500 * 8, TelephoneEvent.duration(stage.browser.heardKeys(126).getLast(), 0));
        end();
    }

    /** The peer presses a key as events, while it says nothing else. */
    private void sayEvents(char key, int durationMillis, int payloadType, int clockRate) {
        byte[] packet = new byte[64];
        int timestamp = voice.source().timestamp();
        TelephoneEventSender sender = new TelephoneEventSender((payload, marker, sincePress) -> {
            int header = voice.source().writeHeader(packet, 0, payloadType, marker, timestamp + sincePress);
            System.arraycopy(payload, 0, packet, header, payload.length);
            voice.send(media, packet, header + payload.length);
        });
        sender.press(key, durationMillis, clockRate, stage.network.nowNanos());
        while (sender.sending()) {
            stage.run(sender.deadlineNanos() - stage.network.nowNanos());
            sender.onDeadline(stage.network.nowNanos());
        }
        stage.run(100 * MILLISECOND);
        voice.source().advance(8 * (durationMillis + 200));
    }

    /** The peer presses keys as tones of 100 ms. */
    private void sayTones(String keys) {
        DtmfTone tone = new DtmfTone();
        short[] samples = new short[160];
        byte[] packet = new byte[256];
        for (int i = 0; i < keys.length(); i++) {
            tone.press(keys.charAt(i), 800);
            for (int frame = 0; frame < 8; frame++) {
                tone.fill(samples, 0, 160);
                int header = voice.source().writeHeader(packet, 0, 8);
                voice.source().advance(160);
                G711.encodeALaw(samples, 0, 160, packet, header);
                voice.send(media, packet, header + 160);
                stage.run(20 * MILLISECOND);
            }
        }
        stage.run(500 * MILLISECOND);
    }

    private String keysTold() {
        StringBuilder keys = new StringBuilder();
        stage.all(AgentEvent.KeyPressed.class).forEach(key -> keys.append(key.key()));
        return keys.toString();
    }

    @Test
    void tonesOfAPeerWithoutEventsAreKeys() {
        establish("", PCMA);
        sayTones("0123456789*#ABCD");
        assertEquals("0123456789*#ABCD", keysTold());
        assertTrue(stage.all(AgentEvent.KeyPressed.class).stream()
                .allMatch(key -> Math.abs(key.durationMillis() - 100) <= 12));
        end();
    }

    @Test
    void tonesOfAPeerThatHasEventsAreOnlySound() {
        establish("", PCMA, EVENTS);
        sayTones("123");
        assertEquals("", keysTold());
        end();
    }

    @Test
    void aKeyThatComesInTwoWaysIsToldOnce() {
        establish("", PCMU, EVENTS);
        for (char key : List.of('4', '4', '7')) {
            sayEvents(key, 100, 101, 8_000);
            info(RELAY, "Signal=" + key + "\r\nDuration=100\r\n");
        }
        assertEquals("447", keysTold());
        end();
    }

    private SipResponse info(String contentType, String body) {
        dialog.request(SipMethod.INFO, contentType, body);
        return peer.expectFinal(SipMethod.INFO);
    }

    @Test
    void keysOfThePeerComeByInfoInEveryDialect() {
        establish("", PCMU);
        assertEquals(200, info(RELAY, "Signal=5\r\nDuration=160\r\n").status());
        assertEquals(
                200,
                info("Application/DTMF-Relay;charset=utf-8", "signal= 10 \nduration = 250")
                        .status());
        assertEquals(200, info(RELAY, "Signal=11").status());
        assertEquals(200, info(RELAY, "Signal=d\r\n").status());
        assertEquals(200, info("application/dtmf", "7").status());
        assertEquals(
                200, info("application/dtmf", "Signal=8\r\nDuration=100\r\n").status());
        assertEquals("5*#D78", keysTold());
        assertEquals(
                List.of(160, 250, 0, 0, 0, 100),
                stage.all(AgentEvent.KeyPressed.class).stream()
                        .map(AgentEvent.KeyPressed::durationMillis)
                        .toList());
        assertEquals(200, info("", "").status());
        assertEquals(200, info(RELAY, "Signal=16\r\n").status());
        assertEquals(400, info(RELAY, "Duration=100\r\n").status());
        assertEquals(400, info(RELAY, "Signal=" + "1".repeat(300)).status());
        SipResponse unknown = info("application/media_control+xml", "<media_control/>");
        assertEquals(415, unknown.status());
        assertTrue(unknown.headers().lists(HeaderName.ACCEPT, RELAY), unknown::toString);
        assertEquals(6, stage.all(AgentEvent.KeyPressed.class).size());
        end();
    }

    @Test
    void keysGoByInfoOneAfterTheAnswerToTheOther() {
        establish("INVITE, ACK, BYE, INFO", PCMU);
        send("1#", DtmfMethod.AUTO, 160);
        SipRequest first = peer.expect(SipMethod.INFO);
        assertEquals("Signal=1\r\nDuration=160\r\n", ScriptedPeer.text(first));
        assertEquals(Optional.of(RELAY), first.headers().contentType());
        stage.run(SECOND);
        assertEquals(1, peer.received.stream().filter(KeysTest::isInfo).count(), "the second waits for the answer");
        peer.respond(first, 200, "", "");
        SipRequest second = peer.expect(SipMethod.INFO);
        assertEquals("Signal=#\r\nDuration=160\r\n", ScriptedPeer.text(second));
        peer.respond(second, 200, "", "");
        stage.run(SECOND);
        assertTrue(voice.packets.stream().allMatch(packet -> packet.payloadType() == 0));
        assertContinuous(101, 8);
        end();
    }

    private static boolean isInfo(Object message) {
        return message instanceof SipRequest request && request.is(SipMethod.INFO);
    }

    @Test
    void aHeldKeyGoesByInfoWhenItsLengthIsKnown() {
        establish("INFO", PCMU);
        stage.command(new AgentCommand.PressKey(CallStage.CALL, '2', DtmfMethod.INFO_RELAY));
        stage.run(700 * MILLISECOND);
        assertFalse(peer.heard(SipMethod.INFO));
        stage.command(new AgentCommand.ReleaseKey(CallStage.CALL));
        SipRequest info = peer.expect(SipMethod.INFO);
        assertEquals("Signal=2\r\nDuration=700\r\n", ScriptedPeer.text(info));
        peer.respond(info, 200, "", "");
        stage.command(new AgentCommand.PressKey(CallStage.CALL, '3', DtmfMethod.INFO));
        SipRequest plain = peer.expect(SipMethod.INFO);
        assertEquals("3", ScriptedPeer.text(plain));
        peer.respond(plain, 200, "", "");
        stage.command(new AgentCommand.ReleaseKey(CallStage.CALL));
        stage.run(SECOND);
        assertEquals(List.of(), stage.all(AgentEvent.Refused.class));
        end();
    }

    @Test
    void anInfoThatIsRefusedIsToldAndTheRestIsNotSent() {
        establish("", PCMU);
        send("123", DtmfMethod.INFO, 100);
        peer.respond(peer.expect(SipMethod.INFO), 403, "", "");
        AgentEvent.Refused refused = stage.expect(AgentEvent.Refused.class);
        assertEquals("sendDtmf", refused.request());
        assertEquals(EndReason.FORBIDDEN, refused.reason());
        assertEquals(403, refused.sipStatus());
        stage.run(2 * SECOND);
        assertEquals(1, peer.received.stream().filter(KeysTest::isInfo).count());
        end();
    }

    @Test
    void automaticChoiceFallsBackToTonesWhenInfoIsRefused() {
        establish("INFO", PCMA);
        stage.run(100 * MILLISECOND);
        send("6", DtmfMethod.AUTO, 200);
        peer.respond(peer.expect(SipMethod.INFO), 415, "", "");
        stage.run(SECOND);
        assertTrue(heardAsTones().startsWith("6"), heardAsTones());
        assertEquals(List.of(), stage.all(AgentEvent.Refused.class));
        end();
    }

    /** The keys that the sound holds, each once in a row. */
    private String heardAsTones() {
        StringBuilder keys = new StringBuilder();
        char before = ' ';
        for (PeerVoice.Packet packet : voice.packets) {
            if (packet.payload().length == TelephoneEvent.LENGTH) {
                continue;
            }
            short[] samples = new short[packet.payload().length];
            if (packet.payloadType() == 8) {
                G711.decodeALaw(packet.payload(), 0, samples.length, samples, 0);
            } else {
                G711.decodeMuLaw(packet.payload(), 0, samples.length, samples, 0);
            }
            char key = Goertzel.key(samples, 0, samples.length, 8_000).orElse(' ');
            if (key != before && key != ' ') {
                keys.append(key);
            }
            before = key;
        }
        return keys.toString();
    }

    @Test
    void keysAreTonesInG711ForAPeerThatTakesNothingElse() {
        establish("", PCMU);
        stage.browser.mute(true);
        stage.run(SECOND);
        voice.packets.clear();
        send("159D", DtmfMethod.AUTO, 100);
        stage.run(2 * SECOND);
        assertEquals("159D", heardAsTones());
        // Four keys and three pauses, gapless, by the clock.
        assertEquals(1, voice.packets.stream().filter(PeerVoice.Packet::marker).count());
        for (int i = 1; i < voice.packets.size(); i++) {
            assertEquals(
                    160,
                    voice.packets.get(i).timestamp() - voice.packets.get(i - 1).timestamp());
            assertEquals(
                    20 * MILLISECOND,
                    voice.packets.get(i).nanos() - voice.packets.get(i - 1).nanos());
        }
        stage.browser.mute(false);
        stage.run(SECOND);
        assertContinuous(101, 8);
        end();
    }

    @Test
    void aToneIsHeldAsLongAsTheKey() {
        establish("", PCMA);
        stage.command(new AgentCommand.PressKey(CallStage.CALL, '0', DtmfMethod.IN_BAND));
        stage.run(2 * SECOND);
        stage.command(new AgentCommand.ReleaseKey(CallStage.CALL));
        stage.run(SECOND);
        assertEquals("0", heardAsTones());
        assertContinuous(101, 8);
        end();
    }

    @Test
    void whatCannotBeIsRefusedInWords() {
        establish("", OPUS);
        send("1", DtmfMethod.AUTO, 100);
        refused("opus");
        send("1", DtmfMethod.IN_BAND, 100);
        refused("PCMU or PCMA");
        send("1", DtmfMethod.RFC4733, 100);
        refused("telephone events");
        send("", DtmfMethod.AUTO, 100);
        refused("dtmf is empty");
        send("12x", DtmfMethod.INFO, 100);
        refused("0-9 * # A-D");
        send("1".repeat(65), DtmfMethod.INFO, 100);
        refused("More than 64");
        send("1", DtmfMethod.INFO, 39);
        refused("39 ms");
        send("1", DtmfMethod.INFO, 8_001);
        refused("8001 ms");
        stage.command(new AgentCommand.PressKey(CallStage.CALL, 'x', DtmfMethod.INFO));
        refused("0-9 * # A-D");
        stage.browser.pressKey('3', 100, 110, 48_000);
        stage.run(SECOND);
        stage.browser.pressKey('4', 100, 110, 48_000);
        stage.run(SECOND);
        refused("opus");
        assertEquals(10, stage.all(AgentEvent.Refused.class).size(), "the browser's own keys are refused once");
        assertFalse(peer.heard(SipMethod.INFO));
        end();
    }

    private void refused(String words) {
        AgentEvent.Refused refused = stage.expect(AgentEvent.Refused.class);
        assertTrue(refused.text().contains(words), refused::toString);
    }

    @Test
    void keysReachEarlyMediaAndAreRefusedBeforeIt() {
        stage.register();
        stage.dial(true);
        SipRequest invite = peer.expect(SipMethod.INVITE);
        peer.respond(invite, 180, "t", "");
        stage.expect(AgentEvent.Ringing.class);
        send("1", DtmfMethod.AUTO, 100);
        refused("not answered");
        String sdp = ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendrecv", PCMU, EVENTS);
        peer.respond(invite, 183, "t", sdp);
        stage.run(SECOND);
        send("2", DtmfMethod.AUTO, 100);
        send("3", DtmfMethod.INFO, 100);
        refused("not answered");
        stage.run(SECOND);
        assertEquals("2:100", heardAsEvents(101, 8_000));
        peer.respond(invite, 200, "t", sdp);
        stage.expect(AgentEvent.Established.class);
        end();
    }

    @Test
    void aHoldInTheMiddleOfANumberEndsIt() {
        establish("", PCMU, EVENTS);
        send("123456789", DtmfMethod.AUTO, 400);
        stage.run(500 * MILLISECOND);
        dialog.request(SipMethod.INVITE, ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendonly", PCMU, EVENTS));
        dialog.acknowledge(peer.expectFinal(SipMethod.INVITE), "");
        refused("hold");
        send("1", DtmfMethod.AUTO, 100);
        refused("on hold");
        voice.packets.clear();
        stage.run(SECOND);
        assertEquals(List.of(), voice.packets);
        dialog.request(SipMethod.INVITE, ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendrecv", PCMU, EVENTS));
        dialog.acknowledge(peer.expectFinal(SipMethod.INVITE), "");
        stage.run(SECOND);
        send("1", DtmfMethod.AUTO, 100);
        stage.run(SECOND);
        assertEquals("1:100", heardAsEvents(101, 8_000));
        end();
    }

    @Test
    void whenThePeerChangesWhatItTakesTheNumberGoesOnThatWay() {
        establish("", PCMA);
        send("12", DtmfMethod.AUTO, 600);
        stage.run(200 * MILLISECOND);
        dialog.request(SipMethod.INVITE, ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendrecv", PCMA, EVENTS));
        dialog.acknowledge(peer.expectFinal(SipMethod.INVITE), "");
        stage.run(2 * SECOND);
        assertEquals("1", heardAsTones());
        assertEquals("2:600", heardAsEvents(101, 8_000));
        assertEquals(List.of(), stage.all(AgentEvent.Refused.class));
        end();
    }

    @Test
    void whileThePeerHoldsKeysGoByInfo() {
        establish("INFO", PCMU, EVENTS);
        dialog.request(SipMethod.INVITE, ScriptedPeer.sdp(Addresses.PBX, 40_000, "sendonly", PCMU, EVENTS));
        dialog.acknowledge(peer.expectFinal(SipMethod.INVITE), "");
        send("1", DtmfMethod.RFC4733, 100);
        refused("on hold");
        send("2", DtmfMethod.AUTO, 100);
        SipRequest info = peer.expect(SipMethod.INFO);
        assertEquals("Signal=2\r\nDuration=100\r\n", ScriptedPeer.text(info));
        peer.respond(info, 200, "", "");
        end();
    }

    @Test
    void aCallMayEndInTheMiddleOfAKey() {
        establish("", PCMU, EVENTS);
        stage.command(new AgentCommand.PressKey(CallStage.CALL, '1', DtmfMethod.AUTO));
        stage.run(100 * MILLISECOND);
        end();
    }
}
