package offhook.interop.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * Baresip, a SIP phone: it speaks a steady tone, records what it hears, and is driven over its control port. One
 * thread drives it.
 */
public final class Baresip implements AutoCloseable {
    private static final Duration STARTUP = Duration.ofSeconds(10);
    private static final Duration REPLY = Duration.ofSeconds(5);
    private static final Duration HEARING = Duration.ofSeconds(15);
    private static final int LONGEST_FRAME = 1 << 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How the phone takes an incoming call. */
    public enum Answering {
        BY_ITSELF("auto"),
        BY_HAND("manual");

        private final String word;

        Answering(String word) {
            this.word = word;
        }
    }

    /** What the phone does about SRTP by SDES (RFC 4568). */
    public enum Encryption {
        NONE(""),
        /** Offers {@code RTP/AVP} with keys, takes either. */
        OPTIONAL(";mediaenc=srtp"),
        /** Insists on {@code RTP/SAVP}. */
        MANDATORY(";mediaenc=srtp-mand");

        private final String parameter;

        Encryption(String parameter) {
            this.parameter = parameter;
        }
    }

    /** What the phone is: an empty {@code domain} makes it one that nobody registers and that is called by its port. */
    public record Account(
            String user,
            String password,
            String domain,
            String codecs,
            Answering answering,
            int toneHertz,
            Encryption encryption) {
        private static final String ALL_CODECS = "opus/48000/2,G722/16000/1,PCMU/8000/1,PCMA/8000/1";

        public static Account at(String domain, String user, String password) {
            return new Account(user, password, domain, ALL_CODECS, Answering.BY_ITSELF, 1000, Encryption.NONE);
        }

        public static Account alone(String user) {
            return new Account(user, "", "", ALL_CODECS, Answering.BY_ITSELF, 1000, Encryption.NONE);
        }

        public Account speaking(int hertz) {
            return new Account(user, password, domain, codecs, answering, hertz, encryption);
        }

        public Account answering(Answering how) {
            return new Account(user, password, domain, codecs, how, toneHertz, encryption);
        }

        /** Baresip's names, such as {@code PCMU/8000/1}. */
        public Account offering(String codec) {
            return new Account(user, password, domain, codec, answering, toneHertz, encryption);
        }

        public Account encrypting(Encryption how) {
            return new Account(user, password, domain, codecs, answering, toneHertz, how);
        }

        private boolean registers() {
            return !domain.isEmpty();
        }
    }

    private final Account account;
    private final Path folder;
    private final int sipPort;
    private final Program program;
    private final int controlPort;
    private final Socket control = new Socket();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final List<JsonNode> messages = new ArrayList<>();

    private Baresip(Account account, Path folder, int sipPort, int controlPort, Program program) {
        this.account = account;
        this.folder = folder;
        this.sipPort = sipPort;
        this.controlPort = controlPort;
        this.program = program;
    }

