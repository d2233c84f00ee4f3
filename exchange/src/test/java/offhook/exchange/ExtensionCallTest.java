package offhook.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import offhook.exchange.extension.ExtensionLimits;
import offhook.exchange.routing.RoutingLimits;
import offhook.media.audio.G711;
import offhook.media.audio.Goertzel;
import offhook.media.dtmf.TelephoneEvent;
import offhook.media.rtp.RtpHeader;
import offhook.media.sdp.MediaDescription;
import offhook.media.sdp.SessionDescription;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls to echo, music and menu, with real SIP and real RTP. */
class ExtensionCallTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String PASSWORD = "secret";
    private static final int SSRC = 0x1234_5678;

    private Exchange exchange;
    private Phone phone;
    private DatagramSocket rtp;
    private int sequenceNumber = 100;

    @BeforeEach
    void start() throws IOException {
        open(ExtensionLimits.DEFAULT);
    }

    private void open(ExtensionLimits limits) throws IOException {
        exchange = Exchange.start(
                new ExchangeSettings(LOOPBACK, 0, Map.of("1000", PASSWORD), RoutingLimits.DEFAULT, limits, 10));
        phone = new Phone(exchange, Transport.UDP, "1000", PASSWORD);
        rtp = new DatagramSocket(0, LOOPBACK);
        rtp.setSoTimeout(5_000);
    }

    @AfterEach
    void stop() {
        rtp.close();
        phone.close();
        exchange.close();
    }

    private String offer(String formats, String... attributes) {
        StringBuilder sdp =
                new StringBuilder("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n");
        sdp.append("m=audio ")
                .append(rtp.getLocalPort())
                .append(" RTP/AVP ")
                .append(formats)
                .append("\r\n");
        for (String attribute : attributes) {
            sdp.append("a=").append(attribute).append("\r\n");
        }
        return sdp.toString();
    }

    private Phone.Call answered(String number, String offer) throws Exception {
        Phone.Call call = phone.call(number, offer);
        assertEquals("ringing 180", call.next());
        assertEquals("answered", call.next());
        return call;
    }

    private static MediaDescription audio(Phone.Call call) {
        return SessionDescription.parse(call.description()).media().getFirst();
    }

    private void send(Phone.Call call, int payloadType, boolean marker, int timestamp, byte[] payload)
            throws IOException {
        byte[] packet = new byte[RtpHeader.FIXED_LENGTH + payload.length];
        RtpHeader.write(packet, 0, marker, payloadType, sequenceNumber++, timestamp, SSRC);
        System.arraycopy(payload, 0, packet, RtpHeader.FIXED_LENGTH, payload.length);
        rtp.send(new DatagramPacket(
                packet,
                packet.length,
                new InetSocketAddress(LOOPBACK, audio(call).port())));
    }

    private byte[] receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        rtp.receive(packet);
        return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
    }

    @Test
    void echoReturnsEveryPacketInTheFirstCodecUnderItsOwnSsrc() throws Exception {
        Phone.Call call = answered(
                "echo",
                offer(
                        "111 0 101",
                        "rtpmap:111 opus/48000/2",
                        "fmtp:111 useinbandfec=1",
                        "rtpmap:101 telephone-event/48000"));
        assertEquals(java.util.List.of(111, 101), audio(call).payloadTypes());
        assertEquals("useinbandfec=1", audio(call).fmtp(111));
        for (int i = 0; i < 20; i++) {
            send(call, 111, i == 0, 960 * i, new byte[] {(byte) i, 2, 3});
            byte[] back = receive();
            assertEquals(RtpHeader.FIXED_LENGTH + 3, back.length);
            assertEquals(100 + i, RtpHeader.sequenceNumber(back, 0));
            assertEquals(i, back[RtpHeader.FIXED_LENGTH]);
            assertNotEquals(SSRC, RtpHeader.ssrc(back, 0));
        }
        call.hangUp();
        assertEquals("hung up", call.next());
    }

    @Test
    void musicBeginsWithTheFirstNoteOfItsTune() throws Exception {
        Phone.Call call = answered("music", offer("8 0"));
        assertEquals(java.util.List.of(8), audio(call).payloadTypes());
        short[] sound = listen(15);
        // The melody begins on the D above middle C's octave: degree 5 of G major.
        double strongest = Goertzel.strongestBetween(sound, 0, sound.length, 8_000, 500, 700, 5);
        assertEquals(587.3, strongest, 10);
    }

    @Test
    void menuPlaysBackAKey() throws Exception {
        Phone.Call call = answered("menu", offer("8 101", "rtpmap:101 telephone-event/8000"));
        byte[] event = new byte[TelephoneEvent.LENGTH];
        for (int i = 1; i <= 6; i++) {
            TelephoneEvent.write(event, 0, TelephoneEvent.eventOf('5'), i > 3, 10, Math.min(i, 4) * 160);
            send(call, 101, i == 1, 5_000, event);
        }
        Optional<Character> heard = Optional.empty();
        for (int frame = 0; frame < 100 && heard.isEmpty(); frame++) {
            short[] sound = listen(1);
            heard = Goertzel.key(sound, 0, sound.length, 8_000);
        }
        assertEquals(Optional.of('5'), heard);
    }

    private short[] listen(int frames) throws IOException {
        short[] sound = new short[160 * frames];
        for (int i = 0; i < frames; i++) {
            byte[] packet = receive();
            assertEquals(8, RtpHeader.payloadType(packet, 0));
            assertEquals(RtpHeader.FIXED_LENGTH + 160, packet.length);
            G711.decodeALaw(packet, RtpHeader.FIXED_LENGTH, 160, sound, 160 * i);
        }
        return sound;
    }

    @Test
    void musicWithoutG711IsNotAcceptable() throws Exception {
        assertEquals(
                "refused 488",
                phone.call("music", offer("111", "rtpmap:111 opus/48000/2")).next());
        assertEquals("refused 488", phone.call("menu", "v=0").next());
        assertEquals("refused 488", phone.call("echo", "m=").next());
    }

    @Test
    void aSilentCallerIsHungUp() throws Exception {
        stop();
        open(new ExtensionLimits(50, Duration.ofMillis(10), Duration.ofMillis(200), Duration.ofHours(1)));
        Phone.Call call = answered("echo", offer("0"));
        assertEquals("bye", call.next());
    }

    @Test
    void aCallEndsWhenItHasLastedTooLong() throws Exception {
        stop();
        open(new ExtensionLimits(50, Duration.ofMillis(10), Duration.ofHours(1), Duration.ofMillis(100)));
        Phone.Call call = answered("music", offer("0"));
        assertEquals("bye", call.next());
    }

    @Test
    void oneCallTooManyIsBusy() throws Exception {
        stop();
        open(new ExtensionLimits(1, Duration.ofMillis(10), Duration.ofHours(1), Duration.ofHours(1)));
        Phone.Call call = answered("echo", offer("0"));
        assertEquals("refused 486", phone.call("music", offer("0")).next());
        assertEquals(1, exchange.counters().extensionCalls());
        call.hangUp();
    }

    @Test
    void closingTheExchangeHangsUp() throws Exception {
        Phone.Call call = answered("music", offer("0"));
        exchange.close();
        assertEquals("bye", call.next());
        assertTrue(exchange.counters().messages() > 0);
    }
}
