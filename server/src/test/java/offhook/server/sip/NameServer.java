package offhook.server.sip;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A name server on loopback that knows what a test tells it (RFC 1035). */
final class NameServer implements AutoCloseable {
    private static final int A = 1;
    private static final int AAAA = 28;
    private static final int SRV = 33;
    private static final int NAPTR = 35;
    private static final int NAME_ERROR = 3;

    /** {@code SRV _sip._udp.pbx.example}: everything that was asked. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** Whether it says nothing to anybody. */
    volatile boolean silent;

    private final DatagramSocket socket;
    private final Map<String, List<byte[]>> records = new ConcurrentHashMap<>();

    NameServer() throws IOException {
        socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().name("name-server").start(this::serve);
    }

    /** As {@code sip.dnsServer} has it. */
    String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    NameServer address(String name, String literal) {
        byte[] bytes = InetAddress.ofLiteral(literal).getAddress();
        return add(bytes.length == 4 ? A : AAAA, name, out -> out.write(bytes));
    }

    NameServer srv(String name, int priority, int weight, int port, String target) {
        return add(SRV, name, out -> {
            out.writeShort(priority);
            out.writeShort(weight);
            out.writeShort(port);
            writeName(out, target);
        });
    }

    NameServer naptr(String name, int order, int preference, String service, String replacement) {
        return add(NAPTR, name, out -> {
            out.writeShort(order);
            out.writeShort(preference);
            for (String text : new String[] {"s", service, ""}) {
                out.writeByte(text.length());
                out.writeBytes(text);
            }
            writeName(out, replacement);
        });
    }

    private interface Data {
        void write(DataOutputStream out) throws IOException;
    }

    private NameServer add(int type, String name, Data data) {
        records.computeIfAbsent(type + " " + name, key -> new CopyOnWriteArrayList<>())
                .add(bytes(data));
        return this;
    }

    private static byte[] bytes(Data data) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            data.write(new DataOutputStream(bytes));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void writeName(DataOutputStream out, String name) throws IOException {
        for (String label : name.split("\\.")) {
            if (!label.isEmpty()) {
                out.writeByte(label.length());
                out.writeBytes(label);
            }
        }
        out.writeByte(0);
    }

    private void serve() {
        byte[] buffer = new byte[512];
        while (!socket.isClosed()) {
            try {
                DatagramPacket question = new DatagramPacket(buffer, buffer.length);
                socket.receive(question);
                byte[] answer = answer(buffer);
                if (!silent) {
                    socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private byte[] answer(byte[] question) {
        List<String> labels = new ArrayList<>();
        int at = 12;
        while (question[at] != 0) {
            labels.add(new String(question, at + 1, question[at], StandardCharsets.US_ASCII));
            at += 1 + question[at];
        }
        String name = String.join(".", labels).toLowerCase(Locale.ROOT);
        int type = question[at + 2];
        int end = at + 5;
        asked.add(Map.of(A, "A", AAAA, "AAAA", SRV, "SRV", NAPTR, "NAPTR").getOrDefault(type, "?") + " " + name);
        List<byte[]> found = records.getOrDefault(type + " " + name, List.of());
        boolean known = records.keySet().stream().anyMatch(key -> key.endsWith(" " + name));
        return bytes(out -> {
            out.write(question, 0, 2);
            out.writeShort(0x8580 | (known ? 0 : NAME_ERROR));
            out.writeShort(1);
            out.writeShort(found.size());
            out.writeInt(0);
            out.write(question, 12, end - 12);
            for (byte[] data : found) {
                out.writeShort(0xc00c);
                out.writeShort(type);
                out.writeShort(1);
                out.writeInt(60);
                out.writeShort(data.length);
                out.write(data);
            }
        });
    }

    @Override
    public void close() {
        socket.close();
    }
}
