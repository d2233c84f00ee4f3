package offhook.interop.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Linphone, a second SIP phone that has no code in common with {@link Baresip}: it speaks a steady tone from a file,
 * records what it hears, and is driven over its console. One thread drives it.
 */
public final class Linphone implements AutoCloseable {
    private static final Duration STARTUP = Duration.ofSeconds(15);
    private static final Duration STEP = Duration.ofSeconds(15);
    private static final int SAMPLE_RATE = 16_000;
    private static final Duration SPEECH = Duration.ofMinutes(2);
    private static final Pattern RECORDING_FORMAT =
            Pattern.compile("-->MSFileRec:.* to rate \\[(\\d+)\\] .* to channel \\[(\\d+)\\]");

    /** What the phone does about SRTP by SDES (RFC 4568). */
    public enum Encryption {
        NONE("none", 0),
        /** Insists on {@code RTP/SAVP}. */
        SDES("srtp", 1);

        private final String word;
        private final int mandatory;

        Encryption(String word, int mandatory) {
            this.word = word;
            this.mandatory = mandatory;
        }
    }

    private final String user;
    private final int toneHertz;
    private final Path recording;
    private final Program program;

    private Linphone(String user, int toneHertz, Path recording, Program program) {
        this.user = user;
        this.toneHertz = toneHertz;
        this.recording = recording;
        this.program = program;
    }

    /** Starts as one of Kamailio's users; it answers calls by hand. */
    static Linphone start(Path parent, Kamailio kamailio, String user, int toneHertz, Encryption encryption) {
        Path folder = parent.resolve("linphone-" + user);
        Path recording = folder.resolve("heard.wav");
        Path tone = folder.resolve("tone.wav");
        try {
            // Its database goes where nobody makes a folder, and without one it does not start properly.
            Files.createDirectories(folder.resolve(".local/share/linphone"));
            Files.writeString(folder.resolve("linphonerc"), config(kamailio, user, encryption));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Tone.write(tone, toneHertz, SAMPLE_RATE, SPEECH);
        Program program = Program.startListening(
                "linphone",
                folder,
                Map.of("HOME", folder.toString(), "TERM", "dumb"),
                List.of("linphonec", "-c", "linphonerc", "-d", "5", "-l", "linphone-trace.log"));
        program.say("soundcard use files");
        program.say("play " + tone.getFileName()); // It cuts long paths.
        program.say("record " + recording.getFileName());
        return new Linphone(user, toneHertz, recording, program);
    }

    /** Waits until the phone is registered. */
    void awaitReady() {
        program.awaitNextLine("Using wav files", STARTUP);
        Waiting.until("Linphone's registration", STARTUP, this::isRegistered, program::told);
    }

    /** What it says. */
    public int toneHertz() {
        return toneHertz;
    }

    public void dial(String uri) {
        program.say("call " + uri);
    }

    public void answer() {
        program.say("answer");
    }

    public void hangUp() {
        program.say("terminate");
    }

    /** Puts the current call on hold: its state is {@code LinphoneCallPaused} when the other side has agreed. */
    public void hold() {
        program.say("pause");
    }

    public void resume(int call) {
        program.say("resume " + call);
    }

    /** Sends the current call elsewhere (a blind transfer). */
    public void transfer(String uri) {
        program.say("transfer " + uri);
    }

    /** Connects the peers of two calls with each other (an attended transfer); calls are numbered from 1. */
    public void transfer(int call, int consultation) {
        program.say("transfer " + call + " --to-call " + consultation);
    }

    /** Presses one key for a short time. */
    public void press(char key) {
        program.say(String.valueOf(key));
    }

    public void awaitIncoming() {
        program.awaitNextLine("Receiving new incoming call", STEP);
    }

    public void awaitEstablished() {
        program.awaitNextLine("Call \\d+ with .* connected", STEP);
    }

    public void awaitKey(char key) {
        program.awaitNextLine("Receiving tone \\Q" + key + "\\E from", STEP);
    }

    public void awaitClosed() {
        program.awaitNextLine("Call \\d+ with .* (ended|error)", STEP);
    }

    /** Waits until the last second heard is clearly {@code hertz}. */
    public void awaitTone(int hertz) {
        Waiting.until(
                user + " to hear " + hertz + " Hz",
                STEP,
                () -> heard().filter(tone -> tone.hertz() == hertz && tone.isClear())
                        .isPresent(),
                () -> heard().map(Tone::toString).orElse("nothing recorded yet") + program.told());
    }

    /** The tone in the last second of the recording, whose header Linphone writes at the end. */
    public Optional<Tone> heard() {
        return RECORDING_FORMAT
                .matcher(trace())
                .results()
                .reduce((earlier, later) -> later)
                .filter(format -> Files.exists(recording))
                .flatMap(format -> Tone.ofLastSecondWithoutHeader(
                        recording, Integer.parseInt(format.group(2)), Integer.parseInt(format.group(1))));
    }

    /** Waits until the phone's trace shows a line with this in it, such as the state of a call. */
    public void awaitTrace(String text) {
        Waiting.until("Linphone to note: " + text, STEP, () -> trace().contains(text), program::told);
    }

    @Override
    public void close() {
        program.close();
    }

    private boolean isRegistered() {
        return trace().contains("to [LinphoneRegistrationOk]");
    }

    private String trace() {
        Path file = recording.resolveSibling("linphone-trace.log");
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String config(Kamailio kamailio, String user, Encryption encryption) {
        int mediaPort = Loopback.freePort();
        return """
                [sip]
                bind_address=127.0.0.1
                sip_port=%d
                sip_tcp_port=-1
                sip_tls_port=-1
                default_proxy=0
                use_ipv6=0
                guess_hostname=0
                contact=sip:%s@127.0.0.1
                media_encryption=%s
                [net]
                bind_address=127.0.0.1
                [rtp]
                audio_rtp_port=%d
                video_rtp_port=%d
                symmetric=1
                disable_upnp=1
                [proxy_0]
                reg_proxy=<sip:%s>
                reg_identity=sip:%2$s@%6$s
                reg_sendregister=1
                reg_expires=600
                publish=0
                [auth_info_0]
                username=%2$s
                passwd=%s
                realm=%6$s
                [sound]
                playback_dev_id=
                capture_dev_id=
                echocancellation=0
                [video]
                enabled=0
                [misc]
                store_friends=0
                media_encryption_mandatory=%d
                """.formatted(
                        Loopback.freePort(),
                        user,
                        encryption.word,
                        mediaPort,
                        mediaPort + 1,
                        kamailio.domain(),
                        RealPeers.USERS.get(user),
                        encryption.mandatory);
    }
}
