package offhook.bench.load;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import offhook.media.dtls.DtlsIdentity;
import offhook.media.rtp.RtpHeader;
import offhook.media.rtp.RtpSource;
import offhook.server.udp.PacketDriver;
import offhook.server.udp.UdpSocket;
import org.jspecify.annotations.Nullable;

/** One call, seen from its two ends: a browser and a phone. What is not marked otherwise is the generator's thread's own. */
public final class LoadCall {
    private final int number;
    private final LoadGenerator generator;
    private final Browser browser;
    private final String browserOffer;
    private final RtpSource phoneSource;
    private final UdpSocket phoneSocket;
    private final byte[] packet = new byte[PacketDriver.MAX_DATAGRAM];
    private final CompletableFuture<Void> up = new CompletableFuture<>();
    private final CompletableFuture<FirstAudio> heard = new CompletableFuture<>();

    private @Nullable InetSocketAddress phonePeer;
    private int phonePackets;
    private long answeredNanos;
    private long browserHeardNanos;
    private long phoneHeardNanos;

    /** How long after its 200 the phone was heard in the browser, and the browser at the phone, in nanoseconds. */
    public record FirstAudio(long inBrowserNanos, long atPhoneNanos) {}

    LoadCall(int number, LoadGenerator generator, PacketDriver driver, DtlsIdentity identity, UdpSocket phoneSocket) {
        this.number = number;
        this.generator = generator;
        this.browser = new Browser(this, generator, driver, identity);
        this.browserOffer = browser.offer();
        this.phoneSource = new RtpSource(generator.random());
        this.phoneSocket = phoneSocket;
    }

    /** From 0; its phone is called by {@link #callee}. From any thread. */
    public int number() {
        return number;
    }

    /** The user part of its phone's SIP address. From any thread. */
    public String callee() {
        return "load" + number;
    }

    /** From any thread. */
    public String browserOffer() {
        return browserOffer;
    }

    /** The phone's description. From any thread. */
    public String phoneDescription() {
        return generator.phones().description(phoneSocket.localAddress().getPort());
    }

    /** The browser's answer has come. From any thread. */
    public void answered(String sdp) {
        generator.post(() -> browser.onAnswer(sdp, generator.nowNanos()));
    }

    /** Where the phone's audio goes. From any thread. */
    public void phoneSpeaksTo(InetSocketAddress peer) {
        generator.post(() -> phoneAnswered(peer));
    }

    /** Completes when both ends can speak; fails when they never will. */
    public CompletableFuture<Void> up() {
        return up;
    }

    /** Completes when both ends have heard each other. */
    public CompletableFuture<FirstAudio> heard() {
        return heard;
    }

    /** The call will not come about. From any thread. */
    public void fail(String why) {
        IllegalStateException failure = new IllegalStateException("call " + number + ": " + why);
        up.completeExceptionally(failure);
        heard.completeExceptionally(failure);
    }

    /** The phone has said 200, and speaks from this moment on. */
    void phoneAnswered(InetSocketAddress peer) {
        phonePeer = peer;
        answeredNanos = generator.nowNanos();
        phoneFrame(answeredNanos);
        connected();
    }

    /** Comes every 20 ms. */
    void onFrame(long nowNanos) {
        browser.onFrame(nowNanos);
        phoneFrame(nowNanos);
    }

    private void phoneFrame(long nowNanos) {
        phoneSource.advance(Payload.LENGTH);
        InetSocketAddress to = phonePeer;
        if (to == null) {
            return;
        }
        int header = phoneSource.writeHeader(packet, 0, 0);
        Payload.write(packet, header, number, phonePackets++, nowNanos);
        phoneSocket.send(to, packet, 0, header + Payload.LENGTH);
        generator.tally().onSent(nowNanos);
    }

    void heardByPhone(InetSocketAddress from, byte[] bytes, int offset, int length) {
        int header = RtpHeader.headerLength(bytes, offset, length);
        if (header < 0 || !from.equals(phonePeer)) {
            generator.tally().onDamaged();
            return;
        }
        long now = generator.nowNanos();
        generator.tally().onReceived(Payload.sentNanos(bytes, offset + header), now);
        if (phoneHeardNanos == 0) {
            phoneHeardNanos = now;
            heardFirst();
        }
    }

    void heardByBrowser(byte[] bytes, int payload) {
        if (Payload.call(bytes, payload) != number) {
            generator.tally().onDamaged();
            return;
        }
        long now = generator.nowNanos();
        generator.tally().onReceived(Payload.sentNanos(bytes, payload), now);
        if (browserHeardNanos == 0) {
            browserHeardNanos = now;
            heardFirst();
        }
    }

    private void heardFirst() {
        if (browserHeardNanos != 0 && phoneHeardNanos != 0) {
            heard.complete(new FirstAudio(browserHeardNanos - answeredNanos, phoneHeardNanos - answeredNanos));
        }
    }

    void connected() {
        if (browser.connected() && phonePeer != null) {
            up.complete(null);
        }
    }

    void close() {
        browser.close();
        phonePeer = null;
    }
}
