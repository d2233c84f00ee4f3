package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import java.util.Collections;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Kamailio;
import offhook.interop.peer.Lab;
import offhook.interop.peer.OffhookServer;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Sipp;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many calls at once, each with a tone of its own, which the phone sends back: it must come back on the same call. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class ManyCallsTest {
    private static final int CALLS = 20;

    /** Resolves with one complaint per call, "" for none, when all calls have been heard and then ended. */
    private static final String CALL_ALL = """
            async ([login, password, domain, number, count]) => {
              const { connect } = await import('/sdk/offhook.js');
              const phone = await connect({ sip: { login, password, domain }, sounds: false, holdOthers: false });
              const context = new AudioContext();
              const oscillator = (hertz) => {
                const source = new OscillatorNode(context, { frequency: hertz });
                const volume = new GainNode(context, { gain: 0.3 });
                const sink = new MediaStreamAudioDestinationNode(context);
                source.connect(volume).connect(sink);
                source.start();
                return sink.stream;
              };
              const calls = Array.from({ length: count }, (_, i) => {
                const hertz = 400 + 50 * i;
                const call = phone.call(number, { microphone: oscillator(hertz) });
                const ended = new Promise((done) => call.on('ended', done));
                const established = new Promise((done) => call.on('state', (state) => state === 'established' && done()));
                return { hertz, call, ended, established };
              });
              const heard = await Promise.all(
                calls.map(async ({ hertz, call, ended, established }) => {
                  const early = await Promise.race([established, ended]);
                  return early ? early.text : ears.awaitTone(call.remoteStream, hertz, 20_000);
                }),
              );
              calls.forEach(({ call }) => call.hangUp());
              await Promise.all(calls.map(({ ended }) => ended));
              phone.disconnect();
              return heard;
            }""";

    @Test
    void twentyAtOnceAreHeardAndNotMixedUp(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        Sipp sipp = lab.keep(Sipp.called(lab.folder(), "answer"));
        Page page = chromium.page(lab);
        page.navigate(server.page());

        Object complaints = page.evaluate(
                CALL_ALL, new Object[] {"alice", RealPeers.USERS.get("alice"), kamailio.domain(), sipp.uri(), CALLS});

        assertEquals(Collections.nCopies(CALLS, ""), complaints);
    }
}
