package offhook.interop.peer;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A name server for one SIP domain: SRV records for UDP that name its servers in order, and their addresses (RFC 1035, RFC
 * 2782). It knows nothing else and says so.
 */
public final class NameServer implements AutoCloseable {
    private static final int TYPE_A = 1;
    private static final int TYPE_SRV = 33;
    private static final int NO_SUCH_NAME = 3;
    private static final int TTL_SECONDS = 60;
    private static final int MOST_BYTES = 512;

    private final DatagramSocket socket;
    private final String domain;
    private final Map<String, InetAddress> hosts;

    private NameServer(DatagramSocket socket, String domain, Map<String, InetAddress> hosts) {
        this.socket = socket;
        this.domain = domain;
        this.hosts = hosts;
    }

    /** Starts for {@code domain}, whose servers are at these addresses at SIP's usual port, the first one first. */
    public static NameServer start(String domain, List<String> addresses) {
        try {
            Map<String, InetAddress> hosts = new java.util.LinkedHashMap<>();
            for (int i = 0; i < addresses.size(); i++) {
                hosts.put("sip" + (i + 1) + "." + domain, InetAddress.ofLiteral(addresses.get(i)));
            }
            NameServer server = new NameServer(new DatagramSocket(Loopback.socket(0)), domain, hosts);
            Thread.ofVirtual().name("name server").start(server::serve);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the configuration wants it: {@code address:port}. */
    public String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
                socket.receive(packet);
                byte[] answer = answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                // It is being closed.
            }
        }
    }

    private byte[] answer(ByteBuffer query) throws IOException {
        int id = query.getShort(0);
        query.position(12);
        String name = name(query);
        int type = query.getShort();
        byte[] question = new byte[query.position() + 2 - 12];
        query.get(12, question);

        ByteArrayOutputStream records = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(records);
        int count = 0;
        if (type == TYPE_SRV && name.equals("_sip._udp." + domain)) {
            for (String host : hosts.keySet()) {
                byte[] target = encoded(host);
                header(out, TYPE_SRV, 6 + target.length);
                out.writeShort(10 * ++count);
                out.writeShort(0);
                out.writeShort(Kamailio.PORT);
                out.write(target);
            }
        } else if (type == TYPE_A && hosts.containsKey(name)) {
            header(out, TYPE_A, 4);
            out.write(hosts.get(name).getAddress());
            count++;
        }
        boolean known = count > 0 || hosts.containsKey(name) || name.endsWith(domain);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        DataOutputStream message = new DataOutputStream(whole);
        message.writeShort(id);
        message.writeShort(0x8580 | (known ? 0 : NO_SUCH_NAME));
        message.writeShort(1);
        message.writeShort(count);
        message.writeInt(0);
        message.write(question);
        message.write(records.toByteArray());
        return whole.toByteArray();
    }

    /** Name (a pointer to the question's), type, class, time to live and length of a record. */
    private static void header(DataOutputStream out, int type, int length) throws IOException {
        out.writeShort(0xc00c);
        out.writeShort(type);
        out.writeShort(1);
        out.writeInt(TTL_SECONDS);
        out.writeShort(length);
    }

    private static String name(ByteBuffer query) {
        StringBuilder name = new StringBuilder();
        for (int length = query.get(); length > 0; length = query.get()) {
            byte[] label = new byte[length];
            query.get(label);
            if (!name.isEmpty()) name.append('.');
            name.append(new String(label, StandardCharsets.US_ASCII));
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }

    private static byte[] encoded(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String label : name.split("\\.")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.write(0);
        return out.toByteArray();
    }
}
