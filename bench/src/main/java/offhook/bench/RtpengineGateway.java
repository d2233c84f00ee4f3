package offhook.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import offhook.bench.load.LoadCall;
import offhook.call.offer.MediaEncryption;
import offhook.call.offer.SipSdp;

/**
 * The media relay rtpengine (Debian: rtpengine-daemon), in user space because its kernel module is out of reach in most
 * containers; told over its ng protocol what a SIP proxy would tell it. One worker thread, since it has one core.
 */
final class RtpengineGateway implements Gateway {
    private static final int TRIES = 5;
    private static final int TRY_MILLIS = 1_000;
    private static final int ANSWER_BYTES = 65_536;

    private final Target target;
    private final DatagramSocket control;
    private int cookie;

    RtpengineGateway(Cores cores) {
        try {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            int port;
            try (DatagramSocket free = new DatagramSocket(0, loopback)) {
                port = free.getLocalPort();
            }
            List<String> command = new ArrayList<>(cores.forTargets());
            command.addAll(List.of(
                    "rtpengine",
                    "--config-file=none",
                    "--table=-1",
                    "--interface=127.0.0.1",
                    "--listen-ng=127.0.0.1:" + port,
                    "--num-threads=1",
                    "--log-level=3",
                    "--delete-delay=0",
                    "--timeout=600",
                    "--foreground",
                    "--log-stderr"));
            target = Target.start(name(), command, Map.of(), Pattern.compile("(?!)"));
            control = new DatagramSocket(0, loopback);
            control.setSoTimeout(TRY_MILLIS);
            control.connect(new InetSocketAddress(loopback, port));
        } catch (IOException e) {
            throw new UncheckedIOException("rtpengine does not start", e);
        }
        ask(Map.of("command", "ping"));
    }

    @Override
    public String name() {
        return "rtpengine";
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public void connect(LoadCall call) {
        Map<String, Object> offer = new HashMap<>(Map.of(
                "command", "offer",
                "call-id", call.callee(),
                "from-tag", "browser",
                "sdp", call.browserOffer(),
                "ICE", "remove",
                "DTLS", "off",
                "transport-protocol", "RTP/AVP",
                "rtcp-mux", List.of("demux"),
                "replace", List.of("origin", "session-connection")));
        call.phoneSpeaksTo(SipSdp.readOffer(sdp(offer), MediaEncryption.OFF).rtp());
        Map<String, Object> answer = new HashMap<>(Map.of(
                "command", "answer",
                "call-id", call.callee(),
                "from-tag", "browser",
                "to-tag", "phone",
                "sdp", call.phoneDescription(),
                "ICE", "force",
                "DTLS", "active",
                "transport-protocol", "UDP/TLS/RTP/SAVPF",
                "rtcp-mux", List.of("require"),
                "replace", List.of("origin", "session-connection")));
        call.answered(sdp(answer));
    }

    @Override
    public void hangUp(LoadCall call) {
        ask(Map.of("command", "delete", "call-id", call.callee(), "from-tag", "browser"));
    }

    private String sdp(Map<String, Object> command) {
        Map<?, ?> answer = ask(command);
        if (answer.get("sdp") instanceof String sdp) {
            return sdp;
        }
        throw new IllegalStateException("rtpengine answered " + answer + "\n" + target.told());
    }

    private Map<?, ?> ask(Map<String, Object> command) {
        String mark = "bench" + cookie++ + " ";
        byte[] body = Bencode.encode(command);
        byte[] request = new byte[mark.length() + body.length];
        System.arraycopy(mark.getBytes(StandardCharsets.US_ASCII), 0, request, 0, mark.length());
        System.arraycopy(body, 0, request, mark.length(), body.length);
        DatagramPacket answer = new DatagramPacket(new byte[ANSWER_BYTES], ANSWER_BYTES);
        for (int i = 0; i < TRIES; i++) {
            try {
                control.send(new DatagramPacket(request, request.length));
                do {
                    control.receive(answer);
                } while (!new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8).startsWith(mark));
                return (Map<?, ?>) Bencode.decode(answer.getData(), mark.length());
            } catch (SocketTimeoutException e) {
                // once more
            } catch (IOException e) {
                pause(); // not listening yet
            }
        }
        throw new IllegalStateException("rtpengine does not answer:\n" + target.told());
    }

    private static void pause() {
        try {
            Thread.sleep(TRY_MILLIS / 2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        control.close();
        target.close();
    }
}
