package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Chromium.Microphone;
import offhook.interop.peer.Lab;
import offhook.interop.peer.OffhookServer;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Sipp;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Session timers of 90 seconds (RFC 4028) in calls of three minutes. They do little but wait, so they run beside all other
 * tests, in a browser of their own.
 */
@Tag("real")
@ExtendWith(RealPeers.class)
@Execution(ExecutionMode.CONCURRENT)
@Order(0)
final class SessionTimersTest {
    private static final int REFRESHES = 4;
    private static final Duration END = Duration.ofMinutes(4);

    @Test
    @Tried(what = "session timers of 90 s over three minutes, refreshed by us (re-INVITE)", with = Peer.SIPP)
    @Tried(what = "session timers of 90 s over three minutes, refreshed by the peer (UPDATE)", with = Peer.SIPP)
    @Tried(what = "a peer that promises to refresh and does not: hung up before the session expires", with = Peer.SIPP)
    void callsLastAsLongAsSomebodyRefreshesThem(OffhookServer server, Lab lab) {
        Chromium chromium = lab.keep(Chromium.start(lab.folder(), Microphone.TONE));
        Sipp refreshed = lab.keep(Sipp.calledOnce(lab.folder(), "refreshed"));
        Sipp refreshing = lab.keep(Sipp.calledOnce(lab.folder(), "refreshing"));
        Sipp abandoned = lab.keep(Sipp.calledOnce(lab.folder(), "abandoned"));
        SdkPhone ours = call(refreshed, chromium, lab, server);
        SdkPhone theirs = call(refreshing, chromium, lab, server);
        SdkPhone nobodys = call(abandoned, chromium, lab, server);

        abandoned.awaitSuccess(END);
        nobodys.awaitEnded(0);
        for (int i = 0; i < REFRESHES; i++) {
            refreshing.awaitMark("refreshed", END);
            refreshed.awaitMark("refreshed", END);
            theirs.hears(0, RealPeers.MICROPHONE_HERTZ);
            ours.hears(0, RealPeers.MICROPHONE_HERTZ);
        }
        hangUp(theirs, refreshing);
        hangUp(ours, refreshed);
        refreshed.media().isOneUnbrokenStream();
        refreshing.media().isOneUnbrokenStream();
    }

    private static SdkPhone call(Sipp sipp, Chromium chromium, Lab lab, OffhookServer server) {
        SdkPhone alice = SdkPhone.towards(sipp, chromium, lab, server);
        alice.dial(sipp.uri());
        alice.await(0, "established");
        alice.hears(0, RealPeers.MICROPHONE_HERTZ);
        return alice;
    }

    private static void hangUp(SdkPhone alice, Sipp sipp) {
        alice.tell(0, "hangUp()");
        assertEquals("normal", alice.awaitEnded(0));
        sipp.awaitSuccess(END);
    }
}
