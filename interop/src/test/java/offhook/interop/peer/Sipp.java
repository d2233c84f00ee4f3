package offhook.interop.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * SIPp playing one of our scenarios (resources {@code sipp-*.xml}), as caller or as called.
 *
 * <p>A scenario is SIPp's own XML with a few words between {@code @} that stand for what every message has in common
 * ({@link SippWords}). One that has to wait for the test reaches a <em>mark</em>, {@code @mark held@}, and goes on when
 * the test says so: the test waits for it by {@link #awaitMark} and lets it go on by {@link #goOn}.
 */
public final class Sipp implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LONGEST_RUN = Duration.ofMinutes(6);

    private final Program program;
    private final Path marks;
    private final String address;
    private final int port;
    private final RtpEcho media;
    private String callId = "";
    private int marksSeen;

    private Sipp(Program program, Path marks, String address, int port, RtpEcho media) {
        this.program = program;
        this.marks = marks;
        this.address = address;
        this.port = port;
        this.media = media;
    }

    /** Waits for calls and plays {@code scenario} with each. */
    public static Sipp called(Path folder, String scenario, String... more) {
        return start(folder, scenario, SippWords.CALLED, Loopback.IPV4, List.of(), List.of(more));
    }

    /** Waits for one call, plays {@code scenario} with it and ends. */
    public static Sipp calledOnce(Path folder, String scenario, String... more) {
        List<String> options = new ArrayList<>(List.of("-m", "1"));
        options.addAll(List.of(more));
        return start(folder, scenario, SippWords.CALLED, Loopback.IPV4, List.of(), options);
    }

    /** The same with an IPv6 address. */
    public static Sipp calledOnceByIpv6(Path folder, String scenario) {
        return start(folder, scenario, SippWords.CALLED, Loopback.IPV6, List.of(), List.of("-m", "1"));
    }

    /** Places {@code calls} calls to {@code user} at {@code host:port} and then ends. */
    public static Sipp caller(Path folder, String scenario, String user, String target, int calls, String... more) {
        List<String> options = new ArrayList<>(List.of("-s", user, "-m", Integer.toString(calls), "-r", "10"));
        options.addAll(List.of(more));
        return start(folder, scenario, SippWords.CALLER, Loopback.IPV4, List.of(target), options);
    }

    /** Where this one can be called. */
    public String uri() {
        return "sip:sipp@" + host() + ":" + port;
    }

    /** Its address, as URIs have it. */
    public String host() {
        return address.indexOf(':') < 0 ? address : "[" + address + "]";
    }

    public int port() {
        return port;
    }

    /** Where its SDP says that media should go. */
    public RtpEcho media() {
        return media;
    }

    /**
     * Waits until the scenario reaches the next mark, which must be this one.
     *
     * @return what the scenario says there behind the mark's name
     */
    public String awaitMark(String name) {
        return awaitMark(name, PATIENCE);
    }

    /** The same with more patience. */
    public String awaitMark(String name, Duration patience) {
        MatchResult mark = Waiting.until(
                "SIPp's mark " + name, patience, this::nextMark, () -> marked() + complaints() + program.told());
        marksSeen++;
        if (!mark.group(1).equals(name)) throw new AssertionError("SIPp is at " + mark.group(1) + ", not at " + name);
        callId = mark.group(2);
        return mark.group(3).trim();
    }

    /** Lets the scenario go on from the mark that was reached last. */
    public void goOn() {
        String message = """
                GO sip:sipp@127.0.0.1 SIP/2.0
                Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKgo%d
                From: <sip:test@127.0.0.1>;tag=test
                To: <sip:sipp@127.0.0.1>;tag=sipp
                Call-ID: %s
                CSeq: %d GO
                Content-Length: 0

                """.formatted(marksSeen, callId, marksSeen).replace("\n", "\r\n");
        byte[] bytes = message.getBytes(StandardCharsets.US_ASCII);
        try (DatagramSocket socket = new DatagramSocket(Loopback.socket(address, 0))) {
            socket.send(new DatagramPacket(bytes, bytes.length, Loopback.socket(address, port)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for this mark and goes on from it at once. */
    public String pass(String mark) {
        String said = awaitMark(mark);
        goOn();
        return said;
    }

    /** The Call-ID of the call that reached the last mark. */
    public String callId() {
        return callId;
    }

    /** Waits until all calls were played to their end as the scenario wants it. */
    public void awaitSuccess(Duration patience) {
        int code = program.awaitExit(patience);
        if (code != 0) throw new AssertionError("SIPp's exit code is " + code + complaints() + program.told());
    }

    @Override
    public void close() {
        program.close();
        media.close();
    }

    private Optional<MatchResult> nextMark() {
        return Pattern.compile("^mark (\\S+) (\\S+)(.*)$", Pattern.MULTILINE)
                .matcher(marked())
                .results()
                .skip(marksSeen)
                .findFirst();
    }

    private String marked() {
        return read(marks);
    }

    private String complaints() {
        return "\n" + read(marks.resolveSibling(marks.getFileName().toString().replace("-marks.log", "-errors.log")));
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Sipp start(
            Path folder, String scenario, SippWords words, String address, List<String> target, List<String> options) {
        int port = Loopback.freePort();
        String name = "sipp-" + scenario + "-" + port;
        Path file = folder.resolve(name + ".xml");
        try (InputStream in = Sipp.class.getResourceAsStream("sipp-" + scenario + ".xml")) {
            Files.writeString(file, words.expand(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(List.of("sipp"));
        command.addAll(target);
        command.addAll(List.of("-sf", file.toString(), "-nostdin"));
        command.addAll(List.of("-i", address, "-mi", address, "-p", Integer.toString(port)));
        command.addAll(List.of("-mp", Integer.toString(Loopback.freePort()))); // Bound and not used.
        RtpEcho media = new RtpEcho(address);
        command.addAll(List.of("-key", "echo", Integer.toString(media.port())));
        command.addAll(List.of("-key", "moved", Integer.toString(media.movedPort())));
        command.addAll(List.of("-timeout", LONGEST_RUN.toSeconds() + "s"));
        Path marks = folder.resolve(name + "-marks.log");
        command.addAll(List.of("-trace_logs", "-log_file", marks.toString()));
        command.addAll(List.of(
                "-trace_err",
                "-error_file",
                folder.resolve(name + "-errors.log").toString()));
        command.addAll(List.of(
                "-trace_msg",
                "-message_file",
                folder.resolve(name + "-messages.log").toString()));
        command.addAll(options);
        return new Sipp(Program.start(name, folder, Map.of("TERM", "dumb"), command), marks, address, port, media);
    }
}
