package offhook.interop.peer;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpHandlers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;

/** Pages of the tests' own, served from loopback, which browsers trust with a microphone. */
public final class Pages {
    /** A call between two connections of one page, whose far side is heard. */
    public static final String CALL_WITHIN_PAGE = """
            async () => {
              const near = new RTCPeerConnection();
              const far = new RTCPeerConnection();
              near.onicecandidate = (event) => event.candidate && far.addIceCandidate(event.candidate);
              far.onicecandidate = (event) => event.candidate && near.addIceCandidate(event.candidate);
              far.ontrack = (event) => {
                const audio = document.body.appendChild(document.createElement('audio'));
                audio.srcObject = event.streams[0];
                audio.play();
              };
              const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
              near.addTrack(stream.getTracks()[0], stream);
              await near.setLocalDescription();
              await far.setRemoteDescription(near.localDescription);
              await far.setLocalDescription();
              await near.setRemoteDescription(far.localDescription);
            }""";

    private Pages() {}

    /** A server of one empty page, stopped at the end of the test. */
    public static HttpServer blank(Lab lab) throws IOException {
        HttpServer server = HttpServer.create(Loopback.socket(0), 0);
        server.createContext(
                "/",
                HttpHandlers.of(200, Headers.of("Content-Type", "text/html"), "<!DOCTYPE html><title>blank</title>"));
        server.start();
        lab.keep(() -> server.stop(0));
        return server;
    }

    public static String url(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }
}
