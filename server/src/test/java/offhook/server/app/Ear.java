package offhook.server.app;

import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a browser hears on its WebSocket, and what it offers; there is no media behind it. */
final class Ear implements WebSocket.Listener {
    /** As it stands in JSON. */
    static final String OFFER = """
            v=0
            o=- 1 1 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0
            m=audio 9 UDP/TLS/RTP/SAVPF 0
            c=IN IP4 0.0.0.0
            a=ice-ufrag:abcd
            a=ice-pwd:abcdefghijklmnopqrstuvwx
            a=fingerprint:sha-256 %s
            a=setup:actpass
            a=mid:0
            a=sendrecv
            a=rtcp-mux
            a=rtpmap:0 PCMU/8000
            """.formatted("AB:".repeat(31) + "AB").replace("\n", "\\r\\n");

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();

    /** Waits for the next message that has this part. */
    String await(String part) throws InterruptedException {
        StringBuilder before = new StringBuilder();
        while (true) {
            String next = heard.poll(15, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no " + part + " but " + before);
            }
            if (next.contains(part)) {
                return next;
            }
            before.append(next).append('\n');
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            heard.add(partial.toString());
            partial.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        heard.add("closed " + code);
        return null;
    }
}
