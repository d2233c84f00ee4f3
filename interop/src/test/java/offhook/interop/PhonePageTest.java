package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.regex.Pattern;
import offhook.interop.peer.Baresip;
import offhook.interop.peer.Baresip.Account;
import offhook.interop.peer.Baresip.Answering;
import offhook.interop.peer.Chromium;
import offhook.interop.peer.Chromium.Answer;
import offhook.interop.peer.Chromium.Microphone;
import offhook.interop.peer.Ears;
import offhook.interop.peer.Kamailio;
import offhook.interop.peer.Lab;
import offhook.interop.peer.OffhookServer;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Sipp;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A person at the phone page in Chromium, and a SIP phone behind Kamailio. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class PhonePageTest {
    private static final int PHONE_HERTZ = 1000;

    private final OffhookServer server;
    private final Kamailio kamailio;
    private final Chromium chromium;
    private final Lab lab;

    PhonePageTest(OffhookServer server, Kamailio kamailio, Chromium chromium, Lab lab) {
        this.server = server;
        this.kamailio = kamailio;
        this.chromium = chromium;
        this.lab = lab;
    }

    @Test
    void theTwoHearEachOtherWhenThePageCalls() {
        Baresip bob = bob(Answering.BY_HAND);
        PhonePage alice = alice();

        alice.call("bob");
        bob.awaitIncoming();
        alice.callIs("ringing");
        bob.accept();
        alice.callIs("established");
        hearEachOther(alice, bob);
        alice.says("timer", Pattern.compile("0:\\d\\d"));

        alice.hangUp();
        bob.awaitClosed();
        alice.shows("ended").endedBecause("normal").shows("dial");
    }

    @Test
    void theTwoHearEachOtherWhenThePageIsCalled() {
        Baresip bob = bob(Answering.BY_ITSELF);
        PhonePage alice = alice();

        bob.dial(kamailio.uri("alice"));
        alice.shows("incoming").says("peer", "bob");
        alice.answer();
        bob.awaitEstablished();
        alice.callIs("established");
        hearEachOther(alice, bob);

        bob.hangUp();
        alice.shows("ended")
                .endedBecause("normal")
                .shows("dial")
                .says("note", Pattern.compile("Call with bob ended.*"));
    }

    @Test
    void eachCodecIsHeardBothWays() {
        for (String codec : new String[] {"opus/48000/2", "G722/16000/1", "PCMU/8000/1", "PCMA/8000/1"}) {
            Baresip bob = lab.phone(phone(Answering.BY_ITSELF).offering(codec));
            PhonePage alice = alice();
            alice.call("bob");
            alice.callIs("established");
            hearEachOther(alice, bob);
            assertEquals(codec.substring(0, codec.indexOf('/')), Ears.sentCodec(alice.page()));
            alice.hangUp();
            bob.awaitClosed();
            alice.page().close();
            bob.close();
        }
    }

    @Test
    void aMutedMicrophoneIsNotHeard() {
        Baresip bob = bob(Answering.BY_ITSELF);
        PhonePage alice = alice();
        alice.call("bob");
        alice.callIs("established");
        bob.awaitTone(RealPeers.MICROPHONE_HERTZ);

        alice.mute();
        bob.awaitSilence();
        alice.mute();
        bob.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }

    @Test
    void aWrongPasswordIsNamed() {
        PhonePage alice = PhonePage.open(chromium, lab, server);
        alice.signIn("alice", "not-her-secret", kamailio.domain());
        alice.blames("The login or password is wrong").endedBecause("wrong-password");
    }

    @Test
    void anUnknownNumberIsNamed() {
        PhonePage alice = alice();
        alice.call("nobody");
        alice.explains("Nobody has the number nobody").endedBecause("not-found");
    }

    @Test
    void aBusyPhoneIsNamed() {
        Baresip bob = bob(Answering.BY_HAND);
        PhonePage alice = alice();
        alice.call("bob");
        bob.awaitIncoming();
        bob.hangUp(); // Which baresip says with 486.
        alice.explains("bob is busy").endedBecause("busy");
    }

    @Test
    void aCallThatIsDeclinedIsNamed() {
        Sipp sipp = lab.keep(Sipp.called(lab.folder(), "decline"));
        PhonePage alice = alice();
        alice.call(sipp.uri());
        alice.shows("help").endedBecause("declined");
    }

    @Test
    void aPhoneThatIsNotThereIsNamed() {
        PhonePage alice = alice();
        alice.call("carol");
        alice.explains("carol cannot be reached").endedBecause("unavailable");
    }

    @Test
    void thePageGivesUpWhileItRings() {
        Baresip bob = bob(Answering.BY_HAND);
        PhonePage alice = alice();
        alice.call("bob");
        bob.awaitIncoming();
        alice.callIs("ringing");
        alice.hangUp();
        bob.awaitClosed();
        alice.shows("ended").endedBecause("cancelled");
    }

    @Test
    void thePageDeclines() {
        Baresip bob = bob(Answering.BY_ITSELF);
        PhonePage alice = alice();
        bob.dial(kamailio.uri("alice"));
        alice.shows("incoming");
        alice.decline();
        assertEquals("603 Decline", bob.awaitClosed());
        alice.shows("ended");
    }

    @Test
    void theCallerGivesUpWhileThePageRings() {
        Baresip bob = bob(Answering.BY_ITSELF);
        PhonePage alice = alice();
        bob.dial(kamailio.uri("alice"));
        alice.shows("incoming");
        bob.hangUp();
        alice.shows("dial").says("note", Pattern.compile("Missed call from bob.*"));
    }

    @Test
    void aRefusedMicrophoneIsNamed() {
        PhonePage alice = alice();
        chromium.answer(alice.page(), Answer.NEVER);
        alice.call("bob");
        alice.explains("The microphone is blocked").endedBecause("microphone-denied");
    }

    @Test
    void aMissingMicrophoneIsNamed() {
        Chromium deaf = lab.keep(Chromium.start(lab.folder(), Microphone.NONE));
        PhonePage alice = PhonePage.ready(deaf, lab, server, kamailio, "alice");
        alice.call("bob");
        alice.explains("No microphone was found").endedBecause("microphone-missing");
    }

    @Test
    void aServerThatGoesAwayIsNamedAndLeavesNothingBehind() {
        OffhookServer leaving = lab.keep(OffhookServer.start(lab.folder(), Map.of(), Map.of()));
        Baresip bob = bob(Answering.BY_ITSELF);
        PhonePage alice = PhonePage.ready(chromium, lab, leaving, kamailio, "alice");
        alice.call("bob");
        alice.callIs("established");
        leaving.close();
        bob.awaitClosed();
        bob.dial(kamailio.uri("alice"));
        assertEquals("480 Temporarily Unavailable", bob.awaitClosed()); // It has taken back her registration.
        alice.shows("help");
        alice.says("help-what", Pattern.compile("The server is going down|The connection to the server is lost"));
    }

    @Test
    void aPhoneThatGoesSilentIsNamed() {
        OffhookServer impatient =
                lab.keep(OffhookServer.start(lab.folder(), Map.of(), Map.of("mediaSilenceSeconds", 5)));
        Sipp mute = lab.keep(Sipp.called(lab.folder(), "answer"));
        mute.media().fallSilent();
        PhonePage alice = PhonePage.ready(chromium, lab, impatient, kamailio, "alice");
        alice.call(mute.uri());
        alice.explains("The other side went silent").endedBecause("media-silence-peer");
    }

    @Test
    void aDomainThatIsNotAllowedIsNamed() {
        PhonePage alice = PhonePage.open(chromium, lab, server);
        alice.signIn("alice", "secret", "pbx.example.org");
        alice.blames("This SIP server is not allowed").endedBecause("domain-not-allowed");
    }

    @Test
    void aLoginThatCannotBeIsNamed() {
        PhonePage alice = PhonePage.open(chromium, lab, server);
        alice.signIn("al <ice>", "secret", kamailio.domain());
        alice.blames("One of the fields cannot be right").endedBecause("invalid-field");
    }

    private Account phone(Answering answering) {
        return kamailio.account("bob").speaking(PHONE_HERTZ).answering(answering);
    }

    private Baresip bob(Answering answering) {
        return lab.phone(phone(answering));
    }

    private PhonePage alice() {
        return PhonePage.ready(chromium, lab, server, kamailio, "alice");
    }

    private static void hearEachOther(PhonePage alice, Baresip bob) {
        Ears.awaitTone(alice.page(), PHONE_HERTZ);
        bob.awaitTone(RealPeers.MICROPHONE_HERTZ);
    }
}