    static Baresip start(Path parent, Account account) {
        Path folder = parent.resolve("baresip-" + account.user());
        int sipPort = Loopback.freePort();
        int controlPort = Loopback.freePort();
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config"), config(account, sipPort, controlPort));
            Files.writeString(folder.resolve("accounts"), accountLine(account));
            Files.writeString(folder.resolve("contacts"), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Program program = Program.start("baresip", folder, Map.of(), List.of("baresip", "-s", "-f", folder.toString()));
        return new Baresip(account, folder, sipPort, controlPort, program);
    }

    /** Waits until the phone can be called: it has started, and is registered if it is one that registers. */
    void awaitReady() {
        program.awaitLine("baresip is ready", STARTUP);
        try {
            control.connect(Loopback.socket(controlPort), (int) REPLY.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException("baresip's control port", e);
        }
        Thread.ofVirtual().name("baresip events").start(this::readMessages);
        if (account.registers()) program.awaitLine("} 200 OK .*binding", REPLY);
    }

    /** Where to call this phone without any registrar. */
    public String directUri() {
        return "sip:" + account.user() + "@127.0.0.1:" + sipPort;
    }

    public void dial(String uri) {
        command("dial", uri);
    }

    public void accept() {
        command("accept", "");
    }

    /** Ends the current call; one that still rings here is declined. */
    public void hangUp() {
        command("hangup", "");
    }

    public void hold() {
        command("hold", "");
    }

    public void resume() {
        command("resume", "");
    }

    /** Has the current call's descriptions exchanged again, as they are. */
    public void reinvite() {
        command("reinvite", "");
    }

    /** What it says. */
    public int toneHertz() {
        return account.toneHertz();
    }

    /** Sends the current call elsewhere (a blind transfer). */
    public void transfer(String uri) {
        command("transfer", uri);
    }

    /** Presses each of these keys for a short time. */
    public void press(String keys) {
        command("sndcode", keys);
    }

    /** Waits until a key that the other side pressed begins, and returns it. */
    public String awaitKey() {
        return awaitEvent("CALL_DTMF_START", HEARING).path("param").asText();
    }

    /** Waits until a SIP message with a body of this type comes or goes. */
    public void awaitContent(String type) {
        program.awaitLine("Content-Type: " + Pattern.quote(type) + "\\s*$", HEARING);
    }

    /** Waits until the key that began is let go. */
    public void awaitKeyReleased() {
        awaitEvent("CALL_DTMF_END", HEARING);
    }

    /** Waits until media is encrypted and returns the crypto-suite. */
    public String awaitEncrypted() {
        String words = awaitEvent("CALL_MENC", HEARING).path("param").asText();
        return words.substring(words.lastIndexOf(',') + 1);
    }

    public void awaitIncoming() {
        awaitEvent("CALL_INCOMING", REPLY);
    }

    /** How many calls have come in or been answered by itself that nobody has waited for. */
    public int calls() {
        lock.lock();
        try {
            return (int) messages.stream()
                    .map(message -> message.path("type").asText())
                    .filter(type -> type.equals("CALL_INCOMING") || type.equals("CALL_ESTABLISHED"))
                    .count();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the far side of an outgoing call rings. */
    public void awaitRinging() {
        awaitEvent("CALL_RINGING", HEARING);
    }

    public void awaitEstablished() {
        awaitEvent("CALL_ESTABLISHED", HEARING);
    }

    /** Waits until the other side presses {@code key}. */
    public void awaitKey(char key) {
        await(
                "key " + key,
                HEARING,
                message -> message.path("type").asText().equals("CALL_DTMF_START")
                        && message.path("param").asText().equals(String.valueOf(key)));
    }

    /** Waits for the end of a call and returns baresip's words about it. */
    public String awaitClosed() {
        return awaitEvent("CALL_CLOSED", HEARING).path("param").asText();
    }

    /** Waits until the last second heard in the latest call is clearly {@code hertz}. */
    public void awaitTone(int hertz) {
        Waiting.until(
                account.user() + " to hear " + hertz + " Hz",
                HEARING,
                () -> heard().filter(tone -> tone.hertz() == hertz && tone.isClear())
                        .isPresent(),
                () -> heard().map(Tone::toString).orElse("nothing recorded yet") + program.told());
    }

    /** Waits until nothing has been heard in the latest call for a second: silence came, or nothing at all. */
    public void awaitSilence() {
        Stillness stillness = new Stillness();
        Waiting.until(
                account.user() + " to hear nothing",
                HEARING,
                () -> heard().filter(Tone::isSilence).isPresent()
                        || latestRecording().map(stillness::lastsASecond).orElse(false),
                () -> heard().map(Tone::toString).orElse("nothing recorded yet"));
    }

    /** The tone in the last second of the latest recording. */
    public Optional<Tone> heard() {
        return latestRecording().flatMap(Tone::ofLastSecond);
    }

    @Override
    public void close() {
        try {
            control.close();
        } catch (IOException e) {
            // It is going away anyway.
        }
        program.close();
    }

    private JsonNode awaitEvent(String type, Duration patience) {
        return await(type, patience, message -> message.path("type").asText().equals(type));
    }

    /** Takes the first message that fits out of those that came; events before it stay for whoever asks later. */
    private JsonNode await(String wanted, Duration patience, java.util.function.Predicate<JsonNode> fits) {
        long deadline = System.nanoTime() + patience.toNanos();
        lock.lock();
        try {
            while (true) {
                for (Iterator<JsonNode> all = messages.iterator(); all.hasNext(); ) {
                    JsonNode message = all.next();
                    if (fits.test(message)) {
                        all.remove();
                        return message;
                    }
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError("baresip " + account.user() + ": no " + wanted + " within " + patience
                            + "; other events: " + messages + program.told());
                }
                arrived.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + wanted, e);
        } finally {
            lock.unlock();
        }
    }

    private void command(String name, String parameters) {
        try {
            byte[] json = JSON.writeValueAsBytes(Map.of("command", name, "params", parameters, "token", name));
            byte[] frame = (json.length + ":" + new String(json, StandardCharsets.UTF_8) + ",")
                    .getBytes(StandardCharsets.UTF_8);
            control.getOutputStream().write(frame);
        } catch (IOException e) {
            throw new UncheckedIOException("baresip's control port", e);
        }
        JsonNode reply = await("reply to " + name, REPLY, message -> message.has("response"));
        if (!reply.path("ok").asBoolean()) throw new AssertionError("baresip refused " + name + ": " + reply);
    }

    /** Messages come as netstrings: a length in decimal, a colon, that many bytes of JSON, a comma. */
    private void readMessages() {
        try (InputStream in = new BufferedInputStream(control.getInputStream())) {
            int length = 0;
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next == ':') {
                    add(in.readNBytes(Math.min(length, LONGEST_FRAME)));
                    length = 0;
                } else if (next != ',') {
                    length = 10 * length + next - '0';
                }
            }
        } catch (IOException e) {
            // The phone is being closed.
        }
    }

    private void add(byte[] json) throws IOException {
        lock.lock();
        try {
            messages.add(JSON.readTree(json));
            arrived.signalAll();
        } catch (JsonProcessingException e) {
            throw new AssertionError("baresip said " + new String(json, StandardCharsets.UTF_8), e);
        } finally {
            lock.unlock();
        }
    }

    private Optional<Path> latestRecording() {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "dump-*-dec.wav")) {
            List<Path> recordings = new ArrayList<>();
            found.forEach(recordings::add);
            return recordings.stream().max(java.util.Comparator.naturalOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String accountLine(Account account) {
        String parameters = ";audio_codecs=" + account.codecs() + ";answermode=" + account.answering().word
                + account.encryption().parameter;
        return account.registers()
                ? "<sip:%s@%s>;auth_user=%s;auth_pass=%s;regint=600%s\n"
                        .formatted(account.user(), account.domain(), account.user(), account.password(), parameters)
                : "<sip:%s@127.0.0.1>;regint=0%s\n".formatted(account.user(), parameters);
    }

    /**
     * The tone generator works at 48 kHz in stereo only; baresip converts that to what the call's codec wants. It
     * cuts a recording's path after some hundred characters: so that is relative to the folder it runs in.
     */
    private static String config(Account account, int sipPort, int controlPort) {
        return """
                poll_method epoll
                sip_listen 127.0.0.1:%d
                net_interface 127.0.0.1
                call_local_timeout 120
                call_max_calls 50
                audio_source ausine,%d
                ausrc_srate 48000
                ausrc_channels 2
                audio_player aubridge,heard
                auplay_srate 48000
                auplay_channels 1
                audio_alert aubridge,alert
                audio_txmode thread
                ringback_disabled yes
                rtp_ports 20000-29998
                rtcp_mux no
                jitter_buffer_delay 5-10
                statmode_default off
                snd_path .
                ctrl_tcp_listen 127.0.0.1:%d
                module_path %s
                module opus.so
                module g722.so
                module g711.so
                module srtp.so
                module sndfile.so
                module ausine.so
                module aubridge.so
                module_tmp uuid.so
                module_tmp account.so
                module_app menu.so
                module_app ctrl_tcp.so
                """.formatted(sipPort, account.toneHertz(), controlPort, "/usr/lib/baresip/modules");
    }
}
