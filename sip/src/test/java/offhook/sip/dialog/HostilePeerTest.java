package offhook.sip.dialog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import offhook.sip.Seeds;
import offhook.sip.VirtualNetwork;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipParser;
import offhook.sip.message.SipSyntaxException;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Arrival;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.Test;

/** Messages that parse and make no sense: nothing may be thrown, and nothing may stay behind. */
class HostilePeerTest {
    private static final NameAddress REFER_TO = NameAddress.of(SipUri.parse("sip:c@10.0.0.9"));

    private final VirtualNetwork network = new VirtualNetwork(1);
    private final Phone phone = Phone.modern(network, "a");
    private final Arrival somewhere =
            new Arrival(Transport.UDP, new InetSocketAddress(InetAddress.getLoopbackAddress(), 5060), 0);

    private boolean feed(byte[] bytes) {
        SipMessage message;
        try {
            message = SipParser.parse(bytes, 0, bytes.length);
        } catch (SipSyntaxException refused) {
            return false;
        }
        phone.host.core.onMessage(message, somewhere, network.now());
        return true;
    }

    private void assertIdleAtLast() {
        phone.incoming.forEach(session -> session.hangUp(network.now()));
        network.until(network.nowMillis() + 300_000);
        phone.assertIdle();
    }

    @Test
    void everyTortureMessageOfRfc4475IsSurvived() throws IOException, URISyntaxException {
        phone.habit = session -> session.answer(Headers.NONE, Phone.ANSWER, phone.now());
        Path folder = Path.of(
                Objects.requireNonNull(getClass().getResource("/torture")).toURI());
        int understood = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(name -> name.toString().endsWith(".dat"))
                    .sorted()
                    .toList()) {
                understood += feed(Files.readAllBytes(file)) ? 1 : 0;
                network.until(network.nowMillis() + 50);
            }
        }
        assertTrue(understood > 15, understood + " understood");
        assertIdleAtLast();
    }

    @Test
    void aCallWhoseMessagesAreMangledOnTheWayEndsOnceOnBothSides() {
        VirtualNetwork[] mangling = new VirtualNetwork[1];
        Seeds.each(
                200,
                seed -> {
                    Random random = new Random(seed);
                    List<String> lines = new ArrayList<>();
                    mangling[0] = new VirtualNetwork(seed);
                    mangling[0].duplication = 0.3;
                    mangling[0].mostDelayMillis = 100;
                    mangling[0].mangler = bytes -> random.nextInt(3) == 0 ? mangled(bytes, lines, random) : bytes;
                    callAndHangUp(mangling[0], random);
                },
                () -> String.join("\n", mangling[0].trace));
    }

    private static void callAndHangUp(VirtualNetwork network, Random random) {
        Phone a = Phone.modern(network, "a");
        Phone b = Phone.modern(network, "b");
        b.habit = session -> {
            session.progress(180, b.now());
            session.progress(183, Headers.NONE, Phone.ANSWER, b.now());
            b.host.deadlines.at(
                    b.now() + random.nextInt(1_000) * 1_000_000L,
                    now -> session.answer(Headers.NONE, Phone.ANSWER, now));
        };
        b.referralHabit = referral -> {
            referral.accept(b.now());
            referral.notify(200, b.now());
        };
        UacSession call = a.call(b);
        network.until(random.nextInt(3_000));
        if (call.established()) {
            a.offer(call);
            call.send("INFO", Headers.NONE, Phone.OFFER, Phone.NOBODY, network.now());
            call.refer(REFER_TO, Headers.NONE, a.referralListener(), network.now());
            for (UasSession session : b.incoming) {
                if (session.established()) {
                    b.offer(session);
                }
            }
            network.until(network.nowMillis() + random.nextInt(100_000));
        }
        if (random.nextBoolean()) {
            call.hangUp(network.now());
        }
        b.incoming.forEach(session -> session.hangUp(network.now()));
        network.until(network.nowMillis() + 200_000);
        call.hangUp(network.now());
        b.incoming.forEach(session -> session.hangUp(network.now()));
        network.until(network.nowMillis() + 300_000);
        a.assertIdle();
        b.assertIdle();
        assertEquals(1, a.endings().size());
        assertEquals(b.incoming.size(), b.endings().size());
    }

    /** A character changed, or a line replaced by one that some message had before. */
    private static byte[] mangled(byte[] message, List<String> lines, Random random) {
        String[] own = new String(message, StandardCharsets.UTF_8).split("\r\n", -1);
        int line = random.nextInt(own.length);
        lines.add(own[line]);
        if (random.nextBoolean()) {
            own[line] = lines.get(random.nextInt(lines.size()));
        } else if (!own[line].isEmpty()) {
            char[] characters = own[line].toCharArray();
            characters[random.nextInt(characters.length)] = (char) (32 + random.nextInt(95));
            own[line] = new String(characters);
        }
        return String.join("\r\n", own).getBytes(StandardCharsets.UTF_8);
    }
}
